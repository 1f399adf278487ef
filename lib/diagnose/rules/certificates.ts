/** Certificates one by one (pattern 1): name, validity, key, signature, usage. */

import type { Certificate, DatedCertificate, FindingEvidence } from '../../evidence/index.ts';
import { nameMismatchReason } from '../../x509/names.ts';
import type { Facts, PresentedChain } from '../facts/facts.ts';
import { witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import { complaintAbout } from './complaint.ts';
import type { Rule } from './rule.ts';
import { validityFault } from './validity.ts';

/** The leaf has no name for the host the client asked for. */
const nameMismatch: Rule = (facts, say) => {
  const name = facts.judgement.expectName;
  if (name === null || name === '') return [];
  return publicRows(facts).flatMap((row): FindingDraft[] => {
    const leaf = row.chain[0];
    const reason = leaf === undefined ? null : nameMismatchReason(leaf, name);
    if (leaf === undefined || reason === null) return [];
    // A capture shows whatever the client sent; what is no name cannot be matched.
    if (reason === 'bad-host' && row.captured !== null) return [];
    const commonNameOnly = reason === 'common-name-only';
    const asked = askedFor(facts, row, name);
    const mayDiffer = row.captured !== null || isSameName(facts.target.sni, name);
    // A client that finished the handshake looks at the CN, or at no name.
    const accepted = commonNameOnly && row.captured?.witness.evidence.end === 'complete';
    return [
      {
        id: 'cert.name-mismatch',
        ...about(leaf, row),
        ...(accepted ? { severity: 'medium' as const } : {}),
        // Without the name in the hello, or for clients that still read the CN, it may look different; a capture may be of
        // another server than the one that the name is expected of; and a check that left out the target's name did so because
        // the server did not answer to it.
        confidence: accepted
          ? 'possible'
          : asked
            ? commonNameOnly
              ? 'likely'
              : 'proven'
            : mayDiffer
              ? 'possible'
              : 'likely',
        evidence: [
          certificateEvidence(
            leaf,
            commonNameOnly
              ? say.nameOnlyInCn({ subject: leaf.subject, name })
              : say.noSuchName({ names: leaf.names, name }),
          ),
          presented(row, say),
        ],
      },
    ];
  });
};

/** Validity of every certificate that the path needs; those of clients are judged too. */
const validity: Rule = (facts, say) =>
  ordinaryRows(facts).flatMap((row) =>
    needed(row).flatMap((certificate): FindingDraft[] => {
      const fault = validityFault(certificate, timesOf(facts, row), say);
      if (fault === null) return [];
      const { state, severity, confidence, text } = fault;
      return [
        {
          id: `cert.${state}`,
          // Whether anything still needs a CA that stands in a file by itself is not known.
          severity: row.filed?.role === 'authority' && severity === 'high' ? 'medium' : severity,
          ...about(certificate, row),
          confidence,
          evidence: [certificateEvidence(certificate, text), presented(row, say)],
        },
      ];
    }),
  );

/** A certificate whose end or beginning cannot be read has no validity to judge; where nothing of it can be read, the chain is `unreadable`. */
const datesUnreadable: Rule = (facts, say) =>
  certificateRows(facts).flatMap((row) =>
    row.assessment?.trust === 'unreadable'
      ? []
      : needed(row)
          .filter(({ notBefore, notAfter }) => notBefore === null || notAfter === null)
          .map(
            (certificate): FindingDraft => ({
              id: 'cert.unreadable',
              ...about(certificate, row),
              confidence: 'proven',
              evidence: [
                certificateEvidence(certificate, say.datesUnreadable({ subject: certificate.subject })),
                presented(row, say),
              ],
            }),
          ),
  );

/** Short keys; sftunnel certificates are judged too, since newer releases refuse theirs as well. */
const weakKey: Rule = (facts, say) =>
  certificateRows(facts).flatMap((row) =>
    needed(row).flatMap((certificate): FindingDraft[] => {
      const { type, bits } = certificate.key;
      if (bits === null || bits >= (/^RSA/i.test(type) ? 2048 : /^(?:EC|id-ecPublicKey)/i.test(type) ? 224 : 0))
        return [];
      const evidence = certificateEvidence(certificate, say.keySize({ subject: certificate.subject, type, bits }));
      return [
        {
          id: 'cert.weak-key',
          ...about(certificate, row),
          confidence: 'proven',
          evidence: [evidence, presented(row, say)],
        },
      ];
    }),
  );

/** MD5 and SHA-1. Nobody checks the signature of a self-signed root: it is trusted as it is. */
const weakSignature: Rule = (facts, say) =>
  certificateRows(facts).flatMap((row) =>
    needed(row).flatMap((certificate, index): FindingDraft[] => {
      const { subject, signatureAlgorithm: algorithm } = certificate;
      if (
        (certificate.selfIssued && (index > 0 || row.filed?.role === 'authority')) ||
        !/(?:md[245]|sha-?1)(?!\d)/i.test(algorithm)
      )
        return [];
      const evidence = certificateEvidence(certificate, say.signedWith({ subject, algorithm }));
      return [
        {
          id: 'cert.weak-signature',
          ...about(certificate, row),
          confidence: 'proven',
          evidence: [evidence, presented(row, say)],
        },
      ];
    }),
  );

/** The leaf has an extendedKeyUsage extension without serverAuth (RFC 5280 §4.2.1.12). */
const wrongUsage: Rule = (facts, say) =>
  publicRows(facts).flatMap((row): FindingDraft[] => {
    const leaf = row.chain[0];
    if (
      leaf === undefined ||
      leaf.extendedKeyUsage.length === 0 ||
      leaf.extendedKeyUsage.some((usage) => forServers.has(usage))
    )
      return [];
    const evidence = certificateEvidence(leaf, say.usages({ usages: leaf.extendedKeyUsage }));
    return [
      { id: 'cert.wrong-usage', ...about(leaf, row), confidence: 'proven', evidence: [evidence, presented(row, say)] },
    ];
  });

export const certificateRules: readonly Rule[] = [
  nameMismatch,
  validity,
  datesUnreadable,
  weakKey,
  weakSignature,
  wrongUsage,
];

/** Chains that were received. */
export function certificateRows(facts: Facts): readonly PresentedChain[] {
  return facts.chains;
}

/** Chains that can be read, of others than sftunnel, whose certificates have rules of their own. */
function ordinaryRows(facts: Facts): PresentedChain[] {
  return facts.chains.filter(
    ({ chain, assessment, isSftunnel }) => assessment?.trust !== 'unreadable' && chain[0] !== undefined && !isSftunnel,
  );
}

/** Of these the ones of servers, and of files with a certificate for one: names and roots are theirs alone. */
export function publicRows(facts: Facts): PresentedChain[] {
  return ordinaryRows(facts).filter(
    ({ side, filed }) => side === 'server' && (filed === undefined || filed.role === 'server'),
  );
}

/** Chains of sftunnel, of either side. */
export function sftunnelRows(facts: Facts): PresentedChain[] {
  return certificateRows(facts).filter(({ isSftunnel }) => isSftunnel);
}

/** Keeps findings of two certificates with the same subject apart; says when it is the client's. */
export function about(
  { subject, sha256 }: DatedCertificate,
  { side, captured }: PresentedChain,
): { readonly subject: string; readonly key: string } {
  const ofClient = side === 'client' && captured?.role === null;
  return { subject: ofClient ? `${subject} (client)` : subject, key: sha256 };
}

/** When a chain is judged: now, and for a capture at its time. */
export function timesOf(
  facts: Facts,
  { captured }: PresentedChain,
): { readonly now: string; readonly at: string | null } {
  return { now: facts.judgement.now, at: captured?.at ?? null };
}

export function certificateEvidence({ sha256 }: Pick<Certificate, 'sha256'>, text: string): FindingEvidence {
  return { kind: 'certificate', ref: sha256, text };
}

/** The attempt that brought a chain, or the conversation. */
export function presented(row: PresentedChain, say: Say): FindingEvidence {
  const { attempt, version, auth, captured, filed } = row;
  if (filed !== undefined) return { kind: 'file', ref: filed.place, text: say.inFile({ role: filed.role }) };
  return captured === null
    ? { kind: 'attempt', ref: attempt, text: say.presented({ version, auth }) }
    : witnessEvidence(say, captured.witness, say.presentedIn({ ...row, captured, complaint: complaintAbout(row) }));
}

const forServers: ReadonlySet<string> = new Set([
  'serverAuth',
  '1.3.6.1.5.5.7.3.1',
  'anyExtendedKeyUsage',
  '2.5.29.37.0',
]);

/** The leaf, and the other certificates that a path uses. */
function needed({ chain, assessment }: PresentedChain): Certificate[] {
  return chain.filter(({ sha256 }, index) => index === 0 || !assessment?.unneeded.includes(sha256));
}

/** True when the hello asked for this name, or none can be asked for (RFC 6066 §3: no IP addresses in SNI). */
function askedFor(facts: Facts, row: PresentedChain, name: string): boolean {
  if (row.captured === null && /^[\d.]+$|:/.test(name)) return true;
  const hello = facts.witnesses.get(row.attempt)?.evidence.hello;
  const sni = hello === null || hello === undefined ? facts.target.sni : hello.sni;
  return isSameName(sni, name);
}

function isSameName(sni: string | null | undefined, name: string): boolean {
  return sni?.toLowerCase() === name.toLowerCase();
}
