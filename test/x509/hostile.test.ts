import { expect } from 'chai';
import type { Certificate } from '../../lib/evidence/index.ts';
import { concat, HarnessError } from '../../lib/wire/index.ts';
import { maxCertificateBytes, readCertificate, readCertificateOrStub } from '../../lib/x509/index.ts';
import {
  altNames,
  ascii,
  bits,
  type CertificateSpec,
  ca,
  certificateOf,
  der,
  dns,
  extension,
  fixedKeys,
  int,
  ip,
  nameOf,
  octets,
  oid,
  seededRandom,
  seq,
  unshowable,
} from './der.ts';

const now = new Date('2025-01-01T00:00:00Z');
const keys = fixedKeys(1);
const subject = nameOf(['C', 'JP'], ['O', 'Example, Inc'], ['CN', 'vpn.example.com']);

const read = (bytes: Uint8Array): Certificate => readCertificate(bytes, { now });
const make = (spec: Partial<CertificateSpec> = {}): Uint8Array => certificateOf({ subject, keys, ...spec });
const many = (count: number, part: Uint8Array): Uint8Array => concat(...Array.from({ length: count }, () => part));

const full = make({ extensions: [ca, altNames(dns('vpn.example.com'), ip(192, 0, 2, 1))] });

describe('readCertificate on hostile bytes', () => {
  it('refuses what is no certificate with one sentence', () => {
    for (const bytes of [new Uint8Array(), ascii('hello'), seq(), seq(seq()), seq(int(1), int(2), int(3)), keys.spki]) {
      expect(() => read(bytes))
        .to.throw(HarnessError, /^The certificate cannot be read: [^\n]+\.$/)
        .with.property('code', 'unreadable-certificate');
    }
    expect(() => read(seq(new Uint8Array(maxCertificateBytes)))).to.throw(/more than the 262144 we read/);
  });

  it('gives a stub in which nothing is known where a report must show something', () => {
    const stub = readCertificateOrStub(ascii('hello'), { now });
    expect(stub).to.include({ subject: '', version: 0, notAfter: null, daysLeft: null });
    expect(stub.sha256).to.have.lengthOf(64);
    expect(stub.deviations)
      .to.have.lengthOf(1)
      .and.to.match(/^unreadable: truncated: an element needs/);
    expect(readCertificateOrStub(full, { now })).to.deep.equal(read(full));
  });

  it('gives up on parts of a size that no certificate needs, and reads the rest', () => {
    const purposes = extension('2.5.29.37', seq(many(10_000, oid('1.2.3'))));
    expect(read(make({ extensions: [purposes, ca] }))).to.deep.include({
      extendedKeyUsage: [],
      isCa: true,
      deviations: ['extension-unreadable: extKeyUsage'],
    });
    const spki = seq(seq(oid('1.2.3'), seq(many(20_000, der(5)))), der(0x03, Uint8Array.of(0)));
    expect(read(make({ keys: { ...keys, spki }, signer: keys })).deviations).to.deep.equal(['key-unreadable']);
  });

  it('lists at most 32 deviations, however many there are', () => {
    const extensions = Array.from({ length: 5000 }, (_, i) => extension(`1.2.${i}`, octets(), true));
    expect(read(make({ extensions })).deviations).to.have.lengthOf(32);
  });

  it('refuses every proper prefix', () => {
    for (let n = 0; n < full.length; n++) expect(() => read(full.subarray(0, n)), `${n}`).to.throw(HarnessError);
  });

  it('survives 2,000 seeded mutations with a typed error or a clean view', () => {
    const random = seededRandom(51);
    const rsaKey = seq(
      seq(oid('1.2.840.113549.1.1.1'), der(5)),
      bits(seq(int(0, ...new Uint8Array(64).fill(0xb5)), int(1, 0, 1))),
    );
    const samples = [
      full,
      make({ keys: { ...keys, spki: rsaKey }, signer: keys, extensions: [ca] }),
      make({ version: 1 }),
    ];
    let accepted = 0;
    for (let i = 0; i < 2000; i++) {
      const bytes = (samples[i % samples.length] as Uint8Array).slice();
      for (let edits = 1 + random(3); edits > 0; edits--) bytes[random(bytes.length)] = random(256);
      let certificate: Certificate;
      try {
        certificate = read(bytes);
      } catch (error) {
        expect(error).to.be.instanceOf(HarnessError).with.property('code', 'unreadable-certificate');
        continue;
      }
      accepted++;
      expect(unshowable(certificate)).to.deep.equal([]);
    }
    expect(accepted).to.be.greaterThan(500);
  });
});
