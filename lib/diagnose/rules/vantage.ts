/** One server as two places see it: a device on one of the ways may re-sign. */

import type { VantageComparison } from '../../evidence/index.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Rule } from './rule.ts';

const hour = 3_600_000;
/** Longer apart, the server may have been given another certificate in between. */
const sameDay = 24 * hour;
/** A leaf that began to be valid so shortly before it was seen may have been made for the connection. */
const freshMs = hour;

/** Never proven: a server behind a load balancer, or one that was given another CA's certificate, looks the same. */
const resigned: Rule = (facts, say) =>
  (facts.filed?.comparisons ?? [])
    .filter(({ result }) => result === 'other-issuer')
    .map(
      (comparison): FindingDraft => ({
        id: 'policy.tls-inspection',
        subject: `${comparison.host}:${comparison.port}`,
        confidence: signsOf(comparison) > 0 && isTogether(comparison) ? 'likely' : 'possible',
        evidence: comparison.points.flatMap(({ file, at, address, leaves }) =>
          leaves.map((leaf) => ({ kind: 'file' as const, ref: file, text: say.seenFrom({ at, address, ...leaf }) })),
        ),
      }),
    );

export const vantageRules: readonly Rule[] = [resigned];

/** How many things speak for a device in between: the same address, one side alone trusted, a leaf made just then. */
function signsOf({ points: [a, b] }: VantageComparison): number {
  const trusted = (point: typeof a): boolean => point.leaves.some(({ trust }) => trust === 'trusted');
  const fresh = ({ leaves, at }: typeof a): boolean =>
    leaves.some(({ notBefore }) => {
      const age = Date.parse(at) - Date.parse(notBefore ?? '');
      return age >= 0 && age <= freshMs;
    });
  return [a.address !== null && a.address === b.address, trusted(a) !== trusted(b), fresh(a) !== fresh(b)].filter(
    Boolean,
  ).length;
}

function isTogether({ points: [a, b] }: VantageComparison): boolean {
  return Math.abs(Date.parse(a.at) - Date.parse(b.at)) <= sameDay;
}
