/** Files of certificates: what is damaged in them, and CAs that have the name of an issuer but not its key. */

import { holdsCertificates, wasNotRead } from '../../x509/names.ts';
import type { FindingDraft } from '../findings/finding.ts';
import { certificateEvidence } from './certificates.ts';
import type { Rule } from './rule.ts';

/** A block that was to be a certificate, or a whole file, and cannot be read. Damaged keys are told in the report alone. */
const damaged: Rule = (facts, say) =>
  (facts.filed?.files ?? []).flatMap(({ name, problems }): FindingDraft[] => {
    const about = problems.filter((problem) => !wasNotRead(problem) && holdsCertificates(problem.label));
    if (about.length === 0) return [];
    return [
      {
        id: 'cert.unreadable',
        subject: name,
        confidence: 'proven',
        evidence: about.map((problem) => ({
          kind: 'file',
          ref: problem.at === null ? name : `${name}:${problem.at}`,
          text: say.fileProblem(problem),
        })),
      },
    ];
  });

const otherCa: Rule = (facts, say) =>
  (facts.filed?.authorities ?? []).flatMap(({ chain, ca, proof }): FindingDraft[] => {
    const [leaf] = chain.chain;
    const place = chain.filed?.place ?? '';
    if (leaf === undefined || proof !== 'not-verified') return [];
    const text = say.otherCaDidNotSign({ subject: ca.subject, place });
    return [
      {
        id: 'sftunnel.ca-mismatch',
        subject: leaf.subject,
        key: leaf.sha256,
        // Files of before and after a renewal may lie beside each other.
        confidence: 'likely',
        evidence: [
          certificateEvidence(ca, text),
          { kind: 'file', ref: place, text: say.inFile({ role: chain.filed?.role ?? 'sftunnel' }) },
        ],
      },
    ];
  });

export const fileRules: readonly Rule[] = [damaged, otherCa];
