/** What the packets of a TCP flow show, for reports. */

/** One direction of a flow. */
export interface DirectionFacts {
  /** It sent a segment, of any kind. */
  readonly seen: boolean;
  /** Payload bytes seen on the wire, each counted once. */
  readonly bytes: number;
  /** Bytes of this direction that the other side acknowledged; null when it acknowledged none that can be placed. */
  readonly acked: number | null;
  /** Segments with bytes (or a SYN or FIN) that were seen before; keep-alives and zero-window probes are none. */
  readonly retransmissions: number;
  /** Bytes seen before that they carried. */
  readonly retransmittedBytes: number;
  /** The receiver selectively acknowledged bytes above missing ones (RFC 2018), and it was no D-SACK (RFC 2883). */
  readonly tailSacked: boolean;
  /** Bytes that the capture does not hold: holes that were never filled, snapped bytes, and what was acknowledged but never seen. */
  readonly missing: number;
  /** Of these, what was acknowledged or snapped: lost by the capture, not by the path. */
  readonly missingAcked: number;
  /**
   * Payload length of the segment at the receiver's acknowledgement number, when it was seen at least three times and not acknowledged
   * to the end although the receiver's window was open. The least, where it was sent again in several sizes: so much is lost in any
   * case. Never more than the receiver's MSS: larger ones are offload.
   */
  readonly lostSegment: number | null;
  /** Payload length of the largest segment that was acknowledged, offload left aside. */
  readonly largestAcked: number | null;
  /** Segments were cut by the capture's snap length. */
  readonly snapped: boolean;
}

export interface TcpFacts {
  /** Address of endpoint a, which sent the first packet seen, as in `Datagram`. Direction 0 is what it sends. */
  readonly a0: number;
  readonly a1: number;
  readonly a2: number;
  readonly a3: number;
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly b3: number;
  readonly portA: number;
  readonly portB: number;
  /** Direction of the SYN (known from a SYN-ACK as well); null when neither was seen. */
  readonly initiator: 0 | 1 | null;
  readonly firstPacket: number;
  readonly lastPacket: number;
  /** Milliseconds since 1970. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** SYNs of the initiator, with retransmissions. */
  readonly syns: number;
  readonly synPacket: number | null;
  /** The first SYN-ACK. */
  readonly synAck: {
    readonly packet: number;
    readonly time: number;
    readonly ttl: number;
    /** IPv4 identification; null in IPv6. */
    readonly ipId: number | null;
  } | null;
  readonly synAcks: number;
  /** MSS option of each direction's SYN. */
  readonly mss: readonly [number | null, number | null];
  /** Both SYNs had the option (RFC 7323 §3.2); null when not known. */
  readonly timestamps: boolean | null;
  /** Both SYNs permitted SACK (RFC 2018 §2); null when not known. */
  readonly sackPermitted: boolean | null;
  /** The first RST that its receiver could accept. No FIN is noted after it. */
  readonly reset: {
    readonly from: 0 | 1;
    readonly packet: number;
    readonly ttl: number;
    readonly ipId: number | null;
    /** As in the header, not scaled. */
    readonly window: number;
    /** It answers a SYN. */
    readonly refused: boolean;
    /**
     * The same direction carried new bytes after it, beyond its sequence number. A TCP that aborts sends a RST with its next
     * number and then nothing more (RFC 9293 §3.10.5): another host sent the RST, or the bytes.
     */
    readonly contradicted: boolean;
  } | null;
  readonly fin: readonly [boolean, boolean];
  /** Direction that sent the first FIN, as acknowledgements tell even where that came late or was not captured. */
  readonly firstFin: 0 | 1 | null;
  /** Bytes that the other side sent after the first FIN had come, in order or not. */
  readonly sentAfterFin: number;
  readonly directions: readonly [DirectionFacts, DirectionFacts];
}
