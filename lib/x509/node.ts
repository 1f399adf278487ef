/** @module What needs Node.js: checking signatures, and gathering the roots that a judgement takes as given. */

import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { HarnessError, systemReason } from '../wire/index.ts';
import { readFrame } from './frame.ts';
import { inspectPem, pemProblemText } from './pem.ts';
import { type RootSet, rootSet } from './roots.ts';
import { type SignatureResult, type SignatureScheme, signatureScheme, type VerifySignature } from './signature.ts';
import { checkDer } from './tlv.ts';

/**
 * Checks a signature with node:crypto: RSA (PKCS #1 v1.5 and PSS), ECDSA, DSA, EdDSA, and ML-DSA where this Node has it. A key
 * or algorithm that it does not know is `unsupported`; a key of another kind than the algorithm is a wrong signature.
 */
export function nodeVerify(...check: Parameters<VerifySignature>): SignatureResult {
  return verifyAs(check, () => true);
}

/**
 * The same within a budget, for keys that nobody vouches for: an RSA key with a long exponent takes 300 times as long as a usual one. What
 * is beyond the budget is `unchecked`.
 * @param budget in units of about 10 microseconds; a check of RSA with 2048 bits takes 8
 */
export function verifyWithin(budget: number): typeof nodeVerify {
  let left = budget;
  return (...check) => {
    if (left <= 0) return 'unchecked';
    return verifyAs(check, (key, length) => {
      left -= costOf(key, length);
      return left >= 0;
    });
  };
}

function verifyAs(
  [spki, algorithm, signed, signature]: Parameters<VerifySignature>,
  afford: (key: KeyObject, length: number) => boolean,
): SignatureResult {
  const scheme = signatureScheme(algorithm);
  if (scheme === null) return 'unsupported';
  try {
    const key = createPublicKey({ key: spki as Buffer, format: 'der', type: 'spki' });
    if (!afford(key, signed.length)) return 'unchecked';
    if (!keyKinds[scheme.kind].includes(key.asymmetricKeyType ?? '')) return false;
    switch (scheme.kind) {
      case 'pure':
        return verify(null, signed, key, signature);
      case 'rsa-pss':
        return scheme.mgfHash === scheme.hash ? verifyPss(key, scheme, signed, signature) : 'unsupported';
      default:
        return verify(scheme.hash, signed, key, signature);
    }
  } catch {
    // An unknown curve or hash, a key below the library's limits, parameters that forbid the use.
    return 'unsupported';
  }
}

/** Reading the key, hashing, and the arithmetic: for RSA and DSA it grows with the exponent and the square of the modulus. */
function costOf({ asymmetricKeyType: kind, asymmetricKeyDetails: details = {} }: KeyObject, length: number): number {
  const fixed = 4 + (length >> 12);
  const { modulusLength, publicExponent = 0n, namedCurve } = details;
  if (modulusLength !== undefined) {
    const exponent = kind === 'dsa' ? modulusLength : publicExponent.toString(2).length;
    return fixed + Math.ceil(((modulusLength / 1024) ** 2 * exponent) / 20);
  }
  return fixed + (kind !== 'ec' ? 30 : namedCurve === 'prime256v1' ? 15 : 300);
}

