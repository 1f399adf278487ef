import { expect } from 'chai';
import * as fc from 'fast-check';
import { toHex } from '../../../lib/wire/index.ts';
import { Blocks, concat, data, everyBlock, type Option, readCapture, u16, u32 } from './files.ts';

const b = new Blocks();
/** 2023-11-14T22:13:20Z. */
const seconds = 1_700_000_000n;

function stamp(value: bigint): { high: number; low: number } {
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
}

function timeOf(value: bigint, options: readonly Option[]): number | undefined {
  const file = concat([b.section(), b.interface({ options }), b.enhanced(data(4), stamp(value))]);
  return readCapture(file).packets[0]?.time;
}

function tsoffset(value: bigint, bigEndian = false): Option {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, !bigEndian);
  return [14, bytes];
}

describe('pcapng', () => {
  for (const bigEndian of [false, true]) {
    it(`has every kind of block, ${bigEndian ? 'big' : 'little'}-endian`, () => {
      const { packets, ...file } = readCapture(everyBlock(bigEndian));
      expect(file).to.deep.equal({
        format: 'pcapng',
        linkTypes: [1, 101],
        truncated: false,
        dropped: {},
        secrets: [[0x544c534b, toHex(new TextEncoder().encode('CLIENT_RANDOM 00 00\n'))]],
      });
      const first = (0x0005_f5e1 * 2 ** 32 + 0x1234) / 1000;
      // The custom block has number 4 in Wireshark.
      expect(packets.map(({ number, linkType, length }) => ({ number, linkType, length }))).to.deep.equal([
        { number: 1, linkType: 1, length: 1500 },
        { number: 2, linkType: 101, length: 33 },
        { number: 3, linkType: 1, length: 90 },
        { number: 5, linkType: 101, length: 0 },
      ]);
      expect(packets.map((packet) => packet.data)).to.deep.equal(
        [data(61, 1), data(33, 2), data(60, 3), data(0)].map(toHex),
      );
      expect(packets[0]?.time).to.equal(first);
      expect(packets[2]?.time, 'a simple packet has the time of the one before').to.equal(packets[1]?.time);
      expect(packets[1]?.time).to.be.closeTo(0x1786_c2c1 * 4294.967296, 0.001);
    });
  }

  it('says how many packets each interface lost, of which its statistics tell again and again', () => {
    const u64 = (value: number): Uint8Array => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
      return bytes;
    };
    const statistics = (id: number, options: readonly (readonly [number, number])[]): Uint8Array => {
      const written = options.map(([code, value]) => concat([u16(code), u16(8), u64(value)]));
      return b.block(5, concat([u32(id), u32(0), u32(0), ...written]));
    };
    const [received, lostByInterface, lostBySystem] = [4, 5, 7] as const;
    const file = concat([
      b.section(),
      b.interface({}),
      b.interface({}),
      b.enhanced(data(4), {}),
      statistics(0, [
        [received, 1_000],
        [lostByInterface, 3],
        [lostBySystem, 2],
      ]),
      statistics(0, [
        [lostByInterface, 3],
        [lostBySystem, 6],
      ]),
      statistics(1, [[lostByInterface, 1]]),
      statistics(9, [[lostByInterface, 50]]),
      b.block(5, u32(0)),
    ]);
    expect(readCapture(file)).to.deep.include({ truncated: false, dropped: { 'lost-by-capture': 10 } });
  });

  it('has sections in several byte orders, each with interfaces of its own', () => {
    const big = new Blocks(true);
    const file = concat([
      b.section(),
      b.interface({ linkType: 113 }),
      b.interface({ linkType: 1 }),
      b.enhanced(data(9, 1), { id: 1 }),
      big.section(),
      big.enhanced(data(9, 2)),
      big.interface({ linkType: 228 }),
      big.enhanced(data(9, 3)),
      big.enhanced(data(9, 4), { id: 1 }),
      b.section(),
      b.interface({ linkType: 1 }),
      b.enhanced(data(9, 5)),
    ]);
    const { packets, linkTypes, dropped } = readCapture(file);
    expect(packets.map(({ linkType }) => linkType)).to.deep.equal([1, 228, 1]);
    expect(packets.map((packet) => packet.data)).to.deep.equal([1, 3, 5].map((seed) => toHex(data(9, seed))));
    expect(linkTypes).to.deep.equal([113, 1, 228]);
    expect(dropped).to.deep.equal({ 'unknown-interface': 2 });
  });

  it('snaps a simple packet at the snapshot length of the first interface', () => {
    const read = (snapLength: number): number[] => {
      const file = concat([b.section(), b.interface({ snapLength }), b.simple(data(20), 90), b.simple(data(7))]);
      return readCapture(file).packets.map((packet) => packet.data.length / 2);
    };
    expect(read(20)).to.deep.equal([20, 7]);
    expect(read(18)).to.deep.equal([18, 7]);
    expect(read(0), '90 bytes are announced, 20 are there').to.deep.equal([7]);
  });

  it('gives a simple packet before any other the time 0', () => {
    const file = concat([b.section(), b.interface(), b.simple(data(20))]);
    expect(readCapture(file).packets[0]?.time).to.equal(0);
  });

  describe('clocks', () => {
    it('count microseconds by default', () => {
      expect(timeOf(seconds * 1_000_000n + 123_457n, [])).to.equal(1_700_000_000_123.457);
    });

    it('are right to the microsecond in every resolution, decimal and binary, and exact at whole milliseconds', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 255 }),
          fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          fc.integer({ min: 0, max: 4_000_000_000 }),
          (resolution, any, second) => {
            const exponent = BigInt(resolution & 0x7f);
            const units = resolution >= 0x80 ? 2n ** exponent : 10n ** exponent;
            // As many seconds as fit into the 64 bits, with any fraction.
            const value = (BigInt(second) * units + (any % units)) % 2n ** 64n;
            const milliseconds = Number((value * 1_000_000_000n) / units) / 1e6;
            const time = timeOf(value, [[9, Uint8Array.of(resolution)]]);
            expect(time).to.be.closeTo(milliseconds, 0.0005);
            const whole = ((value / units) * units * 1000n) / 1000n;
            expect(timeOf(whole, [[9, Uint8Array.of(resolution)]])).to.equal(Number(value / units) * 1000);
          },
        ),
        { seed: 0x9e, numRuns: 300 },
      );
    });

    it('are exact at each millisecond when they count nanoseconds', () => {
      for (let ms = 0n; ms < 1000n; ms++)
        expect(timeOf(seconds * 1_000_000_000n + ms * 1_000_000n, [[9, Uint8Array.of(9)]])).to.equal(
          1_700_000_000_000 + Number(ms),
        );
    });

    it('have an offset in seconds, also a negative one', () => {
      expect(timeOf(5_000_000n, [tsoffset(seconds)])).to.equal(1_700_000_005_000);
      expect(timeOf(seconds * 1_000_000n, [tsoffset(-1n)])).to.equal(1_699_999_999_000);
    });

    it('out of the years 1970 to 9999 are set to the nearest time within, and counted', () => {
      const cases: readonly (readonly [bigint, readonly Option[], number])[] = [
        [2n ** 64n - 1n, [], 253_402_300_799_999],
        [2n ** 64n - 1n, [[9, Uint8Array.of(0)]], 253_402_300_799_999],
        [0n, [tsoffset(-1n)], 0],
        [0n, [tsoffset(-(2n ** 63n))], 0],
        [0n, [tsoffset(2n ** 63n - 1n)], 253_402_300_799_999],
      ];
      for (const [value, options, time] of cases) {
        const file = concat([
          b.section(),
          b.interface({ options }),
          b.enhanced(data(4), stamp(value)),
          b.obsolete(data(4), stamp(value)),
        ]);
        const { packets, dropped } = readCapture(file);
        expect(packets.map((packet) => packet.time)).to.deep.equal([time, time]);
        expect(dropped).to.deep.equal({ 'timestamp-out-of-range': 2 });
      }
    });
  });

  describe('options', () => {
    it('stop at the end mark', () => {
      const options = concat([u16(0), u16(0), u16(9), u16(1), u32(9)]);
      const body = concat([u16(1), u16(0), u32(0), options]);
      const file = concat([b.section(), b.block(1, body), b.enhanced(data(4), { low: 5000 })]);
      expect(readCapture(file).packets[0]?.time).to.equal(5);
    });

    it('that are longer than their block, or of a wrong length, are counted', () => {
      for (const option of [concat([u16(9), u16(200), u32(9)]), concat([u16(9), u16(2), u32(9)])]) {
        const body = concat([u16(1), u16(0), u32(0), option]);
        const file = concat([b.section(), b.block(1, body), b.enhanced(data(4), { low: 5000 })]);
        expect(readCapture(file)).to.deep.include({ dropped: { 'bad-option': 1 } });
        expect(readCapture(file).packets[0]?.time).to.equal(5);
      }
    });

    it('may be a hundred thousand and empty', () => {
      const none = Uint8Array.from({ length: 400_000 }, (_, i) => (i % 4 === 0 ? 1 : 0));
      const resolution = concat([u16(9), u16(1), u32(9)]);
      const packet = concat([...[0, 0, 5_000_000, 4, 4].map((value) => u32(value)), data(4)]);
      const file = concat([
        b.block(0x0a0d0d0a, concat([b.section().subarray(8, 24), none])),
        b.block(1, concat([u16(1), u16(0), u32(0), none, resolution])),
        b.block(6, concat([packet, none])),
        b.enhanced(data(4), { low: 6_000_000 }),
      ]);
      const { packets, dropped } = readCapture(file);
      expect(packets.map(({ time }) => time)).to.deep.equal([5, 6]);
      expect(dropped).to.deep.equal({});
    });
  });

  it('holds at most so many bytes of secrets in all, and says when it holds more', () => {
    const file = concat([b.section(), b.secrets(1, data(60)), b.secrets(2, data(50)), b.secrets(3, data(40))]);
    const { secrets, dropped } = readCapture(file, { limits: { secretBytes: 100 } });
    expect(secrets.map(([type]) => type)).to.deep.equal([1, 3]);
    expect(dropped).to.deep.equal({ 'oversized-secrets': 1 });
  });

  it('counts secrets that claim to be longer than their block', () => {
    for (const length of [61, 0xffff_ffff]) {
      const file = concat([b.section(), b.secrets(1, data(60), length), b.block(10, data(4))]);
      expect(readCapture(file)).to.deep.include({ secrets: [], dropped: { 'bad-block': 2 } });
    }
  });
});
