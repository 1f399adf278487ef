/** What hellos have in common: lists and fingerprints, made once for all hellos that offer the same. */

import type { Code } from '../../evidence/index.ts';
import { type Digests, type FingerprintParts, fingerprintsOf, portableDigests } from '../../hello/index.ts';
import {
  type Codec,
  clientHelloExtensions,
  DecodeError,
  decode,
  extensionType,
  isGrease,
  printable,
  withoutStacks,
} from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import type { Counters } from '../counters.ts';
import { codeOf } from './codes.ts';

/** The part of a hello that does not depend on whom it is for: names, randoms and keys are left out. */
export interface HelloOffer {
  readonly alpn: readonly string[];
  readonly cipherSuites: readonly Code[];
  readonly extensions: readonly number[];
  readonly groups: readonly Code[];
  readonly supportedVersions: readonly Code[];
  readonly signatureSchemes: readonly Code[];
  readonly ja3: string;
  readonly ja4: string;
  /** Versions for the evidence: of supported_versions without GREASE, else client_version. */
  readonly versions: readonly Code[];
  /** Items of its lists where these are held for one hello alone; 0 where others share them. */
  readonly ownItems: number;
}

/** Extensions whose bodies are part of an offer; of the others only the type is. */
export function countsBody(type: number): boolean {
  return (
    type === extensionType.supported_groups ||
    type === extensionType.ec_point_formats ||
    type === extensionType.signature_algorithms ||
    type === extensionType.application_layer_protocol_negotiation ||
    type === extensionType.supported_versions
  );
}

/**
 * Offers by their key: client_version, length and bytes of the cipher suites, then of each extension the type, the length and
 * the body (length 0 where it does not count). All lengths are two bytes.
 */
export class HelloCache {
  readonly #counters: Counters;
  readonly #digests: Digests;
  readonly #offers = new Map<number, Cached>();
  #entries = 0;
  #bytes = 0;

  constructor(counters: Counters, digests: Digests = portableDigests) {
    this.#counters = counters;
    this.#digests = digests;
  }

  /** The offer of the key in [0, length) of `key`. */
  offer(key: Uint8Array, length: number): HelloOffer {
    let hash = length;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (key[i] as number), 0x01000193);
    const first = this.#offers.get(hash);
    for (let cached = first; cached !== undefined; cached = cached.next) {
      if (startsWith(key, length, cached.key)) return cached.offer;
    }
    const place = first === undefined ? 1 : first.place + 1;
    const keep = this.#entries < mostEntries && this.#bytes + length <= mostBytes && place <= longestChain;
    // What is not kept is read in its place.
    const kept = keep ? key.slice(0, length) : key.subarray(0, length);
    const offer = this.#read(kept, keep);
    if (keep) {
      this.#offers.set(hash, { key: kept, offer, next: first, place });
      this.#entries++;
      this.#bytes += length;
    }
    return offer;
  }

  #read(key: Uint8Array, shared: boolean): HelloOffer {
    const parts = partsOf(key);
    const most = shared ? mostShown : mostShownUncached;
    let items = 0;
    const shown = <T>(list: ArrayLike<T>): readonly T[] => {
      const few = this.#shown(list, most);
      items += few.length;
      return few;
    };
    const codes = (list: ArrayLike<number>): readonly Code[] => shown(list).map(codeOf);
    const { version, supportedVersions } = parts;
    const lists = {
      alpn: shown(parts.alpn).map(printable),
      cipherSuites: codes(parts.cipherSuites),
      extensions: shown(parts.extensions),
      groups: codes(parts.groups),
      supportedVersions: codes(supportedVersions ?? []),
      signatureSchemes: codes(parts.signatureSchemes),
      versions: codes(supportedVersions?.filter((code) => !isGrease(code)) ?? [version]),
    };
    return {
      ...lists,
      ownItems: shared ? 0 : items,
      ...fingerprintsOf(parts, this.#digests),
    };
  }

  #shown<T>(list: ArrayLike<T>, most: number): readonly T[] {
    if (list.length > most) this.#counters.drop('hello-list-shortened');
    return Array.prototype.slice.call(list, 0, most) as T[];
  }
}

function partsOf(key: Uint8Array): FingerprintParts {
  const suitesEnd = 4 + u16(key, 2);
  const cipherSuites = new Uint16Array((suitesEnd - 4) / 2);
  for (let i = 0; i < cipherSuites.length; i++) cipherSuites[i] = u16(key, 4 + 2 * i);
  const extensions = new Uint16Array((key.length - suitesEnd) / 4);
  let types = 0;
  const bodies = new Map<number, Uint8Array>();
  for (let i = suitesEnd; i < key.length; ) {
    const type = u16(key, i);
    const end = i + 4 + u16(key, i + 2);
    extensions[types++] = type;
    if (countsBody(type) && !bodies.has(type)) bodies.set(type, key.subarray(i + 4, end));
    i = end;
  }
  const list = <T>(type: number, codec: Codec<T[]>): T[] | null => {
    const body = bodies.get(type);
    return body === undefined ? null : decoded(codec, body);
  };
  const table = clientHelloExtensions;
  const alpn = extensionType.application_layer_protocol_negotiation;
  return {
    version: u16(key, 0),
    cipherSuites,
    extensions: extensions.subarray(0, types),
    groups: list(extensionType.supported_groups, table[extensionType.supported_groups]) ?? [],
    pointFormats: list(extensionType.ec_point_formats, table[extensionType.ec_point_formats]) ?? [],
    signatureSchemes: list(extensionType.signature_algorithms, table[extensionType.signature_algorithms]) ?? [],
    supportedVersions: list(extensionType.supported_versions, table[extensionType.supported_versions]),
    alpn: (list(alpn, table[alpn]) ?? []).map((name) => String.fromCharCode(...name)),
  };
}

/** Null for a body that is not of its form: it then says nothing. */
function decoded<T>(codec: Codec<T[]>, body: Uint8Array): T[] | null {
  try {
    return withoutStacks(() => decode(codec, body));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

interface Cached {
  readonly key: Uint8Array;
  readonly offer: HelloOffer;
  readonly next: Cached | undefined;
  readonly place: number;
}

const mostEntries = 4096;
const mostBytes = 2 ** 22;
const longestChain = 8;
/** Items of a list that are shown. Hellos that no longer fit into the cache are held one by one, so they show fewer. */
const mostShown = 1000;
const mostShownUncached = 64;

function startsWith(bytes: Uint8Array, length: number, start: Uint8Array): boolean {
  if (start.length !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}
