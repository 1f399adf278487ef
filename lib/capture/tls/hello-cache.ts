/** What hellos have in common: lists and fingerprints, made once for all hellos that offer the same. */

import type { Code } from '../../evidence/index.ts';
import {
  alpnOf,
  type ExtensionSpec,
  findExtensionSpec,
  type HelloSpec,
  ja3,
  ja4,
  readableExtension,
} from '../../hello/index.ts';
import { extensionType, isGrease, printable } from '../../wire/index.ts';
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
  readonly #offers = new Map<number, Cached>();
  #entries = 0;
  #bytes = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
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
    const kept = key.slice(0, length);
    const offer = this.#read(kept, keep ? mostShown : mostShownUncached);
    if (keep) {
      this.#offers.set(hash, { key: kept, offer, next: first, place });
      this.#entries++;
      this.#bytes += length;
    }
    return offer;
  }

  #read(key: Uint8Array, most: number): HelloOffer {
    const version = uint16(key, 0);
    const suitesEnd = 4 + uint16(key, 2);
    const cipherSuites: Code[] = [];
    for (let i = 4; i < suitesEnd; i += 2) cipherSuites.push(codeOf(uint16(key, i)));
    const types: number[] = [];
    const extensions: ExtensionSpec[] = [];
    for (let i = suitesEnd; i < key.length; ) {
      const type = uint16(key, i);
      const end = i + 4 + uint16(key, i + 2);
      types.push(type);
      extensions.push(
        countsBody(type) ? readableExtension(type, key.subarray(i + 4, end)) : { type: codeOf(type), data: '' },
      );
      i = end;
    }
    const spec: HelloSpec = {
      recordVersion: codeOf(version),
      legacyVersion: codeOf(version),
      random: '',
      sessionId: '',
      cipherSuites,
      compressionMethods: [0],
      extensions,
    };
    const groups = findExtensionSpec(spec, '0x000a');
    const schemes = findExtensionSpec(spec, '0x000d');
    const versions = findExtensionSpec(spec, '0x002b');
    const supported = versions !== undefined && 'supportedVersions' in versions ? versions.supportedVersions : null;
    const shown = <T>(list: readonly T[]): readonly T[] => this.#shown(list, most);
    return {
      alpn: shown(alpnOf(spec)).map(printable),
      cipherSuites: shown(cipherSuites),
      extensions: shown(types),
      groups: shown(groups !== undefined && 'groups' in groups ? groups.groups : []),
      supportedVersions: shown(supported ?? []),
      signatureSchemes: shown(schemes !== undefined && 'signatureSchemes' in schemes ? schemes.signatureSchemes : []),
      ja3: ja3(spec).hash,
      ja4: ja4(spec),
      versions: shown(supported?.filter((code) => !isGrease(Number(code))) ?? [codeOf(version)]),
    };
  }

  #shown<T>(list: readonly T[], most: number): readonly T[] {
    if (list.length <= most) return list;
    this.#counters.drop('hello-list-shortened');
    return list.slice(0, most);
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
const mostShownUncached = 200;

function startsWith(bytes: Uint8Array, length: number, start: Uint8Array): boolean {
  if (start.length !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
