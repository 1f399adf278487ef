import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { HarnessError } from '../../lib/wire/index.ts';
import { signatureScheme, toPem } from '../../lib/x509/index.ts';
import { givenCertificates, loadRoots, nodeVerify, verifyWithin } from '../../lib/x509/node.ts';
import {
  algorithms,
  ascii,
  bits,
  ca,
  certificateOf,
  der,
  ecKeys,
  edKeys,
  int,
  keysOf,
  nameOf,
  oid,
  rsaKeys,
  seq,
} from './der.ts';

const signed = ascii('signed');
const rsa = rsaKeys();
const ec = ecKeys();

const hash = (id: string): Uint8Array => seq(oid(`2.16.840.1.101.3.4.2.${id}`), der(5));
const mgf1 = (digest: Uint8Array): Uint8Array => seq(oid('1.2.840.113549.1.1.8'), digest);
const pss = (...fields: readonly Uint8Array[]): Uint8Array => seq(oid('1.2.840.113549.1.1.10'), seq(...fields));
const pss256 = pss(der(0xa0, hash('1')), der(0xa1, mgf1(hash('1'))), der(0xa2, int(32)));

describe('verifyWithin', () => {
  const good = (verify: typeof nodeVerify): unknown =>
    verify(rsa.spki, algorithms.sha256WithRSAEncryption, signed, sign('sha256', signed, rsa.privateKey));

  it('answers as nodeVerify does until its budget is spent, and then checks nothing more', () => {
    const verify = verifyWithin(20);
    expect([1, 2, 3, 4].map(() => good(verify))).to.deep.equal([true, true, 'unchecked', 'unchecked']);
    expect(verifyWithin(20)(ec.spki, algorithms.ED25519, signed, new Uint8Array(64))).to.equal(false);
  });

  it('does not begin what is dear: an RSA key with an exponent as long as its modulus', () => {
    const number = new Uint8Array(385).fill(0x55, 1).with(1, 0xd5);
    const key = seq(der(0x02, number), der(0x02, number.with(1, 0x95)));
    const dear = seq(seq(oid('1.2.840.113549.1.1.1'), der(5)), bits(key));
    const check = [dear, algorithms.sha256WithRSAEncryption, signed, new Uint8Array(384)] as const;
    expect(nodeVerify(...check)).to.equal(false);
    expect(verifyWithin(1000)(...check)).to.equal('unchecked');
    expect(verifyWithin(2000)(...check)).to.equal(false);
  });

  it('counts large and unusual keys for more', () => {
    const dsa = keysOf(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }));
    const p384 = ecKeys('P-384');
    for (const [spki, id] of [
      [dsa.spki, '1.2.840.10040.4.3'],
      [p384.spki, '1.2.840.10045.4.3.2'],
    ] as const) {
      expect(verifyWithin(30)(spki, seq(oid(id)), signed, new Uint8Array(8))).to.equal('unchecked');
      expect(verifyWithin(500)(spki, seq(oid(id)), signed, new Uint8Array(8))).to.equal(false);
    }
  });
});

describe('nodeVerify', () => {
  it('checks RSA, ECDSA and EdDSA signatures', () => {
    const ed = edKeys();
    const cases: [Uint8Array, Uint8Array, Uint8Array][] = [
      [rsa.spki, algorithms.sha256WithRSAEncryption, sign('sha256', signed, rsa.privateKey)],
      [rsa.spki, seq(oid('1.2.840.113549.1.1.5')), sign('sha1', signed, rsa.privateKey)],
      [ec.spki, algorithms['ecdsa-with-SHA256'], sign('sha256', signed, ec.privateKey)],
      [ed.spki, algorithms.ED25519, sign(null, signed, ed.privateKey)],
      [
        rsa.spki,
        pss256,
        sign('sha256', signed, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
      ],
      [
        rsa.spki,
        pss(),
        sign('sha1', signed, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 }),
      ],
    ];
    for (const [spki, algorithm, signature] of cases) {
      expect(nodeVerify(spki, algorithm, signed, signature)).to.equal(true);
      expect(nodeVerify(spki, algorithm, ascii('other'), signature)).to.equal(false);
      const damaged = Uint8Array.from(signature, (octet, i) => (i === signature.length - 1 ? octet ^ 1 : octet));
      expect(nodeVerify(spki, algorithm, signed, damaged)).to.equal(false);
    }
  });

  it('checks DSA signatures, which old devices still carry', () => {
    const dsa = keysOf(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }));
    const signature = sign('sha1', signed, dsa.privateKey);
    expect(nodeVerify(dsa.spki, seq(oid('1.2.840.10040.4.3')), signed, signature)).to.equal(true);
  });

  it('takes a key of another kind for a wrong signature', () => {
    expect(nodeVerify(ec.spki, algorithms.sha256WithRSAEncryption, signed, new Uint8Array(256))).to.equal(false);
    expect(nodeVerify(rsa.spki, algorithms.ED25519, signed, new Uint8Array(64))).to.equal(false);
  });

  it('calls what it cannot check unsupported, never wrong', () => {
    const brokenKey = seq(seq(oid('1.2.3.4')), der(0x03, Uint8Array.of(0, 1)));
    const mixed = pss(der(0xa0, hash('1')), der(0xa1, mgf1(hash('2'))), der(0xa2, int(32)));
    const cases: [Uint8Array, Uint8Array][] = [
      [rsa.spki, seq(oid('1.2.3.4'))],
      [rsa.spki, ascii('hello')],
      [rsa.spki, seq(int(1))],
      [rsa.spki, seq(oid('1.2.840.113549.1.1.2'))],
      [rsa.spki, mixed],
      [brokenKey, algorithms['ecdsa-with-SHA256']],
      [new Uint8Array(), algorithms['ecdsa-with-SHA256']],
    ];
    for (const [spki, algorithm] of cases) {
      expect(nodeVerify(spki, algorithm, signed, new Uint8Array(64))).to.equal('unsupported');
    }
  });
});

