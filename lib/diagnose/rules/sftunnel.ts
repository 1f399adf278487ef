/** The management channel between FMC and FTD: validity of its certificates, and peers that end the connection. */

import type { Certificate } from '../../evidence/index.ts';
import { sftunnelShape } from '../../x509/index.ts';
import type { FindingDraft } from '../finding.ts';
import { attemptEvidence, isAnswered } from '../outcome.ts';
import { about, certificateEvidence, presented, sftunnelRows } from './certificates.ts';
import { refusedAttempts } from './connect.ts';
import { refusedHellos } from './handshake.ts';
import type { Rule } from './rule.ts';
import { validityOf } from './validity.ts';

/** Where FMC and FTD listen for one another unless it was changed. */
const sftunnelPort = 8305;

/** Leaf and CA by their dates. No host name is matched: these certificates name a UUID and `localhost`. */
const validity: Rule = (facts, say) =>
  sftunnelRows(facts).flatMap((row) => {
    const [leaf, ...others] = row.chain;
    if (leaf === undefined) return [];
    const ca = others.find((other) => other.subject === leaf.issuer || sftunnelShape(other)?.role === 'InternalCA');
    const judged = (certificate: Certificate, what: 'ca' | 'certificate'): FindingDraft[] => {
      const { state, days, severity } = validityOf(certificate, facts.judgement.now);
      const { subject, notAfter } = certificate;
      const common = { confidence: 'proven', ...about(certificate) } as const;
      if (state === 'expired') {
        const evidence = [
          certificateEvidence(certificate, say.expired({ subject, notAfter, days })),
          presented(row, say),
        ];
        return [{ id: `sftunnel.${what}-expired`, ...common, evidence }];
      }
      if (state === 'expiring') {
        const evidence = [
          certificateEvidence(certificate, say.expiring({ subject, notAfter, days })),
          presented(row, say),
        ];
        return [{ id: `sftunnel.${what}-expiring`, severity, ...common, evidence }];
      }
      return [];
    };
    if (sftunnelShape(leaf)?.role === 'InternalCA') return judged(leaf, 'ca');
    if (ca !== undefined) return [...judged(leaf, 'certificate'), ...judged(ca, 'ca')];
    // Not sent: the CA is older than what it signed and both are made for ten years, so it is not expected to outlive the leaf.
    const inferred = judged(leaf, 'ca').map((draft): FindingDraft => {
      const confidence = draft.id === 'sftunnel.ca-expired' ? 'likely' : 'possible';
      return { ...draft, subject: leaf.issuer, key: '', confidence };
    });
    return [...judged(leaf, 'certificate'), ...inferred];
  });

/** The peer ends it: a RST for the SYN, or RST or FIN for every hello. */
const peerRefuses: Rule = (facts, say) => {
  if (facts.target.port !== sftunnelPort) return [];
  const ended = [
    ...refusedAttempts(facts),
    ...refusedHellos(facts).filter(({ evidence }) => evidence.end === 'reset' || evidence.end === 'closed'),
  ];
  if (ended.length === 0) return [];
  return [
    {
      id: 'sftunnel.peer-refuses',
      confidence: 'likely',
      evidence: ended.map((attempt) => attemptEvidence(say, attempt)),
    },
  ];
};

/** TLS 1.3 shows no certificates; that they are not seen says nothing about them. */
const certificatesHidden: Rule = (facts, say) => {
  if (facts.target.port !== sftunnelPort || (facts.value('certificates') ?? []).length > 0) return [];
  const answered = [...facts.attempts.values()].filter(isAnswered);
  const hidden = answered.filter(({ evidence }) => evidence.certificateAbsence.server === 'tls13-encrypted');
  if (hidden.length === 0 || answered.some(({ evidence }) => evidence.certificates.server.length > 0)) return [];
  return [
    {
      id: 'sftunnel.certificates-hidden',
      confidence: 'proven',
      evidence: hidden.map((attempt) => attemptEvidence(say, attempt)),
    },
  ];
};

export const sftunnelRules: readonly Rule[] = [validity, peerRefuses, certificatesHidden];
