/** A conversation as a ladder: what each side sent, and what of it arrived, from the captures at both ends. */

import type { SeenIcmp, SeenPacket, SeenSegment } from './packets.ts';

export type Side = 'client' | 'server';

interface StepFacts {
  /** Milliseconds since the first packet. */
  readonly at: number;
  readonly from: Side;
  /** False when the other end never saw it. */
  readonly arrived: boolean;
  /** IP packet size in bytes. */
  readonly size: number;
}

/** `first` to `last`: payload bytes counted from 1, as relative sequence numbers. */
export type Step = StepFacts &
  (
    | { readonly kind: 'syn' | 'syn-ack'; readonly mss: number; readonly arrivedMss: number }
    | { readonly kind: 'data'; readonly first: number; readonly last: number; readonly again: boolean }
    | { readonly kind: 'ack'; readonly to: number; readonly sack: readonly (readonly [number, number])[] }
    | { readonly kind: 'fin' | 'rst' }
    | { readonly kind: 'icmp'; readonly mtu: number; readonly by: string }
  );

/**
 * The steps of the first connection to the server's port in `atClient`, in the order in which they were sent. Both captures have
 * the same clock. A packet arrived when the other capture has one of the same sequence, length and flags that no other packet claimed.
 */
export function stepsOf(atClient: readonly SeenPacket[], atServer: readonly SeenPacket[]): Step[] {
  const syn = atClient.find((packet) => packet.kind === 'tcp' && packet.syn && !packet.ack);
  if (syn?.kind !== 'tcp') throw new Error('The capture at the client holds no SYN.');
  const fromClient = (packet: SeenSegment): boolean =>
    packet.sourcePort === syn.sourcePort && packet.destinationPort === syn.destinationPort;
  const ofConnection = (packet: SeenPacket): packet is SeenSegment =>
    packet.kind === 'tcp' &&
    (fromClient(packet) || (packet.sourcePort === syn.destinationPort && packet.destinationPort === syn.sourcePort));
  const client = atClient.filter(ofConnection);
  const server = atServer.filter(ofConnection);
  const synAck = [...client, ...server].find((packet) => packet.syn && packet.ack);
  const starts = { client: syn.sequence, server: synAck?.sequence ?? 0 };

  const sent = [
    ...transfers(client.filter(fromClient), server.filter(fromClient), 'client'),
    ...transfers(
      server.filter((packet) => !fromClient(packet)),
      client.filter((packet) => !fromClient(packet)),
      'server',
    ),
  ];
  const seen = { client: 0, server: 0 };
  const steps = sent
    .sort((a, b) => a.packet.time - b.packet.time)
    .map(({ packet, arrival, from }): Step => {
      const facts = { at: packet.time - syn.time, from, arrived: arrival !== null, size: packet.size };
      const to = from === 'client' ? 'server' : 'client';
      if (packet.rst) return { ...facts, kind: 'rst' };
      if (packet.syn) {
        const kind = packet.ack ? 'syn-ack' : 'syn';
        return { ...facts, kind, mss: packet.mss, arrivedMss: (arrival ?? packet).mss };
      }
      if (packet.length > 0) {
        const first = distance(starts[from], packet.sequence);
        const last = first + packet.length - 1;
        const again = first <= seen[from];
        seen[from] = Math.max(seen[from], last);
        return { ...facts, kind: 'data', first, last, again };
      }
      if (packet.fin) return { ...facts, kind: 'fin' };
      const relative = (sequence: number): number => distance(starts[to], sequence);
      const sack = packet.sack.map(([left, right]) => [relative(left), relative(right)] as const);
      return { ...facts, kind: 'ack', to: relative(packet.acknowledgement), sack };
    });
  const told = [...icmpSteps(atClient, syn, 'server'), ...icmpSteps(atServer, syn, 'client')];
  return [...steps, ...told].sort((a, b) => a.at - b.at);
}

/** Each packet that was sent, with the one that arrived of it. */
function transfers(sent: readonly SeenSegment[], arrived: readonly SeenSegment[], from: Side) {
  const open = [...arrived];
  return sent.map((packet) => {
    const index = open.findIndex((other) => other.time >= packet.time - clockStep && sameSegment(packet, other));
    const arrival = index < 0 ? null : open.splice(index, 1)[0]!;
    return { packet, arrival, from };
  });
}

/** Milliseconds by which two capturing processes may disagree. */
const clockStep = 1;

function sameSegment(a: SeenSegment, b: SeenSegment): boolean {
  return (
    a.ipId === b.ipId &&
    a.sequence === b.sequence &&
    a.acknowledgement === b.acknowledgement &&
    a.length === b.length &&
    a.syn === b.syn &&
    a.fin === b.fin &&
    a.rst === b.rst
  );
}

/** ICMP errors that came to an end of the connection; `side` is where they come from in the picture. */
function icmpSteps(packets: readonly SeenPacket[], syn: SeenSegment, side: Side): Step[] {
  const receiver = side === 'server' ? syn.source : syn.destination;
  return packets
    .filter((packet): packet is SeenIcmp => packet.kind === 'icmp' && packet.destination === receiver)
    .map(({ time, size, mtu, source }) => ({
      at: time - syn.time,
      from: side,
      arrived: true,
      size,
      kind: 'icmp',
      mtu,
      by: source,
    }));
}

function distance(from: number, to: number): number {
  return (to - from) >>> 0;
}
