/** Link layers cut short, towers of headers, fragments that contradict each other. */

import {
  ethernetFrame,
  etherType,
  fragmentIpv4,
  fragmentIpv6,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
  udpDatagram,
} from '../../../../lib/capture/write/index.ts';
import { concat } from '../../../../lib/wire/index.ts';
import { randomFrom } from '../../../wire/mutate.ts';
import { Talk } from '../talk.ts';
import { Trace } from '../trace.ts';
import { goodHello, type HostileCapture, pcapOf } from './row.ts';

/** Null, Ethernet, PPP, raw (twice), Linux cooked (twice), loopback, PPPoE, IPv4, IPv6. */
const linkTypes = [0, 1, 9, 12, 101, 113, 276, 108, 51, 228, 229];
const v4 = { source: '192.0.2.10', destination: '198.51.100.20' };
const v6 = { source: '2001:db8::a', destination: '2001:db8::b' };
const frame = (packet: Uint8Array, type: number = etherType.ipv4): Uint8Array =>
  ethernetFrame({ source: '00:00:5e:00:53:01', destination: '00:00:5e:00:53:02', etherType: type }, packet);
const repeat = (n: number, bytes: Uint8Array): Uint8Array => concat(...Array.from({ length: n }, () => bytes));

const shortPackets: readonly HostileCapture[] = linkTypes.map((linkType) => ({
  name: `packets of 0 to 23 bytes on link type ${linkType}`,
  make: () => {
    const random = randomFrom(linkType);
    const frames = Array.from({ length: 24 * 20 }, (_, i) => {
      const starts = [0x45, 0x60, 0x00, 0xff];
      return Uint8Array.from({ length: i % 24 }, (_, at) =>
        at === 0 ? (starts[i % 4] as number) : Math.floor(random() * 256),
      );
    });
    return pcapOf(frames, linkType);
  },
  conversations: 0,
}));

const towers: readonly HostileCapture[] = (
  [
    ['VLAN tags', () => frame(repeat(15_000, Uint8Array.of(0, 1, 0x81, 0)), etherType.vlan)],
    ['MPLS labels', () => frame(repeat(15_000, Uint8Array.of(0, 1, 0, 64)), 0x8847)],
    [
      'hop-by-hop headers',
      () =>
        frame(
          ipv6Packet({ ...v6, nextHeader: 0 }, repeat(8000, Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 0))),
          etherType.ipv6,
        ),
    ],
    [
      'fragment headers',
      () =>
        frame(
          ipv6Packet({ ...v6, nextHeader: 44 }, repeat(8000, Uint8Array.of(44, 0, 0, 0, 0, 0, 0, 1))),
          etherType.ipv6,
        ),
    ],
    [
      'authentication headers',
      () =>
        frame(
          ipv6Packet({ ...v6, nextHeader: 51 }, repeat(5000, Uint8Array.of(51, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1))),
          etherType.ipv6,
        ),
    ],
    ['IP in IP', () => frame(nested(3000, (inner) => ipv4Packet({ ...v4, protocol: 4 }, inner)))],
    [
      'GRE in GRE',
      () =>
        frame(nested(2500, (inner) => ipv4Packet({ ...v4, protocol: 47 }, concat(Uint8Array.of(0, 0, 8, 0), inner)))),
    ],
    ['VXLAN in VXLAN', () => frame(nested(1200, (inner) => vxlan(inner)))],
  ] as [string, () => Uint8Array][]
).map(([name, make]) => ({
  name: `a tower of ${name}`,
  make: () => pcapOf([make()]),
  conversations: 0,
}));

/** `wrap` applied again and again, from the inside out, as often as a packet can hold. */
function nested(depth: number, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array {
  let packet = ipv4Packet({ ...v4, protocol: ipProtocol.udp }, new Uint8Array(8));
  // Joining each layer to all inner ones would be quadratic in bytes: 3000 layers are still only 90 MB of copies.
  for (let i = 0; i < depth && packet.length < 65_000; i++) packet = wrap(packet);
  return packet;
}

function vxlan(inner: Uint8Array): Uint8Array {
  const payload = concat(Uint8Array.of(8, 0, 0, 0, 0, 0, 1, 0), frame(inner));
  // Without a checksum: it would be the only slow thing here.
  const udp = concat(
    Uint8Array.of(0x12, 0xb5, 0x12, 0xb5, (payload.length + 8) >> 8, (payload.length + 8) & 0xff, 0, 0),
    payload,
  );
  return ipv4Packet({ ...v4, protocol: ipProtocol.udp }, udp);
}

const datagram = ipv4Packet(
  { ...v4, protocol: ipProtocol.udp, id: 7 },
  udpDatagram({ ...v4, sourcePort: 443, destinationPort: 443 }, new Uint8Array(4000)),
);
const piece = (offset: number, length: number, more: boolean, id = 7, fill = 0): Uint8Array =>
  frame(
    ipv4Packet(
      { ...v4, protocol: ipProtocol.tcp, id, dontFragment: false, moreFragments: more, fragmentOffset: offset },
      new Uint8Array(length).fill(fill),
    ),
  );

const fragments: readonly HostileCapture[] = [
  {
    name: 'teardrop fragments, one inside the other',
    make: () =>
      pcapOf([piece(0, 1480, true), piece(24, 8, false), piece(16, 64, true, 7, 1), piece(0, 8, false, 7, 2)]),
    conversations: 0,
  },
  {
    name: 'a fragment that ends beyond 65,535 bytes',
    make: () => pcapOf([piece(65_528, 1000, false), piece(0, 1480, true)]),
    conversations: 0,
  },
  {
    name: 'fragments of no bytes, and of lengths that are no multiple of 8',
    make: () => pcapOf([piece(0, 0, true), piece(8, 13, true), piece(8, 0, false), piece(16, 1, true)]),
    conversations: 0,
  },
  {
    name: '20,000 first fragments',
    make: () => pcapOf(Array.from({ length: 20_000 }, (_, i) => piece(0, 32, true, i))),
    conversations: 0,
    dropped: ['ip-fragments-incomplete'],
  },
  {
    name: '20,000 fragments of one datagram, most of them twice',
    make: () => pcapOf(Array.from({ length: 20_000 }, (_, i) => piece(((i * 7919) % 8000) * 8, 8, true, 1, i & 0xff))),
    conversations: 0,
  },
  {
    name: 'a datagram in fragments of 8 bytes, backwards',
    make: () =>
      pcapOf(
        fragmentIpv4(datagram, [8])
          .reverse()
          .map((part) => frame(part)),
      ),
    conversations: 0,
    whole: true,
  },
  {
    name: 'IPv6 fragments of one datagram that disagree about its length',
    make: () => {
      const packet = ipv6Packet({ ...v6, nextHeader: ipProtocol.udp }, new Uint8Array(3000));
      const parts = [...fragmentIpv6(packet, [1000, 1000], 9), ...fragmentIpv6(packet.subarray(0, 1640), [800], 9)];
      return pcapOf(parts.map((part) => frame(part, etherType.ipv6)));
    },
    conversations: 0,
  },
  {
    name: 'a hello behind fragments of the same identification that never end',
    make: () => {
      const trace = new Trace();
      for (let i = 0; i < 1000; i++) trace.add(piece(8 * i, 8, true, 0x1a00 + (i & 15)));
      new Talk(trace).connect().send('client', goodHello);
      return trace.toPcapng();
    },
    hellos: 1,
  },
];

export const networkRows: readonly HostileCapture[] = [...shortPackets, ...towers, ...fragments];
