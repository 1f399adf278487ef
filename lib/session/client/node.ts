/** A client's primitives from node:crypto, with ML-KEM from @noble/post-quantum where a hello offers it. */

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { concat, fromHex, group, HarnessError, signatureScheme, signatureSchemes } from '../../wire/index.ts';
import type { SessionPrimitives } from '../aead.ts';
import { finiteField, namedFiniteField } from './finite-field.ts';
import type {
  Cbc,
  CbcAlgorithm,
  ClientCredential,
  ClientPrimitives,
  KeyAgreement,
  ProofVerdict,
} from './primitives.ts';

/** Key encapsulation as @noble/post-quantum has it. */
interface Kem {
  keygen(seed?: Uint8Array): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
  decapsulate(cipherText: Uint8Array, secretKey: Uint8Array): Uint8Array;
}

interface Kems {
  readonly ml_kem768: Kem;
  readonly ml_kem1024: Kem;
}

/** True for groups whose keys need ML-KEM. */
export function needsMlKem(code: number): boolean {
  return hybrids.has(code);
}

/** @param kems loaded with `loadKems`; without them the hybrid groups are not known */
export function clientPrimitives(session: SessionPrimitives, kems: Kems | null): ClientPrimitives {
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  return {
    ...session,
    cbc: nodeCbc,
    random,
    keyAgreement: (code) => classical(code) ?? hybrid(code, kems) ?? namedFiniteField(code, random),
    finiteField: (p, g) => finiteField(p, g, random),
    encryptForRsa,
    verify: verifyProof,
  };
}

export async function loadKems(): Promise<Kems> {
  return await import('@noble/post-quantum/ml-kem.js');
}

/** Curves of createECDH; X25519 and X448 stand apart. */
const curves: ReadonlyMap<number, { readonly name: string; readonly point: number }> = new Map([
  [group.secp256r1, { name: 'prime256v1', point: 65 }],
  [group.secp384r1, { name: 'secp384r1', point: 97 }],
  [group.secp521r1, { name: 'secp521r1', point: 133 }],
  [group.secp256k1, { name: 'secp256k1', point: 65 }],
  [group.secp224r1, { name: 'secp224r1', point: 57 }],
  [group.brainpoolP256r1, { name: 'brainpoolP256r1', point: 65 }],
  [group.brainpoolP384r1, { name: 'brainpoolP384r1', point: 97 }],
  [group.brainpoolP512r1, { name: 'brainpoolP512r1', point: 129 }],
  [group.brainpoolP256r1tls13, { name: 'brainpoolP256r1', point: 65 }],
  [group.brainpoolP384r1tls13, { name: 'brainpoolP384r1', point: 97 }],
  [group.brainpoolP512r1tls13, { name: 'brainpoolP512r1', point: 129 }],
]);

/** SubjectPublicKeyInfo up to the key (RFC 8410 §4). */
const montgomery: ReadonlyMap<number, { readonly kind: 'x25519' | 'x448'; readonly prefix: Uint8Array }> = new Map([
  [group.x25519, { kind: 'x25519', prefix: fromHex('302a300506032b656e032100') }],
  [group.x448, { kind: 'x448', prefix: fromHex('3042300506032b656f033900') }],
]);

function classical(code: number): KeyAgreement | null {
  const curve = curves.get(code);
  // Not every build of Node has every curve.
  if (curve !== undefined) return attempted(() => onCurve(curve.name, curve.point));
  const row = montgomery.get(code);
  return row === undefined ? null : attempted(() => onMontgomeryCurve(row.kind, row.prefix));
}

function onCurve(name: string, pointLength: number): KeyAgreement {
  const key = createECDH(name);
  const publicKey = new Uint8Array(key.generateKeys());
  return {
    publicKey,
    agree: (peer) =>
      peer.length !== pointLength || peer[0] !== uncompressed
        ? null
        : attempted(() => new Uint8Array(key.computeSecret(peer))),
  };
}

const uncompressed = 4;

function onMontgomeryCurve(kind: 'x25519' | 'x448', prefix: Uint8Array): KeyAgreement {
  const { publicKey, privateKey } = kind === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('x448');
  const own = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(prefix.length));
  return {
    publicKey: own,
    // A point of small order makes OpenSSL refuse (RFC 7748 §6.1).
    agree: (peer) =>
      peer.length !== own.length
        ? null
        : attempted(() => {
            const theirs = createPublicKey({ key: Buffer.from(concat(prefix, peer)), format: 'der', type: 'spki' });
            return new Uint8Array(diffieHellman({ privateKey, publicKey: theirs }));
          }),
  };
}

