/** What a raw connection saw of the packets, as evidence. Pure. */

import type { IcmpEvidence, WireView } from '../../evidence/index.ts';
import type { RawVia } from '../via.ts';
import type { Agreement } from './agreement.ts';
import type { Receiver } from './receiver.ts';
import type { HeardSegment } from './segment.ts';
import type { Sender } from './sender.ts';

export interface HeardReset {
  readonly sequence: number;
  readonly ttl: number;
  readonly ipId: number | null;
  readonly window: number;
  readonly contradicted?: true;
}

export function resetOf({ seq, ttl, ipId, window }: HeardSegment): HeardReset {
  return { sequence: seq, ttl, ipId, window };
}

export interface Seen {
  readonly via: RawVia;
  readonly interfaceMtu: number;
  /** What the interface carries, or the least that an ICMP error told. */
  readonly pathMtu: number;
  readonly announcedMss: number | null;
  /** Null before the connection stands, like the two halves. */
  readonly agreement: Agreement | null;
  readonly reset: HeardReset | null;
  readonly icmp: readonly IcmpEvidence[];
  readonly sender: Sender | null;
  readonly receiver: Receiver | null;
}

export function rawView(seen: Seen): WireView {
  const { sender, receiver, agreement } = seen;
  return {
    path: {
      announcedMss: seen.announcedMss,
      peerMss: agreement?.peerMss ?? null,
      sendMss: sender?.segmentSize ?? null,
      pathMtu: seen.pathMtu,
      interfaceMtu: seen.interfaceMtu,
      timestamps: agreement?.timestamps ?? null,
      synAck: agreement?.synAck ?? null,
      reset: resetEvidence(seen.reset),
      icmp: [...seen.icmp],
    },
    sent: sentEvidence(seen),
    inbound: receiver === null ? null : inboundEvidence(receiver, agreement?.sackPermitted === true),
    missingInbound: receiver?.missing ?? null,
    segments: sender === null ? null : [...sender.firstLengths],
  };
}

function sentEvidence({ sender, agreement, via }: Seen): WireView['sent'] {
  if (sender === null) return { bytes: 0, acked: null, retransmitted: null, tailSacked: null };
  // Routers, or we, cut the packets: then the segments tell nothing of the sizes that pass.
  const sizesTell = via.fragmentPayload === undefined && (via.dontFragment ?? true);
  return {
    bytes: sender.handed,
    acked: sender.acked,
    retransmitted: sender.retransmitted,
    tailSacked: agreement?.sackPermitted === true ? sender.sawHole : null,
    lostSegment: sizesTell ? sender.lostSegment : null,
    largestAcked: sizesTell ? sender.largestAcked : null,
  };
}

function inboundEvidence(receiver: Receiver, sackPermitted: boolean): WireView['inbound'] {
  return {
    bytes: receiver.distinct,
    acked: receiver.next,
    retransmitted: receiver.repeated,
    // A gap that was closed is none.
    tailSacked: sackPermitted ? receiver.missing > 0 : null,
    lostSegment: null,
    largestAcked: receiver.largest,
  };
}

function resetEvidence(reset: HeardReset | null): WireView['path']['reset'] {
  if (reset === null) return null;
  const { ttl, ipId, window, contradicted } = reset;
  return { ttl, ipId, window, ...(contradicted && { contradicted }) };
}
