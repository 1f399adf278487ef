import { expect } from 'chai';
import * as fc from 'fast-check';
import { internetChecksum } from '../../../lib/capture/write/index.ts';
import { retold, type SocketEvent, type SocketStory } from '../../../lib/net/recording/retold.ts';
import { concat } from '../../../lib/wire/index.ts';

const ipv4 = { local: { address: '192.0.2.2', port: 40_000 }, remote: { address: '198.51.100.2', port: 443 } };
const ipv6 = { local: { address: '2001:db8:1::1', port: 40_000 }, remote: { address: '2001:db8:2::2', port: 443 } };

function story(events: readonly SocketEvent[], more: Partial<SocketStory> = {}): SocketStory {
  return {
    ...ipv4,
    initialSequence: 0,
    startedAt: 0,
    events,
    endedAt: 100,
    outcome: { connect: 'ok', end: 'enough', wire: null },
    ...more,
  };
}

interface Segment {
  readonly fromUs: boolean;
  readonly flags: string;
  readonly seq: number;
  readonly ack: number;
  readonly payload: Uint8Array;
}

/** TCP header fields by offset (RFC 9293 §3.1), behind an IP header without options. */
function segmentOf(packet: Uint8Array): Segment {
  const header = (packet[0] ?? 0) >> 4 === 6 ? 40 : 20;
  const view = new DataView(packet.buffer, packet.byteOffset + header);
  const bits = view.getUint8(13);
  const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK'].filter((_, bit) => (bits & (1 << bit)) !== 0);
  return {
    fromUs: view.getUint16(2) === 443,
    flags: names.filter((name) => name !== 'PSH').join(' '),
    seq: view.getUint32(4),
    ack: view.getUint32(8),
    payload: packet.subarray(header + 4 * (view.getUint8(12) >> 4)),
  };
}

const told = (one: SocketStory): Segment[] => retold(one).map(({ bytes }) => segmentOf(bytes));
const signature = ({ fromUs, flags, payload }: Segment): string =>
  `${fromUs ? '>' : '<'} ${flags}${payload.length > 0 ? ` ${payload.length}` : ''}`;

const connected: SocketEvent = { kind: 'connected', at: 1 };
const sent = (length: number): SocketEvent => ({ kind: 'sent', at: 2, bytes: new Uint8Array(length) });
const received = (length: number): SocketEvent => ({ kind: 'received', at: 3, bytes: new Uint8Array(length) });

describe('a connection retold as packets', () => {
  it('opens, carries and acknowledges what the socket showed, and ends as it did', () => {
    expect(told(story([connected, sent(200), received(100)])).map(signature)).to.deep.equal([
      '> SYN',
      '< SYN ACK',
      '> ACK',
      '> ACK 200',
      '< ACK 100',
      '> ACK',
      '> FIN ACK',
    ]);
  });

  for (const [end, last] of [
    ['reset', ['< RST ACK']],
    ['closed', ['< FIN ACK', '> FIN ACK']],
    ['silent', ['> FIN ACK']],
  ] as const) {
    it(`shows how it ended: ${end}`, () => {
      const packets = told(story([connected, sent(200)], { outcome: { connect: 'ok', end, wire: null } }));
      expect(packets.slice(4).map(signature)).to.deep.equal(last);
    });
  }

  it('answers a refused SYN with RST, and one that nobody answered with nothing', () => {
    const refused = story([], { outcome: { connect: 'refused', end: 'not-connected', wire: null } });
    const lost = story([], { outcome: { connect: 'timeout', end: 'not-connected', wire: null } });
    expect(told(refused).map(signature)).to.deep.equal(['> SYN', '< RST ACK']);
    expect(told(refused)[1]?.ack).to.equal(1);
    expect(told(lost).map(signature)).to.deep.equal(['> SYN']);
  });

  it('acknowledges an unanswered hello only as far as TCP_INFO says', () => {
    const silent = (acked: number | null): Segment[] => {
      const stream = { bytes: 200, acked, retransmitted: null, tailSacked: null };
      const wire = { path: null, sent: stream, inbound: null, missingInbound: null, segments: null } as never;
      return told(story([connected, sent(200)], { outcome: { connect: 'ok', end: 'silent', wire } }));
    };
    const heard = (packets: readonly Segment[]): number[] => packets.filter((one) => !one.fromUs).map(({ ack }) => ack);
    expect(heard(silent(null))).to.deep.equal([1]);
    expect(heard(silent(0))).to.deep.equal([1]);
    expect(heard(silent(200))).to.deep.equal([1, 201]);
  });

  it('holds every byte of both directions in order, with right checksums, however it came', () => {
    const event = fc.record({
      kind: fc.constantFrom('sent' as const, 'received' as const),
      bytes: fc.uint8Array({ maxLength: 4000, minLength: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 6 }),
        fc.constantFrom(ipv4, ipv6),
        fc.nat(2 ** 32 - 1),
        (events, ends, isn) => {
          const timed = events.map((one, index) => ({ ...one, at: 2 + index }));
          const packets = retold(story([connected, ...timed], { ...ends, initialSequence: isn }));
          for (const { bytes } of packets) expect(checksumOf(bytes)).to.equal(0);
          for (const kind of ['sent', 'received'] as const) {
            const segments = packets
              .map(({ bytes }) => segmentOf(bytes))
              .filter((one) => one.fromUs === (kind === 'sent'));
            let next = (isn + 1) >>> 0;
            for (const { seq, payload } of segments.slice(1)) {
              expect(seq).to.equal(next);
              next = (next + payload.length) >>> 0;
            }
            const whole = concat(...segments.map(({ payload }) => payload));
            expect(whole).to.deep.equal(concat(...events.filter((one) => one.kind === kind).map(({ bytes }) => bytes)));
          }
          expect(packets.map(({ time }) => time)).to.deep.equal(packets.map(({ time }) => time).sort((a, b) => a - b));
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Zero where the TCP checksum is right: pseudo-header and segment add up to all ones. */
function checksumOf(packet: Uint8Array): number {
  const isIpv6 = (packet[0] ?? 0) >> 4 === 6;
  const segment = packet.subarray(isIpv6 ? 40 : 20);
  const addresses = isIpv6 ? packet.subarray(8, 40) : packet.subarray(12, 20);
  return internetChecksum(concat(addresses, Uint8Array.of(0, 6, segment.length >> 8, segment.length & 0xff), segment));
}
