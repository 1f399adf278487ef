/** Which suites to offer for a version, likeliest first, and how many fit a hello that this server is known to bear. */

import { helloLength } from '../hello/index.ts';
import { cipherSuites, suiteTraits } from '../wire/index.ts';
import type { ProbeContext } from './context.ts';

/** Most suites in one hello of an enumeration: some servers refuse 128, and 64 keep it below 512 bytes. */
export const suitesPerHello = 64;

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

/** How many of `codes` one hello may offer without growing beyond what the server is known to answer. */
export function suitesThatFit(ctx: ProbeContext, version: number, codes: readonly number[]): number {
  const { maxHelloLength } = ctx.control;
  if (maxHelloLength === null) return suitesPerHello;
  const empty = helloLength(ctx.hello({ versions: [version], cipherSuites: codes.slice(0, 1) }));
  return Math.max(1, Math.min(suitesPerHello, Math.floor((maxHelloLength - empty) / 2) + 1));
}