describe('signature schemes', () => {
  it('follow the parameters of RSASSA-PSS and their defaults', () => {
    expect(signatureScheme(pss256)).to.deep.equal({
      kind: 'rsa-pss',
      hash: 'sha256',
      mgfHash: 'sha256',
      saltLength: 32,
    });
    expect(signatureScheme(pss())).to.deep.equal({ kind: 'rsa-pss', hash: 'sha1', mgfHash: 'sha1', saltLength: 20 });
    for (const bad of [
      seq(oid('1.2.840.113549.1.1.10')),
      pss(der(0xa0, seq(oid('1.2.3')))),
      pss(der(0xa1, seq(oid('1.2.3'), hash('1')))),
      pss(der(0xa2, int(1, 0, 0))),
      pss(der(0xa2, int(0xff, 0xff))),
      pss(der(0xa0)),
    ]) {
      expect(signatureScheme(bad)).to.equal(null);
    }
  });
});

describe('loadRoots', () => {
  const subject = nameOf(['CN', 'Private root']);
  const root = certificateOf({ subject, keys: ec, extensions: [ca] });
  let folder: string;
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'x509-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("gives node's own roots, every one readable", () => {
    expect(loadRoots().size).to.equal(new Set(rootCertificates).size);
  });

  it('adds the files given and those that the environment names, PEM or DER', () => {
    const pem = file('ca.pem', `# comment\n${toPem(root)}`);
    const derFile = file('ca.der', root);
    const trusted = file('trusted.pem', toPem(Uint8Array.of(...root, 0x30, 0x00), 'TRUSTED CERTIFICATE'));
    for (const options of [
      { caFiles: [pem] },
      { caFiles: [derFile] },
      { caFiles: [trusted] },
      { env: { NODE_EXTRA_CA_CERTS: pem } },
      { env: { SSL_CERT_FILE: derFile } },
      { caPem: [toPem(root)] },
    ]) {
      const roots = loadRoots(options);
      expect(roots.size).to.equal(rootCertificates.length + 1);
      expect(roots.bySubject(subject).map(({ der: bytes }) => bytes)).to.deep.equal([root]);
    }
    expect(loadRoots({ env: { SSL_CERT_FILE: '' } }).bySubject(subject)).to.deep.equal([]);
  });

  it("counts those of node's own roots once that a bundle has too, however the bundle is written", () => {
    const bundle = `${rootCertificates.join('\n')}\n# ours\n${toPem(root)}`;
    for (const text of [bundle, bundle.replaceAll('\n', '\r\n'), bundle.replaceAll('-----BEGIN', ' -----BEGIN')]) {
      const roots = loadRoots({ caFiles: [file('bundle.pem', text)] });
      expect(roots.size).to.equal(rootCertificates.length + 1);
      expect(roots.bySubject(subject)).to.have.lengthOf(1);
    }
    expect(givenCertificates({ caFiles: [file('bundle.pem', bundle)] })).to.have.lengthOf(rootCertificates.length + 1);
  });

  it('tells the line of a block that is no certificate, behind those that are', () => {
    const other = toPem(root).split('\n').length;
    expect(() => loadRoots({ caFiles: [file('mixed.pem', toPem(root) + toPem(ascii('hello')))] })).to.throw(
      HarnessError,
      `holds a block that is no certificate, at line ${other}.`,
    );
  });

  it('refuses a file without readable certificates at once, with path, reason and what to do', () => {
    const damaged = file('damaged.pem', toPem(root).replace('\nM', '\n?'));
    const cases: [string, RegExp][] = [
      [join(folder, 'absent.pem'), /absent\.pem, the CA file, cannot be read: there is no such file or folder\.$/],
      [folder, /cannot be read: it is a folder\.$/],
      [file('empty.pem', ''), /holds no certificate\.$/],
      [file('key.pem', toPem(Uint8Array.of(1), 'PRIVATE KEY')), /holds no certificate\.$/],
      [
        damaged,
        /holds a damaged certificate\. The CERTIFICATE block that begins at line 1 cannot be read: bad base64 at line 2\.$/,
      ],
      [file('other.pem', toPem(ascii('hello'))), /holds a block that is no certificate, at line 1\.$/],
      [file('text.der', Uint8Array.of(0x30, 0x80, 0)), /holds no certificate\.$/],
    ];
    for (const [path, message] of cases) {
      expect(() => loadRoots({ caFiles: [path] }))
        .to.throw(HarnessError, message)
        .that.satisfies((error: HarnessError) => error.code === 'unreadable-file' && error.hint !== undefined);
    }
    expect(() => loadRoots({ env: { SSL_CERT_FILE: folder } })).to.throw(/the file that SSL_CERT_FILE names/);
  });
});
