/** Shared by the tests of lib/hello: a repeatable random source and arbitrary hellos. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import type { Code } from '../../lib/evidence/index.ts';
import type { ExtensionSpec, HelloSpec, RandomBytes } from '../../lib/hello/index.ts';
import { codeText, toHex } from '../../lib/wire/index.ts';

/** Bytes of a small generator (mulberry32): the same seed gives the same hello. */
export function seededRandom(seed: number): RandomBytes {
  let state = seed >>> 0;
  const byte = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
  return (n) => Uint8Array.from({ length: n }, byte);
}

/** Folder of the shared corpus, or null where it is not present. */
export function corpusFolder(...path: string[]): string | null {
  const folder = fileURLToPath(new URL(`../../../shared/corpus/${path.join('/')}`, import.meta.url));
  return existsSync(folder) ? folder : null;
}

const code: fc.Arbitrary<Code> = fc.nat(0xffff).map(codeText);
const codes = fc.array(code, { minLength: 1, maxLength: 20 });
const hex = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength, maxLength }).map(toHex);
const bytes = fc.array(fc.nat(255), { minLength: 1, maxLength: 5 });
const latin1 = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((values) => String.fromCharCode(...values));

/** Extensions in every readable form, and verbatim ones of types that have none. */
export const anyExtension: fc.Arbitrary<ExtensionSpec> = fc.oneof(
  fc.record({ type: fc.constant('0x0000' as const), serverName: fc.domain() }),
  fc.record({ type: fc.constant('0x0001' as const), maxFragmentLength: fc.nat(255) }),
  fc.record({
    type: fc.constant('0x0005' as const),
    responderIds: fc.array(hex(1, 9), { maxLength: 3 }),
    requestExtensions: hex(0, 9),
  }),
  fc.record({ type: fc.constant('0x000a' as const), groups: codes }),
  fc.record({ type: fc.constant('0x000b' as const), pointFormats: bytes }),
  fc.record({
    type: fc.constantFrom('0x000d' as const, '0x0032' as const, '0x0022' as const),
    signatureSchemes: codes,
  }),
  fc.record({
    type: fc.constantFrom('0x0010' as const, '0x4469' as const, '0x44cd' as const),
    alpn: fc.array(latin1, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ type: fc.constant('0x0015' as const), padding: fc.nat(600) }),
  fc.record({ type: fc.constant('0x001b' as const), certificateCompression: codes }),
  fc.record({ type: fc.constant('0x001c' as const), recordSizeLimit: fc.nat(0xffff) }),
  fc.record({ type: fc.constant('0x0023' as const), ticket: hex(0, 64) }),
  fc.record({ type: fc.constant('0x002b' as const), supportedVersions: codes }),
  fc.record({ type: fc.constant('0x002c' as const), cookie: hex(1, 40) }),
  fc.record({ type: fc.constant('0x002d' as const), pskModes: bytes }),
  fc.record({
    type: fc.constant('0x0033' as const),
    keyShares: fc.array(fc.record({ group: code, keyExchange: hex(1, 70) }), { maxLength: 4 }),
  }),
  fc.record({ type: fc.constant('0xff01' as const), renegotiatedConnection: hex(0, 24) }),
  fc.record({
    type: fc.constant('0x0029' as const),
    identities: fc.array(fc.record({ identity: hex(1, 20), obfuscatedTicketAge: fc.nat(0xffffffff) }), {
      minLength: 1,
      maxLength: 2,
    }),
    binders: fc.array(hex(32, 48), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ type: fc.nat(15).map((n) => codeText(0x0a0a + 0x1010 * n)), data: hex(0, 20) }),
);

export const anyHello: fc.Arbitrary<HelloSpec> = fc.record({
  recordVersion: fc.constant('0x0301' as const),
  legacyVersion: code,
  random: hex(32, 32),
  sessionId: hex(0, 32),
  cipherSuites: codes,
  compressionMethods: bytes,
  extensions: fc.option(fc.array(anyExtension, { maxLength: 12 })),
});
