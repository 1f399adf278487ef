/** Names of code points, the same in every language. */

import type { Code } from '../../evidence/index.ts';
import { cipherSuites, tlsVersions } from '../../wire/index.ts';

export function versionNames(codes: readonly Code[]): string {
  return codes.map((code) => tlsVersions.nameOf(Number(code))).join(', ');
}

export function suiteName(code: Code): string {
  return cipherSuites.nameOf(Number(code));
}
