import { expect } from 'chai';
import * as fc from 'fast-check';
import { fragmentIpv4, fragmentIpv6, ipv4Packet, ipv6Packet, udpDatagram } from '../../../lib/capture/write/index.ts';
import { carried, dissect, frame, inner4, inner6, macs, overUdp, type SentPacket, seen4, seen6 } from './frames.ts';

const ends4 = { source: '192.0.2.1', destination: '198.51.100.2' };
const ends6 = { source: '2001:db8::1', destination: '2001:db8:0:1::2' };
const ports = { sourcePort: 1000, destinationPort: 2000 };
const letters = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => 97 + (i % 26));
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const datagram4 = (payload: Uint8Array, id = 7): Uint8Array =>
  ipv4Packet({ ...ends4, protocol: 17, id }, udpDatagram({ ...ends4, ...ports }, payload));
const datagram6 = (payload: Uint8Array): Uint8Array =>
  ipv6Packet({ ...ends6, nextHeader: 17 }, udpDatagram({ ...ends6, ...ports }, payload));
const line4 = (payload: Uint8Array): string => `192.0.2.1 > 198.51.100.2 protocol 17: 03e8 07d0 ${text(payload)}`;
const line6 = (payload: Uint8Array): string => `2001:db8::1 > 2001:db8:0:1::2 protocol 17: 03e8 07d0 ${text(payload)}`;
const raw = (packets: readonly Uint8Array[], time = 0): SentPacket[] =>
  packets.map((bytes) => ({ bytes, linkType: 101, time }));

