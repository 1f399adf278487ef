/** The protected records of one direction that are to be opened: gathered where they lie in pieces, and opened once whole. */

import type { OpenedRecord } from '../../session/index.ts';
import { contentType } from '../../wire/index.ts';
import type { CaptureLimits } from '../limits.ts';
import type { MessageBuffers } from './message-buffers.ts';
import type { Opening } from './opening.ts';

export class SealedRecords {
  /** Opens what the direction sends now; null: nothing. */
  opening: Opening | null = null;
  /** Opens what it sends after its next change_cipher_spec (TLS 1.2). */
  next: Opening | null = null;
  readonly #buffers: MessageBuffers;
  readonly #limit: number;
  #openedBytes = 0;
  #pieces: Uint8Array | null = null;

  constructor(buffers: MessageBuffers, limits: CaptureLimits) {
    this.#buffers = buffers;
    this.#limit = limits.handshakeBytes;
  }

  /** Is a record that begins to be opened? Application data of TLS 1.2 holds nothing of interest. */
  wants(type: number, length: number): boolean {
    const { opening } = this;
    if (opening === null || length === 0) return false;
    const isData = type === contentType.application_data;
    if (!isData) return !opening.isTls13;
    if (opening.isTls13 && (this.#openedBytes + length <= this.#limit || length <= longestSmall)) return true;
    opening.skip();
    return false;
  }

  /** Whether there is room for the next bytes of the record, which now has all but `remaining` of its bytes. */
  add(bytes: Uint8Array, start: number, end: number, length: number, remaining: number): boolean {
    this.#pieces ??= this.#buffers.take(length);
    if (this.#pieces === null) return false;
    this.#pieces.set(bytes.subarray(start, end), length - remaining - (end - start));
    return true;
  }

  /** Opens a record that lies whole in [start, end). */
  open(type: number, version: number, bytes: Uint8Array, start: number, end: number): OpenedRecord | null {
    this.#openedBytes += end - start;
    return this.opening?.open(type, version, bytes.subarray(start, end)) ?? null;
  }

  /** Opens the record that was added. */
  openAdded(type: number, version: number, length: number): OpenedRecord | null {
    const opened = this.#pieces && this.open(type, version, this.#pieces, 0, length);
    this.release();
    return opened;
  }

  /** Passes over a record that is not whole. */
  skip(): void {
    this.opening?.skip();
    this.release();
  }

  /** change_cipher_spec went by. */
  change(): void {
    if (this.next === null) return;
    this.opening = this.next;
    this.next = null;
  }

  release(): void {
    if (this.#pieces !== null) this.#buffers.give(this.#pieces);
    this.#pieces = null;
  }
}

/** In TLS 1.3, alerts and KeyUpdates are still opened where much was opened before. */
const longestSmall = 256;
