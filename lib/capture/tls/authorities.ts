/** CertificateRequest out of a capture: the names of acceptable CAs. A server sends the same list in every handshake. */

import {
  certificateRequestTls10,
  certificateRequestTls12,
  certificateRequestTls13,
  DecodeError,
  decode,
  dtlsVersion,
  extensionType,
  findExtension,
  HarnessError,
  printable,
  tlsVersion,
  toHex,
  withoutStacks,
} from '../../wire/index.ts';
import { distinguishedName } from '../../x509/names.ts';
import type { Counters } from '../counters.ts';

/** `fault`: a clause, when the message cannot be read. */
export type ReadRequest =
  | { readonly authorities: readonly string[]; readonly fault: null }
  | { readonly fault: string };

export class AuthorityReader {
  readonly #counters: Counters;
  readonly #known: Known[] = [];
  #knownBytes = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** @param start of the body. @param version negotiated; 0 where not known: the form then is told by its lengths */
  read(bytes: Uint8Array, start: number, end: number, version: number): ReadRequest {
    for (const known of this.#known) {
      if (known.version === version && sameAs(bytes, start, end, known.body)) return known.request;
    }
    const body = bytes.slice(start, end);
    const keep = this.#known.length < mostKnown && this.#knownBytes + body.length <= mostKnownBytes;
    const request = withoutStacks(() => this.#read(body, version, keep ? mostShown : mostShownUncached));
    if (keep) {
      this.#known.push({ version, body, request });
      this.#knownBytes += body.length;
    }
    return request;
  }

  #read(body: Uint8Array, version: number, most: number): ReadRequest {
    try {
      const names = version === 0 ? namesOfUnknown(body) : namesOf(body, version);
      if (names.length > most) this.#counters.drop('authority-list-shortened');
      return { authorities: names.slice(0, most).map(nameOf), fault: null };
    } catch (error) {
      if (error instanceof DecodeError) return { fault: error.message };
      throw error;
    }
  }
}

interface Known {
  readonly version: number;
  readonly body: Uint8Array;
  readonly request: ReadRequest;
}

const mostKnown = 32;
const mostKnownBytes = 2 ** 21;
/** Names that are shown. Lists that no longer fit into the cache are held one by one, so they show fewer. */
const mostShown = 1000;
const mostShownUncached = 20;
const longestName = 1024;

function namesOf(body: Uint8Array, version: number): readonly Uint8Array[] {
  const isDtls = version >= dtlsVersion['DTLSv1.3'];
  if (version === tlsVersion['TLSv1.3'] || version === dtlsVersion['DTLSv1.3']) {
    const { extensions } = decode(certificateRequestTls13, body);
    return findExtension(extensions, extensionType.certificate_authorities) ?? [];
  }
  const namesAlgorithms = isDtls ? version <= dtlsVersion['DTLSv1.2'] : version >= tlsVersion['TLSv1.2'];
  return decode(namesAlgorithms ? certificateRequestTls12 : certificateRequestTls10, body).certificateAuthorities;
}

/** Both forms of before TLS 1.3 have lengths that only one of them can make sense of. */
function namesOfUnknown(body: Uint8Array): readonly Uint8Array[] {
  try {
    return namesOf(body, tlsVersion['TLSv1.2']);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return namesOf(body, tlsVersion['TLSv1.1']);
  }
}

function nameOf(der: Uint8Array): string {
  try {
    return printable(distinguishedName(der)).slice(0, longestName);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return `#${toHex(der.subarray(0, longestName / 2))}`.slice(0, longestName);
  }
}

function sameAs(bytes: Uint8Array, start: number, end: number, body: Uint8Array): boolean {
  if (body.length !== end - start) return false;
  for (let i = 0; i < body.length; i++) if (body[i] !== bytes[start + i]) return false;
  return true;
}
