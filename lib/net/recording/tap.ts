/** Who is told what passes on a connection, while it passes: how captures of our own connections are made. */

import type { DialOutcome } from '../outcome.ts';

/** One end of a connection, as the system names it. */
export interface End {
  readonly address: string;
  readonly port: number;
}

/**
 * Follows one connection from its start to its end. Kernel TCP tells of bytes (`connected`, `sent`, `received`), a transport that
 * makes its own packets tells of those (`packet`); `dialVia` tells the end. Nothing that is called here throws or waits.
 */
export interface Tap {
  /** The connection stands. */
  connected(local: End, remote: End): void;
  /** Payload that the kernel was handed. */
  sent(bytes: Uint8Array): void;
  /** Payload that the kernel delivered. */
  received(bytes: Uint8Array): void;
  /**
   * An IP packet, header included, exactly as it was sent or heard.
   * @param time milliseconds since 1970, with a fraction; default now
   */
  packet(bytes: Uint8Array, time?: number): void;
  /** A line of the key log (NSS format) of this connection, without its line feed. */
  secret(line: string): void;
  /** Text for the comment of its first packet, in place of the attempt's id alone. */
  remark(text: string): void;
  /** The connection is over; only secrets may follow. */
  ended(outcome: DialOutcome): void;
}

/** What a connection is about, for the comment at its first packet. */
export interface TapSubject {
  /** The target. */
  readonly remote: End;
  /** Id of the attempt in the report. */
  readonly attempt: string;
}
