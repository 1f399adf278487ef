/** Hellos that fail for their length: an intolerance, or a path that loses large packets. */

import type { Confidence } from '../../evidence/index.ts';
import type { Facts } from '../facts/facts.ts';
import { isAnswered, isFailure, least, longestAnswered } from '../facts/outcome.ts';
import { largestPayload } from '../facts/packets.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import { type Differential, differentialEvidence, differentialOf } from './intolerance.ts';
import { isLostBy, pathFault } from './path-fault.ts';
import { draftOf } from './path-sweep.ts';
import { type Rule, repeatsForClaim } from './rule.ts';

/** Bytes of TCP payload in one packet: on every IPv4 path (576 - 40), and on all usual lines. */
const packet = { everyPath: 536, usualPath: 1200 } as const;

/** Lengths of classical clients' hellos in bytes, measured: from `openssl -tls1_2` (212) to openconnect (517). */
const classical = { from: 212, to: 517 } as const;

const helloSizeIntolerant: Rule = (facts, say) => failingRanges(facts).map((range) => judge(facts, range, say));

export const helloSizeRules: readonly Rule[] = [helloSizeIntolerant];

interface FailingRange extends Differential {
  readonly from: number;
  readonly to: number;
}

/** The probe's ranges, each with the rows inside it that hold as differentials; others are not claimed. */
function failingRanges(facts: Facts): FailingRange[] {
  const value = facts.value('hello-size');
  if (value === null) return [];
  const claims = value.rows.flatMap((row) => {
    const differential = differentialOf(facts, row);
    return differential === null ? [] : [{ length: row.length, ...differential }];
  });
  const ranges = new Map<string, FailingRange>();
  for (const { length, fails, passes } of claims) {
    const { from, to } = value.failing.find((range) => range.from <= length && length <= range.to) ?? {
      from: length,
      to: length,
    };
    const known = ranges.get(`${from}-${to}`);
    ranges.set(`${from}-${to}`, {
      from,
      to,
      fails: [...(known?.fails ?? []), ...fails],
      passes: [...(known?.passes ?? []), ...passes],
    });
  }
  return [...ranges.values()];
}

/**
 * A path that loses large packets loses every packet above its limit, silently, and passes the same bytes in small segments.
 * What contradicts one of these is no path; what fits all of them may be either, and without the packets cannot be told.
 */
function judge(facts: Facts, range: FailingRange, say: Say): FindingDraft {
  const smallest = least(range.fails.map(({ hello }) => hello.length));
  const flight = least(range.fails.map(({ hello }) => hello.firstFlight));
  const longest = longestAnswered(facts.witnesses.values(), range.fails);
  const split = [...facts.witnesses.values()].filter(
    (attempt) => attempt.hello.length >= smallest && isFinelySplit(attempt),
  );
  const fault = pathFault(facts, 'outbound');
  const splitFails = split.filter(isFailure);
  const splitPasses = split.filter(isAnswered);
  const intolerant = (confidence: Confidence, why: string): FindingDraft => ({
    ...common(range, say),
    id: 'tls.hello-size-intolerant',
    ...severityOf(range),
    confidence,
    excluded: [...notVersion(range, say), { id: 'path.blackhole-outbound', why }],
  });

  const notSilent = range.fails.find(({ evidence }) => evidence.end !== 'silent');
  if (notSilent !== undefined) return intolerant('proven', say.whyItArrived());
  // TCP acknowledges what arrives, also what the server behind it does not like.
  const arrived = range.fails.filter(({ evidence, hello }) => (evidence.sent.acked ?? 0) >= hello.firstFlight);
  if (arrived.length === range.fails.length) return intolerant('proven', say.whyArrived({ times: arrived.length }));
  if (fault !== null && range.fails.every((attempt) => isLostBy(facts, fault, attempt))) {
    return draftOf(facts, fault, say, common(range, say).evidence);
  }
  // The path carries packets as large as those that failed.
  if (longest > 0) return intolerant('proven', say.whyLongerAnswered({ length: longest }));
  if (flight <= packet.everyPath) return intolerant('proven', say.whyFitsEveryPath({ bytes: flight }));
  if (flight <= packet.usualPath) return intolerant('likely', say.whyFitsUsualPaths({ bytes: flight }));
  if (splitFails.length >= repeatsForClaim && splitPasses.length === 0) {
    const draft = intolerant('likely', say.whySplitFailedToo({ length: smallest, times: splitFails.length }));
    return { ...draft, evidence: [...draft.evidence, ...splitFails.map((attempt) => witnessEvidence(say, attempt))] };
  }
  if (splitPasses.length >= repeatsForClaim && splitFails.length === 0) {
    const { evidence, subject } = common(range, say);
    return {
      id: 'path.blackhole-outbound',
      confidence: 'likely',
      subject,
      evidence: [...evidence, ...splitPasses.map((attempt) => witnessEvidence(say, attempt))],
      excluded: [
        { id: 'tls.hello-size-intolerant', why: say.whySplitAnswered({ length: smallest, times: splitPasses.length }) },
      ],
    };
  }
  return {
    ...common(range, say),
    id: 'tls.hello-size-intolerant',
    ...severityOf(range),
    confidence: 'possible',
    excluded: notVersion(range, say),
    alternatives: ['path.blackhole-outbound'],
  };
}

function common(range: FailingRange, say: Say): { subject: string; evidence: FindingDraft['evidence'] } {
  const { from, to } = range;
  return { subject: from === to ? `${from}` : `${from}-${to}`, evidence: differentialEvidence(range, say) };
}

/** Hellos that ordinary clients send fail: they cannot connect. */
function severityOf({ from, to }: FailingRange): { severity?: 'high' } {
  return from <= classical.to && to >= classical.from ? { severity: 'high' } : {};
}

/** The control differs in nothing but its length, and its version was accepted. */
function notVersion({ passes }: FailingRange, say: Say): { id: 'tls.no-common-version'; why: string }[] {
  return [{ id: 'tls.no-common-version', why: say.whyControlAnswered({ times: passes.length }) }];
}

/** In pieces that fit into a packet on every path. */
function isFinelySplit(attempt: Witness): boolean {
  return largestPayload(attempt) <= packet.everyPath && attempt.hello.firstFlight > packet.everyPath;
}
