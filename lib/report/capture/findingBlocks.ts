/** The findings of a capture: a block for each, and one for many of the same id, with what they are about as a table. */

import type { Attempt, Finding } from '../../evidence/index.ts';
import { sftunnelShape } from '../../x509/names.ts';
import { tableLines } from '../columns.ts';
import { findingLines } from '../findingText.ts';
import type { Page } from '../page.ts';
import { byGravity } from '../verdict.ts';
import { shortName } from './names.ts';
import { packetsText } from './tables.ts';

/** Findings of one id that are still told one by one. */
const toldEach = 3;
/** Subjects that the table of a group names; the rest is counted, and in the JSON. */
const shownSubjects = 10;

/** Gravest first. */
export function findingBlocks(page: Page, findings: readonly Finding[]): string[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of byGravity(findings)) {
    const key = JSON.stringify([finding.severity, finding.id, finding.title]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length <= toldEach)
      return group.map((finding, i) => findingLines(page, finding, null, noAttempts, formOf(finding, group[i - 1])));
    return [groupLines(page, first, group)];
  });
}

/** @param before of the same id */
function formOf(finding: Finding, before: Finding | undefined): 'whole' | 'again' {
  const told = ({ explanation, remedies }: Finding): string => JSON.stringify([explanation, remedies]);
  return before !== undefined && told(before) === told(finding) ? 'again' : 'whole';
}

const noAttempts: ReadonlyMap<string, Attempt> = new Map();

/** Title, meaning and remedy once; the proof of the first in full, of the others the packets. */
function groupLines(page: Page, first: Finding, group: readonly Finding[]): string[] {
  const { words } = page;
  const { column } = words.capture;
  const shown = [...group].sort((a, b) => b.count - a.count).slice(0, shownSubjects);
  const narrower = { ...page, width: page.width - 2 };
  const mixed = new Set(group.map(({ confidence }) => confidence)).size > 1;
  const logged = first.evidence.some(({ kind }) => kind === 'log-line');
  const packets = ({ evidence, count }: Finding): string => {
    if (logged)
      return packetsText(
        evidence.map(({ ref }) => ref),
        count,
        3,
      );
    const refs = evidence.flatMap(({ kind, ref }) => (kind === 'packet' ? [Number(ref)] : []));
    return packetsText(refs, count - (evidence.length - refs.length), 3);
  };
  const table = tableLines(narrower, [
    { head: column.about, cells: shown.map(({ subject = '' }) => shortSubject(subject)), least: 24, cut: 'middle' },
    { head: column.confidence, cells: mixed ? shown.map(({ confidence }) => words.confidence[confidence]) : [] },
    { head: words.label.evidence, cells: shown.map(({ count }) => String(count)), align: 'right' },
    { head: logged ? words.log.column.lines : column.packets, cells: shown.map(packets) },
  ]);
  const hidden = group.length - shown.length;
  if (hidden > 0) table.push(page.palette.dim(words.moreEvidence(hidden)));
  return findingLines(page, first, null, noAttempts, {
    title: words.capture.times(first.title, group.length),
    confidence: mixed ? null : first.confidence,
    table: table.map((line) => `  ${line}`),
  });
}

/** What sets names of sftunnel apart is the UUID in their middle, where the column would be cut. */
function shortSubject(subject: string): string {
  return sftunnelShape({ subject, issuer: subject }) === null ? subject : shortName(subject);
}
