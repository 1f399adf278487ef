/**
 * TLS Supported Groups: curves, finite-field groups and key encapsulation. Compared one by one with an IANA copy of 2025 (56 the
 * same, 2 absent there), Zeek's table of 2026 (58 the same) and Wireshark 4.0 (38 the same, 17 absent, and 3 codes of ML-KEM
 * under the names of an experiment that used them before).
 */

import { defineRegistry } from './registry.ts';

export const group = {
  sect163k1: 1,
  sect163r1: 2,
  sect163r2: 3,
  sect193r1: 4,
  sect193r2: 5,
  sect233k1: 6,
  sect233r1: 7,
  sect239k1: 8,
  sect283k1: 9,
  sect283r1: 10,
  sect409k1: 11,
  sect409r1: 12,
  sect571k1: 13,
  sect571r1: 14,
  secp160k1: 15,
  secp160r1: 16,
  secp160r2: 17,
  secp192k1: 18,
  secp192r1: 19,
  secp224k1: 20,
  secp224r1: 21,
  secp256k1: 22,
  secp256r1: 23,
  secp384r1: 24,
  secp521r1: 25,
  brainpoolP256r1: 26,
  brainpoolP384r1: 27,
  brainpoolP512r1: 28,
  x25519: 29,
  x448: 30,
  brainpoolP256r1tls13: 31,
  brainpoolP384r1tls13: 32,
  brainpoolP512r1tls13: 33,
  GC256A: 34,
  GC256B: 35,
  GC256C: 36,
  GC256D: 37,
  GC512A: 38,
  GC512B: 39,
  GC512C: 40,
  curveSM2: 41,
  ffdhe2048: 256,
  ffdhe3072: 257,
  ffdhe4096: 258,
  ffdhe6144: 259,
  ffdhe8192: 260,
  MLKEM512: 0x0200,
  MLKEM768: 0x0201,
  MLKEM1024: 0x0202,
  SecP256r1MLKEM768: 0x11eb,
  X25519MLKEM768: 0x11ec,
  SecP384r1MLKEM1024: 0x11ed,
  curveSM2MLKEM768: 0x11ee,
  arbitrary_explicit_prime_curves: 0xff01,
  arbitrary_explicit_char2_curves: 0xff02,
} as const;

/** Deployed before ML-KEM was standardised; browsers of 2023 and 2024 still offer the first two. */
export const draftGroup = {
  /** draft-tls-westerbaan-xyber768d00-02 */
  X25519Kyber768Draft00: 0x6399,
  /** draft-kwiatkowski-tls-ecdhe-kyber-00 */
  SecP256r1Kyber768Draft00: 0x639a,
  /** Chromium experiment of 2019 */
  CECPQ2: 0x4138,
} as const;

export const groups = defineRegistry('IANA TLS Supported Groups, 2025', group, {
  source: 'Internet-Drafts and experiments, not registered or obsolete',
  codes: draftGroup,
});
