/** What the readers of the two container formats have in common, and the numbers they read. */

import type { Counters } from '../counters.ts';
import type { CaptureLimits } from '../limits.ts';

export interface CaptureReaderOptions {
  readonly limits: CaptureLimits;
  readonly counters: Counters;
}

export interface PacketSink {
  /** `packet` was filled; what its buffer holds is valid during the call. */
  packet(): void;
  /** The comment (pcapng) of the packet that `packet` tells next; its number is set already. */
  comment?(text: string): void;
  /** A Decryption Secrets Block of pcapng: the type of its secrets, and a copy of them. */
  secrets(type: number, data: Uint8Array): void;
}

/** A reader of whole records, which never keeps bytes between calls. */
export interface RecordParser {
  readonly linkTypes: readonly number[];
  /** Bytes that the next step needs in one piece. Never more than a packet, a block of options or the secrets may have. */
  readonly need: number;
  /** The file ends inside a record, or at damage that cannot be passed; what came before is kept. */
  readonly truncated: boolean;
  /** Reads at most `atOnce` records of [start, end), the packet's buffer, and returns where it stopped: at `start` when fewer than `need` bytes are left. */
  parse(bytes: Uint8Array, start: number, end: number): number;
  /** The file is over; `left` bytes were not used. */
  end(left: number): void;
}

/** Packets read in one go: a loop that runs for long keeps code that V8 made while it ran, which is slower (a third on small packets). */
export const atOnce = 64;

/** 9999-12-31T23:59:59.999Z, the last time that every date format can write. */
export const lastTime = 253_402_300_799_999;

export function readU16(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  return bigEndian ? (bytes[at]! << 8) | bytes[at + 1]! : (bytes[at + 1]! << 8) | bytes[at]!;
}

export function readU32(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  return bigEndian
    ? ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
    : ((bytes[at + 3]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 1]! << 8) | bytes[at]!) >>> 0;
}
