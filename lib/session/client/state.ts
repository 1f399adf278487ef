/** What the phases of a client share: what was given, what is known so far, and what is to be sent. */

import type { HelloSpec } from '../../hello/index.ts';
import { concat, contentType, encode, encodeRecord, handshakeMessage, handshakeType } from '../../wire/index.ts';
import type { CertificateRequestFacts, Negotiated } from '../flight.ts';
import type { SecretLabel } from '../key-log.ts';
import type { FlightLimits } from '../limits.ts';
import type { MessageStream } from '../message-stream.ts';
import type { RecordSealer } from '../protection.ts';
import type { AfterHandshake, ClientGap, ClientGoal, ServerProof } from './flight.ts';
import type { ClientCredential, ClientPrimitives } from './primitives.ts';
import type { Transcript } from './transcript.ts';

/** How the client goes on after a message: `complete` when the goal is reached, `stopped` when it cannot go on. */
export type Outcome = 'more' | 'complete' | 'stopped';

/** A part of the handshake in which the same keys and rules hold. */
export interface Phase {
  /** @throws Malformed, DecodeError */
  take(type: number, body: Uint8Array, raw: Uint8Array): Outcome;
  /** @throws Malformed */
  changeCipherSpec(): void;
  /** Seals a warning that the connection ends; null where it would go out in clear. */
  readonly sealer: RecordSealer | null;
}

/** Facts that phases find; what the clear part of the flight says stands in its own reader. */
export interface ClientFacts {
  certificates: readonly Uint8Array[];
  certificateRequest: CertificateRequestFacts | null;
  encryptedExtensions: readonly number[] | null;
  alpn: string | null;
  proof: ServerProof | null;
  certificateCompression: number | null;
  gap: ClientGap | null;
  finished: boolean;
  accepted: boolean;
  clientCertificates: readonly Uint8Array[];
  after: AfterHandshake;
  /** One sentence when something was left out. */
  note: string | null;
}

/** What a phase works on. */
export interface ClientState {
  readonly primitives: ClientPrimitives;
  readonly credential: ClientCredential | null;
  readonly goal: ClientGoal;
  readonly limits: FlightLimits;
  readonly stream: MessageStream;
  readonly transcript: Transcript;
  /** The hello that counts, after a HelloRetryRequest the second. */
  hello: HelloSpec;
  readonly clientRandom: Uint8Array;
  negotiated: Negotiated | null;
  readonly facts: ClientFacts;
  /** Records that wait to be sent. */
  readonly out: Uint8Array[];
  /** True once our change_cipher_spec of TLS 1.3 went out. */
  changedCipherSpec: boolean;
  secret(label: SecretLabel, secret: Uint8Array): void;
}

export function initialFacts(): ClientFacts {
  return {
    certificates: [],
    certificateRequest: null,
    encryptedExtensions: null,
    alpn: null,
    proof: null,
    certificateCompression: null,
    gap: null,
    finished: false,
    accepted: false,
    clientCertificates: [],
    after: { tickets: 0, keyUpdates: 0, certificateRequest: null, helloRequests: 0, dataBytes: 0 },
    note: null,
  };
}

/** A handshake message with its header. */
export function messageOf(type: keyof typeof handshakeType, body: Uint8Array): Uint8Array {
  return encode(handshakeMessage, { type: handshakeType[type], body });
}

/** Handshake messages as records, in as few as possible. @param sealer null: in clear */
export function handshakeRecords(
  messages: readonly Uint8Array[],
  version: number,
  sealer: RecordSealer | null,
): Uint8Array {
  const bytes = concat(...messages);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += longestContent) {
    const fragment = bytes.subarray(at, at + longestContent);
    const record = sealer?.seal(contentType.handshake, fragment) ?? { type: contentType.handshake, version, fragment };
    records.push(encodeRecord(record.type, record.version, record.fragment));
  }
  return concat(...records);
}

/** The server's list, as much of it as is kept. */
export function keptCertificates(state: ClientState, list: readonly Uint8Array[]): void {
  const { certificates: most } = state.limits;
  if (list.length > most) {
    state.facts.note = `The server sent ${list.length} certificates; the first ${most} were kept.`;
  }
  state.facts.certificates = list.slice(0, most);
}

const longestContent = 2 ** 14;
