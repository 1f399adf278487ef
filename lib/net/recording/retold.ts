/**
 * Packets of a kernel connection, made up from what its socket showed. Payload, its order and its times are as they were; headers,
 * segment boundaries, TTLs and the times of acknowledgements are not known, and each packet says so.
 */

import { ipProtocol, ipv4Packet, ipv6Packet, type TcpOptions, tcpFlag, tcpSegment } from '../../capture/index.ts';
import type { WireView } from '../../evidence/index.ts';
import type { DialEnd, DialOutcome } from '../outcome.ts';
import type { End } from './tap.ts';

/** What a socket showed of a connection, in order; `at` in milliseconds since 1970. */
export type SocketEvent =
  | { readonly kind: 'sent' | 'received'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'connected'; readonly at: number };

export interface SocketStory {
  /** The local end has port 0 and an unspecified address where the connection never stood. */
  readonly local: End;
  readonly remote: End;
  /** First sequence number of both sides; another one for each connection, since ports are used again. */
  readonly initialSequence: number;
  /** When the SYN left. */
  readonly startedAt: number;
  readonly events: readonly SocketEvent[];
  readonly endedAt: number;
  readonly outcome: Pick<DialOutcome, 'connect' | 'end' | 'wire'>;
}

/** A packet and its time, milliseconds since 1970. */
export interface RetoldPacket {
  readonly time: number;
  readonly bytes: Uint8Array;
}

/** The IP packets of the connection, in order. */
export function retold(story: SocketStory): RetoldPacket[] {
  return new Retelling(story).packets();
}

/** Payload of a segment where nothing tells: Ethernet's (RFC 9293 §3.7.1), with the headers of the family. */
const usualPayload = { ipv4: 1460, ipv6: 1440 } as const;

class Retelling {
  readonly #story: SocketStory;
  readonly #wire: WireView | null;
  readonly #isIpv6: boolean;
  readonly #packets: RetoldPacket[] = [];
  /** Bytes of each side so far; its SYN and FIN count one each. */
  #ours = 0;
  #theirs = 0;
  /** What the peer acknowledges from now on. */
  #heard = 0;

  constructor(story: SocketStory) {
    this.#story = story;
    this.#wire = story.outcome.wire;
    this.#isIpv6 = story.remote.address.includes(':');
  }

  packets(): RetoldPacket[] {
    const { startedAt, endedAt, events, outcome } = this.#story;
    const { path } = this.#wire ?? {};
    this.#put('ours', startedAt, tcpFlag.syn, undefined, mssOption(path?.announcedMss));
    this.#ours = 1;
    if (outcome.connect === 'refused') this.#put('theirs', endedAt, tcpFlag.rst | tcpFlag.ack);
    if (outcome.connect !== 'ok') return this.#packets;
    const connectedAt = events[0]?.at ?? endedAt;
    this.#heard = 1;
    this.#put('theirs', connectedAt, tcpFlag.syn | tcpFlag.ack, undefined, mssOption(path?.peerMss));
    this.#theirs = 1;
    this.#put('ours', connectedAt, tcpFlag.ack);
    for (const event of events) {
      if (event.kind === 'sent') this.#carry('ours', event.at, event.bytes);
      else if (event.kind === 'received') this.#receive(event.at, event.bytes);
    }
    this.#lateAcknowledgement(endedAt);
    this.#end(outcome.end, endedAt);
    return this.#packets;
  }

  /** Who answers has read what was sent; what comes is acknowledged by our kernel when it takes it. */
  #receive(at: number, bytes: Uint8Array): void {
    this.#heard = 1 + this.#acknowledgedOf(this.#ours - 1);
    this.#carry('theirs', at, bytes);
    this.#put('ours', at, tcpFlag.ack);
  }

  /** Where nobody answered, only TCP_INFO tells whether the hello arrived. */
  #lateAcknowledgement(at: number): void {
    const acked = this.#wire?.sent.acked ?? null;
    if (acked === null || acked + 1 <= this.#heard) return;
    this.#heard = 1 + this.#acknowledgedOf(acked);
    this.#put('theirs', at, tcpFlag.ack);
  }

  #acknowledgedOf(bytes: number): number {
    return Math.min(bytes, this.#ours - 1, this.#wire?.sent.acked ?? Number.POSITIVE_INFINITY);
  }

  #end(end: DialEnd, at: number): void {
    if (end === 'reset') return this.#put('theirs', at, tcpFlag.rst | tcpFlag.ack);
    if (end === 'closed') {
      this.#heard = 1 + this.#acknowledgedOf(this.#ours - 1);
      this.#put('theirs', at, tcpFlag.fin | tcpFlag.ack);
      this.#theirs++;
    }
    this.#put('ours', at, tcpFlag.fin | tcpFlag.ack);
  }

  #carry(side: Side, at: number, bytes: Uint8Array): void {
    const { path } = this.#wire ?? {};
    const most = (side === 'ours' ? path?.sendMss : path?.announcedMss) || usualPayload[this.#isIpv6 ? 'ipv6' : 'ipv4'];
    for (let from = 0; from < bytes.length; from += most) {
      const payload = bytes.subarray(from, from + most);
      const isLast = from + most >= bytes.length;
      this.#put(side, at, tcpFlag.ack | (isLast ? tcpFlag.psh : 0), payload);
      if (side === 'ours') this.#ours += payload.length;
      else this.#theirs += payload.length;
    }
  }

  #put(side: Side, time: number, flags: number, payload?: Uint8Array, options?: TcpOptions): void {
    const { local, remote, initialSequence } = this.#story;
    const [from, to] = side === 'ours' ? [local, remote] : [remote, local];
    const addresses = { source: from.address, destination: to.address };
    const hasAck = (flags & tcpFlag.ack) !== 0;
    const segment = tcpSegment(
      {
        ...addresses,
        sourcePort: from.port,
        destinationPort: to.port,
        seq: initialSequence + (side === 'ours' ? this.#ours : this.#theirs),
        ...(hasAck ? { ack: initialSequence + (side === 'ours' ? this.#theirs : this.#heard || this.#ours) } : {}),
        flags,
        ...(options === undefined ? {} : { options }),
      },
      payload,
    );
    const bytes = this.#isIpv6
      ? ipv6Packet({ ...addresses, nextHeader: ipProtocol.tcp }, segment)
      : ipv4Packet({ ...addresses, protocol: ipProtocol.tcp }, segment);
    this.#packets.push({ time, bytes });
  }
}

type Side = 'ours' | 'theirs';

function mssOption(mss: number | null | undefined): TcpOptions {
  return mss == null ? {} : { mss };
}
