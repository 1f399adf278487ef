/** What clients hold against the path to a trusted root (pattern 1), beyond what single certificates and their names tell. */

import type { Certificate, ChainObjection, Confidence } from '../../evidence/index.ts';
import type { Facts, PresentedChain } from '../facts/facts.ts';
import type { FindingId } from '../findings/catalogue.ts';
import type { FindingDraft } from '../findings/finding.ts';
import { presented, publicRows } from './certificates.ts';
import { trustClaim } from './complaint.ts';
import type { Rule } from './rule.ts';

/** Which finding a reason belongs to, and how sure it is that a client refuses for it. */
interface Told {
  readonly finding: Extract<FindingId, 'cert.chain-invalid' | 'cert.wrong-usage'>;
  readonly confidence: Confidence;
}

const proven: Told = { finding: 'cert.chain-invalid', confidence: 'proven' };
/** A client may know what we do not. */
const likely: Told = { finding: 'cert.chain-invalid', confidence: 'likely' };
const possible: Told = { finding: 'cert.chain-invalid', confidence: 'possible' };
const odd: Told = { finding: 'cert.wrong-usage', confidence: 'possible' };

/**
 * Reasons that no other rule tells; keys are those of `chainReasons`. What implementations differ on, and hardly one refuses (an
 * underscore in a name, a subjectAltName that is critical), stays in the assessment.
 */
const told: ReadonlyMap<string, Told> = new Map([
  ['not-a-ca', proven],
  ['basic-constraints-missing', proven],
  ['cert-sign-missing', proven],
  ['path-length', proven],
  ['name-constraint', proven],
  ['signature-algorithm-mismatch', proven],
  ['name-constraint-unsupported', likely],
  ['critical-extension', likely],
  ['extension-unreadable', likely],
  ['key-unreadable', likely],
  ['policy-missing', likely],
  ['policy-mapping', likely],
  ['extension-duplicate', possible],
  ['name-constraints-invalid', possible],
  ['key-unsupported', possible],
  ['wrong-usage', { finding: 'cert.wrong-usage', confidence: 'proven' }],
  ['wrong-usage-root', odd],
  ['wrong-key-usage', odd],
]);

/** Each reason against each certificate of the path. Where there is no path to a root, that is what is told first. */
const brokenPath: Rule = (facts, say) =>
  objectionsOf(facts).flatMap(([row, objection]): FindingDraft[] => {
    const found = told.get(objection.id);
    // Of the leaf, its extended key usage is told by a rule of its own.
    if (found === undefined || (objection.id === 'wrong-usage' && objection.position === 0)) return [];
    return [
      {
        id: found.finding,
        ...aboutObjection(objection),
        ...claim(facts, row, objection, found.confidence),
        evidence: [
          { kind: 'certificate', ref: objection.sha256, text: say.pathObjection(objection) },
          presented(row, say),
        ],
      },
    ];
  });

/** Certificates of the path that were not sent, and so have no other rule: a root, or one that was given. */
const validityUnsent: Rule = (facts, say) =>
  objectionsOf(facts).flatMap(([row, objection]): FindingDraft[] => {
    const { id, sha256 } = objection;
    if ((id !== 'expired' && id !== 'not-yet-valid') || row.chain.some((sent) => sent.sha256 === sha256)) return [];
    return [
      {
        id: `cert.${id}`,
        ...aboutObjection(objection),
        // The client's own copy of the root may be another one.
        confidence: 'possible',
        severity: 'low',
        evidence: [{ kind: 'certificate', ref: sha256, text: say.pathObjection(objection) }, presented(row, say)],
      },
    ];
  });

export const chainPathRules: readonly Rule[] = [brokenPath, validityUnsent];

type Placed = ChainObjection & { readonly sha256: string };

/** Without paths that do not reach a root: what is missing there may change them. */
function objectionsOf(facts: Facts): (readonly [PresentedChain, Placed])[] {
  return publicRows(facts).flatMap((row) => {
    const { trust, objections = [] } = row.assessment ?? { trust: 'unreadable' };
    if (trust !== 'trusted' && trust !== 'invalid') return [];
    return objections.flatMap((objection) =>
      objection.sha256 === null ? [] : [[row, { ...objection, sha256: objection.sha256 }] as const],
    );
  });
}

/** One finding for each certificate: several reasons against one are so many pieces of evidence. */
function aboutObjection({ sha256, subject }: Placed): {
  readonly subject?: Certificate['subject'];
  readonly key: string;
} {
  return { ...(subject === null ? {} : { subject }), key: sha256 };
}

/** What implementations differ on, and what only a root says of itself, is never more than possible. */
function claim(
  facts: Facts,
  row: PresentedChain,
  { effect, root }: ChainObjection,
  confidence: Confidence,
): Pick<FindingDraft, 'confidence' | 'severity'> {
  if (effect === 'may-refuse' || root || confidence === 'possible') return { confidence: 'possible', severity: 'low' };
  // Beyond a limit there may be another path.
  return trustClaim(facts, row, row.assessment?.limited === true ? 'likely' : confidence);
}
