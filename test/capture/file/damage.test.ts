import { expect } from 'chai';
import { HarnessError } from '../../../lib/wire/index.ts';
import { mutate, randomFrom } from '../../wire/mutate.ts';
import { Blocks, concat, data, everyBlock, pcap, type ReadFile, readCapture, u32 } from './files.ts';

const b = new Blocks();
const small = pcap([1, 2, 3, 4].map((seed) => ({ seconds: seed, data: data(20 * seed, seed) })));
const captures = [small, everyBlock(), everyBlock(true), concat([everyBlock(), everyBlock(true)])];

/** What was read, or the code of the error. */
function outcome(file: Uint8Array, chunk?: number): ReadFile | string {
  try {
    return readCapture(file, chunk === undefined ? {} : { chunk });
  } catch (error) {
    if (error instanceof HarnessError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('damaged captures', () => {
  it('cut anywhere show the packets that are whole, and say that one is not', () => {
    for (const file of captures) {
      const { packets } = readCapture(file);
      let before = 0;
      for (let length = 0; length < file.length; length++) {
        const cut = outcome(file.subarray(0, length));
        if (typeof cut === 'string') {
          expect(length).to.be.below(24);
          expect(cut).to.match(/^not-a-capture: The file (?:is empty|ends after \d+ bytes)/);
          continue;
        }
        expect(cut.packets).to.deep.equal(packets.slice(0, cut.packets.length));
        expect(cut.packets.length).to.be.within(before, packets.length);
        before = cut.packets.length;
        expect(cut.dropped).to.deep.equal(cut.truncated ? { 'truncated-packet': 1 } : {});
      }
    }
  });

  it('changed anywhere, in 3,000 ways, end in packets and counts, the same for every size of chunk', () => {
    const random = randomFrom(0xca97);
    for (let i = 0; i < 3000; i++) {
      const file = mutate(captures[i % captures.length]!, random);
      const whole = outcome(file);
      expect(outcome(file, 7)).to.deep.equal(whole);
      if (i % 10 === 0) for (const chunk of [1, 1500]) expect(outcome(file, chunk)).to.deep.equal(whole);
      if (typeof whole === 'string') continue;
      for (const { time, length, data } of whole.packets) {
        expect(time).to.be.within(0, 253_402_300_799_999);
        expect(length).to.be.at.least(data.length / 2);
      }
    }
  });

  it('give the same in chunks of 1, 7, 1500 and 65536 bytes', () => {
    const large = pcap([7, 3000, 1, 70_000, 262_144, 0, 9].map((length, seed) => ({ data: data(length, seed) })));
    for (const file of [...captures, large]) {
      const whole = readCapture(file);
      for (const chunk of [1, 7, 1500, 65_536]) expect(readCapture(file, { chunk })).to.deep.equal(whole);
    }
  });

  it('end at a block of an impossible length', () => {
    for (const type of [1, 3, 4, 6, 10, 0x77])
      for (const length of [0, 4, 8, 13, 33, 0xffff_fffd]) {
        const file = concat([
          b.section(),
          b.interface(),
          b.enhanced(data(8)),
          b.block(type, data(32), { length }),
          b.enhanced(data(8)),
        ]);
        const { packets, truncated, dropped } = readCapture(file);
        expect(packets, `${type} ${length}`).to.have.length(1);
        expect({ truncated, dropped }).to.deep.equal({ truncated: true, dropped: { 'bad-block-length': 1 } });
      }
  });

  it('pass over a block of 2 or 4 GiB without holding it', () => {
    for (const type of [1, 2, 3, 4, 6, 10, 0x77])
      for (const length of [0x8000_0000, 0xffff_fffc]) {
        const start = concat([b.section(), b.interface(), b.enhanced(data(8)), b.word(type), b.word(length)]);
        const before = process.memoryUsage().arrayBuffers;
        const { packets, truncated, dropped } = readCapture(concat([start, new Uint8Array(2 ** 20)]), { chunk: 1500 });
        expect(process.memoryUsage().arrayBuffers - before).to.be.below(2 ** 23);
        expect(packets).to.have.length(1);
        expect(truncated).to.equal(true);
        expect(dropped['truncated-packet']).to.equal(1);
      }
  });

  it('lose only the block whose contents contradict it', () => {
    const bad = [
      b.enhanced(data(8), { captured: 9 }),
      b.enhanced(data(8), { captured: 0xffff_ffff }),
      b.block(6, data(16)),
      b.block(3, data(0)),
      b.block(2, data(8)),
      b.simple(data(8), 13),
    ];
    for (const block of bad) {
      const file = concat([b.section(), b.interface(), b.enhanced(data(8)), block, b.enhanced(data(9))]);
      const { packets, truncated, dropped } = readCapture(file);
      expect(packets).to.have.length(2);
      expect(truncated).to.equal(false);
      expect(Object.values(dropped)).to.deep.equal([1]);
    }
  });

  it('pass over a packet of more than 256 KiB in pcapng', () => {
    const file = concat([
      b.section(),
      b.interface(),
      b.enhanced(data(262_144)),
      b.enhanced(data(262_148)),
      b.enhanced(data(9)),
    ]);
    for (const chunk of [1500, file.length]) {
      const { packets, dropped } = readCapture(file, { chunk, headersOnly: true });
      expect(packets.map(({ length }) => length)).to.deep.equal([262_144, 9]);
      expect(dropped).to.deep.equal({ 'oversized-packet': 1 });
    }
    const larger = concat([b.section(), b.interface(), b.enhanced(data(2 ** 21)), b.enhanced(data(9))]);
    expect(readCapture(larger, { headersOnly: true })).to.deep.include({ dropped: { 'oversized-packet': 1 } });
  });

  it('count a block whose two lengths differ, and go on by the first', () => {
    for (const type of [4, 6]) {
      const wrong = b.block(type, concat([u32(0), u32(0), u32(0), u32(0), u32(0)]), { trailer: 36 });
      const file = concat([b.section(), b.interface(), wrong, b.enhanced(data(9))]);
      const { packets, dropped } = readCapture(file);
      expect(packets).to.have.length(type === 6 ? 2 : 1);
      expect(dropped).to.deep.equal({ 'block-length-mismatch': 1 });
    }
  });

  it('keep the numbers of interfaces that cannot be read', () => {
    const file = concat([
      b.section(),
      b.block(1, data(4)),
      b.interface({ linkType: 101 }),
      b.enhanced(data(8), { id: 0 }),
      b.enhanced(data(8), { id: 1 }),
    ]);
    const { packets, dropped } = readCapture(file);
    expect(packets.map(({ linkType }) => linkType)).to.deep.equal([101]);
    expect(dropped).to.deep.equal({ 'bad-interface': 1, 'unknown-interface': 1 });
  });

  it('may have 20,000 sections', () => {
    const big = new Blocks(true);
    const section = (blocks: Blocks): Uint8Array[] => [blocks.section(), blocks.interface(), blocks.enhanced(data(8))];
    const file = concat(Array.from({ length: 20_000 }, (_, i) => section(i % 2 === 0 ? b : big)).flat());
    expect(readCapture(file, { headersOnly: true }))
      .to.have.property('packets')
      .with.length(20_000);
  });

  it('may have more than 10,000 interfaces, of which those are known', () => {
    const one = b.interface();
    const file = concat([
      b.section(),
      ...Array.from({ length: 10_500 }, () => one),
      b.enhanced(data(8), { id: 9999 }),
      b.enhanced(data(8), { id: 10_000 }),
    ]);
    const { packets, dropped } = readCapture(file);
    expect(packets).to.have.length(1);
    expect(dropped).to.deep.equal({ 'too-many-interfaces': 500, 'unknown-interface': 1 });
  });

  it('end at a later section that cannot be read', () => {
    const sections = [b.section({ version: [2, 0] }), b.section({ version: [1, 1] }), b.block(0x0a0d0d0a, data(16))];
    for (const section of sections) {
      const file = concat([b.section(), b.interface(), b.enhanced(data(8)), section, b.enhanced(data(8))]);
      expect(readCapture(file)).to.deep.include({ truncated: true, dropped: { 'bad-section': 1 } });
      expect(readCapture(file).packets).to.have.length(1);
    }
  });
});