/** The two parts of a hybrid group, in the order of their bytes (draft-ietf-tls-ecdhe-mlkem §4). */
interface Hybrid {
  readonly curve: number;
  readonly kem: keyof Kems;
  readonly kemFirst: boolean;
  /** Bytes of the server's ciphertext (FIPS 203 §8). */
  readonly ciphertext: number;
}

const hybrids: ReadonlyMap<number, Hybrid> = new Map([
  [group.X25519MLKEM768, { curve: group.x25519, kem: 'ml_kem768', kemFirst: true, ciphertext: 1088 }],
  [group.SecP256r1MLKEM768, { curve: group.secp256r1, kem: 'ml_kem768', kemFirst: false, ciphertext: 1088 }],
  [group.SecP384r1MLKEM1024, { curve: group.secp384r1, kem: 'ml_kem1024', kemFirst: false, ciphertext: 1568 }],
]);

function hybrid(code: number, kems: Kems | null): KeyAgreement | null {
  const row = hybrids.get(code);
  const curve = row === undefined ? null : classical(row.curve);
  if (row === undefined || curve === null || kems === null) return null;
  const kem = kems[row.kem];
  const { publicKey, secretKey } = kem.keygen();
  const joined = (first: Uint8Array, second: Uint8Array): Uint8Array =>
    row.kemFirst ? concat(first, second) : concat(second, first);
  return {
    publicKey: joined(publicKey, curve.publicKey),
    agree(peer) {
      if (peer.length !== row.ciphertext + curve.publicKey.length) return null;
      const cut = row.kemFirst ? row.ciphertext : curve.publicKey.length;
      const [first, second] = [peer.subarray(0, cut), peer.subarray(cut)];
      const [ciphertext, point] = row.kemFirst ? [first, second] : [second, first];
      const shared = curve.agree(point);
      const encapsulated = attempted(() => kem.decapsulate(ciphertext, secretKey));
      return shared && encapsulated && joined(encapsulated, shared);
    },
  };
}

const nodeCbc: Cbc = {
  encrypt: (algorithm, key, iv, plaintext) =>
    attempted(() => {
      const cipher = createCipheriv(cbcNames[algorithm], key, iv).setAutoPadding(false);
      return concat(cipher.update(plaintext), cipher.final());
    }),
  decrypt: (algorithm, key, iv, ciphertext) =>
    attempted(() => {
      const decipher = createDecipheriv(cbcNames[algorithm], key, iv).setAutoPadding(false);
      return concat(decipher.update(ciphertext), decipher.final());
    }),
};

const cbcNames: Readonly<Record<CbcAlgorithm, string>> = {
  'aes-128-cbc': 'aes-128-cbc',
  'aes-256-cbc': 'aes-256-cbc',
  '3des-cbc': 'des-ede3-cbc',
  'camellia-128-cbc': 'camellia-128-cbc',
  'camellia-256-cbc': 'camellia-256-cbc',
};

function encryptForRsa(spki: Uint8Array, secret: Uint8Array): Uint8Array | null {
  return attempted(() => {
    const key = publicKeyFrom(spki);
    if (key.asymmetricKeyType !== 'rsa') return null;
    return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, secret));
  });
}

/** How a SignatureScheme is used: its kind of key, its hash (null: the key says it), and whether it is RSASSA-PSS. */
interface Use {
  readonly keys: readonly string[];
  readonly hash: string | null;
  readonly pss: boolean;
}

/** From the name, as the registry has it: `rsa_pss_rsae_sha256`, `ecdsa_secp256r1_sha256`, `ed25519`. */
function useOf(scheme: number): Use | null {
  const name = signatureSchemes.nameOf(scheme);
  const hash = /_(md5|sha\d+)$/.exec(name)?.[1] ?? null;
  if (name === 'ed25519' || name === 'ed448') return { keys: [name], hash: null, pss: false };
  if (hash === null) return null;
  if (name.startsWith('rsa_pkcs1_')) return { keys: ['rsa'], hash, pss: false };
  if (name.startsWith('rsa_pss_rsae_')) return { keys: ['rsa'], hash, pss: true };
  if (name.startsWith('rsa_pss_pss_')) return { keys: ['rsa-pss'], hash, pss: true };
  if (name.startsWith('ecdsa_')) return { keys: ['ec'], hash, pss: false };
  return name.startsWith('dsa_') ? { keys: ['dsa'], hash, pss: false } : null;
}

