/** Names of code points and of instants, the same in every language. */

import type { Code } from '../../evidence/index.ts';
import { cipherSuites, dtlsVersions, tlsVersions } from '../../wire/index.ts';

export function versionNames(codes: readonly Code[]): string {
  return codes.map((code) => (isDtls(code) ? dtlsVersions : tlsVersions).nameOf(Number(code))).join(', ');
}

export function suiteName(code: Code): string {
  return cipherSuites.nameOf(Number(code));
}

/** An ISO 8601 time as people write it: `2026-11-20 11:04:16 UTC`. */
export function instantOf(iso: string | null): string | null {
  return iso === null ? null : iso.replace(/^(\S+)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** Versions of DTLS count down from 0xfeff; 0x0100 is the one of AnyConnect before it had a number. */
function isDtls(code: Code): boolean {
  return code.startsWith('0xfe') || code === '0x0100';
}