/** `asymmetricKeyType` values that go with a kind of signature. */
const keyKinds: Record<SignatureScheme['kind'], readonly string[]> = {
  'rsa-pkcs1': ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  dsa: ['dsa'],
  pure: ['ed25519', 'ed448', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'],
};

function verifyPss(
  key: KeyObject,
  { hash, saltLength }: { hash: string; saltLength: number },
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify(hash, signed, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
}

export interface LoadRootsOptions {
  /** Files given by the user, PEM (any number of certificates) or DER. */
  readonly caFiles?: readonly string[];
  /** The same as text: PEM with any number of certificates. */
  readonly caPem?: readonly string[];
  /** The environment: `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE` add their files. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Node's own roots, and those of the given files. The files are read at once, so that a wrong path is told early; node's are
 * decoded at the first use.
 * @throws HarnessError `unreadable-file` for a file that cannot be read, or in which no certificate, or a damaged one, is found.
 */
export function loadRoots({ caFiles = [], caPem = [], env = {} }: LoadRootsOptions = {}): RootSet {
  const own = ownRoots();
  const files = caFiles.map(givenFile);
  for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']) {
    const path = env[name];
    // Both often name the same bundle.
    if (path !== undefined && path !== '' && !files.some((file) => file.path === path))
      files.push({ path, origin: `the file that ${name} names` });
  }
  const extra = [
    ...files.flatMap(({ path, origin }) => certificatesIn(path, origin, own)),
    ...caPem.flatMap((text) => certificatesInText(text)),
  ];
  return rootSet(function* () {
    for (const base64 of own()) yield Buffer.from(base64, 'base64');
    yield* extra;
  });
}

/** Node's own roots as base64 without line feeds, made when first asked for. */
function ownRoots(): () => ReadonlySet<string> {
  let own: ReadonlySet<string> | undefined;
  return () => (own ??= new Set(rootCertificates.flatMap((pem) => plainCertificates(`${pem.trimEnd()}\n`) ?? [])));
}

/** The certificates of the given files and texts alone, DER. @throws HarnessError `unreadable-file`, as `loadRoots` does */
export function givenCertificates({ caFiles = [], caPem = [] }: Omit<LoadRootsOptions, 'env'>): Uint8Array[] {
  const files = caFiles.map(givenFile);
  return [
    ...files.flatMap(({ path, origin }) => certificatesIn(path, origin)),
    ...caPem.flatMap((text) => certificatesInText(text)),
  ];
}

function givenFile(path: string): { path: string; origin: string } {
  return { path, origin: 'the CA file' };
}

function certificatesInText(text: string): Uint8Array[] {
  return certificatesOf(new TextEncoder().encode(text), refusal('The given PEM text'));
}

/** `TRUSTED CERTIFICATE` is OpenSSL's own: the certificate, then trust settings. */
const certificateLabels = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

type Refuse = (why: string, hint: string, cause?: unknown) => never;

function refusal(what: string): Refuse {
  return (why, hint, cause) => {
    throw new HarnessError('unreadable-file', `${what} ${why}`, { hint, cause });
  };
}

/** @param known certificates to leave out, base64: bundles of systems are mostly those that node has too */
function certificatesIn(path: string, origin: string, known?: () => ReadonlySet<string>): Uint8Array[] {
  const refuse = refusal(`${path}, ${origin},`);
  let content: Uint8Array;
  try {
    content = readFileSync(path);
  } catch (cause) {
    return refuse(
      `cannot be read: ${systemReason(cause)}.`,
      'Give the path of a PEM or DER file with CA certificates.',
      cause,
    );
  }
  return certificatesOf(content, refuse, known);
}

function certificatesOf(content: Uint8Array, refuse: Refuse, known?: () => ReadonlySet<string>): Uint8Array[] {
  const isDer = content[0] === 0x30 && isCertificate(content);
  if (isDer) return [content];
  const plain = plainCertificates(Buffer.from(content).toString('latin1'));
  if (plain !== null) {
    const asked = known === undefined ? plain : plain.filter((base64) => !known().has(base64));
    const ders = asked.map((base64) => Buffer.from(base64, 'base64'));
    // Where one is no certificate, the slow reader knows its line.
    if (ders.every(isCertificate)) return ders;
  }
  const { blocks, problems } = inspectPem(new TextDecoder('latin1').decode(content));
  const problem = problems.find(({ label }) => certificateLabels.includes(label));
  if (problem !== undefined)
    refuse(`holds a damaged certificate. ${pemProblemText(problem)}`, 'Replace that block, or remove it.');
  const found = blocks.filter(({ label }) => certificateLabels.includes(label));
  if (found.length === 0)
    refuse('holds no certificate.', 'A PEM file has lines BEGIN CERTIFICATE and END CERTIFICATE.');
  return found.map(({ label, line, bytes }) => {
    const der = label === 'TRUSTED CERTIFICATE' ? firstElement(bytes) : bytes;
    if (!isCertificate(der)) {
      refuse(`holds a block that is no certificate, at line ${line}.`, 'Replace that block, or remove it.');
    }
    return der;
  });
}

const begin = '-----BEGIN CERTIFICATE-----\n';
const end = '\n-----END CERTIFICATE-----';

/**
 * The certificates of a well-formed PEM text, as base64 without line feeds; null for any other text, and for one without certificates: a
 * reader that explains damage takes ten times as long, 25 ms for the bundle of a system.
 */
function plainCertificates(text: string): string[] | null {
  const found: string[] = [];
  for (let at = 0; ; ) {
    const start = text.indexOf(begin, at);
    const between = text.slice(at, start < 0 ? undefined : start);
    if (between.includes('-----') || (start > 0 && text[start - 1] !== '\n')) return null;
    if (start < 0) return found.length === 0 ? null : found;
    const close = text.indexOf(end, start);
    const base64 = text.slice(start + begin.length, close).replaceAll('\n', '');
    at = close + end.length;
    const isWhole = close > 0 && (at === text.length || text[at] === '\n');
    if (!isWhole || base64 === '' || Buffer.from(base64, 'base64').toString('base64') !== base64) return null;
    found.push(base64);
  }
}

function isCertificate(der: Uint8Array): boolean {
  try {
    readFrame(der);
    return true;
  } catch {
    return false;
  }
}

function firstElement(bytes: Uint8Array): Uint8Array {
  try {
    return bytes.subarray(0, checkDer(bytes).end);
  } catch {
    return bytes;
  }
}
