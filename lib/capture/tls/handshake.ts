/** The handshake of one conversation, TLS or DTLS: takes whole messages and keeps the facts. Framing is the readers' part. */

import type { LooksLike } from '../../evidence/index.ts';
import type { TlsContext } from './context.ts';
import type { TlsFacts } from './facts.ts';

export type Direction = 0 | 1;

export class Handshake {
  /** Direction that the client sends in; null as long as nothing tells. Whoever knows better (a SYN) may set it. */
  client: Direction | null = null;
  readonly protocol: 'tls' | 'dtls';
  readonly #context: TlsContext;

  constructor(context: TlsContext, protocol: 'tls' | 'dtls') {
    this.#context = context;
    this.protocol = protocol;
  }

  /**
   * A whole handshake message: body in [start, end), without its header.
   * @param segments TCP segments or datagrams that it came in
   * @returns one sentence when it breaks the protocol, else null
   */
  message(
    _direction: Direction,
    _type: number,
    _bytes: Uint8Array,
    _start: number,
    _end: number,
    _segments: number,
  ): string | null {
    return this.#context.packet.number < 0 ? '' : null;
  }
  /** A handshake message that is not read: too long, or with bytes missing. */
  unread(_direction: Direction, _type: number, _length: number): void {}
  alert(_direction: Direction, _level: number, _code: number): void {}
  encryptedAlert(_direction: Direction): void {}
  changeCipherSpec(_direction: Direction): void {}
  /** A handshake record that stays closed. @param length of its fragment */
  encryptedHandshake(_direction: Direction, _length: number): void {}
  /** @param length of its fragment */
  applicationData(_direction: Direction, _length: number): void {}
  midStream(_direction: Direction): void {}
  gap(_direction: Direction): void {}
  notTls(_direction: Direction, _looksLike: LooksLike, _detail: string): void {}
  malformed(_direction: Direction, _detail: string): void {}
  opened(): void {}
  facts(): TlsFacts {
    throw new Error('being written');
  }
}
