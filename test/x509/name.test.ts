import { expect } from 'chai';
import * as fc from 'fast-check';
import { HarnessError } from '../../lib/wire/index.ts';
import { distinguishedName, nameAttributes } from '../../lib/x509/index.ts';
import { ascii, der, int, nameOf, oid, seq, set, utf8 } from './der.ts';

const single = (value: Uint8Array): string => distinguishedName(seq(set(seq(oid('2.5.4.3'), value))));

describe('distinguished names', () => {
  it('are written most specific first, as RFC 4514 §2.1 demands', () => {
    expect(distinguishedName(nameOf(['C', 'JP'], ['O', 'Example'], ['CN', 'vpn.example.com']))).to.equal(
      'CN=vpn.example.com,O=Example,C=JP',
    );
  });

  it('match the examples of RFC 4514 §4', () => {
    expect(
      distinguishedName(nameOf(['DC', 'net'], ['DC', 'example'], ['0.9.2342.19200300.100.1.1', 'jsmith'])),
    ).to.equal('UID=jsmith,DC=example,DC=net');
    expect(distinguishedName(nameOf(['CN', 'James "Jim" Smith, III']))).to.equal('CN=James \\"Jim\\" Smith\\, III');
    expect(distinguishedName(nameOf(['CN', 'Before\rAfter']))).to.equal('CN=Before\\0DAfter');
    expect(distinguishedName(seq(set(seq(oid('1.3.6.1.4.1.1466.0'), der(0x04, ascii('Hi'))))))).to.equal(
      '1.3.6.1.4.1.1466.0=#04024869',
    );
    expect(distinguishedName(nameOf(['CN', 'Lučić']))).to.equal('CN=Lučić');
  });

  it('join the attributes of one RDN with a plus sign', () => {
    const name = seq(set(seq(oid('2.5.4.3'), utf8('a')), seq(oid('2.5.4.11'), utf8('b'))));
    expect(distinguishedName(name)).to.equal('OU=b+CN=a');
  });

  it('print title, which sftunnel certificates are told by', () => {
    expect(distinguishedName(nameOf(['title', 'InternalCA']))).to.equal('title=InternalCA');
  });

  it('are empty for an empty sequence', () => {
    expect(distinguishedName(seq())).to.equal('');
  });

  it('escape blanks and number signs only where they would be misread', () => {
    expect(single(utf8(' # a # '))).to.equal('CN=\\ # a #\\ ');
    expect(single(utf8('#1'))).to.equal('CN=\\#1');
    expect(single(utf8(' '))).to.equal('CN=\\ ');
  });

  it('read every string type, and show what fits none as hex', () => {
    expect(single(der(0x13, ascii('printable')))).to.equal('CN=printable');
    expect(single(der(0x14, Uint8Array.of(0x4d, 0xfc)))).to.equal('CN=Mü');
    expect(single(der(0x1e, Uint8Array.of(0x30, 0x42)))).to.equal('CN=あ');
    expect(single(der(0x1c, Uint8Array.of(0, 1, 0xf6, 0x00)))).to.equal('CN=😀');
    expect(single(der(0x1c, Uint8Array.of(0, 0x11, 0, 0)))).to.equal('CN=#1c0400110000');
    expect(single(der(0x0c, Uint8Array.of(0xc3)))).to.equal('CN=#0c01c3');
    expect(single(int(5))).to.equal('CN=#020105');
  });

  it('let no control character, bidirectional override or lone surrogate through', () => {
    expect(single(utf8('a\0\u202eb\u200f\u2028'))).to.equal('CN=a\\00\\E2\\80\\AEb\\E2\\80\\8F\\E2\\80\\A8');
    expect(single(der(0x1e, Uint8Array.of(0xd8, 0x00)))).to.equal('CN=\\EF\\BF\\BD');
    expect(single(utf8('\u001b[31m\u0085'))).to.equal('CN=\\1B[31m\\C2\\85');
  });

  it('refuse what is no Name with a typed error', () => {
    for (const bytes of [ascii('hello'), set(), seq(seq()), seq(set(int(1))), seq(set(seq(oid('2.5.4.3'))))]) {
      expect(() => distinguishedName(bytes))
        .to.throw(HarnessError)
        .with.property('code', 'unreadable-name');
    }
  });

  it('can be taken apart again', () => {
    expect(nameAttributes('CN=a\\,b\\+c,OU=x+O=Caf\\C3\\A9')).to.deep.equal([
      { type: 'CN', value: 'a,b+c' },
      { type: 'OU', value: 'x' },
      { type: 'O', value: 'Café' },
    ]);
    expect(nameAttributes('')).to.deep.equal([]);
  });

  it('give back every value they were made of', () => {
    const value = fc.string({ unit: 'binary', maxLength: 12 });
    fc.assert(
      fc.property(value, value, (cn, o) => {
        const text = distinguishedName(nameOf(['O', o], ['CN', cn]));
        expect(text).to.not.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        // A byte order mark at the start is escaped like any format character, so it survives as well.
        expect(nameAttributes(text)).to.deep.equal([
          { type: 'CN', value: cn },
          { type: 'O', value: o },
        ]);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});
