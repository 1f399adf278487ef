/** What carries TLS in packets of its own over TCP, and where what they hold goes. */

import type { Interest } from '../flow/index.ts';

export type Direction = 0 | 1;

/** One connection of such a protocol. */
export interface CarrierStream {
  /** Nothing more is to be unpacked: what comes is for TLS itself. */
  readonly isPast: boolean;
  /** The next bytes of a direction, in order. @returns null when there is no TLS, and will not be */
  bytes(direction: Direction, bytes: Uint8Array, start: number, end: number): Interest | null;
  /** So many bytes will not come. */
  hole(direction: Direction, missing: number): Interest;
  /** The connection is over: what is held for missing packets is handed on. */
  end?(): void;
}

/** The TLS of one connection. */
export interface CarriedTls {
  /** There was a record. */
  readonly hasBegun: boolean;
  /** To be called once, before the first record. */
  begin(direction: Direction): void;
  /** The next bytes of a direction. @param continues they are of the same segment as those before */
  feed(direction: Direction, bytes: Uint8Array, start: number, end: number, continues: boolean): Interest;
  hole(direction: Direction, missing: number): Interest;
}
