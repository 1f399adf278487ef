/** Streams for the TLS reader: made handshakes and their parts, and a reader that is fed with them. */

import { generateKeyPairSync } from 'node:crypto';
import { Counters } from '../../../lib/capture/counters.ts';
import { type CaptureLimits, defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { CertificateStore } from '../../../lib/capture/tls/certificate-store.ts';
import type { TlsContext } from '../../../lib/capture/tls/context.ts';
import type { TlsFacts } from '../../../lib/capture/tls/facts.ts';
import { TlsReader } from '../../../lib/capture/tls/reader.ts';
import { type UnreadStream, UnreadStreams } from '../../../lib/capture/tls/unread-stream.ts';
import type { SecretLookup } from '../../../lib/session/index.ts';
import { nodePrimitives } from '../../../lib/session/node.ts';
import { encodeRecord, fromHex } from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { helloRecord, type Identity, message } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import { type Tls12Options, tls12Handshake, tls12Streams } from '../../support/capture/tls/tls12.ts';

/** `c` or `s`, and what it sends next. */
export type Piece = readonly ['c' | 's', Uint8Array];

export interface Fed {
  readonly facts: TlsFacts;
  readonly dropped: Record<string, number>;
  readonly certificates: number;
  readonly reader: TlsReader;
}

export function contextWith(limits: Partial<CaptureLimits> = {}, secrets: SecretLookup | null = null): TlsContext {
  const all = { ...defaultCaptureLimits, ...limits };
  const counters = new Counters();
  const packet = new Packet();
  packet.time = Date.UTC(2024, 0, 2, 3, 4, 5, 678);
  return {
    packet,
    limits: all,
    counters,
    certificates: new CertificateStore(all, counters),
    secrets,
    primitives: secrets === null ? null : nodePrimitives,
  };
}

/** One packet a piece; a buffer with other bytes around it, as packets lie in a chunk of a file. */
export function feed(pieces: readonly Piece[], context: TlsContext = contextWith()): Fed {
  const reader = new TlsReader(context);
  for (const [side, bytes] of pieces) {
    const buffer = new Uint8Array(bytes.length + 14).fill(0xee);
    buffer.set(bytes, 7);
    context.packet.number++;
    reader.data(side === 'c' ? 0 : 1, buffer, 7, 7 + bytes.length);
    buffer.fill(0xdd);
  }
  reader.end();
  return {
    facts: reader.facts,
    dropped: context.counters.toJSON(),
    certificates: context.certificates.size,
    reader,
  };
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Certificates that nobody decodes here: bytes of a usual size. */
export function identity(seed: number, count: number): Identity {
  const random = bytesFrom(seed);
  return { certificates: Array.from({ length: count }, (_, i) => random(700 + 97 * i)), privateKey };
}

export const server: Identity = identity(1, 3);
export const client: Identity = identity(2, 2);

/** CN=Test CA. */
export const authority: Uint8Array = fromHex('3012 3110 300e 0603 5504 03 0c07 54657374204341');

/** The pieces of a TLS 1.2 handshake: hello, the server's flight, the client's, the server's end; then data of both. */
export function tls12(options: Partial<Tls12Options> = {}): Piece[] {
  const hello = options.hello ?? tls12Hello(3, 'host.example');
  const streams = tls12Streams(tls12Handshake({ hello, seed: 4, server, ticket: false, ...options }));
  return [
    ['c', helloRecord(hello)],
    ['s', streams.server],
    ['c', streams.client],
    ['s', streams.serverEnd],
    ['c', streams.seal('client', 23, new Uint8Array(100))],
    ['s', streams.seal('server', 23, new Uint8Array(100))],
  ];
}

export const mutual: readonly Piece[] = tls12({ client, authorities: [authority] });

export function handshakeRecord(type: number, body: Uint8Array, version = 0x0303): Uint8Array {
  return encodeRecord(22, version, message(type, body));
}

/** Each side's bytes in pieces of this size. */
export function cut(pieces: readonly Piece[], size: number): Piece[] {
  return pieces.flatMap(([side, bytes]) =>
    Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i): Piece => [side, bytes.subarray(i * size, (i + 1) * size)],
    ),
  );
}

/** What does not depend on how the stream was cut: packets and times left out. */
export function content(facts: TlsFacts): unknown {
  return JSON.parse(
    JSON.stringify(facts, (key, value: unknown) =>
      key === 'packet' || key === 'at' || key === 'segments' || key === 'lastPacket' ? undefined : value,
    ),
  );
}

export function unreadStream(): UnreadStream {
  return new UnreadStreams().take();
}
