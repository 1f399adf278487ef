/** Opens the encrypted handshake of a DTLS 1.2 conversation, when its master secret is known. */

import {
  aeadSuite,
  type DatagramRecordOpener,
  type OpenedRecord,
  openerDtls12,
  sessionKeysTls12,
} from '../../session/index.ts';
import { dtlsVersion } from '../../wire/index.ts';
import type { TlsContext } from './context.ts';
import type { Handshake } from './handshake.ts';
import type { Direction } from './handshake-state.ts';

export class DtlsOpener {
  readonly #context: TlsContext;
  readonly #handshake: Handshake;
  /** The random of the ServerHello that the openers belong to. */
  #serverRandom: Uint8Array | null = null;
  /** Of client and server. */
  #openers: readonly [DatagramRecordOpener, DatagramRecordOpener] | null = null;

  constructor(context: TlsContext, handshake: Handshake) {
    this.#context = context;
    this.#handshake = handshake;
  }

  /**
   * @param connectionId where the record has one
   * @returns null when the record stays closed: no secret, another version or suite, or it does not authenticate */
  open(
    direction: Direction,
    type: number,
    version: number,
    epoch: number,
    sequenceNumber: number,
    fragment: Uint8Array,
    connectionId?: Uint8Array,
  ): OpenedRecord | null {
    const { client, negotiation } = this.#handshake;
    const { serverRandom } = negotiation;
    if (serverRandom === null || client === null) return null;
    if (serverRandom !== this.#serverRandom) {
      this.#serverRandom = serverRandom;
      this.#openers = this.#derive(serverRandom);
    }
    const opener = this.#openers?.[direction === client ? 0 : 1];
    return opener?.open(type, version, epoch, sequenceNumber, fragment, connectionId) ?? null;
  }

  #derive(serverRandom: Uint8Array): readonly [DatagramRecordOpener, DatagramRecordOpener] | null {
    const { secrets, primitives } = this.#context;
    const { clientRandom, version, cipherSuite } = this.#handshake.negotiation;
    if (secrets === null || primitives === null || clientRandom === null || version !== dtlsVersion['DTLSv1.2']) {
      return null;
    }
    const suite = aeadSuite(cipherSuite);
    const master = secrets.find(clientRandom, 'CLIENT_RANDOM');
    if (suite === undefined || suite.isTls13 || master === null) return null;
    const { client, server } = sessionKeysTls12(suite, master, clientRandom, serverRandom);
    return [openerDtls12(suite, client, primitives.aead), openerDtls12(suite, server, primitives.aead)];
  }
}
