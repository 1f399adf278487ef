/** From readings of TCP_INFO to what happened to the packets of a connection. Pure: readings and times come in. */

import type { StreamEvidence, WireView } from '../evidence/index.ts';
import type { TcpInfo } from './tcp-info.ts';

/** What the connection itself knows when it ends. */
export interface Handed {
  /** Lengths of the writes that the kernel took, in order. */
  readonly writes: readonly number[];
  readonly isIpv6: boolean;
  readonly interfaceMtu: number | null;
}

/** Times that the first unacknowledged segment was seen to go out again before it counts as lost. */
const lostAfter = 2;
/** Round trips after that in which an acknowledgement may still come; and the least that they are taken for. */
const roundTrips = 4;
const leastRoundTripMs = 5;
/**
 * How long a gap in what the peer sends must stay open to count as lost, beside those round trips: Linux sends the missing
 * segment again at once, and after 0.2 and 0.6 s (its least RTO is 0.2 s).
 */
const gapMs = 700;
/** MSS of a peer that announces none (RFC 9293 §3.7.1); one that announces it looks the same. */
const unannouncedMss = 536;

/** Follows one connection from the moment it stands. */
export class TcpWatch {
  /** Before any payload. */
  readonly #first: TcpInfo;
  #last: TcpInfo;
  /** Times that the first unacknowledged segment was sent again, at least. */
  #headResent = 0;
  #lostAt: number | null = null;
  #everSacked = false;
  /** Segments out of order up to the last progress of the peer's bytes. */
  #outOfOrderBefore: number | null;
  #gapAt: number | null = null;

  constructor(first: TcpInfo) {
    this.#first = first;
    this.#last = first;
    this.#outOfOrderBefore = first.outOfOrder;
  }

  /** @param at milliseconds, of any clock that only goes forward */
  push(info: TcpInfo, at: number): void {
    const before = this.#last;
    this.#last = info;
    this.#followInbound(before, info, at);
    if (info.sacked > 0) this.#everSacked = true;
    const progress = info.bytesAcked === null ? info.unacked === 0 : info.bytesAcked !== before.bytesAcked;
    if (progress) {
      this.#headResent = 0;
      this.#lostAt = null;
      return;
    }
    this.#headResent += headResentBetween(before, info);
    if (this.#headResent >= lostAfter) this.#lostAt ??= at;
  }

  #followInbound(before: TcpInfo, info: TcpInfo, at: number): void {
    if (info.bytesReceived !== before.bytesReceived) {
      this.#outOfOrderBefore = info.outOfOrder;
      this.#gapAt = null;
    } else if (info.outOfOrder !== this.#outOfOrderBefore) {
      this.#gapAt ??= at;
    }
  }

