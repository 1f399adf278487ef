/** What enumerations offer: suites by version, likeliest first, and groups. */

import { cipherSuites, group, suiteTraits } from '../wire/index.ts';

/** Groups that servers are met with, the usual ones first: a key share is sent for the first. */
export const offeredGroups: readonly number[] = [
  group.x25519,
  group.secp256r1,
  group.secp384r1,
  group.secp521r1,
  group.x448,
  group.X25519MLKEM768,
  group.SecP256r1MLKEM768,
  group.SecP384r1MLKEM1024,
  group.ffdhe2048,
  group.ffdhe3072,
  group.ffdhe4096,
  group.ffdhe6144,
  group.ffdhe8192,
  group.brainpoolP256r1,
  group.brainpoolP384r1,
  group.brainpoolP512r1,
  group.brainpoolP256r1tls13,
  group.brainpoolP384r1tls13,
  group.brainpoolP512r1tls13,
  group.secp256k1,
  group.secp224r1,
  group.secp192r1,
];

/**
 * Every registered suite that `version` may use, likeliest first. The order within the likely ones follows what OpenSSL-based
 * servers prefer, so that a merged list is usually right at the first guess.
 */
export function suitesFor(version: number): number[] {
  const codes = [...cipherSuites.entries()]
    .map(([code]) => code)
    .filter((code) => {
      const traits = suiteTraits(code);
      return traits !== undefined && !traits.scsv && traits.minVersion <= version && version <= traits.maxVersion;
    });
  const rank = new Map(codes.map((code) => [code, likelihood(code)]));
  return codes.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0) || a - b);
}

const ciphersByStrength = [
  'AES_256_GCM',
  'CHACHA20',
  'AES_256_CCM',
  'ARIA_256',
  'AES_128_GCM',
  'AES_128_CCM',
  'ARIA_128',
  'AES_256_CBC',
  'CAMELLIA_256',
  'AES_128_CBC',
  'CAMELLIA_128',
  'SEED',
  'IDEA',
  '3DES',
  'RC4',
  'DES',
  'RC2',
  'NULL',
];
const exchangesByUse = ['ECDHE', 'DHE', 'RSA', 'ECDH', 'DH'];
const authenticationsByUse = ['ECDSA', 'RSA', 'DSS', 'anon'];

/** Smaller is likelier; anything with a pre-shared key, Kerberos, SRP or GOST comes last. */
function likelihood(code: number): number {
  const traits = suiteTraits(code);
  if (traits === undefined) return Number.MAX_SAFE_INTEGER;
  const place = (list: readonly string[], found: (item: string) => boolean): number => {
    const index = list.findIndex(found);
    return index < 0 ? list.length : index;
  };
  const exchange = place(exchangesByUse, (name) => traits.keyExchange === name);
  const usual = exchange < exchangesByUse.length || traits.keyExchange === 'TLS13' ? 0 : 1;
  const cipher = place(ciphersByStrength, (name) => traits.cipher.startsWith(name));
  const authentication = place(authenticationsByUse, (name) => traits.authentication === name);
  return ((usual * 32 + cipher) * 32 + exchange) * 32 + authentication;
}
