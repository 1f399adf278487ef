import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import type { Certificate } from '../../lib/evidence/index.ts';
import { concat } from '../../lib/wire/index.ts';
import { readCertificate, toPem } from '../../lib/x509/index.ts';
import {
  altNames,
  ascii,
  authorityKeyId,
  type CertificateSpec,
  ca,
  caIssuers,
  certificateOf,
  der,
  dns,
  ecKeys,
  edKeys,
  extension,
  extKeyUsage,
  generalizedTime,
  int,
  ip,
  keyUsage,
  nameOf,
  notCa,
  octets,
  oid,
  rsaKeys,
  seq,
  subjectKeyId,
  utcTime,
} from './der.ts';

const now = new Date('2025-01-01T00:00:00Z');
const keys = ecKeys();
const rsa = rsaKeys();
const subject = nameOf(['C', 'JP'], ['O', 'Example, Inc'], ['CN', 'vpn.example.com']);
const issuer = nameOf(['O', 'Example CA']);

const read = (bytes: Uint8Array): Certificate => readCertificate(bytes, { now });
const make = (spec: Partial<CertificateSpec> = {}): Uint8Array => certificateOf({ subject, issuer, keys, ...spec });
const deviations = (spec: Partial<CertificateSpec>): readonly string[] => read(make(spec)).deviations;

const full = make({
  extensions: [
    notCa,
    keyUsage(0x80),
    altNames(
      dns('vpn.example.com'),
      dns('*.example.com'),
      ip(192, 0, 2, 1),
      ip(...Array.from({ length: 16 }, () => 0)),
    ),
    extKeyUsage('1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.2.3.4'),
    caIssuers('http://ca.example/ca.der'),
    subjectKeyId('0102'),
    authorityKeyId('0304'),
  ],
});