function verifyProof(scheme: number, spki: Uint8Array, signed: Uint8Array, signature: Uint8Array): ProofVerdict {
  const use = useOf(scheme);
  if (use === null) return 'unsupported';
  try {
    const key = publicKeyFrom(spki);
    if (!isAffordable(key)) return 'unsupported';
    if (!use.keys.includes(key.asymmetricKeyType ?? '')) return 'wrong';
    return verify(use.hash, signed, withPadding(key, use), signature) ? 'valid' : 'wrong';
  } catch {
    return 'unsupported';
  }
}

/** Strangers' RSA keys cost time with the size of modulus and exponent. */
function isAffordable({ asymmetricKeyDetails: { modulusLength = 0, publicExponent = 0n } = {} }: KeyObject): boolean {
  return modulusLength <= 16_384 && publicExponent < 2n ** 64n;
}

function withPadding<K extends KeyObject>(key: K, { pss }: Use): K | { key: K; padding: number; saltLength: number } {
  // The salt is as long as the hash (RFC 8446 §4.2.3).
  return pss ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : key;
}

function publicKeyFrom(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

/**
 * A credential of a chain and a private key in PEM.
 * @throws HarnessError `bad-credential` for a key that cannot be read or does not belong to the first certificate; never with a
 *   word of the key in it
 */
export function credentialOf(
  chain: readonly Uint8Array[],
  keyPem: string,
  leafKey: Uint8Array | null,
  passphrase?: string,
): ClientCredential {
  const key = attempted(() => createPrivateKey({ key: keyPem, ...(passphrase === undefined ? {} : { passphrase }) }));
  if (key === null) {
    throw new HarnessError('bad-credential', 'The private key of the client certificate cannot be read.', {
      hint: 'Give it as PEM (PKCS #8, PKCS #1 or SEC 1), with its passphrase where it is encrypted.',
    });
  }
  if (leafKey === null || !createPublicKey(key).export({ format: 'der', type: 'spki' }).equals(leafKey)) {
    throw new HarnessError('bad-credential', 'The private key does not belong to the client certificate.', {
      hint: 'Give the certificate first in its file, and the key that its request was made with.',
    });
  }
  return {
    chain,
    schemes: schemesFor(key),
    sign(scheme, data) {
      const use = useOf(scheme) as Use;
      return new Uint8Array(sign(use.hash, data, withPadding(key, use)));
    },
  };
}

function schemesFor({ asymmetricKeyType: kind, asymmetricKeyDetails }: KeyObject): readonly number[] {
  const table = signatureScheme;
  const { modulusLength = 0 } = asymmetricKeyDetails ?? {};
  switch (kind) {
    case 'rsa': {
      const pkcs1 = [table.rsa_pkcs1_sha256, table.rsa_pkcs1_sha384, table.rsa_pkcs1_sha512, table.rsa_pkcs1_sha1];
      return [
        ...withRoom([table.rsa_pss_rsae_sha256, table.rsa_pss_rsae_sha384, table.rsa_pss_rsae_sha512], modulusLength),
        ...pkcs1,
      ];
    }
    case 'rsa-pss':
      return withRoom([table.rsa_pss_pss_sha256, table.rsa_pss_pss_sha384, table.rsa_pss_pss_sha512], modulusLength);
    case 'ed25519':
      return [table.ed25519];
    case 'ed448':
      return [table.ed448];
    default: {
      const scheme = ecSchemes.get(asymmetricKeyDetails?.namedCurve ?? '');
      return scheme === undefined ? [] : [scheme, table.ecdsa_sha1];
    }
  }
}

/** Hash, salt of its length and two octets must fit the modulus (RFC 8017 §9.1.1). @param inOrder by hash: SHA-256, -384, -512 */
function withRoom(inOrder: readonly number[], modulusBits: number): number[] {
  return inOrder.filter((_, place) => Math.ceil((modulusBits - 1) / 8) >= 2 * (32 + 16 * place) + 2);
}

const ecSchemes: ReadonlyMap<string, number> = new Map([
  ['prime256v1', signatureScheme.ecdsa_secp256r1_sha256],
  ['secp384r1', signatureScheme.ecdsa_secp384r1_sha384],
  ['secp521r1', signatureScheme.ecdsa_secp521r1_sha512],
]);

function attempted<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
