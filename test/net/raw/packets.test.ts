/** Segments as packets and fragments, read back by the dissector of captures; filters, interpreted. */

import { expect } from 'chai';
import { array, assert, constantFrom, integer, property, uint8Array } from 'fast-check';
import { tcpFlag, tcpSegment } from '../../../lib/capture/index.ts';
import { Demux, type Listener } from '../../../lib/net/raw/demux.ts';
import { dropAll, forPorts } from '../../../lib/net/raw/filter.ts';
import { type Envelope, packetsOf } from '../../../lib/net/raw/packets.ts';
import { planOf } from '../../../lib/net/raw/plan.ts';
import type { HeardSegment } from '../../../lib/net/raw/segment.ts';
import { HarnessError } from '../../../lib/wire/index.ts';

const ends = { 4: ['192.0.2.1', '198.51.100.7'], 6: ['2001:db8::1', '2001:db8:1::7'] } as const;

function envelope(version: 4 | 6, given: Partial<Envelope> = {}): Envelope {
  const [source, destination] = ends[version];
  return { source, destination, ttl: 9, id: 77, dontFragment: true, mtu: 1500, ...given };
}

function segment(version: 4 | 6, payload: Uint8Array, seq = 5): Uint8Array {
  const [source, destination] = ends[version];
  return tcpSegment(
    {
      source,
      destination,
      sourcePort: 443,
      destinationPort: 40_000,
      seq,
      ack: 6,
      flags: tcpFlag.ack,
      options: { timestamps: [1, 2], sack: [[10, 20]] },
    },
    payload,
  );
}

/** What a connection from the destination's port 40,000 hears of these packets. */
function heard(version: 4 | 6, packets: readonly Uint8Array[]): HeardSegment[] {
  const [source, destination] = ends[version];
  const segments: HeardSegment[] = [];
  const listener: Listener = { segment: (one) => segments.push(one), icmp: () => {} };
  const demux = new Demux();
  demux.add({ source: destination, sourcePort: 40_000, destination: source, destinationPort: 443 }, listener);
  for (const packet of packets) demux.heard(Uint8Array.from(packet), 1000);
  return segments;
}

const version = constantFrom(4 as const, 6 as const);

describe('packets of a raw connection', () => {
  it('are read back as the segment that was sent, whole or in fragments of any size', () => {
    assert(
      property(version, uint8Array({ maxLength: 1200 }), integer({ min: 1, max: 200 }), (which, payload, eighths) => {
        const sent = segment(which, payload);
        const whole = packetsOf(sent, envelope(which));
        expect(whole).to.have.length(1);
        const cut = packetsOf(sent, envelope(which, { fragmentPayload: 8 * eighths }));
        expect(cut).to.have.length(Math.ceil(sent.length / (8 * eighths)));
        for (const packets of [whole, cut, [...cut].reverse()]) {
          const [got] = heard(which, packets);
          expect(got?.payload).to.deep.equal(payload);
          expect(got).to.deep.include({
            seq: 5,
            ack: 6,
            ttl: 9,
            timestamps: { value: 1, echo: 2 },
            sack: [{ left: 10, right: 20 }],
          });
          expect(got?.ipId).to.equal(which === 4 ? 77 : null);
        }
      }),
    );
  });

  it('are cut where the interface needs it, when that is allowed', () => {
    const sent = segment(4, new Uint8Array(2000));
    const packets = packetsOf(sent, envelope(4, { dontFragment: false, mtu: 1000 }));
    expect(packets.map(({ length }) => length).every((length) => length <= 1000)).to.equal(true);
    expect(heard(4, packets)[0]?.payload).to.have.length(2000);
  });

  it('that do not fit and may not be cut are an error', () => {
    expect(() => packetsOf(segment(4, new Uint8Array(1500)), envelope(4)))
      .to.throw(HarnessError)
      .with.property('code', 'bad-segments');
  });

  it('of other connections are not heard', () => {
    const demux = new Demux();
    let count = 0;
    const [source, destination] = ends[4];
    const pair = { source: destination, sourcePort: 40_000, destination: source, destinationPort: 444 };
    demux.add(pair, { segment: () => count++, icmp: () => count++ });
    demux.heard(Uint8Array.from(packetsOf(segment(4, new Uint8Array(3)), envelope(4))[0] as Uint8Array), 0);
    expect(count).to.equal(0);
  });

  it('that are damaged anywhere are passed over', () => {
    const [packet] = packetsOf(segment(4, new Uint8Array(30)), envelope(4)) as [Uint8Array];
    assert(
      property(
        array(integer({ min: 0, max: 255 }), { maxLength: 6 }),
        integer({ min: 0, max: packet.length }),
        (noise, length) => {
          const damaged = Uint8Array.from(packet.subarray(0, length));
          for (const [i, value] of noise.entries())
            if (damaged.length > 0) damaged[(i * 13 + value) % damaged.length] = value;
          heard(4, [damaged]);
        },
      ),
    );
  });
});

