/** What a connection is asked to do, whichever transport makes it. */

import type { Tap } from './recording/tap.ts';

/** Where to connect. `address` is an IP address; names go through `resolveTarget`. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Timeouts {
  /** Until the connection stands; default 5,000. */
  readonly connectTimeoutMs?: number;
  /** From the last byte written to the first byte received; default 3,000. */
  readonly firstReplyTimeoutMs?: number;
  /** For all of it, whatever the peer sends meanwhile; default 10,000. */
  readonly totalTimeoutMs?: number;
}

export interface DialRequest extends Timeouts {
  /** Each is handed to the kernel in one write and awaited before the next (TCP_NODELAY is set). */
  readonly writes: readonly Uint8Array[];
  /** Pause between writes; default 0. */
  readonly gapMs?: number;
  /** Cap on bytes read, default 1 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** MSS to announce in our SYN, which is also the most that we send in a segment; needs the ability `tcp-mss`. */
  readonly mss?: number;
  /**
   * End early, as `silent`, once the same first bytes were sent again twice, four round trips have passed since, and nothing
   * acknowledged them; or once the peer's bytes stand behind a gap that stays open for 0.7 s and four round trips. Only where the
   * transport sees that (TCP_INFO, raw); elsewhere the deadlines hold. Default false.
   */
  readonly stopWhenLost?: boolean;
  /** Is told what passes. */
  readonly tap?: Tap | undefined;
  /** Called when the connection stands, for a conversation beyond `writes`. */
  readonly onConnect?: (line: Line) => void;
  /** Called with each delivery, never beyond `maxBytes`; `enough` ends the connection. */
  onBytes(chunk: Uint8Array, at: Date): 'more' | 'enough';
}

/** The open connection, in the hands of whoever talks over it. Both calls do nothing once it has ended. */
export interface Line {
  /** Sends bytes after those sent before; `flushed` is called when the kernel took them, or with false when it did not. */
  send(bytes: Uint8Array, flushed: (taken: boolean) => void): void;
  /** Ends the connection as `enough` does. */
  finish(): void;
}
