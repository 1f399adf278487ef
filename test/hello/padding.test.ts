import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  encodeHello,
  extensionTypesOf,
  helloLength,
  makePreset,
  type PresetName,
  padPast511,
  padTo,
  presets,
  withExtension,
  withoutExtension,
} from '../../lib/hello/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

const plain = makePreset('openssl-3', { sni: 'vpn.example.com', random: seededRandom(1) });
const length = helloLength(plain);

describe('padTo', () => {
  it('reaches every size from the header of a padding extension up to 16 KiB, exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: length + 4, max: 16_384 }), (size) => {
        expect(encodeHello(padTo(plain, size)).length).to.equal(size);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('reaches each size around the bare hello, and the largest that an extension block allows', () => {
    for (let size = length + 4; size < length + 300; size++) expect(helloLength(padTo(plain, size))).to.equal(size);
    const block = length - (4 + 2 + 32 + 33 + 2 + 2 * plain.cipherSuites.length + 2 + 2);
    const largest = length + 65_535 - block;
    expect(helloLength(padTo(plain, largest))).to.equal(largest);
    expect(() => padTo(plain, largest + 1)).to.throw(HarnessError, `the largest size is ${largest} bytes`);
  });

  it('changes nothing but the padding', () => {
    const padded = padTo(plain, 1400);
    expect(withoutExtension(padded, '0x0015')).to.deep.equal(plain);
    expect(padTo(plain, length)).to.deep.equal(plain);
  });

  it('resizes the padding that is there, in its place, and takes it away for the bare size', () => {
    const browser = makePreset('browser', { sni: 'vpn.example.com', random: seededRandom(1) });
    const inFront = withExtension({ ...plain, extensions: [] }, { type: '0x0015', padding: 7 });
    const spec = { ...inFront, extensions: [...(inFront.extensions ?? []), ...(plain.extensions ?? [])] };
    expect(extensionTypesOf(padTo(spec, 700))[0]).to.equal('0x0015');
    expect(padTo(spec, length)).to.deep.equal(plain);
    const smaller = padTo(browser, 450);
    expect(helloLength(smaller)).to.equal(450);
    expect(extensionTypesOf(smaller)).to.deep.equal(extensionTypesOf(browser));
  });

  it('keeps pre_shared_key last', () => {
    const binders = ['00'.repeat(32)];
    const psk = { type: '0x0029', identities: [{ identity: '0102', obfuscatedTicketAge: 0 }], binders } as const;
    const spec = withExtension(plain, psk);
    expect(extensionTypesOf(padTo(spec, 1000)).slice(-2)).to.deep.equal(['0x0015', '0x0029']);
  });

  it('refuses 1 to 3 bytes more than the hello has, and names the nearest sizes', () => {
    for (const more of [1, 2, 3]) {
      expect(() => padTo(plain, length + more))
        .to.throw(
          HarnessError,
          `cannot be ${length + more} bytes long; the nearest sizes are ${length} and ${length + 4} bytes`,
        )
        .with.property('code', 'unreachable-size');
    }
    expect(() => padTo(plain, length - 1)).to.throw(HarnessError, `the smallest size is ${length} bytes`);
    expect(() => padTo(plain, 500.5)).to.throw(HarnessError, 'cannot be 500.5 bytes long');
  });

  it('takes those 1 to 3 bytes from the body of a GREASE extension where there is one', () => {
    const browser = makePreset('browser-mlkem', { sni: 'vpn.example.com', random: seededRandom(1) });
    const bare = helloLength(browser);
    for (const more of [1, 2, 3, 4, 5]) expect(helloLength(padTo(browser, bare + more))).to.equal(bare + more);
    expect(extensionTypesOf(padTo(browser, bare + 3))).to.deep.equal(extensionTypesOf(browser));
  });

  it('opens an extension block where there is none, which costs 2 bytes more', () => {
    const sslv3 = { ...plain, extensions: null };
    const bare = helloLength(sslv3);
    expect(helloLength(padTo(sslv3, bare + 6))).to.equal(bare + 6);
    expect(() => padTo(sslv3, bare + 5)).to.throw(HarnessError, `${bare} and ${bare + 6} bytes`);
  });

  it('says so when the extension block is full', () => {
    const full = padTo(plain, length + 4);
    const used = helloLength(full) - (helloLength({ ...plain, extensions: [] }) - 2) - 2;
    const data = '00'.repeat(65_535 - used - 3);
    const spec = withExtension(plain, { type: '0xfafb', data });
    expect(() => padTo(spec, helloLength(spec) + 4)).to.throw(
      HarnessError,
      `the only size is ${helloLength(spec)} bytes`,
    );
  });

  it('works on every preset', () => {
    for (const name of Object.keys(presets) as PresetName[]) {
      const spec = makePreset(name, { sni: 'vpn.example.com', random: seededRandom(2) });
      for (const size of [2000, 4096, 16_384]) expect(helloLength(padTo(spec, size)), name).to.equal(size);
    }
  });
});

describe('padPast511', () => {
  it('leaves hellos outside 256 to 511 bytes as they are', () => {
    const small = makePreset('tls12-minimal', { random: seededRandom(1) });
    const large = makePreset('browser-mlkem', { random: seededRandom(1) });
    expect(padPast511(small, 1)).to.equal(small);
    expect(padPast511(large, 1)).to.equal(large);
  });

  it('makes the others 512 bytes long, or a little more when a padding extension does not fit in between', () => {
    const ticket = (n: number) => withExtension(plain, { type: '0x0023', ticket: '00'.repeat(n) });
    for (let n = 0; n < 192; n++) expect(helloLength(padPast511(ticket(n), 0))).to.equal(512);
    const sizes = [192, 193, 194, 195].map((n) => helloLength(padPast511(ticket(n), 0)));
    expect(sizes.map((size) => size - length)).to.deep.equal([512 - length, 197, 198, 199]);
    expect(helloLength(padPast511(ticket(192), 1))).to.equal(513);
    expect(helloLength(padPast511(ticket(196), 1))).to.equal(512);
  });
});
