/** What the judgement takes as given when the caller says nothing: a current Secure Client on an ordinary computer. */

import type { Code, Judgement, Target } from './evidence/index.ts';
import { cipherSuites, codeText } from './wire/index.ts';

interface CommonGivens {
  readonly now: Date;
  readonly clientVersions?: readonly Code[];
  readonly clientCiphers?: readonly Code[];
  readonly clientGroups?: readonly Code[];
  readonly expectIssuer?: string;
  readonly expectFingerprint?: string;
}

interface Givens extends CommonGivens {
  readonly target: Target;
}

/** Without `expectName`, each conversation's certificate is matched against the server name that its hello asked for. */
interface CaptureGivens extends CommonGivens {
  readonly expectName?: string;
}

/** TLS 1.2 and 1.3, as a current Secure Client speaks (contracts of the report). */
const defaultVersions: readonly Code[] = ['0x0303', '0x0304'];

/** secp256r1, secp384r1, secp521r1, x25519. */
const defaultGroups: readonly Code[] = ['0x0017', '0x0018', '0x0019', '0x001d'];

/** ECDHE, DHE and RSA with AES-GCM and AES-CBC, and the TLS 1.3 suites. */
const defaultCiphers =
  /^TLS_(?:(?:ECDHE_(?:RSA|ECDSA)|DHE_RSA|RSA)_WITH_AES_(?:128|256)_(?:GCM|CBC)_SHA\d*|(?:AES|CHACHA20)_.*)$/;

export function judgementOf(givens: Givens): Judgement {
  const { target } = givens;
  // A client that sends no name still knows whom it means; an address is matched against IP names of the certificate.
  return { ...commonJudgement(givens), expectName: target.sni ?? target.host };
}

/** The same for a capture, in which many servers are seen. */
export function captureJudgement(givens: CaptureGivens): Judgement {
  return { ...commonJudgement(givens), expectName: givens.expectName ?? null };
}

function commonJudgement(givens: CommonGivens): Omit<Judgement, 'expectName'> {
  return {
    now: givens.now.toISOString(),
    clientVersions: givens.clientVersions ?? defaultVersions,
    clientCiphers: givens.clientCiphers ?? clientCiphers(),
    clientGroups: givens.clientGroups ?? defaultGroups,
    expectIssuer: givens.expectIssuer ?? null,
    expectFingerprint: givens.expectFingerprint === undefined ? null : fingerprintOf(givens.expectFingerprint),
  };
}

/** The 64 lower-case hex digits of a SHA-256 fingerprint as tools print it (`AA:BB:…`, `SHA256:…`, `sha256 Fingerprint=…`); null when it is none. */
export function fingerprintOf(text: string): string | null {
  const hex = text
    .trim()
    .replace(/^sha-?256(?: fingerprint)?[:=]\s*/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : null;
}

function clientCiphers(): Code[] {
  return [...cipherSuites.entries()].filter(([, name]) => defaultCiphers.test(name)).map(([code]) => codeText(code));
}
