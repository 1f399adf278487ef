import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Blocks, concat, data, everyBlock, pcap, readCapture, u32 } from './files.ts';

const b = new Blocks();
const records = [1, 2, 3].map((seed) => ({
  seconds: 1_700_000_000 + seed,
  fraction: 500_000 + seed,
  data: data(60 + seed, seed),
  length: 200 + seed,
}));
const clocks = concat([
  b.section(),
  ...[6, 9, 3, 0, 0x8a, 0x9e].map((resolution) => b.interface({ options: [[9, Uint8Array.of(resolution)]] })),
  ...[6, 9, 3, 0].map((digits, id) => enhanced(id, 1_700_000_000n * 10n ** BigInt(digits))),
  ...[10n, 30n].map((bits, i) => enhanced(4 + i, (1_700_000_000n << bits) + (1n << (bits - 1n)))),
]);

function enhanced(id: number, value: bigint): Uint8Array {
  return b.enhanced(data(60), { id, high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) });
}

/** Files, with those who are asked: of pcap libpcap has the last word, of pcapng Wireshark. */
const files: readonly (readonly [name: string, file: Uint8Array, ...judges: ('tcpdump' | 'tshark')[]])[] = [
  ['microseconds', pcap(records), 'tcpdump'],
  ['microseconds, big-endian', pcap(records, { bigEndian: true }), 'tcpdump'],
  ['nanoseconds', pcap(records, { magic: 0xa1b23c4d }), 'tcpdump', 'tshark'],
  ['nanoseconds, big-endian', pcap(records, { magic: 0xa1b23c4d, bigEndian: true }), 'tcpdump'],
  ['version 2.2', pcap(records, { version: [2, 2], swapped: true }), 'tcpdump'],
  ['version 2.3', pcap(records, { version: [2, 3], swapped: true }), 'tcpdump'],
  ['version 2.3 with the new order', pcap(records, { version: [2, 3] }), 'tcpdump'],
  ['version 543.0', pcap(records, { version: [543, 0], swapped: true }), 'tcpdump'],
  ["Kuznetzov's variant", kuznetzov(false), 'tcpdump'],
  ["Kuznetzov's variant, big-endian", kuznetzov(true), 'tcpdump'],
  ['cut short', pcap(records).subarray(0, -10), 'tcpdump'],
  ['with a packet that is too long', pcap([...records, { data: data(60), captured: 300_000 }]), 'tcpdump'],
  ['pcapng with every block', everyBlock(), 'tshark'],
  ['pcapng with every block, big-endian', everyBlock(true), 'tshark'],
  ['pcapng with several clocks', clocks, 'tcpdump', 'tshark'],
  ['pcapng with sections of both byte orders', concat([clocks, new Blocks(true).section()]), 'tcpdump', 'tshark'],
  ['pcapng, cut short', clocks.subarray(0, -10), 'tcpdump', 'tshark'],
];

function kuznetzov(bigEndian: boolean): Uint8Array {
  const extra = concat([u32(2, bigEndian), u32(0)]);
  return pcap(
    records.map((record) => ({ ...record, extra })),
    { magic: 0xa1b2cd34, bigEndian },
  );
}

/** Time in milliseconds and captured length of each packet, as another program says; null where it is not installed. */
type Judge = (path: string) => readonly (readonly [number, number])[] | null;

/** tcpdump of a distribution may drop its rights and then not read the file: it is given as standard input. */
const judges: Readonly<Record<'tcpdump' | 'tshark', Judge>> = {
  tcpdump: (path) => {
    const { status, stdout } = spawnSync(
      'sh',
      [
        '-c',
        'command -v tcpdump >/dev/null || exit 99; tcpdump -nn -tt --time-stamp-precision=nano -xx -r - <"$0"',
        path,
      ],
      { encoding: 'utf8' },
    );
    if (status === 99 || status === null) return null;
    const packets: (readonly [number, number])[] = [];
    for (const block of stdout.split(/^(?=\d+\.\d{9} )/m).filter((text) => text !== '')) {
      const hex = [...block.matchAll(/^\t0x[0-9a-f]+: {2}([0-9a-f ]+)$/gm)].map((line) => line[1]).join('');
      packets.push([Number.parseFloat(block) * 1000, hex.replaceAll(' ', '').length / 2]);
    }
    return packets;
  },
  tshark: (path) => {
    const fields = ['frame.encap_type', 'frame.time_epoch', 'frame.cap_len'].flatMap((field) => ['-e', field]);
    const { error, stdout } = spawnSync('tshark', ['-n', '-r', path, '-T', 'fields', ...fields], { encoding: 'utf8' });
    if (error !== undefined) return null;
    // Custom blocks have no link type; simple packets have no time, where ours have that of the one before.
    const lines = stdout.split('\n').filter((line) => /^\d/.test(line));
    return lines
      .map((line) => line.split('\t'))
      .map(([, time = '', length]) => [time === '' ? Number.NaN : Number(time) * 1000, Number(length)]);
  },
};

describe('captures of every variant', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'captures-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [program, judge] of Object.entries(judges)) {
    it(`have the packets and times that ${program} reads`, function () {
      for (const [name, file, ...asked] of files) {
        if (!asked.some((judge) => judge === program)) continue;
        const path = join(folder, 'capture');
        writeFileSync(path, file);
        const theirs = judge(path);
        if (theirs === null) this.skip();
        const ours = readCapture(file).packets.map(({ time, data }) => [time, data.length / 2] as const);
        expect(ours.length, name).to.equal(theirs.length);
        expect(theirs.length, name).to.be.above(1);
        ours.forEach(([time, length], i) => {
          if (!Number.isNaN(theirs[i]![0])) expect(time, name).to.be.closeTo(theirs[i]![0], 0.001);
          expect(length, name).to.equal(theirs[i]![1]);
        });
      }
    });
  }
});