describe('readCertificate', () => {
  it('reads every field of an ordinary certificate without deviations', () => {
    const certificate = readCertificate(full, { now, atCapture: new Date('2023-12-31T12:00:00Z') });
    expect(certificate).to.deep.equal({
      sha256: certificate.sha256,
      subject: 'CN=vpn.example.com,O=Example\\, Inc,C=JP',
      issuer: 'O=Example CA',
      serial: '01',
      version: 3,
      notBefore: '2024-01-01T00:00:00.000Z',
      notAfter: '2026-01-01T00:00:00.000Z',
      daysLeft: 365,
      daysLeftAtCapture: 731,
      status: 'valid',
      names: ['DNS:vpn.example.com', 'DNS:*.example.com', 'IP:192.0.2.1', 'IP:::'],
      key: { type: 'EC', bits: 256 },
      signatureAlgorithm: 'ecdsa-with-SHA256',
      selfIssued: false,
      isCa: false,
      extendedKeyUsage: ['serverAuth', 'clientAuth', '1.2.3.4'],
      aiaIssuers: ['http://ca.example/ca.der'],
      pem: toPem(full),
      deviations: [],
    });
  });

  it('agrees with node on what both read', () => {
    for (const bytes of [
      full,
      make({ keys: rsa, signer: rsa }),
      make({ keys: edKeys(), serial: int(0x7f, 0xff, 0x00) }),
    ]) {
      const ours = read(bytes);
      const theirs = new X509Certificate(bytes);
      expect(ours.sha256).to.equal(theirs.fingerprint256.replaceAll(':', '').toLowerCase());
      expect(ours.serial.toUpperCase()).to.equal(theirs.serialNumber);
      expect(ours.notBefore).to.equal(new Date(theirs.validFrom).toISOString());
      expect(ours.notAfter).to.equal(new Date(theirs.validTo).toISOString());
      expect(ours.pem).to.equal(theirs.toString());
      expect(ours.isCa).to.equal(theirs.ca);
      expect(theirs.subject).to.include('CN=vpn.example.com');
      const { type } = ours.key;
      expect(type.toLowerCase()).to.equal(theirs.publicKey.asymmetricKeyType);
      expect(ours.key.bits).to.equal(type === 'RSA' ? theirs.publicKey.asymmetricKeyDetails?.modulusLength : 256);
    }
  });

  it('agrees with the openssl program where there is one', function () {
    const args = ['x509', '-inform', 'der', '-noout', '-subject', '-issuer', '-serial', '-nameopt', 'RFC2253'];
    const { status, stdout } = spawnSync('openssl', args, { input: full, encoding: 'utf8' });
    if (status !== 0) this.skip();
    const { subject: ours, issuer: by, serial } = read(full);
    expect(stdout.trim().split('\n')).to.deep.equal([`subject=${ours}`, `issuer=${by}`, `serial=${serial}`]);
  });

  it('takes the version 1 CA of sftunnel as it is: no extensions, serial 0, not a CA by any flag', () => {
    const name = nameOf(
      ['title', 'InternalCA'],
      ['OU', 'Intrusion Management System'],
      ['CN', '00000000-4347-11ef-aca1-f3aa241412a1'],
      ['O', 'Cisco Systems, Inc'],
    );
    const bytes = certificateOf({
      subject: name,
      keys: rsa,
      version: 1,
      serial: int(0),
      notBefore: utcTime('241014142328Z'),
      notAfter: utcTime('341012142328Z'),
    });
    expect(read(bytes)).to.include({
      subject:
        'O=Cisco Systems\\, Inc,CN=00000000-4347-11ef-aca1-f3aa241412a1,OU=Intrusion Management System,title=InternalCA',
      serial: '00',
      version: 1,
      selfIssued: true,
      isCa: false,
      notAfter: '2034-10-12T14:23:28.000Z',
      daysLeft: 3571,
    });
    expect(read(bytes).deviations).to.deep.equal(['serial-zero', 'version-1']);
  });

  it('counts days rounded down, and keeps both ends of the period valid', () => {
    const at = (iso: string) => {
      const { status, daysLeft } = readCertificate(full, { now: new Date(iso) });
      return `${status} ${daysLeft}`;
    };
    expect(at('2023-12-31T23:59:59.999Z')).to.equal('not-yet-valid 731');
    expect(at('2024-01-01T00:00:00Z')).to.equal('valid 731');
    expect(at('2025-10-02T23:59:59Z')).to.equal('valid 90');
    expect(at('2025-10-03T00:00:00Z')).to.equal('expiring 90');
    expect(at('2025-12-31T23:59:59Z')).to.equal('expiring 0');
    expect(at('2026-01-01T00:00:00Z')).to.equal('expiring 0');
    expect(at('2026-01-01T00:00:00.001Z')).to.equal('expired -1');
    expect(at('2026-01-02T00:00:00Z')).to.equal('expired -1');
  });

  it('writes serial numbers as OpenSSL and Go do', () => {
    const serial = (...bytes: number[]): string => read(make({ serial: int(...bytes) })).serial;
    expect(serial(0x00, 0x80)).to.equal('80');
    expect(serial(0xff)).to.equal('-01');
    expect(serial(0x80, 0x00)).to.equal('-8000');
    expect(serial()).to.equal('00');
    expect(deviations({ serial: int(0, 0, 1) })).to.deep.equal(['serial-encoding: not minimal']);
    expect(deviations({ serial: int(0xff) })).to.deep.equal(['serial-negative']);
    expect(deviations({ serial: int() })).to.deep.equal(['serial-empty']);
    expect(deviations({ serial: int(1, ...new Uint8Array(20)) })).to.deep.equal(['serial-long: 21 bytes']);
  });

  it('reads dates that DER forbids, and says so', () => {
    const date = (notAfter: Uint8Array) => {
      const certificate = read(make({ notAfter }));
      return [certificate.notAfter, ...certificate.deviations];
    };
    expect(date(utcTime('491231235959Z'))).to.deep.equal(['2049-12-31T23:59:59.000Z']);
    expect(date(utcTime('500101000000Z'))).to.deep.equal(['1950-01-01T00:00:00.000Z']);
    expect(date(generalizedTime('99991231235959Z'))).to.deep.equal(['9999-12-31T23:59:59.000Z']);
    expect(date(utcTime('2601010000Z'))).to.deep.equal([
      '2026-01-01T00:00:00.000Z',
      'date-encoding: UTCTime without seconds',
    ]);
    expect(date(utcTime('260101000000+0900'))).to.deep.equal([
      '2025-12-31T15:00:00.000Z',
      'date-encoding: UTCTime with an offset instead of Z',
    ]);
    expect(date(generalizedTime('20500101000000.25Z'))).to.deep.equal([
      '2050-01-01T00:00:00.250Z',
      'date-encoding: GeneralizedTime with a fraction',
    ]);
    expect(date(generalizedTime('20300101000000'))).to.deep.equal([
      '2030-01-01T00:00:00.000Z',
      'date-encoding: GeneralizedTime without a time zone',
    ]);
    expect(date(generalizedTime('00010101000000Z'))).to.deep.equal([
      '0001-01-01T00:00:00.000Z',
      'date-encoding: GeneralizedTime before 2050',
    ]);
  });

  it('has null for a date that says nothing, and judges by the other one', () => {
    for (const text of [
      '250229000000Z',
      '251301000000Z',
      '250101240000Z',
      '',
      'hello',
      '2501010000 0Z',
      `25${'0'.repeat(99)}Z`,
    ]) {
      const certificate = read(make({ notAfter: utcTime(text) }));
      expect(certificate, text).to.include({ notAfter: null, daysLeft: null, status: 'valid' });
      expect(certificate.deviations.join(), text).to.match(/^date-unreadable: UTCTime/);
    }
    expect(read(make({ notBefore: utcTime('270101000000Z'), notAfter: int(1) })).status).to.equal('not-yet-valid');
    expect(read(make({ notAfter: generalizedTime('99991231235959-2359') })).notAfter).to.equal(null);
  });

  it('lists every kind of alternative name, and none of their bytes raw', () => {
    const names = altNames(
      der(0x81, ascii('a@example.com')),
      der(0x86, ascii('https://example.com/?a=b')),
      dns('a\0b.example\u001b[31m\\'),
      dns('b\xfccher'),
      ip(1, 2, 3),
      ip(32, 1, 13, 184, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1),
      der(0x88, Uint8Array.of(0x2a, 3)),
      der(0xa0, oid('1.3.6.1.4.1.311.20.2.3'), der(0xa0, octets())),
      der(0xa4, nameOf(['CN', 'x'])),
      der(0xa4, int(1)),
      der(0xa3),
      der(0x30),
    );
    const certificate = read(make({ extensions: [names] }));
    expect(certificate.names).to.deep.equal([
      'email:a@example.com',
      'URI:https://example.com/?a=b',
      'DNS:a\\00b.example\\1B[31m\\5C',
      'DNS:b\\FCcher',
      'other:iPAddress=#010203',
      'IP:2001:db8::1:0:0:1',
      'other:registeredID=1.2.3',
      'other:1.3.6.1.4.1.311.20.2.3',
      'other:directoryName=CN=x',
      'other:directoryName',
      'other:tag-3',
      'other:tag-16',
    ]);
    expect(certificate.deviations).to.deep.equal([
      'san-not-ascii',
      'san-ip-length: 3 bytes',
      'san-directory-name',
      'san-unknown-type: tag 0x30',
    ]);
  });

  it('shows 10,000 names of a certificate and counts the rest', () => {
    const certificate = read(
      make({ extensions: [altNames(...Array.from({ length: 10_003 }, (_, i) => dns(`h${i}.example`)))] }),
    );
    expect(certificate.names).to.have.lengthOf(10_000);
    expect(certificate.deviations).to.deep.equal(['names-cut: 3 more names']);
  });

  it('names what it tolerates', () => {
    const cases: [Partial<CertificateSpec>, readonly string[]][] = [
      [{ version: 2 }, ['version-2']],
      [{ version: 1, extensions: [ca] }, ['extensions-before-v3', 'version-1']],
      [{ extensions: [ca, ca] }, ['extension-duplicate: basicConstraints']],
      [{ extensions: [altNames()] }, ['san-empty']],
      [{ extensions: [extension('1.2.3', octets(), true)] }, ['extension-critical-unknown: 1.2.3']],
      [{ extensions: [extension('2.5.29.19', int(1))] }, ['extension-unreadable: basicConstraints']],
      [{ extensions: [extension('2.5.29.37', ascii('hello'))] }, ['extension-unreadable: extKeyUsage']],
      [{ extensions: [seq(oid('2.5.29.17'))] }, [`extension-unreadable: at byte ${make().indexOf(0xa3)}`]],
      [{ subject: seq(seq()) }, ['subject-unreadable']],
      [{ keys: { ...keys, spki: seq(seq(oid('1.2.3')), der(0x03, Uint8Array.of(0))) }, signer: keys }, []],
      [{ keys: { ...keys, spki: seq() }, signer: keys }, ['key-unreadable']],
      [{ algorithm: seq(int(1)) }, []],
    ];
    for (const [spec, expected] of cases) {
      const found = deviations(spec).map((text) => text.replace(/at byte \d+/, 'at byte'));
      expect(found).to.deep.equal(expected.map((text) => text.replace(/at byte -?\d+/, 'at byte')));
    }
    expect(read(concat(full, ascii('more'))).deviations).to.deep.equal(['trailing-bytes: 4 after the certificate']);
    expect(read(make({ algorithm: seq(int(1)) })).signatureAlgorithm).to.equal('unknown');
  });

  it('describes keys by type and strength', () => {
    const key = (spki: Uint8Array) => read(make({ keys: { ...keys, spki }, signer: keys })).key;
    const info = (algorithm: string, parameters: Uint8Array[], bits: Uint8Array = octets()) =>
      seq(seq(oid(algorithm), ...parameters), der(0x03, Uint8Array.of(0), bits));
    expect(key(rsa.spki)).to.deep.equal({ type: 'RSA', bits: 2048 });
    expect(key(ecKeys('P-521').spki)).to.deep.equal({ type: 'EC', bits: 521 });
    expect(key(edKeys().spki)).to.deep.equal({ type: 'Ed25519', bits: 256 });
    expect(key(info('1.2.840.10040.4.1', [seq(int(0x01, 0xff), int(3), int(2))], int(1)))).to.deep.equal({
      type: 'DSA',
      bits: 9,
    });
    expect(key(info('1.2.840.10040.4.1', [], int(1)))).to.deep.equal({ type: 'DSA', bits: null });
    expect(key(info('1.2.840.10045.2.1', [seq()]))).to.deep.equal({ type: 'EC', bits: null });
    expect(key(info('1.2.840.113549.1.1.1', [der(5)], seq(int(0, 0x80, 0), int(3))))).to.deep.equal({
      type: 'RSA',
      bits: 16,
    });
    expect(key(info('2.16.840.1.101.3.4.3.18', []))).to.deep.equal({ type: 'ML-DSA-65', bits: null });
    expect(key(info('1.2.3.4', []))).to.deep.equal({ type: '1.2.3.4', bits: null });
  });
});
