/** Hellos that fail for their form: segments, records, number of suites, unknown values. Each claim is counted from attempts. */

import type { CaseRow, ProbeValues, RowAttempts } from '../../evidence/index.ts';
import { type Facts, startOf } from '../facts/facts.ts';
import { isAnswered, isFailure, least, longestAnswered } from '../facts/outcome.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingId } from '../findings/catalogue.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import { isLostBy, pathFault } from './path-fault.ts';
import { type Rule, repeatsForClaim } from './rule.ts';

type CaseProbe = 'hello-segments' | 'hello-records' | 'suite-count' | 'extensions';

const findingOf: Readonly<Record<CaseProbe, (name: string) => FindingId>> = {
  'hello-segments': () => 'tls.hello-segment-intolerant',
  'hello-records': () => 'tls.hello-record-intolerant',
  'suite-count': () => 'tls.suite-count-intolerant',
  extensions: (name) => (/version|tls13/.test(name) ? 'tls.version-intolerant' : 'tls.extension-intolerant'),
};

const intoleranceRule =
  (probe: CaseProbe): Rule =>
  (facts, say) => {
    const found = new Map<FindingId, Claim[]>();
    const fault = pathFault(facts, 'outbound');
    for (const row of facts.value(probe)?.rows ?? []) {
      const differential = differentialOf(facts, row);
      // A hello that is too large for the path fails whatever is in it.
      if (differential === null || differential.fails.every((attempt) => isLostBy(facts, fault, attempt))) continue;
      const id = findingOf[probe](row.case);
      found.set(id, [...(found.get(id) ?? []), { row, ...differential }]);
    }
    return [...found].map(([id, claims]) => {
      const draft = draftOf(facts, id, claims, say);
      return probe === 'hello-segments' ? withOrder(facts, draft, claims, say) : draft;
    });
  };

export const intoleranceRules: readonly Rule[] = (
  ['hello-segments', 'hello-records', 'suite-count', 'extensions'] as const satisfies readonly (keyof ProbeValues)[]
).map(intoleranceRule);

/** Segments as networks deliver them once in a while, and clients never send them. */
const rareCases: ReadonlySet<string> = new Set(['second-first', 'overlap', 'duplicate']);

/** A hello that fails in two segments and passes with the second one first meets somebody who looks at what comes first, and at no more. */
function withOrder(facts: Facts, draft: FindingDraft, claims: readonly Claim[], say: Say): FindingDraft {
  if (claims.every(({ row }) => rareCases.has(row.case))) return { ...draft, severity: 'low' };
  const swapped = facts.value('hello-segments')?.rows.find((row) => row.case === 'second-first');
  const passed = facts.named(swapped?.attempts ?? []).find(isAnswered);
  if (passed === undefined) return draft;
  return { ...draft, evidence: [...draft.evidence, witnessEvidence(say, passed, say.secondFirst(passed))] };
}

/** One changed hello that always failed, and the control that was always answered beside it. */
export interface Differential {
  readonly fails: readonly Witness[];
  readonly passes: readonly Witness[];
}

interface Claim extends Differential {
  readonly row: CaseRow;
}

/**
 * Rule 1 of inference: three failures that count and none that was answered, three answered controls and none that was not,
 * and the control answered again after the first failure; silence counts that lasted long. Null when that is not so, which claims nothing.
 */
export function differentialOf(facts: Facts, row: RowAttempts): Differential | null {
  const attempts = facts.named(row.attempts);
  const controls = facts.named(row.controls);
  const fails = attempts.filter(isFailure);
  const passes = controls.filter(isAnswered);
  if (attempts.some(isAnswered) || passes.length < controls.length) return null;
  if (fails.length < repeatsForClaim || passes.length < repeatsForClaim) return null;
  if (fails.some((fail) => mayBeLate(fail, passes))) return null;
  const firstFailure = least(fails.map(startOf));
  return passes.some((pass) => startOf(pass) > firstFailure) ? { fails, passes } : null;
}

/** As often as the slowest answer took has silence to last. Under load, or with short time-outs, answers that are only late are missed. */
const longEnough = 10;

/** Nothing came, and it was not waited for long, as these hosts go. */
function mayBeLate(fail: Witness, passes: readonly Witness[]): boolean {
  const { waitedMs = null, evidence } = fail;
  const slowest = Math.max(...passes.map(({ replyMs }) => replyMs ?? 0));
  return evidence.end === 'silent' && waitedMs !== null && waitedMs < longEnough * slowest;
}

/** Failures and controls as evidence, failures first; `name` says which of several cases failed. */
export function differentialEvidence({ fails, passes }: Differential, say: Say, name = ''): FindingDraft['evidence'] {
  const mark = name === '' ? '' : `[${name}] `;
  return [
    ...fails.map((attempt) => ({ kind: 'attempt' as const, ref: attempt.id, text: `${mark}${say.witness(attempt)}` })),
    ...passes.map((attempt) => ({ kind: 'attempt' as const, ref: attempt.id, text: say.control(attempt) })),
  ];
}

/** More suites and extensions make a hello longer; unless a hello of that length was answered, length may be the cause. */
function draftOf(facts: Facts, id: FindingId, claims: readonly Claim[], say: Say): FindingDraft {
  const failed = claims.flatMap(({ fails }) => fails);
  const needed = least(failed.map(({ hello }) => hello.length));
  const answered = longestAnswered(facts.witnesses.values(), failed);
  const notLength = answered >= needed;
  return {
    id,
    confidence: notLength ? 'proven' : 'possible',
    subject: claims.map(({ row }) => row.case).join(', '),
    evidence: claims.flatMap((claim) => differentialEvidence(claim, say, claim.row.case)),
    excluded: [
      {
        id: 'policy.rate-limited',
        why: say.whyControlAnswered({ times: claims.flatMap(({ passes }) => passes).length }),
      },
      ...(notLength
        ? [{ id: 'tls.hello-size-intolerant' as const, why: say.whyLongerAnswered({ length: answered }) }]
        : []),
    ],
    ...(notLength ? {} : { alternatives: ['tls.hello-size-intolerant'] as const }),
  };
}
