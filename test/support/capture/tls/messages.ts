/** What both versions of made handshakes share: framing of messages, records, alerts, hellos that are really answered. */

import type { KeyObject } from 'node:crypto';
import { encodeHello, type HelloSpec } from '../../../../lib/hello/index.ts';
import { type SuiteHash, suiteDigest } from '../../../../lib/session/index.ts';
import {
  alert,
  codeText,
  concat,
  contentType,
  encode,
  encodeRecord,
  fromHex,
  handshakeMessage,
  type handshakeType,
  toHex,
} from '../../../../lib/wire/index.ts';
import { rawPublicKey, x25519Key } from './keys.ts';

/** Whom a side says it is. */
export interface Identity {
  /** DER, the own one first. */
  readonly certificates: readonly Uint8Array[];
  readonly privateKey: KeyObject;
}

/** Protects one record more of a direction. */
export type Seal = (from: 'client' | 'server', type: number, content: Uint8Array) => Uint8Array;

export type HandshakeName = keyof typeof handshakeType;

export const x25519 = 0x001d;

/** Hash of everything a handshake said so far. */
export class Transcript {
  #bytes: Uint8Array = new Uint8Array(0);

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  add(message: Uint8Array): Uint8Array {
    this.#bytes = concat(this.#bytes, message);
    return message;
  }

  hash(name: SuiteHash): Uint8Array {
    return suiteDigest(name, this.#bytes);
  }
}

export function message(type: number, body: Uint8Array): Uint8Array {
  return encode(handshakeMessage, { type, body });
}

/** One record for each part, as OpenSSL sends them. */
export function records(type: number, version: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.map((part) => encodeRecord(type, version, part)));
}

export function alertBody(level: 1 | 2, description: number): Uint8Array {
  return encode(alert, { level, description });
}

/** A fatal alert in clear. */
export function alertRecord(description: number, version = 0x0303): Uint8Array {
  return encodeRecord(contentType.alert, version, alertBody(2, description));
}

export const changeCipherSpec: Uint8Array = encodeRecord(contentType.change_cipher_spec, 0x0303, Uint8Array.of(1));

/** The hello in its first record. */
export function helloRecord(spec: HelloSpec): Uint8Array {
  return encodeRecord(contentType.handshake, Number(spec.recordVersion), encodeHello(spec));
}

/** The hello with an X25519 share whose private key is `seed`, so that its handshake can be finished. */
export function withShare(spec: HelloSpec, seed: Uint8Array): HelloSpec {
  const keyExchange = toHex(rawPublicKey(x25519Key(seed)));
  const extensions = spec.extensions?.map((extension) =>
    'keyShares' in extension
      ? {
          ...extension,
          keyShares: extension.keyShares.map((share) =>
            share.group === codeText(x25519) ? { ...share, keyExchange } : share,
          ),
        }
      : extension,
  );
  return { ...spec, extensions: extensions ?? null };
}

export const offers = (spec: HelloSpec, extension: number): boolean =>
  spec.extensions?.some(({ type }) => Number(type) === extension) ?? false;

/** A line of a key log (draft-ietf-tls-keylogfile). */
export function keyLogLine(label: string, spec: HelloSpec, secret: Uint8Array): string {
  return `${label} ${spec.random} ${toHex(secret)}\n`;
}

export const randomOf = (spec: HelloSpec): Uint8Array => fromHex(spec.random);
