/** ClientHello out of a capture: one walk over the message; lists and fingerprints come from the cache of offers. */

import type { CapturedClientHello } from '../../evidence/index.ts';
import {
  clientHelloVerbatim,
  DecodeError,
  decode,
  dtlsClientHello,
  extensionType,
  serverNameType,
  sslv2ClientHello,
  withoutStacks,
} from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { sslv2, textOf, versionName } from './codes.ts';
import { countsBody, type HelloCache, type HelloOffer } from './hello-cache.ts';

/** A ClientHello, and what the reader itself goes by. */
export interface ReadHello {
  readonly hello: CapturedClientHello;
  readonly offer: HelloOffer;
  /** Copied. */
  readonly random: Uint8Array;
  readonly postHandshakeAuth: boolean;
}

export interface HelloPlace {
  readonly packet: number;
  readonly segments: number;
}

/** Reads ClientHellos; one for a whole capture, since it keeps a buffer for the keys of offers. */
export class ClientHelloReader {
  readonly #cache: HelloCache;
  #key = new Uint8Array(2048);
  #keyLength = 0;
  #nameStart = 0;
  #nameEnd = 0;
  #postHandshakeAuth = false;

  constructor(cache: HelloCache) {
    this.#cache = cache;
  }

  /** @param start of the body, without the header of the message. @returns null when its lengths do not add up */
  read(bytes: Uint8Array, start: number, end: number, isDtls: boolean, place: HelloPlace): ReadHello | null {
    if (this.#key.length < end - start + spare) this.#key = new Uint8Array(2 * (end - start + spare));
    this.#nameStart = 0;
    this.#nameEnd = 0;
    this.#postHandshakeAuth = false;
    if (!this.#walk(bytes, start, end, isDtls)) return null;
    const offer = this.#cache.offer(this.#key, this.#keyLength);
    const sni = this.#nameEnd > this.#nameStart ? textOf(bytes, this.#nameStart, this.#nameEnd) : null;
    const hello = captured(offer, end - start + 4, versionName(u16(bytes, start)), sni, place);
    return {
      hello,
      offer,
      random: bytes.slice(start + 2, start + 34),
      postHandshakeAuth: this.#postHandshakeAuth,
    };
  }

  /** A ClientHello in SSL 2.0 form, its two-byte header included. @returns null when its lengths do not add up */
  readSslv2(record: Uint8Array, place: HelloPlace): ReadHello | null {
    try {
      const { version, cipherSpecs, challenge } = withoutStacks(() => decode(sslv2ClientHello, record));
      // Three-byte codes above 0xffff are SSL 2.0's own: no TLS server can choose them.
      const suites = cipherSpecs.filter((spec) => spec <= 0xffff);
      const key = new Uint8Array(4 + 2 * suites.length);
      const put = (at: number, value: number): void => key.set([value >> 8, value & 0xff], at);
      put(0, version);
      put(2, 2 * suites.length);
      for (const [i, suite] of suites.entries()) put(4 + 2 * i, suite);
      const offer = this.#cache.offer(key, key.length);
      // RFC 5246 appendix E.2: the challenge, right-justified, is the random.
      const random = new Uint8Array(32);
      random.set(challenge.subarray(-32), 32 - Math.min(32, challenge.length));
      const hello = captured(offer, record.length - 2, versionName(sslv2), null, place);
      return { hello, offer, random, postHandshakeAuth: false };
    } catch (error) {
      if (error instanceof DecodeError) return null;
      throw error;
    }
  }

  /** Checks all lengths and writes the key. What stands inside the extensions is not judged. */
  #walk(bytes: Uint8Array, start: number, end: number, isDtls: boolean): boolean {
    let at = start + 34;
    if (at >= end || (bytes[at] as number) > 32) return false;
    at += 1 + (bytes[at] as number);
    if (isDtls) at += 1 + (bytes[at] ?? 0);
    if (at + 2 > end) return false;
    const suites = u16(bytes, at);
    if (suites === 0 || suites % 2 === 1 || at + 2 + suites >= end) return false;
    const key = this.#key;
    key[0] = bytes[start] as number;
    key[1] = bytes[start + 1] as number;
    for (let i = 0; i < suites + 2; i++) key[2 + i] = bytes[at + i] as number;
    this.#keyLength = 4 + suites;
    at += 2 + suites;
    const methods = bytes[at] as number;
    at += 1 + methods;
    if (methods === 0 || at > end) return false;
    // Extensions may be absent (RFC 5246 §7.4.1.2).
    if (at === end) return true;
    if (at + 2 > end || at + 2 + u16(bytes, at) !== end) return false;
    return this.#walkExtensions(bytes, at + 2, end);
  }

  #walkExtensions(bytes: Uint8Array, start: number, end: number): boolean {
    const key = this.#key;
    let length = this.#keyLength;
    for (let at = start; at < end; ) {
      if (at + 4 > end) return false;
      const type = u16(bytes, at);
      const body = at + 4;
      const next = body + u16(bytes, at + 2);
      if (next > end) return false;
      key[length] = bytes[at] as number;
      key[length + 1] = bytes[at + 1] as number;
      if (countsBody(type)) {
        for (let i = at + 2; i < next; i++) key[length + i - at] = bytes[i] as number;
        length += next - at;
      } else {
        key[length + 2] = 0;
        key[length + 3] = 0;
        length += 4;
        if (type === extensionType.server_name) this.#findName(bytes, body, next);
        else if (type === extensionType.post_handshake_auth) this.#postHandshakeAuth = true;
      }
      at = next;
    }
    this.#keyLength = length;
    return true;
  }

  /** The first host_name of the first server_name extension (RFC 6066 §3). */
  #findName(bytes: Uint8Array, start: number, end: number): void {
    if (this.#nameEnd > 0 || start + 5 > end || bytes[start + 2] !== serverNameType.host_name) return;
    const nameEnd = start + 5 + u16(bytes, start + 3);
    if (nameEnd > end) return;
    this.#nameStart = start + 5;
    this.#nameEnd = nameEnd;
  }
}

/** What is wrong with a ClientHello that `ClientHelloReader` refused: a clause. */
export function clientHelloFault(body: Uint8Array, isDtls: boolean): string {
  try {
    withoutStacks(() => (isDtls ? decode(dtlsClientHello, body) : decode(clientHelloVerbatim, body)));
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return 'its lengths do not add up';
}

/** Bytes that a key has more than the message it is made of. */
const spare = 8;

function captured(
  offer: HelloOffer,
  length: number,
  version: string,
  sni: string | null,
  { packet, segments }: HelloPlace,
): CapturedClientHello {
  return {
    packet,
    length,
    version,
    sni,
    alpn: offer.alpn,
    cipherSuites: offer.cipherSuites,
    extensions: offer.extensions,
    groups: offer.groups,
    supportedVersions: offer.supportedVersions,
    signatureSchemes: offer.signatureSchemes,
    ja3: offer.ja3,
    ja4: offer.ja4,
    segments,
  };
}
