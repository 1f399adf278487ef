/** Findings of several sources as one list: what a capture, a log and a live probe say of the same situation. */

import { type Finding, severities } from '../../evidence/index.ts';
import { shownEvidence } from './finding.ts';
import { higher, surer } from './order.ts';

/**
 * Each finding once, by its id, with the evidence of all sources; the most severe first, then by id. The surest source's words are
 * kept. Evidence is taken from the sources by turns, so that each is seen among the 20 pieces that are shown; `count` has them all.
 * A subject is kept where all name the same. Only what every source that found it excludes stays excluded.
 */
export function mergeFindings(lists: readonly (readonly Finding[])[]): Finding[] {
  const byId = new Map<string, Finding[][]>();
  for (const list of lists) {
    const here = new Map<string, Finding[]>();
    for (const finding of list) here.set(finding.id, [...(here.get(finding.id) ?? []), finding]);
    for (const [id, findings] of here) byId.set(id, [...(byId.get(id) ?? []), findings]);
  }
  return [...byId.values()].map(merged).sort(bySeverity);
}

/** @param sources findings of one id, by the source they come from */
function merged(sources: readonly (readonly Finding[])[]): Finding {
  const all = sources.flat();
  const first = all.reduce((a, b) => (surer(a.confidence, b.confidence) === a.confidence ? a : b));
  const subjects = new Set(all.map(({ subject }) => subject));
  const { subject: _, ...rest } = first;
  return {
    ...rest,
    ...(subjects.size === 1 && first.subject !== undefined ? { subject: first.subject } : {}),
    severity: all.map(({ severity }) => severity).reduce(higher),
    count: all.reduce((sum, { count }) => sum + count, 0),
    evidence: byTurns(sources.map((findings) => findings.flatMap(({ evidence }) => evidence))).slice(0, shownEvidence),
    excluded: first.excluded.filter(({ id }) => all.every(({ excluded }) => excluded.some((other) => other.id === id))),
    remedies: [...new Map(all.flatMap(({ remedies }) => remedies).map((remedy) => [remedy.id, remedy])).values()],
  };
}

/** The first of each list, then the second of each, and so on; what two lists have, once. */
function byTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = lists.reduce((most, list) => Math.max(most, list.length), 0);
  const items = Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function bySeverity(a: Finding, b: Finding): number {
  return severities.indexOf(b.severity) - severities.indexOf(a.severity) || (a.id < b.id ? -1 : 1);
}