describe('the plan of a first flight', () => {
  it('is an error where a segment lies outside, or a byte is in none', () => {
    for (const segments of [
      [{ from: 0, to: 11 }],
      [{ from: 5, to: 5 }],
      [{ from: 1, to: 10 }],
      [
        { from: 0, to: 4 },
        { from: 5, to: 10 },
      ],
    ])
      expect(() => planOf(segments, 10, 0), JSON.stringify(segments))
        .to.throw(HarnessError)
        .with.property('code', 'bad-segments');
  });

  it('takes segments out of order, overlapping and repeated, and adds their pauses up', () => {
    const plan = planOf(
      [
        { from: 5, to: 10, afterMs: 20 },
        { from: 0, to: 6, afterMs: 30 },
        { from: 0, to: 6 },
      ],
      10,
      100,
    );
    expect(plan.map(({ from, due }) => [from, due])).to.deep.equal([
      [5, 120],
      [0, 150],
      [0, 150],
    ]);
  });
});

describe('the filter of packets', () => {
  const ports = [40_000, 40_001];

  it('takes segments to our ports, and later fragments, and no other TCP', () => {
    for (const which of [4, 6] as const) {
      const program = forPorts(which, ports);
      const [packet] = packetsOf(segment(which, new Uint8Array(64)), envelope(which)) as [Uint8Array];
      expect(accepts(program, packet), `IPv${which}`).to.equal(true);
      expect(accepts(forPorts(which, [1, 2, 3]), packet)).to.equal(false);
      expect(accepts(forPorts(which, []), packet)).to.equal(false);
      expect(
        accepts(
          forPorts(
            which,
            Array.from({ length: 201 }, (_, i) => i),
          ),
          packet,
        ),
      ).to.equal(true);
      const fragments = packetsOf(segment(which, new Uint8Array(64)), envelope(which, { fragmentPayload: 32 }));
      expect(fragments.map((one) => accepts(program, one))).to.deep.equal([true, true, true, true]);
    }
  });

  it('takes ICMP, and not UDP', () => {
    for (const [which, at, icmp] of [
      [4, 9, 1],
      [6, 6, 58],
    ] as const) {
      const [packet] = packetsOf(segment(which, new Uint8Array(8)), envelope(which)) as [Uint8Array];
      packet[at] = icmp;
      expect(accepts(forPorts(which, []), packet)).to.equal(true);
      packet[at] = 17;
      expect(accepts(forPorts(which, ports), packet)).to.equal(false);
    }
  });

  it('of a quiet port takes nothing', () => {
    expect(accepts(dropAll(), new Uint8Array(60))).to.equal(false);
  });
});

/** The instructions that we use, as the kernel runs them (RFC 9669 has no classic BPF; linux/Documentation/networking/filter.rst). */
function accepts(program: Uint8Array, packet: Uint8Array): boolean {
  const code = new DataView(program.buffer, program.byteOffset);
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  let [a, x] = [0, 0];
  for (let at = 0; at < program.length / 8; at++) {
    const operand = code.getUint32(8 * at + 4, true);
    const jump = (yes: boolean): void => void (at += code.getUint8(8 * at + (yes ? 2 : 3)));
    switch (code.getUint16(8 * at, true)) {
      case 0x30:
        a = view.getUint8(operand);
        break;
      case 0x28:
        a = view.getUint16(operand);
        break;
      case 0x48:
        a = view.getUint16(x + operand);
        break;
      case 0xb1:
        x = 4 * (view.getUint8(operand) & 15);
        break;
      case 0x15:
        jump(a === operand);
        break;
      case 0x45:
        jump((a & operand) !== 0);
        break;
      case 0x06:
        return operand > 0;
      default:
        throw new Error(`unknown instruction at ${at}`);
    }
  }
  throw new Error('the program does not end');
}
