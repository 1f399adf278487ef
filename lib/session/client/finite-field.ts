/** Diffie-Hellman in finite fields: the groups that TLS names (RFC 7919), and those that a TLS 1.2 server describes. */

import { group, toHex } from '../../wire/index.ts';
import type { KeyAgreement } from './primitives.ts';

/**
 * A fresh key of 256 bits or more; short exponents keep a hostile prime from costing time. Its arithmetic is not of constant time:
 * what it protects is a handshake that we make to measure.
 * @param p at most 8,192 bits; longer ones, even ones and ones below 512 bits are refused. @param g above 1, below p
 * @returns null when the parameters are refused
 */
export function finiteField(p: Uint8Array, g: Uint8Array, random: (length: number) => Uint8Array): KeyAgreement | null {
  const modulus = integer(p);
  const generator = integer(g);
  const bits = modulus.toString(2).length;
  if (bits < 512 || bits > 8192 || modulus % 2n === 0n || generator <= 1n || generator >= modulus - 1n) return null;
  const length = Math.ceil(bits / 8);
  const secret = integer(random(bits > 3072 ? 48 : 32)) | 1n;
  return {
    publicKey: bytesOf(power(generator, secret, modulus), length),
    agree(peer) {
      const share = peer.length > length ? 0n : integer(peer);
      // RFC 7919 §5.1: 0, 1 and p - 1 give the secret away.
      return share <= 1n || share >= modulus - 1n ? null : bytesOf(power(share, secret, modulus), length);
    },
  };
}

/** A fresh key of a named group (ffdhe2048 to ffdhe8192), null for any other. */
export function namedFiniteField(code: number, random: (length: number) => Uint8Array): KeyAgreement | null {
  const row = primes.get(code);
  return row === undefined ? null : finiteField(ffdhePrime(...row), Uint8Array.of(2), random);
}

/** Bits, and the smallest number that makes a safe prime of them (RFC 7919 §A). */
const primes: ReadonlyMap<number, readonly [bits: number, offset: bigint]> = new Map([
  [group.ffdhe2048, [2048, 560316n]],
  [group.ffdhe3072, [3072, 2625351n]],
  [group.ffdhe4096, [4096, 5736041n]],
  [group.ffdhe6144, [6144, 15705020n]],
  [group.ffdhe8192, [8192, 10965728n]],
]);

const known = new Map<number, Uint8Array>();

/** p = 2^b - 2^(b-64) + {[2^(b-130) e] + X} * 2^64 - 1 (RFC 7919 §A). */
function ffdhePrime(bits: number, offset: bigint): Uint8Array {
  let prime = known.get(bits);
  if (prime === undefined) {
    const b = BigInt(bits);
    prime = bytesOf((1n << b) - (1n << (b - 64n)) + ((scaledE(b - 130n) + offset) << 64n) - 1n, bits / 8);
    known.set(bits, prime);
  }
  return prime;
}

/** The whole part of 2^bits * e, from the series of 1/n!. */
function scaledE(bits: bigint): bigint {
  const guard = 64n;
  let sum = 0n;
  let term = 1n << (bits + guard);
  for (let n = 1n; term > 0n; n++) {
    sum += term;
    term /= n;
  }
  return sum >> guard;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x0${toHex(bytes)}`);
}

function bytesOf(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = length - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}
