/** DTLS made by hand: records, handshake messages in any fragments, and a reader to give them to. */

import { Counters } from '../../../lib/capture/counters.ts';
import { type CaptureLimits, defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { CertificateStore } from '../../../lib/capture/tls/certificate-store.ts';
import type { TlsContext } from '../../../lib/capture/tls/context.ts';
import { DtlsReader } from '../../../lib/capture/tls/dtls.ts';
import type { TlsFacts } from '../../../lib/capture/tls/facts.ts';
import type { SecretLookup } from '../../../lib/session/index.ts';
import { nodePrimitives } from '../../../lib/session/node.ts';
import {
  certificateTls12,
  concat,
  contentType,
  dtlsClientHello,
  dtlsHandshake,
  dtlsRecord,
  dtlsVersion,
  encode,
  extensionType,
  handshakeType,
  helloVerifyRequest,
  serverHello,
} from '../../../lib/wire/index.ts';

export type Sent = readonly [direction: 0 | 1, datagram: Uint8Array];

/** Messages and records of one direction, numbered as they are made. */
export class DtlsSender {
  messageSeq = 0;
  sequenceNumber = 0;
  epoch = 0;
  version: number = dtlsVersion['DTLSv1.2'];

  record(type: number, fragment: Uint8Array): Uint8Array {
    const { version, epoch } = this;
    return encode(dtlsRecord, { type, version, epoch, sequenceNumber: this.sequenceNumber++, fragment });
  }

  /** One record for each fragment of at most `size` bytes. */
  message(type: keyof typeof handshakeType, body: Uint8Array, size = 65_000): Uint8Array[] {
    const messageSeq = this.messageSeq++;
    return this.fragments(type, body, messageSeq, size).map((one) => this.record(contentType.handshake, one));
  }

  fragments(type: keyof typeof handshakeType, body: Uint8Array, messageSeq: number, size: number): Uint8Array[] {
    const fragments: Uint8Array[] = [];
    for (let at = 0; at === 0 || at < body.length; at += size)
      fragments.push(fragmentOf(type, messageSeq, body.length, at, body.subarray(at, at + size)));
    return fragments;
  }
}

export function fragmentOf(
  type: keyof typeof handshakeType,
  messageSeq: number,
  length: number,
  fragmentOffset: number,
  fragment: Uint8Array,
): Uint8Array {
  return encode(dtlsHandshake, { type: handshakeType[type], length, messageSeq, fragmentOffset, fragment });
}

export const clientRandom = new Uint8Array(32).fill(0xc1);
export const serverRandom = new Uint8Array(32).fill(0x5e);
export const chain = [600, 900].map((length, i) => Uint8Array.from({ length }, (_, at) => (at * 7 + i) & 0xff));

export function helloBody(cookie = new Uint8Array(), random = clientRandom): Uint8Array {
  return encode(dtlsClientHello, {
    legacyVersion: dtlsVersion['DTLSv1.2'],
    random,
    sessionId: new Uint8Array(),
    cookie,
    cipherSuites: [0xc02b, 0xc02f],
    compressionMethods: [0],
    extensions: [
      { type: extensionType.server_name, data: [{ nameType: 0, name: new TextEncoder().encode('vpn.example.test') }] },
    ],
  });
}

export function serverHelloBody(cipherSuite = 0xc02b, random = serverRandom): Uint8Array {
  return encode(serverHello, {
    legacyVersion: dtlsVersion['DTLSv1.2'],
    random,
    sessionId: new Uint8Array(),
    cipherSuite,
    compressionMethod: 0,
    extensions: undefined,
  });
}

export const certificateBody = encode(certificateTls12, { certificateList: chain });
export const changeCipherSpec = Uint8Array.of(1);
const cookie = new Uint8Array(20).fill(0xc0);

/** Hello, cookie, hello again, the server's flight in fragments of `size`, the client's, up to an encrypted Finished of each. */
export function handshake(size = 65_000, client = new DtlsSender(), server = new DtlsSender()): Sent[] {
  const sent: Sent[] = [];
  const from = (direction: 0 | 1, records: readonly Uint8Array[]): void => {
    for (const record of records) sent.push([direction, record]);
  };
  from(0, client.message('client_hello', helloBody(), size));
  const verify = encode(helloVerifyRequest, { serverVersion: dtlsVersion['DTLSv1.0'], cookie });
  from(1, server.message('hello_verify_request', verify, size));
  from(0, client.message('client_hello', helloBody(cookie), size));
  from(1, server.message('server_hello', serverHelloBody(), size));
  from(1, server.message('certificate', certificateBody, size));
  from(1, server.message('server_hello_done', new Uint8Array(), size));
  from(0, client.message('client_key_exchange', new Uint8Array(66), size));
  for (const [direction, sender] of [
    [0, client],
    [1, server],
  ] as const) {
    from(direction, [sender.record(contentType.change_cipher_spec, changeCipherSpec)]);
    sender.epoch = 1;
    sender.sequenceNumber = 0;
    from(direction, [sender.record(contentType.handshake, new Uint8Array(48).fill(0xee))]);
  }
  return sent;
}

export function contextWith(limits: Partial<CaptureLimits> = {}, secrets: SecretLookup | null = null): TlsContext {
  const counters = new Counters();
  const all = { ...defaultCaptureLimits, ...limits };
  return {
    packet: new Packet(),
    limits: all,
    counters,
    certificates: new CertificateStore(all, counters),
    secrets,
    primitives: nodePrimitives,
  };
}

/** A reader that was given all datagrams, a packet each, a second apart. */
export function readerOf(sent: readonly Sent[], context = contextWith()): DtlsReader {
  const reader = new DtlsReader(context);
  for (const [i, [direction, datagram]] of sent.entries()) {
    context.packet.number = i + 1;
    context.packet.time = 1000 * (i + 1);
    // In the middle of a buffer, as in a capture.
    const buffer = concat(Uint8Array.of(9, 9, 9), datagram, Uint8Array.of(9, 9));
    reader.datagram(direction, buffer, 3, 3 + datagram.length);
    buffer.fill(0xdd);
  }
  reader.end();
  return reader;
}

export function factsOf(sent: readonly Sent[], context = contextWith()): TlsFacts {
  return readerOf(sent, context).facts;
}
