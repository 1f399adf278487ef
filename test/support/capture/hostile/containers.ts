/** Files whose lengths, times, options and blocks lie. */

import { blockType, pcapngBlock } from '../../../../lib/capture/write/index.ts';
import { concat } from '../../../../lib/wire/index.ts';
import { type HostileCapture, interfaceBlock, sectionHeader, soundTrace, words } from './row.ts';

const lengths = [0, 4, 8, 7, 2 ** 31, 2 ** 32 - 1];
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const padTo4 = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
const times = (n: number, make: (i: number) => Uint8Array): Uint8Array =>
  concat(...Array.from({ length: n }, (_, i) => make(i)));
const packetBlock = (high: number, low: number, captured: number, index = 0): Uint8Array =>
  pcapngBlock(blockType.enhancedPacket, concat(words(index, high, low, captured, captured), new Uint8Array(60)));

const pcapLengths: readonly HostileCapture[] = lengths.flatMap((length) =>
  [60, length].map((original) => ({
    name: `a pcap record of ${length} captured bytes and ${original} on the wire`,
    make: () => concat(soundTrace().toPcap(), words(1, 1, length, original), new Uint8Array(60)),
    hellos: 1,
  })),
);

const blockLengths: readonly HostileCapture[] = lengths.flatMap((length) =>
  [blockType.enhancedPacket, blockType.decryptionSecrets, blockType.sectionHeader, 0x0bad].map((type) => ({
    name: `a pcapng block of type ${type} and length ${length}`,
    make: () => concat(soundTrace().toPcapng(), words(type, length), new Uint8Array(64), words(length)),
    hellos: 1,
  })),
);

const odd: readonly HostileCapture[] = [
  ...lengths.map((captured) => ({
    name: `a packet block that claims ${captured} captured bytes`,
    make: () => concat(soundTrace().toPcapng(), packetBlock(0, 0, captured)),
    hellos: 1,
  })),
  ...[0, 6, 9, 19, 20, 63, 64, 127, 0x80, 0x8a, 0x94, 0xbf, 0xff].map((resolution) => ({
    name: `the lowest and highest time stamps at time resolution ${resolution}`,
    make: () => {
      const option = concat(Uint8Array.of(9, 0, 1, 0, resolution, 0, 0, 0), words(0));
      const stamps = [words(0, 0), words(0, 0xffff_ffff), words(0xffff_ffff, 0xffff_ffff), words(0x8000_0000, 0)];
      const packets = stamps.map((stamp) =>
        pcapngBlock(blockType.enhancedPacket, concat(words(0), stamp, words(60, 60), new Uint8Array(60))),
      );
      return concat(sectionHeader, interfaceBlock(1, option), ...packets);
    },
    conversations: 0,
  })),
  {
    name: 'pcap time stamps of 0 and 2^32-1',
    make: () =>
      concat(soundTrace().toPcap(), ...[0, 0xffff_ffff].map((at) => concat(words(at, at, 60, 60), new Uint8Array(60)))),
    hellos: 1,
  },
  {
    name: '100,000 empty options',
    make: () => {
      const options = times(50_000, () => Uint8Array.of(1, 0, 0, 0));
      const packet = concat(words(0, 0, 0, 4, 4), new Uint8Array(4), options);
      return concat(
        sectionHeader,
        interfaceBlock(1, options),
        pcapngBlock(blockType.enhancedPacket, packet),
        soundTrace().toPcapng(),
      );
    },
    hellos: 1,
  },
  {
    name: 'options that are longer than their block',
    make: () =>
      concat(sectionHeader, interfaceBlock(1, Uint8Array.of(9, 0, 0xff, 0xff, 6, 0, 0, 0)), soundTrace().toPcapng()),
    hellos: 1,
  },
  {
    name: '20,000 sections',
    make: () =>
      concat(
        times(20_000, () => sectionHeader),
        soundTrace().toPcapng(),
      ),
    hellos: 1,
    whole: true,
  },
  {
    name: '10,001 interfaces',
    make: () =>
      concat(
        sectionHeader,
        times(10_001, () => interfaceBlock(1)),
        packetBlock(0, 0, 60, 10_000),
        soundTrace().toPcapng(),
      ),
    hellos: 1,
    dropped: ['too-many-interfaces'],
  },
  {
    name: 'packets of interfaces that do not exist',
    make: () =>
      concat(sectionHeader, packetBlock(0, 0, 60, 0), packetBlock(0, 0, 60, 0xffff_ffff), soundTrace().toPcapng()),
    hellos: 1,
    dropped: ['unknown-interface'],
  },
];

const secretsBlock = (length: number, body: Uint8Array, type = 0x544c534b): Uint8Array =>
  pcapngBlock(blockType.decryptionSecrets, concat(words(type, length), padTo4(body)));
const secrets: readonly HostileCapture[] = (
  [
    ['longer than the block', () => secretsBlock(2 ** 31, text('CLIENT_RANDOM'))],
    ['of another kind', () => secretsBlock(4, text('WGKL'), 0x57474b4c)],
    ['without anything', () => pcapngBlock(blockType.decryptionSecrets, new Uint8Array(0))],
    [
      'of binary noise',
      () =>
        secretsBlock(
          4000,
          Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) & 0xff),
        ),
    ],
    ['of one line of a megabyte', () => secretsBlock(2 ** 20, new Uint8Array(2 ** 20).fill(0x41))],
    [
      'of 20,000 lines of almost secrets',
      () => secretsBlock(28 * 20_000, text('CLIENT_RANDOM 00112233 4455\n'.repeat(20_000))),
    ],
  ] as [string, () => Uint8Array][]
).map(([name, block]) => ({
  name: `secrets ${name}`,
  make: () => concat(sectionHeader, block(), soundTrace().toPcapng()),
  hellos: 1,
}));

const noCaptures: readonly HostileCapture[] = [
  ['nothing at all', ''],
  ['a text file', 'client hello\n'],
  ['a zip file', 'PK\u0003\u0004\u0014\u0000'],
  ['a web page', '<!doctype html><script>alert(1)</script>'],
  ['terminal escapes', '\u001b[31m\u001b]0;x\u0007'],
].map(([name, content]) => ({ name: name as string, make: () => text(content as string), refused: true }));

export const containerRows: readonly HostileCapture[] = [
  ...pcapLengths,
  ...blockLengths,
  ...odd,
  ...secrets,
  ...noCaptures,
];
