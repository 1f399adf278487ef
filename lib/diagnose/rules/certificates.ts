/** Certificates one by one (pattern 1): name, validity, key, signature, usage. */

import type { Certificate, CertificateRow, FindingEvidence } from '../../evidence/index.ts';
import { looksLikeSftunnel, nameMismatchReason } from '../../x509/index.ts';
import type { Facts } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import type { Say } from '../messages/index.ts';
import type { Rule } from './rule.ts';
import { validityOf } from './validity.ts';

/** The leaf has no name for the host the client asked for. */
const nameMismatch: Rule = (facts, say) => {
  const name = facts.judgement.expectName;
  if (name === null || name === '') return [];
  return publicRows(facts).flatMap((row): FindingDraft[] => {
    const leaf = row.chain[0];
    const reason = leaf === undefined ? null : nameMismatchReason(leaf, name);
    if (leaf === undefined || reason === null) return [];
    const commonNameOnly = reason === 'common-name-only';
    return [
      {
        id: 'cert.name-mismatch',
        ...about(leaf),
        // Without the name in the hello, or for clients that still read the CN, it may look different.
        confidence: askedFor(facts, row, name) && !commonNameOnly ? 'proven' : 'likely',
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

/** Validity of every certificate that the path needs, at the judgement's time. */
const validity: Rule = (facts, say) =>
  publicRows(facts).flatMap((row) =>
    needed(row).flatMap((certificate): FindingDraft[] => {
      const { state, days, severity } = validityOf(certificate, facts.judgement.now);
      if (state === 'valid') return [];
      const { subject, notBefore, notAfter } = certificate;
      const texts = {
        expired: () => say.expired({ subject, notAfter, days }),
        expiring: () => say.expiring({ subject, notAfter, days }),
        'not-yet-valid': () => say.notYetValid({ subject, notBefore, days }),
      };
      return [
        {
          id: `cert.${state}`,
          severity,
          ...about(certificate),
          confidence: 'proven',
          evidence: [certificateEvidence(certificate, texts[state]()), presented(row, say)],
        },
      ];
    }),
  );

/** A certificate whose end or beginning cannot be read has no validity to judge; where nothing of it can be read, the chain is `unreadable`. */
const datesUnreadable: Rule = (facts, say) =>
  certificateRows(facts).flatMap((row) =>
    row.assessment.trust === 'unreadable'
      ? []
      : needed(row)
          .filter(({ notBefore, notAfter }) => notBefore === null || notAfter === null)
          .map(
            (certificate): FindingDraft => ({
              id: 'cert.unreadable',
              ...about(certificate),
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
        { id: 'cert.weak-key', ...about(certificate), confidence: 'proven', evidence: [evidence, presented(row, say)] },
      ];
    }),
  );

/** MD5 and SHA-1. Nobody checks the signature of a self-signed root: it is trusted as it is. */
const weakSignature: Rule = (facts, say) =>
  certificateRows(facts).flatMap((row) =>
    needed(row).flatMap((certificate, index): FindingDraft[] => {
      const { subject, signatureAlgorithm: algorithm } = certificate;
      if ((certificate.selfIssued && index > 0) || !/(?:md[245]|sha-?1)(?!\d)/i.test(algorithm)) return [];
      const evidence = certificateEvidence(certificate, say.signedWith({ subject, algorithm }));
      return [
        {
          id: 'cert.weak-signature',
          ...about(certificate),
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
      { id: 'cert.wrong-usage', ...about(leaf), confidence: 'proven', evidence: [evidence, presented(row, say)] },
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
export function certificateRows(facts: Facts): readonly CertificateRow[] {
  return facts.value('certificates') ?? [];
}

/** Chains of ordinary servers that can be read; those of sftunnel have rules of their own. */
export function publicRows(facts: Facts): CertificateRow[] {
  return certificateRows(facts).filter(
    ({ chain, assessment }) =>
      assessment.trust !== 'unreadable' && chain[0] !== undefined && !looksLikeSftunnel(chain[0]),
  );
}

/** Chains of sftunnel servers. */
export function sftunnelRows(facts: Facts): CertificateRow[] {
  return certificateRows(facts).filter(({ chain }) => chain[0] !== undefined && looksLikeSftunnel(chain[0]));
}

/** Keeps findings of two certificates with the same subject apart. */
export function about({ subject, sha256 }: Certificate): { readonly subject: string; readonly key: string } {
  return { subject, key: sha256 };
}

export function certificateEvidence({ sha256 }: Certificate, text: string): FindingEvidence {
  return { kind: 'certificate', ref: sha256, text };
}

/** The attempt that brought a chain. */
export function presented({ attempt, version, auth }: CertificateRow, say: Say): FindingEvidence {
  return { kind: 'attempt', ref: attempt, text: say.presented({ version, auth }) };
}

const forServers: ReadonlySet<string> = new Set([
  'serverAuth',
  '1.3.6.1.5.5.7.3.1',
  'anyExtendedKeyUsage',
  '2.5.29.37.0',
]);

/** The leaf, and the other certificates that a path uses. */
function needed({ chain, assessment }: CertificateRow): Certificate[] {
  return chain.filter(({ sha256 }, index) => index === 0 || !assessment.unneeded.includes(sha256));
}

/** True when the hello asked for this name, or none can be asked for (RFC 6066 §3: no IP addresses in SNI). */
function askedFor(facts: Facts, row: CertificateRow, name: string): boolean {
  if (/^[\d.]+$|:/.test(name)) return true;
  const hello = facts.attempts.get(row.attempt)?.evidence.hello;
  const sni = hello === null || hello === undefined ? facts.target.sni : hello.sni;
  return sni?.toLowerCase() === name.toLowerCase();
}
