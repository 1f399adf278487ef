/** The chain as a whole (pattern 1): complete, in order, and leading to a trusted root. */

import type { ChainAssessment } from '../../evidence/index.ts';
import type { Facts, PresentedChain } from '../facts/facts.ts';
import { witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import { about, certificateEvidence, certificateRows, presented, publicRows } from './certificates.ts';
import { saysUnknownCa, trustClaim } from './complaint.ts';
import type { Rule } from './rule.ts';

/** Neither sent nor among the roots. Without an address for the issuer it may as well be a root that is not trusted. */
const chainIncomplete: Rule = (facts, say) =>
  assessedRows(facts).flatMap((row): FindingDraft[] => {
    const { trust, missingIssuer, missingIssuerUrls: urls, path, roots, limited, fetched = null } = row.assessment;
    const last = row.chain.find(({ sha256 }) => sha256 === path.at(-1)) ?? row.chain[0];
    if (trust !== 'incomplete' || last === undefined) return [];
    const issuer = missingIssuer ?? last.issuer;
    // A CA that was renewed has two certificates of one name, and the wrong one may have been installed.
    const namesakes = row.chain.filter(({ subject, sha256 }) => subject === issuer && !path.includes(sha256));
    const otherKey = namesakes.length > 0;
    const evidence = [
      certificateEvidence(last, say.issuerMissing({ subject: last.subject, issuer, urls, roots, otherKey })),
      ...namesakes.map((other) => certificateEvidence(other, say.issuerOfOtherKey({ issuer, subject: last.subject }))),
      ...(fetched === null ? [] : [certificateEvidence(last, say.issuersFetched({ ...fetched, roots }))]),
      presented(row, say),
    ];
    const found = fetched?.fetches.some(({ outcome }) => outcome === 'found') === true;
    const incomplete: FindingDraft = {
      id: 'cert.chain-incomplete',
      ...about(last, row),
      // Beyond a limit the issuer may yet have been sent.
      ...trustClaim(facts, row, found || (urls.length > 0 && !limited) ? 'proven' : 'likely'),
      evidence,
      excluded: last.selfIssued ? [] : [{ id: 'cert.self-signed', why: say.whyNotSelfIssued({ issuer }) }],
    };
    if (found && fetched?.trust !== 'trusted' && fetched?.trust !== 'incomplete') {
      return [
        incomplete,
        { id: 'cert.untrusted-root', ...about(last, row), ...trustClaim(facts, row, 'likely'), evidence },
      ];
    }
    return urls.length > 0
      ? [incomplete]
      : [
          incomplete,
          { id: 'cert.untrusted-root', ...about(last, row), ...trustClaim(facts, row, 'possible'), evidence },
        ];
  });

const untrustedRoot: Rule = (facts, say) =>
  assessedRows(facts).flatMap((row): FindingDraft[] => {
    const { trust, path, roots, limited } = row.assessment;
    const last = row.chain.find(({ sha256 }) => sha256 === path.at(-1)) ?? row.chain.at(-1);
    if ((trust !== 'untrusted-root' && trust !== 'bad-signature') || last === undefined) return [];
    const { subject, issuer } = last;
    const text =
      trust === 'untrusted-root' ? say.rootNotTrusted({ subject, roots }) : say.signatureWrong({ subject, issuer });
    return [
      {
        id: 'cert.untrusted-root',
        ...about(last, row),
        // The right issuer may be another one of the same name, or stand beyond a limit.
        ...trustClaim(facts, row, trust === 'untrusted-root' && !limited ? 'proven' : 'likely'),
        evidence: [certificateEvidence(last, text), presented(row, say)],
        excluded: trust === 'untrusted-root' ? [{ id: 'cert.chain-incomplete', why: say.whyChainWhole() }] : [],
      },
    ];
  });

/** A path to one of our roots, and a client that does not know it. */
const unknownToClient: Rule = (facts, say) =>
  assessedRows(facts).flatMap((row): FindingDraft[] => {
    const { trust, path, roots } = row.assessment;
    const last = row.chain.find(({ sha256 }) => sha256 === path.at(-1)) ?? row.chain.at(-1);
    if (trust !== 'trusted' || last === undefined || !saysUnknownCa(row)) return [];
    return [
      {
        id: 'cert.untrusted-root',
        ...about(last, row),
        confidence: 'likely',
        evidence: [
          certificateEvidence(last, say.trustedHereOnly({ subject: last.subject, roots })),
          presented(row, say),
        ],
      },
    ];
  });

/** A signature that could not be checked proves nothing; most clients will not be able to check it either. */
const unverified: Rule = (facts, say) =>
  assessedRows(facts).flatMap((row): FindingDraft[] => {
    const { trust, path, uncheckedAlgorithm: algorithm } = row.assessment;
    const last = row.chain.find(({ sha256 }) => sha256 === path.at(-1)) ?? row.chain.at(-1);
    if (trust !== 'unverified' || last === undefined) return [];
    return [
      {
        id: 'cert.untrusted-root',
        severity: 'low',
        ...about(last, row),
        confidence: 'possible',
        evidence: [
          certificateEvidence(last, say.signatureNotChecked({ subject: last.subject, algorithm })),
          presented(row, say),
        ],
      },
    ];
  });

const selfSigned: Rule = (facts, say) =>
  assessedRows(facts).flatMap((row): FindingDraft[] => {
    const leaf = row.chain[0];
    if (row.assessment.trust !== 'self-signed' || leaf === undefined) return [];
    const { roots } = row.assessment;
    return [
      {
        id: 'cert.self-signed',
        ...about(leaf, row),
        ...trustClaim(facts, row, 'proven'),
        evidence: [certificateEvidence(leaf, say.signedItself({ subject: leaf.subject, roots })), presented(row, say)],
        excluded: [{ id: 'cert.chain-incomplete', why: say.whyNoIssuerNeeded() }],
      },
    ];
  });

const chainMisordered: Rule = (facts, say) =>
  assessedRows(facts).flatMap((row): FindingDraft[] => {
    const leaf = row.chain[0];
    if (!row.assessment.misordered || leaf === undefined) return [];
    const order = row.filed?.order;
    const subjects = row.chain.map(({ subject }) => subject);
    const right = row.assessment.path.flatMap(
      (sha256) => row.chain.find((sent) => sent.sha256 === sha256)?.subject ?? [],
    );
    const told = order === undefined ? say.orderSent({ subjects }) : say.orderInFile({ subjects: order });
    return [
      {
        id: 'cert.chain-misordered',
        ...about(leaf, row),
        confidence: 'proven',
        // A leaf that is not the first has no path.
        evidence: [
          certificateEvidence(leaf, right.length > 1 ? say.orderNeeded({ told, subjects: right }) : told),
          presented(row, say),
        ],
      },
    ];
  });

const unreadable: Rule = (facts, say) =>
  certificateRows(facts).flatMap((row): FindingDraft[] => {
    if (row.assessment?.trust !== 'unreadable') return [];
    const text = say.certificateUnreadable({ version: row.version });
    return [
      {
        id: 'cert.unreadable',
        confidence: 'proven',
        evidence: [
          row.captured === null
            ? { kind: 'attempt', ref: row.attempt, text }
            : witnessEvidence(say, row.captured.witness, say.inConversation(row.captured.witness, text)),
        ],
      },
    ];
  });

export const trustRules: readonly Rule[] = [
  chainIncomplete,
  untrustedRoot,
  unknownToClient,
  unverified,
  selfSigned,
  chainMisordered,
  unreadable,
];

/** Chains of ordinary servers whose trust was assessed. */
function assessedRows(facts: Facts): (PresentedChain & { readonly assessment: ChainAssessment })[] {
  return publicRows(facts).flatMap((row) => (row.assessment === null ? [] : [{ ...row, assessment: row.assessment }]));
}
