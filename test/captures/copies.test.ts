/** The same packet more than once in a capture: mirror ports, several interfaces of a host, both sides of a firewall. */

import { expect } from 'chai';
import { exampleRootPem, recipes } from '../../captures/make.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import { packetsOf } from '../capture/repeats/copies.ts';
import { Trace, type TracePacket } from '../support/capture/index.ts';

const options = { now: new Date('2026-03-05T00:00:00Z'), caPem: [exampleRootPem] } as const;
const ethernet = 1;
const ipv4 = [8, 0] as const;

const after = (packet: TracePacket, milliseconds: number): TracePacket => ({
  ...packet,
  time: packet.time + milliseconds,
});

/** Behind the firewall: one hop fewer. */
function forwarded(packet: TracePacket): TracePacket {
  const bytes = packet.bytes.slice();
  if (bytes[12] === ipv4[0] && bytes[13] === ipv4[1]) bytes[22] = (bytes[22] ?? 1) - 1;
  return after({ ...packet, bytes }, 0.3);
}

/** Behind a firewall that changes the sequence numbers of clients, by the address that the first packet comes from. */
function renumbered(packet: TracePacket, client: string): TracePacket {
  const bytes = packet.bytes.slice();
  const tcp = 34;
  if (bytes[12] !== ipv4[0] || bytes[13] !== ipv4[1] || bytes[23] !== 6) return packet;
  const view = new DataView(bytes.buffer);
  const shift = (at: number): void => view.setUint32(at, view.getUint32(at) + 0x3456_789a);
  if (bytes.subarray(26, 30).join('.') === client) shift(tcp + 4);
  else if (((bytes[tcp + 13] ?? 0) & 0x10) !== 0) shift(tcp + 8);
  return { ...packet, bytes };
}

/** On the trunk of the same switch. */
function tagged(packet: TracePacket): TracePacket {
  const { bytes, length } = packet;
  const tag = [0x81, 0x00, 0x00, 0x64];
  const frame = Uint8Array.from([...bytes.subarray(0, 12), ...tag, ...bytes.subarray(12)]);
  return after({ ...packet, bytes: frame, length: length + 4 }, 0.004);
}

const ways: Readonly<Record<string, (packet: TracePacket) => readonly TracePacket[]>> = {
  'twice, as a mirror port of both directions sends it': (packet) => [packet, after(packet, 0.004)],
  'three times, as a host with a bond and a VLAN shows it': (packet) => [
    packet,
    after(packet, 0.004),
    after(packet, 0.02),
  ],
  'with and without a VLAN tag': (packet) => [packet, tagged(packet)],
  'on both sides of a firewall': (packet) => [packet, forwarded(packet)],
};

/** Those in which nothing is sent again: SACKs bear numbers as well. */
const names = new Set([
  'expired-server',
  'sftunnel-ca-mismatch',
  'sftunnel-expired',
  'sftunnel-good',
  'sftunnel-tls13',
  'starttls-smtp',
  'tls12-mutual',
  'tls13-without-keys',
  'wrong-name',
]);
/** Milliseconds. */
const seenAt = [0.3, 2, 50, -50, 1_500];

/** What is found, and how each conversation ended. */
async function told(packets: readonly TracePacket[]): Promise<string[]> {
  const trace = new Trace();
  trace.packets.push(...[...packets].sort((a, b) => a.time - b.time));
  const { verdict, findings, conversations, failedConnections } = await analyzeCapture(trace.toPcapng(), options);
  return [
    verdict,
    ...findings.map(({ id, severity, confidence }) => `${id} ${severity} ${confidence}`),
    ...conversations.map(({ outcome, evidence }) => `${outcome} ${evidence.completeness} ${evidence.end}`),
    ...failedConnections.map(({ kind, count }) => `${kind} x${count}`),
  ];
}

describe('captures: every packet is there', () => {
  for (const [way, copies] of Object.entries(ways)) {
    it(`${way}: the same is found`, async () => {
      for (const { name, make } of recipes) {
        const { packets, linkType } = packetsOf(make());
        if (linkType !== ethernet) continue;
        expect(await told(packets.flatMap(copies)), name).to.deep.equal(await told(packets));
      }
    });
  }

  it('on both sides of a firewall that changes sequence numbers, whose clocks differ: the same is found of each side', async () => {
    // One connection whose SYN is the same on both sides is told once when it is over before that of the other side comes.
    const once = (lines: readonly string[]): string[] => [...new Set(lines)];
    for (const { name, make } of recipes) {
      if (!names.has(name)) continue;
      const { packets } = packetsOf(make());
      const client = packets[0]?.bytes.subarray(26, 30).join('.') ?? '';
      const expected = once(await told(packets));
      for (const milliseconds of seenAt) {
        const sides = packets.flatMap((packet) => [packet, after(renumbered(packet, client), milliseconds)]);
        expect(once(await told(sides)), `${name} ${milliseconds}`).to.deep.equal(expected);
      }
    }
  });
});
