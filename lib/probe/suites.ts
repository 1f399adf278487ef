/** What enumerations offer: suites by version, likeliest first, and groups. */

import { cipherSuites, group, type SuiteTraits, suiteTraits } from '../wire/index.ts';

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

/** The suites that a version may use, in the order in which enumerations offer them. */
export interface OfferedSuites {
  /** Every registered one, likeliest first, in the order of preference that OpenSSL gives them, which most servers keep. */
  readonly codes: readonly number[];
  /** How many at the head of the list ordinary servers have. */
  readonly likely: number;
}

/** Every registered suite that `version` may use. */
export function suitesFor(version: number): OfferedSuites {
  const usable = rankedSuites().filter(({ traits }) => traits.minVersion <= version && version <= traits.maxVersion);
  return { codes: usable.map(({ code }) => code), likely: usable.filter(({ rank }) => rank < unranked).length };
}

interface RankedSuite {
  readonly code: number;
  readonly rank: number;
  readonly traits: SuiteTraits;
}

let ranking: readonly RankedSuite[] | undefined;

/** Every registered suite that can be negotiated, best first. */
function rankedSuites(): readonly RankedSuite[] {
  ranking ??= [...cipherSuites.entries()]
    .flatMap(([code]) => {
      const traits = suiteTraits(code);
      return traits === undefined || traits.scsv ? [] : [{ code, rank: rankOf(traits), traits }];
    })
    .sort((a, b) => a.rank - b.rank || a.code - b.code);
  return ranking;
}

const keyExchanges = [
  'TLS13 TLS13',
  'ECDHE ECDSA',
  'ECDHE RSA',
  'DHE RSA',
  'RSA RSA',
  'DHE DSS',
  'ECDHE anon',
  'DHE anon',
];

/** Ciphers by strength; within a row by preference, and those that one key exchange has together share a place. */
const strengths: readonly (readonly (readonly string[])[])[] = [
  [['AES_256_GCM'], ['CHACHA20_POLY1305'], ['AES_256_CCM_8', 'AES_256_CCM'], ['ARIA_256_GCM']],
  [['AES_128_GCM'], ['AES_128_CCM_8', 'AES_128_CCM'], ['ARIA_128_GCM']],
  [['AES_256_CBC SHA2'], ['CAMELLIA_256_CBC SHA2']],
  [['AES_128_CBC SHA2'], ['CAMELLIA_128_CBC SHA2']],
  [['AES_256_CBC'], ['CAMELLIA_256_CBC']],
  [['AES_128_CBC'], ['CAMELLIA_128_CBC']],
  [['SEED_CBC'], ['IDEA_CBC'], ['RC4_128'], ['3DES_EDE_CBC']],
];

/** Of suites that hardly any server has: with a shared secret, Kerberos, GOST, SRP, or without encryption. */
const unranked = 1e9;

/** Forward secrecy first, then strength, then whether the server is authenticated, then cipher, then key exchange. */
function rankOf({ keyExchange, authentication, cipher, mac }: SuiteTraits): number {
  const exchange = keyExchanges.indexOf(`${keyExchange} ${authentication}`);
  const name = cipher.endsWith('_CBC') && mac !== 'SHA' && mac !== 'MD5' ? `${cipher} SHA2` : cipher;
  const strength = strengths.findIndex((row) => row.some((place) => place.includes(name)));
  const row = strengths[strength] ?? [];
  const place = row.findIndex((names) => names.includes(name));
  if (exchange < 0 || place < 0) return unranked;
  const member = row[place]?.indexOf(name) ?? 0;
  const parts = [keyExchange === 'RSA' ? 1 : 0, strength, authentication === 'anon' ? 1 : 0, place, exchange, member];
  return parts.reduce((sum, part) => 10 * sum + part, 0);
}
