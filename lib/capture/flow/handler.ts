/** What the TCP tracker tells, and what it is told in return. */

/** What is wanted of one direction from now on; see `interest`. */
export type Interest = 0 | 1 | 2 | 5 | 6;

export const interest = {
  /** Sequence numbers are counted, nothing is handed over. */
  none: 0,
  /** Each new segment as it comes, without order: nothing is kept for it. */
  starts: 1,
  /** The stream in order: later segments wait for earlier ones. */
  stream: 2,
  /** As `starts`, and a segment whose first byte is not 22, the content type of a TLS handshake, may be left out. */
  laterHandshakes: 5,
  /** As `stream` up to the first 16 KiB of the direction, then as `laterHandshakes`; the same may be left out from the beginning. */
  handshakes: 6,
} as const satisfies Record<string, Interest>;

/** The bit of `Interest` that `stream` and `handshakes` have: later segments wait for earlier ones. */
export const inOrder = 2;
/** Where `handshakes` becomes `laterHandshakes`: bytes of the direction. */
export const earlyBytes = 16_384;

/**
 * Why a flow is over. `closed`: both sides' FINs, and all before them, were handed over. `reset`: RST, with what came within 2 s of
 * capture time after it handed over still, since a forged one is followed by the real answer; also when one of the other reasons let it
 * go earlier. `evicted`: there were more
 * flows than the limit allows, and this one was quiet longest. `reused`: a SYN with another initial sequence number on the same ports.
 */
export type EndReason = 'closed' | 'reset' | 'evicted' | 'reused' | 'capture-end';

/**
 * Receives what flows carry. While it is called, `number` and `time` of the tracker's `Packet` are those of the packet that brought the
 * bytes, also when they had to wait for earlier ones. Every direction begins with `interest.stream`.
 */
export interface StreamHandler {
  /**
   * New bytes of one direction, of one segment, in `[start, end)`, which is not empty; valid during the call.
   * @param direction 0: sent by endpoint a of the flow's facts
   */
  bytes(flow: number, direction: 0 | 1, bytes: Uint8Array, start: number, end: number): Interest;
  /** With `interest.stream`: this many bytes will not come any more; what follows them comes through `bytes`. */
  hole(flow: number, direction: 0 | 1, missing: number): Interest;
  /** All that waits for missing bytes keeps the flow from its end, or exceeds a limit: the last moment to want it no more. */
  waits?(flow: number): void;
  /** The last call for this flow; its facts can still be asked for. Afterwards the index may stand for another flow. */
  ended(flow: number, reason: EndReason): void;
}