  /**
   * `outbound`: the first unacknowledged bytes were sent three times, and four round trips later not acknowledged. `inbound`: the
   * peer's bytes stand behind a gap that none of its retransmissions closed.
   */
  lostAt(at: number): 'outbound' | 'inbound' | null {
    const patience = roundTrips * Math.max(this.#last.rttUs / 1000, leastRoundTripMs);
    if (this.#lostAt !== null && at - this.#lostAt >= patience) return 'outbound';
    return this.#gapAt !== null && at - this.#gapAt >= patience + gapMs ? 'inbound' : null;
  }

  /** True while bytes of ours are on their way. */
  get isUnacknowledged(): boolean {
    return this.#last.unacked > 0;
  }

  /** All that the readings show. */
  view(handed: Handed): WireView {
    const { path, inbound } = this.#pathAndInbound(handed);
    const segments = this.#segments(handed);
    return { path, sent: this.#sent(handed, segments), inbound, missingInbound: null, segments };
  }

  #sent({ writes }: Handed, segments: readonly number[] | null): StreamEvidence {
    const bytesSent = writes.reduce((sum, length) => sum + length, 0);
    const acked = this.#acked(bytesSent);
    const isStuck = acked !== null && acked < bytesSent;
    const head = isStuck ? segmentAt(segments, acked) : null;
    return {
      bytes: bytesSent,
      acked,
      retransmitted: difference(this.#last.bytesRetransmitted, this.#first.bytesRetransmitted),
      // SACK is what tells; without it nobody knows.
      tailSacked: this.#everSacked ? true : this.#last.sackPermitted ? false : null,
      lostSegment: head !== null && this.#headResent >= lostAfter ? head.length : null,
      largestAcked: largestAcked(segments, acked, isStuck ? this.#last.sacked : 0),
    };
  }

  #acked(bytesSent: number): number | null {
    const acked = difference(this.#last.bytesAcked, this.#first.bytesAcked);
    if (acked === null) return this.#last.unacked === 0 ? bytesSent : null;
    // Our FIN counts as one.
    return Math.min(acked, bytesSent);
  }

  /**
   * The writes, each cut at the MSS, where as many segments went out as that makes. Something else happened where the counts
   * differ (writes went out together) or the MSS changed on the way (an ICMP error).
   */
  #segments({ writes }: Handed): number[] | null {
    const { sendMss } = this.#first;
    if (sendMss === 0 || this.#last.sendMss !== sendMss || this.#last.notSent !== 0) return null;
    const went = difference(this.#last.dataSegmentsSent, this.#first.dataSegmentsSent);
    const again = this.#last.retransmissions - this.#first.retransmissions;
    const cut = writes.flatMap((length) => cutAt(length, sendMss));
    return went !== null && went - again === cut.length ? cut : null;
  }

  #pathAndInbound({ isIpv6, interfaceMtu }: Handed): Pick<WireView, 'path' | 'inbound'> {
    const info = this.#last;
    const { timestamps } = this.#first;
    const inbound: StreamEvidence | null =
      info.bytesReceived === null || info.outOfOrder === null
        ? null
        : {
            bytes: info.bytesReceived,
            acked: info.bytesReceived,
            retransmitted: null,
            // Linux answers what comes out of order with SACK, where it was agreed on. A gap that was closed is none.
            tailSacked: info.sackPermitted ? this.#gapAt !== null : null,
            largestAcked: info.receiveMss > this.#first.receiveMss ? info.receiveMss : null,
          };
    return {
      inbound,
      path: {
        announcedMss: this.#first.announcedMss + optionBytes(timestamps),
        peerMss: peerMssOf(this.#first, isIpv6),
        sendMss: info.sendMss,
        pathMtu: info.pathMtu,
        interfaceMtu,
        timestamps,
        synAck: null,
        reset: null,
        icmp: null,
      },
    };
  }
}

/**
 * How often the first unacknowledged segment went out again between two readings without progress, at least. A time-out sends
 * that one. Of other retransmissions it is known only while no other segment is missing: a tail loss probe (RFC 8985 §7) sends the last.
 */
function headResentBetween(before: TcpInfo, now: TcpInfo): number {
  const isAlone = (info: TcpInfo): boolean => info.unacked - info.sacked === 1;
  if (isAlone(before) && isAlone(now)) return Math.max(0, now.retransmissions - before.retransmissions);
  return Math.max(0, now.timeouts - before.timeouts);
}

/** Bytes of the timestamps option, padding included (RFC 7323 appendix A). */
function optionBytes(timestamps: boolean): number {
  return timestamps ? 12 : 0;
}

/**
 * What the peer announced, where it is what limits our segments. Not so where the route's MTU, our own MSS or half of the
 * peer's window does (Linux never sends more at once), or where the peer seems to have announced none.
 */
function peerMssOf(
  { sendMss, timestamps, pathMtu, announcedMss, sendWindow }: TcpInfo,
  isIpv6: boolean,
): number | null {
  const options = optionBytes(timestamps);
  const mss = sendMss + options;
  const headers = isIpv6 ? 60 : 40;
  if (mss >= Math.min(pathMtu - headers, announcedMss + options) || mss === unannouncedMss) return null;
  return sendWindow === null || sendWindow < 2 * (mss + 1) ? null : mss;
}

function cutAt(length: number, mss: number): number[] {
  const whole = Array<number>(Math.floor(length / mss)).fill(mss);
  return length % mss === 0 ? whole : [...whole, length % mss];
}

/** The segment that begins at this byte; null when none does. */
function segmentAt(segments: readonly number[] | null, byte: number): { readonly length: number } | null {
  let from = 0;
  for (const length of segments ?? []) {
    if (from === byte) return { length };
    from += length;
  }
  return null;
}

/**
 * The largest segment known to have arrived. Of `sacked` segments behind the first missing one it is not known which they are:
 * as long as the longest of the shortest `sacked` one of them was at least.
 */
function largestAcked(segments: readonly number[] | null, acked: number | null, sacked: number): number | null {
  if (segments === null || acked === null) return null;
  let largest = 0;
  let from = 0;
  const behind: number[] = [];
  for (const length of segments) {
    from += length;
    if (from <= acked) largest = Math.max(largest, length);
    else behind.push(length);
  }
  const later = behind.slice(1).sort((a, b) => a - b);
  largest = Math.max(largest, later[Math.min(sacked, later.length) - 1] ?? 0);
  return largest === 0 ? null : largest;
}

function difference(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}
