/** The messages with which a client answers a CertificateRequest: its certificates, or none, and the proof of its key. */

import { certificateTls12, certificateTls13, certificateVerify, encode, tlsVersion } from '../../wire/index.ts';
import type { SuiteHash } from '../aead.ts';
import type { CertificateRequestFacts } from '../flight.ts';
import { ownScheme, verifyContent } from './signed.ts';
import { type ClientState, messageOf } from './state.ts';

/**
 * Certificate, and CertificateVerify where there is a certificate (RFC 8446 §4.4.2, §4.4.3).
 * @param context of the request. @param before messages that came after those of the transcript, the request last
 */
export function authenticationTls13(
  state: ClientState,
  hash: SuiteHash,
  context: Uint8Array,
  before: readonly Uint8Array[],
): Uint8Array[] {
  const request = before.length > 0 ? state.facts.after.certificateRequest : state.facts.certificateRequest;
  const own = chosen(state, request, tlsVersion['TLSv1.3']);
  const certificateList = (own?.chain ?? []).map((certificateData) => ({ certificateData, extensions: [] }));
  const certificate = messageOf(
    'certificate',
    encode(certificateTls13, { certificateRequestContext: context, certificateList }),
  );
  if (own === null) return [certificate];
  state.facts.clientCertificates = own.chain;
  const content = verifyContent('client', state.transcript.digest(hash, ...before, certificate));
  return [certificate, verifyMessage(own.scheme, own.sign(content))];
}

/** Certificate (RFC 5246 §7.4.6), and how its proof is made once ClientKeyExchange stands in the transcript (§7.4.8). */
export function authenticationTls12(state: ClientState): {
  readonly certificate: Uint8Array;
  readonly verify: (() => Uint8Array) | null;
} {
  const own = chosen(state, state.facts.certificateRequest, tlsVersion['TLSv1.2']);
  const certificate = messageOf('certificate', encode(certificateTls12, { certificateList: [...(own?.chain ?? [])] }));
  if (own === null) return { certificate, verify: null };
  state.facts.clientCertificates = own.chain;
  return { certificate, verify: () => verifyMessage(own.scheme, own.sign(state.transcript.bytes)) };
}

interface Chosen {
  readonly chain: readonly Uint8Array[];
  readonly scheme: number;
  sign(content: Uint8Array): Uint8Array;
}

/** Our credential, where the server takes a signature that its key can make; else an empty list answers. */
function chosen({ credential }: ClientState, request: CertificateRequestFacts | null, version: number): Chosen | null {
  if (credential === null || request === null) return null;
  const scheme = ownScheme(credential, request.signatureSchemes, version);
  if (scheme === null) return null;
  return { chain: credential.chain, scheme, sign: (content) => credential.sign(scheme, content) };
}

function verifyMessage(algorithm: number, signature: Uint8Array): Uint8Array {
  return messageOf('certificate_verify', encode(certificateVerify, { algorithm, signature }));
}
