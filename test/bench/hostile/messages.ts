/** Records that floods repeat: made once, with what differs written into them. */

import { concat } from '../../../lib/wire/index.ts';
import { certificateOf, fixedKeys, int, nameOf } from '../../x509/der.ts';
import { put16, put32 } from '../captures/frame.ts';

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);
const u24 = (value: number): Uint8Array => Uint8Array.of(value >> 16, value >> 8, value);
const vector16 = (bytes: Uint8Array): Uint8Array => concat(u16(bytes.length), bytes);

/** A record of this type; a handshake longer than one is cut into several. */
export function recordsOf(type: number, content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < content.length || at === 0; at += 16_384) {
    const part = content.subarray(at, at + 16_384);
    parts.push(Uint8Array.of(type, 3, 3), vector16(part));
  }
  return concat(...parts);
}

export function handshakeOf(type: number, body: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(type), u24(body.length), body);
}

export function extensionOf(type: number, body: Uint8Array): Uint8Array {
  return concat(u16(type), vector16(body));
}

export function nameExtension(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  return extensionOf(0, vector16(concat(Uint8Array.of(0), vector16(bytes))));
}

/** Bytes that repeat late. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export interface HelloParts {
  readonly suites?: Uint8Array;
  readonly extensions?: Uint8Array;
}

/** The handshake message. */
export function helloOf({ suites = Uint8Array.of(0xc0, 0x2f, 0x13, 0x01), extensions }: HelloParts = {}): Uint8Array {
  const head = concat(Uint8Array.of(3, 3), noise(32), Uint8Array.of(0), vector16(suites), Uint8Array.of(1, 0));
  return handshakeOf(1, extensions === undefined ? head : concat(head, vector16(extensions)));
}

/** Where the random stands in a record with a hello. */
export const helloRandom = 11;
/** Where the first suite stands. */
export const helloSuites = 46;

export function serverHelloOf({
  suite = 0xc02f,
  extensions,
}: {
  suite?: number;
  extensions?: Uint8Array;
} = {}): Uint8Array {
  const head = concat(Uint8Array.of(3, 3), noise(32, 7), Uint8Array.of(0), u16(suite), Uint8Array.of(0));
  return handshakeOf(2, extensions === undefined ? head : concat(head, vector16(extensions)));
}

export function certificatesOf(...certificates: readonly Uint8Array[]): Uint8Array {
  const list = concat(...certificates.flatMap((der) => [u24(der.length), der]));
  return handshakeOf(11, concat(u24(list.length), list));
}

/** A certificate whose serial number and name can be changed in place: each is another one. */
export class ManyCertificates {
  readonly bytes: Uint8Array;
  readonly #serial: number;
  readonly #names: readonly number[];

  constructor() {
    const keys = fixedKeys(9);
    const subject = nameOf(['CN', 'host-00000000.example.com']);
    this.bytes = certificateOf({ subject, keys, serial: int(0x11, 0x22, 0x33, 0x44) });
    this.#serial = find(this.bytes, Uint8Array.of(0x11, 0x22, 0x33, 0x44), 0);
    const name = new TextEncoder().encode('00000000.example');
    const first = find(this.bytes, name, 0);
    this.#names = [first, find(this.bytes, name, first + 1)];
  }

  /** @returns the same bytes as before, changed */
  number(i: number): Uint8Array {
    put32(this.bytes, this.#serial, 0x1000_0000 + i);
    const digits = String(i).padStart(8, '0');
    for (const at of this.#names) for (let k = 0; k < 8; k++) this.bytes[at + k] = digits.charCodeAt(k);
    put32(this.bytes, this.bytes.length - 4, i);
    return this.bytes;
  }
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(wanted, from);
}

export { put16, put32, u16, u24, vector16 };
