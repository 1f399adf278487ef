/** TlsReader: both directions of one connection, from bytes in order to facts. */

import type { TlsContext } from './context.ts';
import type { TlsFacts } from './facts.ts';
import { type Direction, Handshake } from './handshake.ts';

export class TlsReader {
  readonly #handshake: Handshake;

  constructor(context: TlsContext) {
    this.#handshake = new Handshake(context, 'tls');
  }

  /** Direction that the client sends in; set it when a SYN told and no hello did. */
  get client(): Direction | null {
    return this.#handshake.client;
  }
  set client(direction: Direction | null) {
    this.#handshake.client = direction;
  }
  /** Both sides finished: only record headers are walked from here. */
  get handshakeOver(): boolean {
    return false;
  }
  /** A snapshot. */
  get facts(): TlsFacts {
    return this.#handshake.facts();
  }
  /** The next bytes of a direction, in order. Returns whether more of it is wanted. */
  data(_direction: Direction, _bytes: Uint8Array, _start: number, _end: number): boolean {
    return false;
  }
  /** So many bytes will not come. Returns whether what follows is wanted. */
  hole(_direction: Direction, _missing: number): boolean {
    return false;
  }
  /** The stream is over, or given up: what is kept for reading on is let go. */
  end(): void {}
}
