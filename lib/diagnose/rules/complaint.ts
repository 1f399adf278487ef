/** Alerts with which one side of a captured handshake refuses the certificates of the other. */

import type { AlertEvidence, Confidence, Severity } from '../../evidence/index.ts';
import { alerts } from '../../wire/index.ts';
import { nameMismatchReason } from '../../x509/names.ts';
import type { Facts, PresentedChain } from '../facts/facts.ts';
import type { Witness } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { RemedyId } from '../findings/remedies.ts';
import { validityOf } from './validity.ts';

const code = (name: string): number => alerts.codeOf(name) ?? Number.NaN;
const badCertificate = code('bad_certificate');
const unsupportedCertificate = code('unsupported_certificate');
const certificateRevoked = code('certificate_revoked');
const certificateExpired = code('certificate_expired');
const certificateUnknown = code('certificate_unknown');
const unknownCa = code('unknown_ca');
const decryptError = code('decrypt_error');

/**
 * What an alert may be about (RFC 8446 §6.2). bad_certificate and certificate_unknown fit everything: GnuTLS sends the former
 * whatever is wrong, other libraries the latter.
 */
const subjects: ReadonlyMap<number, RegExp> = new Map([
  [badCertificate, /^(?:cert|sftunnel)\./],
  [certificateUnknown, /^(?:cert|sftunnel)\./],
  [unsupportedCertificate, /^cert\.(?:weak-|wrong-usage|chain-invalid|unreadable)/],
  [certificateRevoked, /^(?!)/],
  [certificateExpired, /^(?:cert\.expired|sftunnel\.(?:ca|certificate)-expired)$/],
  // OpenSSL sends it for a signature that does not fit the key of the CA.
  [decryptError, /^sftunnel\.ca-mismatch$/],
  [unknownCa, /^(?:cert\.(?:chain-incomplete|chain-invalid|untrusted-root|self-signed)|sftunnel\.ca-mismatch)$/],
]);

const askedOfSftunnel: readonly RemedyId[] = [
  'read-sftunnel-log',
  'compare-cas',
  'check-internal-ca',
  'check-clocks',
  'keep-sftunnel-up',
];

/** What OpenSSL, which sftunnel uses, means by an alert; what is wrong may be the clock of the end that says it. */
const sftunnelRemedies: ReadonlyMap<number, readonly RemedyId[]> = new Map([
  [
    certificateExpired,
    ['read-sftunnel-log', 'check-internal-ca', 'check-clocks', 'renew-internal-ca', 'keep-sftunnel-up'],
  ],
  [unknownCa, ['read-sftunnel-log', 'compare-cas', 'copy-sftunnel-certificates']],
  [decryptError, ['read-sftunnel-log', 'compare-cas', 'copy-sftunnel-certificates', 'pair-key']],
  [badCertificate, ['read-sftunnel-log', 'check-clocks', 'check-internal-ca', 'compare-cas']],
]);

/** What to do about an end of sftunnel whose cause the capture does not show. @param alert null where it ended without one */
export function sftunnelRemediesFor(alert: AlertEvidence | null): readonly RemedyId[] {
  return (alert === null ? undefined : sftunnelRemedies.get(alert.code)) ?? askedOfSftunnel;
}

/** True for alerts about certificates. */
export function isAboutCertificates({ code }: AlertEvidence): boolean {
  return subjects.has(code);
}

/** True when a finding says what the alert says; one that only may hold explains nothing. */
export function explains({ id, confidence }: FindingDraft, alert: AlertEvidence): boolean {
  return confidence !== 'possible' && subjects.get(alert.code)?.test(id) === true;
}

/** The alert that ended the handshake, when it is about the certificates of this side; null otherwise, and for live attempts. */
export function complaintAbout({ side, captured }: Pick<PresentedChain, 'side' | 'captured'>): AlertEvidence | null {
  return captured === null ? null : complaintIn(captured.witness, side);
}

/** The alert that ended the handshake, when the other side than `about` sent it and it is about certificates. */
export function complaintIn(
  { evidence: { end, alert } }: Witness,
  about: PresentedChain['side'],
): AlertEvidence | null {
  return end === 'alert' && alert !== null && alert.from !== about && isAboutCertificates(alert) ? alert : null;
}

/**
 * How sure it is that the client does not trust a chain. Live, our roots are the judgement's. The client of a capture may have
 * others, unless it says itself what it thinks of the chain.
 */
export function trustClaim(
  facts: Facts,
  row: PresentedChain,
  confidence: Confidence,
): { readonly confidence: Confidence; readonly severity?: Severity } {
  // What a file lacks a server may have all the same.
  if (row.filed?.alone === true) return { confidence: 'possible', severity: 'medium' };
  if (row.captured === null) return { confidence };
  const complaint = complaintAbout(row)?.code;
  if (complaint === unknownCa) return { confidence };
  const vague = complaint === badCertificate || complaint === certificateUnknown;
  // Where something is wrong for certain, that is what an alert without a reason means.
  if (vague && !hasFaultOfItsOwn(facts, row)) {
    return { confidence: confidence === 'proven' ? 'likely' : confidence };
  }
  // A client that finished the handshake was content with it, or was told to be.
  const accepted = row.captured.witness.evidence.end === 'complete';
  return { confidence: 'possible', severity: accepted ? 'low' : 'medium' };
}

/** True when the other side does not know the CA. */
export function saysUnknownCa(row: PresentedChain): boolean {
  return complaintAbout(row)?.code === unknownCa;
}

/** The name is another, or the certificate was not valid when it was sent: no client needs roots to see that. */
function hasFaultOfItsOwn({ judgement: { expectName } }: Facts, { chain, captured }: PresentedChain): boolean {
  const [leaf] = chain;
  if (leaf === undefined || captured === null) return false;
  if (expectName !== null && nameMismatchReason(leaf, expectName) !== null) return true;
  return chain.some((certificate) => /^(?:expired|not-yet-valid)$/.test(validityOf(certificate, captured.at).state));
}