describe('IP fragments', () => {
  it('in any order and with duplicates make the same datagram, once', () => {
    const shape = fc.record({
      length: fc.integer({ min: 100, max: 700 }),
      sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 9 }),
      order: fc.array(fc.nat(), { minLength: 80, maxLength: 80 }),
      again: fc.array(fc.nat(), { maxLength: 10 }),
      six: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, ({ length, sizes, order, again, six }) => {
        const payload = letters(length);
        const bytes = sizes.map((size) => size * 8);
        const whole = six ? datagram6(payload) : datagram4(payload);
        const fragments = six ? fragmentIpv6(whole, bytes, 99) : fragmentIpv4(whole, bytes);
        const shuffled = fragments
          .map((fragment, i) => ({ fragment, rank: order[i % order.length] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ fragment }) => fragment);
        for (const n of again)
          shuffled.splice(n % (shuffled.length + 1), 0, fragments[n % fragments.length] as Uint8Array);
        const expected = six ? line6(payload) : line4(payload);
        expect(dissect(raw(shuffled))).to.deep.equal({ lines: [expected], dropped: {} });
      }),
      { seed: 791, numRuns: 300 },
    );
  });

  it('tell how many they were, and the header of the first', () => {
    const fragments = fragmentIpv4(datagram4(letters(100)), [64]);
    for (const [i, fragment] of fragments.entries()) fragment[8] = 60 - i;
    const { lines } = dissect(raw(fragments.toReversed()), {
      describe: ({ fragments: count, ttl, id, header }) => JSON.stringify({ count, ttl, id, header }),
    });
    expect(lines).to.deep.equal(['{"count":2,"ttl":60,"id":7,"header":-1}']);
  });

  it('hold a tunnel, and come inside one', () => {
    const outside = fragmentIpv4(overUdp(4789, '0800000000000100', macs, '0800', inner4), [24]);
    expect(dissect(raw(outside)).lines).to.deep.equal([seen4]);
    const gre = (bytes: Uint8Array): Uint8Array => carried(47, frame('0000 0800', bytes));
    const inside = fragmentIpv4(datagram4(letters(50)), [24]);
    expect(dissect(raw(inside.map(gre))).lines).to.deep.equal([line4(letters(50))]);
    const both = inside.flatMap((bytes, i) => {
      const tunnel = gre(bytes);
      tunnel[5] = i;
      return fragmentIpv4(tunnel, [16]);
    });
    expect(dissect(raw(both)).lines).to.deep.equal([line4(letters(50))]);
  });

  it('of IPv6 may have extension headers behind the fragment header', () => {
    const options = frame('1100 0104 00000000', inner6.subarray(40));
    const fragments = fragmentIpv6(ipv6Packet({ ...ends6, nextHeader: 60 }, options), [8], 1);
    expect(dissect(raw(fragments)).lines).to.deep.equal([seen6]);
  });

  it('are kept apart by identification, protocol and addresses', () => {
    const one = fragmentIpv4(datagram4(letters(40), 1), [24]);
    const two = fragmentIpv4(datagram4(letters(41), 2), [24]);
    const three = one.map((bytes) => Uint8Array.from(bytes, (byte, i) => (i === 9 ? 50 : byte)));
    const four = one.map((bytes) => Uint8Array.from(bytes, (byte, i) => (i === 15 ? 9 : byte)));
    const mixed = [
      one[0],
      two[0],
      three[0],
      four[0],
      two[1],
      four[1],
      one[1],
      three[1],
      one[2],
      two[2],
      three[2],
      four[2],
    ];
    expect(dissect(raw(mixed.filter((bytes) => bytes !== undefined))).lines).to.have.length(4);
  });

  it('that overlap leave standing what came first', () => {
    const piece = (offset: number, more: boolean, fill: string, length: number): Uint8Array =>
      ipv4Packet(
        { ...ends4, protocol: 99, dontFragment: false, moreFragments: more, fragmentOffset: offset },
        new TextEncoder().encode(fill.repeat(length)),
      );
    const describe = (d: { bytes: Uint8Array; payload: number; end: number }): string =>
      text(d.bytes.subarray(d.payload, d.end));
    const lines = (...packets: Uint8Array[]): string[] => dissect(raw(packets), { describe }).lines;
    const teardrop = [piece(0, true, 'a', 24), piece(8, true, 'b', 8), piece(16, false, 'c', 20)];
    expect(lines(...teardrop)).to.deep.equal([`${'a'.repeat(24)}${'c'.repeat(12)}`]);
    const gaps = [piece(8, true, 'a', 8), piece(24, true, 'b', 8), piece(0, true, 'c', 40), piece(32, false, 'd', 10)];
    expect(lines(...gaps)).to.deep.equal([
      `${'c'.repeat(8)}${'a'.repeat(8)}${'c'.repeat(8)}${'b'.repeat(8)}ccccccccdd`,
    ]);
  });

  it('that contradict the length of the datagram, or cannot be, are counted and ignored', () => {
    const piece = (offset: number, more: boolean, length: number): Uint8Array =>
      ipv4Packet(
        { ...ends4, protocol: 99, dontFragment: false, moreFragments: more, fragmentOffset: offset },
        new Uint8Array(length),
      );
    const describe = (d: { payload: number; end: number }): string => String(d.end - d.payload);
    const beyond = [piece(8, true, 8), piece(16, false, 8), piece(24, true, 8), piece(16, false, 4), piece(0, true, 8)];
    expect(dissect(raw(beyond), { describe })).to.deep.equal({
      lines: ['24'],
      dropped: { 'ip-fragment-malformed': 2 },
    });
    const before = [piece(16, true, 8), piece(8, false, 8), piece(0, true, 16), piece(24, false, 8)];
    expect(dissect(raw(before), { describe })).to.deep.equal({
      lines: ['32'],
      dropped: { 'ip-fragment-malformed': 1 },
    });
    const impossible = [piece(0, true, 7), piece(8, true, 0), piece(65528, false, 8)];
    expect(dissect(raw(impossible))).to.deep.equal({ lines: [], dropped: { 'ip-fragment-malformed': 3 } });
  });

  it('that never become a datagram are told at the end, after their time, or when others need the room', () => {
    const [first = inner4, second = inner4] = fragmentIpv4(datagram4(letters(40)), [24]);
    const start = '192.0.2.1 > 198.51.100.2 protocol 17: 03e8 07d0 ';
    const told = [`incomplete 1 ${start}${text(letters(16))}`];
    const dropped = { 'ip-fragments-incomplete': 1 };
    expect(dissect(raw([first]))).to.deep.equal({ lines: told, dropped });
    expect(dissect([...raw([first]), ...raw([second], 30_001)]).lines[0]).to.equal(told[0]);
    expect(dissect(raw([second]))).to.deep.equal({
      lines: ['incomplete 1 192.0.2.1 > 198.51.100.2 protocol 17:  (48 missing)'],
      dropped,
    });
    expect(dissect(raw([first]), { limits: { fragmentBytes: 600 } }).lines).to.deep.equal(told);
    const { lines } = dissect(raw(fragmentIpv4(datagram4(letters(40)), [8])), { limits: { fragmentBytes: 900 } });
    expect(lines.filter((line) => !line.startsWith('incomplete'))).to.deep.equal([]);
  });

  it('that were snapped make what comes before the first byte that is missing', () => {
    const fragments = fragmentIpv4(datagram4(letters(100)), [64]);
    const packets = fragments.map((bytes) => ({ bytes: bytes.subarray(0, 60), length: bytes.length, linkType: 101 }));
    for (const order of [packets, packets.toReversed()]) {
      expect(dissect(order)).to.deep.equal({ lines: [`${line4(letters(32))} (68 missing)`], dropped: {} });
    }
  });

  it('seen again after their datagram are no new one, unless their bytes differ', () => {
    const once = fragmentIpv4(datagram4(letters(40)), [24]);
    const twice = once.flatMap((bytes) => [bytes, bytes]);
    expect(dissect(raw([...twice, ...once]))).to.deep.equal({ lines: [line4(letters(40))], dropped: {} });
    const other = letters(40).toReversed();
    const reused = fragmentIpv4(datagram4(other), [24]);
    expect(dissect(raw([...once, ...reused]))).to.deep.equal({
      lines: [line4(letters(40)), line4(other)],
      dropped: {},
    });
  });

  it('in a bomb cost little time and room', function () {
    this.timeout(10_000);
    const first = fragmentIpv4(datagram4(letters(40)), [24])[0] ?? inner4;
    const bomb = Array.from({ length: 20_000 }, (_, i) => {
      const bytes = first.slice();
      bytes[4] = i >> 8;
      bytes[5] = i & 0xff;
      return { bytes, linkType: 101 };
    });
    const start = process.cpuUsage();
    const { lines, dropped } = dissect(bomb);
    expect(lines).to.have.length(20_000);
    expect(dropped).to.deep.equal({ 'ip-fragments-incomplete': 20_000 });
    expect(process.cpuUsage(start).user).to.be.below(2_000_000);
  });

  it('of one byte more than a header, in the worst order, cost little time', function () {
    this.timeout(10_000);
    const whole = ipv4Packet({ ...ends4, protocol: 99, dontFragment: false }, letters(65_500));
    const fragments = fragmentIpv4(whole, [8]);
    const even = fragments.filter((_, i) => i % 2 === 0).toReversed();
    const odd = fragments.filter((_, i) => i % 2 === 1).toReversed();
    const start = process.cpuUsage();
    const { lines } = dissect(raw([...even, ...odd]), { describe: (d) => String(d.end - d.payload) });
    expect(lines).to.deep.equal(['65500']);
    expect(process.cpuUsage(start).user).to.be.below(2_000_000);
  });
});
