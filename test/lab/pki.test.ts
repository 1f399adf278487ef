import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { chainOf, createTestPki, daysAfter, keyPair, type TestCertificate } from '../../lib/lab/index.ts';
import { toHex } from '../../lib/wire/index.ts';
import { openssl, opensslVersion } from './support.ts';

const now = new Date('2031-05-04T03:02:01Z');
const pki = createTestPki({ now });
const read = ({ der }: TestCertificate): X509Certificate => new X509Certificate(der);

describe('lab: test PKI', () => {
  it('issues leaves that chain to the root, as node verifies them', () => {
    const chain = [...chainOf(pki.issue({ names: ['vpn.example.test'] })), pki.root];
    expect(chain).to.have.length(4);
    chain.forEach((certificate, i) => {
      const issuer = read(chain[i + 1] ?? pki.root);
      expect(read(certificate).checkIssued(issuer), `checkIssued ${i}`).to.be.true;
      expect(read(certificate).verify(issuer.publicKey), `verify ${i}`).to.be.true;
      expect(read(certificate).ca).to.equal(i > 0);
    });
  });

  it('puts host names and addresses of both families into the leaf', () => {
    const leaf = read(pki.issue({ names: ['vpn.example.test', '192.0.2.7', '2001:db8::7'] }));
    expect(leaf.checkHost('vpn.example.test')).to.equal('vpn.example.test');
    expect(leaf.checkHost('other.example.test')).to.be.undefined;
    expect(leaf.checkIP('192.0.2.7')).to.equal('192.0.2.7');
    expect(leaf.checkIP('2001:db8::7')).to.equal('2001:db8::7');
    expect(leaf.subject).to.equal('CN=vpn.example.test');
  });

  it('sets all dates from the given clock', () => {
    const leaf = read(pki.issue());
    expect(new Date(leaf.validFrom).getTime()).to.equal(daysAfter(now, -30).getTime());
    expect(new Date(leaf.validTo).getTime()).to.equal(daysAfter(now, 365).getTime());
    for (const authority of [pki.root, ...pki.intermediates]) {
      expect(new Date(read(authority).validFrom)).to.be.below(daysAfter(now, -365));
      expect(new Date(read(authority).validTo)).to.be.above(daysAfter(now, 3000));
    }
  });

  it('writes dates beyond 2049 as GeneralizedTime', () => {
    const leaf = pki.issue({ notAfter: new Date('2051-02-03T04:05:06Z') });
    expect(toHex(leaf.der)).to.include(toHex(new TextEncoder().encode('20510203040506Z')));
    expect(new Date(read(leaf).validTo).toISOString()).to.equal('2051-02-03T04:05:06.000Z');
  });

  it('issues every kind of key and digest that it names', () => {
    for (const key of ['P-256', 'P-384', 'Ed25519', 'RSA-1024', 'RSA-2048'] as const) {
      for (const digest of ['sha1', 'sha256', 'sha384'] as const) {
        const certificate = read(pki.issue({ key, digest, issuer: 'self', names: ['a.example.test'] }));
        expect(certificate.verify(certificate.publicKey), `${key} ${digest}`).to.be.true;
      }
    }
    expect(read(pki.issue({ key: 'RSA-1024' })).publicKey.asymmetricKeyDetails?.modulusLength).to.equal(1024);
  });

  it('makes a certificate for a key pair that exists already', () => {
    const pair = keyPair('P-256');
    const [first, second] = [pki.issue({ key: pair }), pki.issue({ key: pair })];
    expect(first.publicKey.equals(second.publicKey)).to.be.true;
    expect(toHex(first.der)).not.to.equal(toHex(second.der));
  });

  it('makes the certificates of a management centre: version 1, serial 0, title in the name, SAN localhost', () => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const common = [
      ['OU', 'Intrusion Management System'],
      ['CN', uuid],
      ['O', 'Cisco Systems, Inc'],
    ] as const;
    const authority = pki.issue({
      version: 1,
      serial: new Uint8Array(),
      issuer: 'self',
      key: 'RSA-2048',
      subject: [['title', 'InternalCA'], ...common],
    });
    // Length and first bytes of a real one with these fields.
    expect(authority.der).to.have.length(904);
    expect(Buffer.from(authority.der).toString('base64').slice(0, 16)).to.equal('MIIDhDCCAmwCAQAw');
    const leaf = pki.issue({
      issuer: authority,
      key: 'RSA-2048',
      serial: Uint8Array.of(13),
      subject: [...common, ['title', 'sftunnel']],
      names: ['localhost'],
      extendedKeyUsage: ['clientAuth', 'serverAuth'],
      omit: ['keyUsage', 'subjectKeyIdentifier', 'authorityKeyIdentifier'],
    });
    expect(read(leaf).verify(authority.publicKey)).to.be.true;
    expect(read(leaf).subject.split('\n')).to.deep.equal([
      'OU=Intrusion Management System',
      `CN=${uuid}`,
      'O=Cisco Systems\\, Inc',
      'title=sftunnel',
    ]);
    expect(read(leaf).subjectAltName).to.equal('DNS:localhost');
    expect(read(leaf).serialNumber).to.equal('0D');
  });

  it('writes AIA, purposes, and names beyond ASCII so that node reads them back', () => {
    const leaf = read(
      pki.issue({
        subject: [
          ['C', 'JP'],
          ['O', '株式会社例'],
          ['CN', 'a_b'],
        ],
        caIssuers: ['http://pki.example.test/ca.crt'],
        extendedKeyUsage: ['clientAuth'],
      }),
    );
    expect(leaf.infoAccess).to.include('CA Issuers - URI:http://pki.example.test/ca.crt');
    expect(leaf.keyUsage).to.deep.equal(['1.3.6.1.5.5.7.3.2']);
    expect(leaf.subject).to.equal('C=JP\nO=株式会社例\nCN=a_b');
  });

  it('takes serial numbers from the injected source, always positive', () => {
    const fixed = createTestPki({ now, random: (length) => new Uint8Array(length).fill(0xff) });
    expect(read(fixed.issue()).serialNumber).to.equal('FF'.repeat(16));
    expect(toHex(fixed.issue().der)).to.include(`021100${'ff'.repeat(16)}`);
  });

  it('has a stranger whose chain the root does not vouch for', () => {
    const other = pki.stranger();
    expect(pki.stranger()).to.equal(other);
    expect(read(other.root).subject).not.to.equal(read(pki.root).subject);
    expect(read(other.intermediates[0]).verify(pki.root.publicKey)).to.be.false;
  });

  it('is accepted by openssl in strict mode', async function () {
    if (opensslVersion() === null) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'lab-'));
    try {
      const file = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const leaf = pki.issue({ names: ['vpn.example.test', '::1'], caIssuers: ['http://pki.example.test/ca.crt'] });
      const roots = file('root.pem', pki.rootsPem);
      const between = file(
        'between.pem',
        chainOf(leaf)
          .slice(1)
          .map(({ pem }) => pem)
          .join(''),
      );
      const options = ['-x509_strict', '-purpose', 'sslserver', '-attime', String(now.getTime() / 1000)];
      const output = await openssl(
        'verify',
        '-CAfile',
        roots,
        '-untrusted',
        between,
        ...options,
        file('leaf.pem', leaf.pem),
      );
      expect(output).to.match(/leaf\.pem: OK/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
