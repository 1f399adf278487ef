/** DTLS 1.2 with connection IDs (RFC 9146), made by hand. */

import { type AeadSuite, aeadSuite, sealerDtls12, sessionKeysTls12 } from '../../../lib/session/index.ts';
import { nodeAead } from '../../../lib/session/node.ts';
import {
  concat,
  contentType,
  dtlsClientHello,
  dtlsVersion,
  encode,
  extensionType,
  serverHello,
  toHex,
} from '../../../lib/wire/index.ts';
import {
  certificateBody,
  changeCipherSpec,
  clientRandom,
  DtlsSender,
  type Sent,
  serverRandom,
} from './dtls-datagrams.ts';

/** What the server wants to get, and what the client does. */
const ids = [Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(6, 7)] as const;
const suite = aeadSuite(0xc02b) as AeadSuite;
const master = new Uint8Array(48).fill(5);
const keys = sessionKeysTls12(suite, master, clientRandom, serverRandom);
const sealers = [sealerDtls12(suite, keys.client, nodeAead), sealerDtls12(suite, keys.server, nodeAead)] as const;
export const idKeyLog = `CLIENT_RANDOM ${toHex(clientRandom)} ${toHex(master)}\n`;
const empty = new Uint8Array(0);

function hellos(ofClient: Uint8Array | null, ofServer: Uint8Array | null): [Uint8Array, Uint8Array] {
  const extension = (id: Uint8Array | null) => (id === null ? [] : [{ type: extensionType.connection_id, data: id }]);
  const common = { legacyVersion: dtlsVersion['DTLSv1.2'], sessionId: empty } as const;
  return [
    encode(dtlsClientHello, {
      ...common,
      random: clientRandom,
      cookie: empty,
      cipherSuites: [0xc02b],
      compressionMethods: [0],
      extensions: extension(ofClient),
    }),
    encode(serverHello, {
      ...common,
      random: serverRandom,
      cipherSuite: 0xc02b,
      compressionMethod: 0,
      extensions: extension(ofServer),
    }),
  ];
}

/** A handshake whose records have connection IDs. */
export class DtlsIdExchange {
  readonly sent: Sent[] = [];
  readonly senders = [new DtlsSender(), new DtlsSender()] as const;
  readonly #sealed: [number, number] = [0, 0];

  /** Up to the client's key exchange. */
  constructor(ofClient: Uint8Array | null = ids[1], ofServer: Uint8Array | null = ids[0]) {
    const [client, server] = this.senders;
    const [hello, answer] = hellos(ofClient, ofServer);
    this.add(0, ...client.message('client_hello', hello));
    this.add(1, ...server.message('server_hello', answer), ...server.message('certificate', certificateBody));
    this.add(1, ...server.message('server_hello_done', empty));
    this.exchangeKeys();
  }

  /** With the same number each time. */
  exchangeKeys(): this {
    const [client] = this.senders;
    client.messageSeq = 1;
    return this.add(0, ...client.message('client_key_exchange', new Uint8Array(66)));
  }

  add(direction: 0 | 1, ...datagrams: readonly Uint8Array[]): this {
    for (const datagram of datagrams) this.sent.push([direction, datagram]);
    return this;
  }

  change(direction: 0 | 1): Uint8Array {
    return this.senders[direction].record(contentType.change_cipher_spec, changeCipherSpec);
  }

  /** With the ID that the other side wants to get. */
  sealed(direction: 0 | 1, type: number, content: Uint8Array, id: Uint8Array = ids[direction]): Uint8Array {
    const number = this.#sealed[direction]++;
    const fragment = sealers[direction].seal(type, dtlsVersion['DTLSv1.2'], 1, number, content, id);
    const head = Uint8Array.of(contentType.tls12_cid, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, number);
    return concat(head, id, Uint8Array.of(fragment.length >> 8, fragment.length), fragment);
  }

  finished(direction: 0 | 1): Uint8Array {
    const [fragment] = this.senders[direction].fragments('finished', new Uint8Array(12), direction === 0 ? 2 : 3, 99);
    return this.sealed(direction, contentType.handshake, fragment as Uint8Array);
  }

  finish(direction: 0 | 1): this {
    return this.add(direction, concat(this.change(direction), this.finished(direction)));
  }

  data(direction: 0 | 1, length = 40): this {
    return this.add(direction, this.sealed(direction, contentType.application_data, new Uint8Array(length)));
  }
}
