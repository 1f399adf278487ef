/** X509_V_ERR_… of OpenSSL (x509_vfy.h and x509_txt.c of OpenSSL 3.0): numbers, words, and what they are about. */

import type { CertificateComplaint } from '../../evidence/index.ts';
import type { LineFacts } from './grammar.ts';

interface VerifyError {
  readonly words: string;
  readonly what: CertificateComplaint;
}

const row = (words: string, what: CertificateComplaint): VerifyError => ({ words, what });

/** By number; those that a peer's certificate gives rise to. */
export const verifyErrors: ReadonlyMap<number, VerifyError> = new Map([
  [2, row('unable to get issuer certificate', 'issuer-unknown')],
  [7, row('certificate signature failure', 'bad-signature')],
  [9, row('certificate is not yet valid', 'not-yet-valid')],
  [10, row('certificate has expired', 'expired')],
  [18, row('self-signed certificate', 'self-signed')],
  [19, row('self-signed certificate in certificate chain', 'self-signed-in-chain')],
  [20, row('unable to get local issuer certificate', 'issuer-unknown')],
  [21, row('unable to verify the first certificate', 'issuer-unknown')],
  [23, row('certificate revoked', 'revoked')],
  [26, row('unsuitable certificate purpose', 'wrong-usage')],
  [27, row('certificate not trusted', 'unspecified')],
  [28, row('certificate rejected', 'unspecified')],
  [62, row('hostname mismatch', 'name-mismatch')],
  [64, row('IP address mismatch', 'name-mismatch')],
  [66, row('EE certificate key too weak', 'weak-key')],
  [67, row('CA certificate key too weak', 'weak-key')],
  [68, row('CA signature digest algorithm too weak', 'weak-signature')],
]);

/** The complaint with this number. */
export function complaintOf(code: number, cut = false): Pick<LineFacts, 'complaint'> {
  const what = verifyErrors.get(code)?.what ?? 'unspecified';
  return code === 0 ? {} : { complaint: { what, code, cut } };
}

/** The same where its words must agree, as far as they are there: another number, such as one of errno, has others. */
export function numberedComplaint(code: number, text: string): Pick<LineFacts, 'complaint'> {
  const words = verifyErrors.get(code)?.words;
  const said = blankless(text).replace(/^selfsigned/, 'self-signed');
  const known = words === undefined ? null : blankless(words);
  if (known === null || !(known.startsWith(said) || said.startsWith(known))) return {};
  return complaintOf(code, said.length < known.length);
}

/** Blanks may be missing where a screen broke the line. */
const blankless = (text: string): string => text.replaceAll(/\s/g, '');

/** The one complaint that `text` begins to say, older words (`self signed`) included; nothing where it may be several. */
export function complaintIn(text: string): Pick<LineFacts, 'complaint'> {
  const said = text.trim().replace(/^self signed/, 'self-signed');
  if (said.length < 3) return {};
  const whole = [...verifyErrors].filter(([, { words }]) => said === words || said.startsWith(`${words} `));
  const begun = whole.length > 0 ? whole : [...verifyErrors].filter(([, { words }]) => words.startsWith(said));
  const [first] = begun;
  if (first === undefined || begun.length > 1) return {};
  return { complaint: { what: first[1].what, code: first[0], cut: whole.length === 0 } };
}
