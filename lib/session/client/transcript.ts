/** The handshake messages of both sides, as they are hashed (RFC 8446 §4.4.1, RFC 5246 §7.4.9). */

import { concat, encode, handshakeMessage, handshakeType } from '../../wire/index.ts';
import type { SuiteHash } from '../aead.ts';
import { suiteDigest } from '../suite-hash.ts';

export class Transcript {
  #messages: Uint8Array[] = [];

  /** @param message with its header */
  add(message: Uint8Array): void {
    this.#messages.push(message);
  }

  /** All messages so far; CertificateVerify of TLS 1.2 signs them. */
  get bytes(): Uint8Array {
    return concat(...this.#messages);
  }

  digest(hash: SuiteHash, ...more: readonly Uint8Array[]): Uint8Array {
    return suiteDigest(hash, concat(...this.#messages, ...more));
  }

  /** A HelloRetryRequest came: the first ClientHello counts as its hash from now on. */
  replaceFirstHello(hash: SuiteHash): void {
    this.#messages = [encode(handshakeMessage, { type: handshakeType.message_hash, body: this.digest(hash) })];
  }
}
