/** What is weak about a cipher suite, told from its IANA name. */

/**
 * `broken`: no encryption or authentication, or a cipher or hash that is broken. `no-forward-secrecy`: a stolen key opens
 * recorded sessions. `no-aead`: CBC with a separate MAC.
 */
export type SuiteWeakness = 'broken' | 'no-forward-secrecy' | 'no-aead' | 'finite-field';

/**
 * Weaknesses of a suite; none for the recommended ones: the TLS 1.3 suites, and ECDHE with AES-GCM or ChaCha20-Poly1305
 * (RFC 9325 §4.2). Names that are not IANA's have none: nothing is known of them.
 */
export function weaknessesOf(name: string): SuiteWeakness[] {
  if (!name.startsWith('TLS_')) return [];
  const weaknesses: SuiteWeakness[] = [];
  if (/_(?:NULL|EXPORT|RC2|RC4|DES|DES40|3DES|anon)(?:_|$)|_MD5$|^TLS_SHA(?:256|384)_/.test(name))
    weaknesses.push('broken');
  // TLS 1.3 names have no key exchange in them.
  const exchange = /^TLS_(.+)_WITH_/.exec(name)?.[1];
  if (exchange === undefined) return weaknesses;
  if (/^(?:EC)?DHE_|^ECCPWD$|_anon/.test(exchange)) {
    if (exchange.startsWith('DHE_')) weaknesses.push('finite-field');
  } else weaknesses.push('no-forward-secrecy');
  if (!/_GCM_|_CCM|_CHACHA20_POLY1305_|_POLY1305/.test(name)) weaknesses.push('no-aead');
  return weaknesses;
}
