/**
 * Public keys for key_share that a server accepts, made without any cryptography.
 *
 * The secrets behind them are known or do not exist: enough to be answered, useless for finishing a handshake.
 */

import { concat, fromHex, HarnessError } from '../wire/index.ts';

/** Injected randomness (this layer makes none): `n` bytes. A fixed function gives the same hello each time. */
export type RandomBytes = (n: number) => Uint8Array;

/** True when `makeKeyShare` can make a key for this group. */
export function canShare(group: number): boolean {
  return group in makers;
}

/**
 * The key_exchange bytes of a valid public key.
 *
 * X25519, X448: random bytes, which all are public keys (RFC 7748 §5). P-256, P-384, P-521: the base point, the public key
 * of the private key 1 (FIPS 186-4 §D.1.2). ffdhe*: 2^x, in the right subgroup since 2 generates it (RFC 7919 §A).
 * ML-KEM: coefficients below q = 3329 in ByteEncode12, then the seed rho, which passes the checks of FIPS 203 §7.2.
 * @throws HarnessError `no-key-share` for a group that this function does not know.
 */
export function makeKeyShare(group: number, random: RandomBytes): Uint8Array {
  const make = makers[group];
  if (make === undefined) {
    throw new HarnessError(
      'no-key-share',
      `A key share for group 0x${group.toString(16).padStart(4, '0')} cannot be made.`,
      {
        hint: 'Offer the group without a share: a TLS 1.3 server that wants it answers with HelloRetryRequest.',
      },
    );
  }
  return make(random);
}

const uncompressed = '04';

// Base points: SEC 2 version 2.0 §2.4.2, §2.5.1, §2.6.1.
const p256 = fromHex(
  `${uncompressed}6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296` +
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);
const p384 = fromHex(
  `${uncompressed}aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7` +
    '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
);
const p521 = fromHex(
  `${uncompressed}00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66` +
    '011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650',
);

const x25519 = (random: RandomBytes): Uint8Array => random(32);
const mlKem768 = (random: RandomBytes): Uint8Array => mlKemKey(3, random);
const mlKem1024 = (random: RandomBytes): Uint8Array => mlKemKey(4, random);

const makers: Readonly<Record<number, (random: RandomBytes) => Uint8Array>> = {
  0x0017: () => p256.slice(),
  0x0018: () => p384.slice(),
  0x0019: () => p521.slice(),
  0x001d: x25519,
  0x001e: (random) => random(56),
  0x0100: (random) => powerOfTwo(256, random),
  0x0101: (random) => powerOfTwo(384, random),
  0x0102: (random) => powerOfTwo(512, random),
  0x0103: (random) => powerOfTwo(768, random),
  0x0104: (random) => powerOfTwo(1024, random),
  0x0200: (random) => mlKemKey(2, random),
  0x0201: mlKem768,
  0x0202: mlKem1024,
  // Order of the parts: draft-ietf-tls-ecdhe-mlkem §4.1 (the NIST-curve hybrids begin with the point).
  0x11eb: (random) => concat(p256, mlKem768(random)),
  0x11ec: (random) => concat(mlKem768(random), x25519(random)),
  0x11ed: (random) => concat(p384, mlKem1024(random)),
};

/** 2^x, x from 1 to 8 * length - 2, big-endian in `length` bytes: below the ffdhe prime, whose top 64 bits are ones. */
function powerOfTwo(length: number, random: RandomBytes): Uint8Array {
  const value = new Uint8Array(length);
  const [high = 0, low = 0] = random(2);
  const exponent = 1 + (((high << 8) | low) % (8 * length - 2));
  value[length - 1 - (exponent >> 3)] = 1 << (exponent & 7);
  return value;
}

const q = 3329;

/** ML-KEM encapsulation key of rank k: k * 256 coefficients of 12 bits (FIPS 203 §4.2.1, algorithm 5), then rho. */
function mlKemKey(k: number, random: RandomBytes): Uint8Array {
  const key = new Uint8Array(384 * k + 32);
  // Reduced rather than rejected: the bias is harmless here, and a constant `random` cannot loop for ever.
  const noise = random(512 * k);
  const coefficient = (i: number): number => (((noise[2 * i] as number) << 8) | (noise[2 * i + 1] as number)) % q;
  for (let i = 0, at = 0; i < 256 * k; i += 2, at += 3) {
    const a = coefficient(i);
    const b = coefficient(i + 1);
    key[at] = a & 0xff;
    key[at + 1] = (a >> 8) | ((b & 0x0f) << 4);
    key[at + 2] = b >> 4;
  }
  key.set(random(32), 384 * k);
  return key;
}
