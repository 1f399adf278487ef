/** The chain as a whole (pattern 1): complete, in order, and leading to a trusted root. */

import type { FindingDraft } from '../finding.ts';
import { about, certificateEvidence, certificateRows, presented, publicRows } from './certificates.ts';
import type { Rule } from './rule.ts';

/** Neither sent nor among the roots. Without an address for the issuer it may as well be a root that is not trusted. */
const chainIncomplete: Rule = (facts, say) =>
  publicRows(facts).flatMap((row): FindingDraft[] => {
    const { trust, missingIssuer, missingIssuerUrls: urls, path, roots, limited } = row.assessment;
    const last = row.chain.find(({ sha256 }) => sha256 === path.at(-1)) ?? row.chain[0];
    if (trust !== 'incomplete' || last === undefined) return [];
    const issuer = missingIssuer ?? last.issuer;
    const evidence = [
      certificateEvidence(last, say.issuerMissing({ subject: last.subject, issuer, urls, roots })),
      presented(row, say),
    ];
    const incomplete: FindingDraft = {
      id: 'cert.chain-incomplete',
      ...about(last),
      // Beyond a limit the issuer may yet have been sent.
      confidence: urls.length > 0 && !limited ? 'proven' : 'likely',
      evidence,
      excluded: last.selfIssued ? [] : [{ id: 'cert.self-signed', why: say.whyNotSelfIssued({ issuer }) }],
    };
    return urls.length > 0
      ? [incomplete]
      : [incomplete, { id: 'cert.untrusted-root', ...about(last), confidence: 'possible', evidence }];
  });

const untrustedRoot: Rule = (facts, say) =>
  publicRows(facts).flatMap((row): FindingDraft[] => {
    const { trust, path, roots, limited } = row.assessment;
    const last = row.chain.find(({ sha256 }) => sha256 === path.at(-1)) ?? row.chain.at(-1);
    if ((trust !== 'untrusted-root' && trust !== 'bad-signature') || last === undefined) return [];
    const { subject, issuer } = last;
    const text =
      trust === 'untrusted-root' ? say.rootNotTrusted({ subject, roots }) : say.signatureWrong({ subject, issuer });
    return [
      {
        id: 'cert.untrusted-root',
        ...about(last),
        // The right issuer may be another one of the same name, or stand beyond a limit.
        confidence: trust === 'untrusted-root' && !limited ? 'proven' : 'likely',
        evidence: [certificateEvidence(last, text), presented(row, say)],
        excluded: trust === 'untrusted-root' ? [{ id: 'cert.chain-incomplete', why: say.whyChainWhole() }] : [],
      },
    ];
  });

/** A signature that could not be checked proves nothing; most clients will not be able to check it either. */
const unverified: Rule = (facts, say) =>
  publicRows(facts).flatMap((row): FindingDraft[] => {
    const { trust, path, uncheckedAlgorithm: algorithm } = row.assessment;
    const last = row.chain.find(({ sha256 }) => sha256 === path.at(-1)) ?? row.chain.at(-1);
    if (trust !== 'unverified' || last === undefined) return [];
    return [
      {
        id: 'cert.untrusted-root',
        severity: 'low',
        ...about(last),
        confidence: 'possible',
        evidence: [
          certificateEvidence(last, say.signatureNotChecked({ subject: last.subject, algorithm })),
          presented(row, say),
        ],
      },
    ];
  });

const selfSigned: Rule = (facts, say) =>
  publicRows(facts).flatMap((row): FindingDraft[] => {
    const leaf = row.chain[0];
    if (row.assessment.trust !== 'self-signed' || leaf === undefined) return [];
    const { roots } = row.assessment;
    return [
      {
        id: 'cert.self-signed',
        ...about(leaf),
        confidence: 'proven',
        evidence: [certificateEvidence(leaf, say.signedItself({ subject: leaf.subject, roots })), presented(row, say)],
        excluded: [{ id: 'cert.chain-incomplete', why: say.whyNoIssuerNeeded() }],
      },
    ];
  });

const chainMisordered: Rule = (facts, say) =>
  publicRows(facts).flatMap((row): FindingDraft[] => {
    const leaf = row.chain[0];
    if (!row.assessment.misordered || leaf === undefined) return [];
    const subjects = row.chain.map(({ subject }) => subject);
    return [
      {
        id: 'cert.chain-misordered',
        ...about(leaf),
        confidence: 'proven',
        evidence: [certificateEvidence(leaf, say.orderSent({ subjects })), presented(row, say)],
      },
    ];
  });

const unreadable: Rule = (facts, say) =>
  certificateRows(facts).flatMap((row): FindingDraft[] =>
    row.assessment.trust === 'unreadable'
      ? [
          {
            id: 'cert.unreadable',
            confidence: 'proven',
            evidence: [
              { kind: 'attempt', ref: row.attempt, text: say.certificateUnreadable({ version: row.version }) },
            ],
          },
        ]
      : [],
  );

export const trustRules: readonly Rule[] = [
  chainIncomplete,
  untrustedRoot,
  unverified,
  selfSigned,
  chainMisordered,
  unreadable,
];
