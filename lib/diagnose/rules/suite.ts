/** What is weak about a cipher suite. */

import type { Code } from '../../evidence/index.ts';
import { suiteTraits } from '../../wire/index.ts';

/**
 * `broken`: no encryption, no authentication, or a cipher or hash that is broken. `no-forward-secrecy`: a stolen key opens
 * recorded sessions. `finite-field`: DHE instead of ECDHE. `no-aead`: a separate MAC (CBC). `unusual`: an AEAD cipher that is
 * not recommended for general use.
 */
export type SuiteWeakness = 'broken' | 'no-forward-secrecy' | 'finite-field' | 'no-aead' | 'unusual';

/**
 * Weaknesses of a suite; none for the recommended ones: those of TLS 1.3, and ECDHE with AES-GCM (RFC 9325 §4.2) or with
 * ChaCha20-Poly1305 (RFC 7905). A code that is not registered has none: nothing is known of it.
 */
export function weaknessesOf(code: Code): SuiteWeakness[] {
  const traits = suiteTraits(Number(code));
  if (traits === undefined || traits.scsv) return [];
  const { keyExchange, authentication, cipher, mac, aead } = traits;
  const broken =
    /^(?:NULL|RC2|RC4|DES|DES40|3DES)(?:_|$)/.test(cipher) ||
    mac === 'MD5' ||
    authentication === 'anon' ||
    keyExchange === 'RSA_EXPORT';
  const weaknesses: SuiteWeakness[] = broken ? ['broken'] : [];
  if (keyExchange === 'TLS13') return weaknesses;
  if (keyExchange.startsWith('DHE')) weaknesses.push('finite-field');
  else if (!ephemeral.has(keyExchange)) weaknesses.push('no-forward-secrecy');
  if (!aead) weaknesses.push('no-aead');
  else if (!/^AES_(?:128|256)_GCM$|^CHACHA20_POLY1305$/.test(cipher)) weaknesses.push('unusual');
  return weaknesses;
}

/** True when the suite cannot be used without a common elliptic curve. */
export function needsCurve(code: Code): boolean {
  return suiteTraits(Number(code))?.keyExchange.startsWith('ECDHE') ?? false;
}

const ephemeral: ReadonlySet<string> = new Set(['ECDHE', 'ECDHE_PSK', 'ECCPWD', 'ECJPAKE']);
