/** One finding as text: what, how sure, the proof right under it, what else was ruled out, what to do next. */

import type { Attempt, Finding, FindingEvidence, Severity, Target } from '../evidence/index.ts';
import { duration, labelled, type Page, paragraph, type Row, targetName } from './page.ts';
import { displayWidth } from './width.ts';

/** Signs beside the words, so that neither colour nor language is needed to see what is grave. */
const severitySigns: Readonly<Record<Severity, string>> = { high: '✖', medium: '!', low: '-', info: 'i' };

/** Evidence lines that a reader takes in at a glance, fewer where less is at stake; the rest is counted, and in the JSON. */
const shownEvidence: Readonly<Record<Severity, number>> = { high: 5, medium: 5, low: 2, info: 2 };
const shownEvidenceBrief = 2;

/** Several findings told as one: what takes the place of the title and the confidence, and the table of what they are about. */
export interface FindingGroup {
  readonly title: string;
  /** Null where they differ. */
  readonly confidence: Finding['confidence'] | null;
  readonly table: readonly string[];
}

/**
 * @param target of the report, for the commands to try; null where there is none (captures).
 * @param attempts of the report, to set size and time beside an attempt's id.
 * @param form `brief` for tables of many targets: no explanation, no excluded alternatives, two lines of evidence; a group
 * where `finding` stands for several; `again` right below one that says the same of something else: neither explanation nor remedy.
 */
export function findingLines(
  page: Page,
  finding: Finding,
  target: Target | null,
  attempts: ReadonlyMap<string, Attempt>,
  form: 'whole' | 'again' | 'brief' | FindingGroup = 'whole',
): string[] {
  const { words, palette } = page;
  const brief = form === 'brief';
  const again = form === 'again';
  const group = typeof form === 'object' ? form : null;
  const word = `${severitySigns[finding.severity]} ${words.severity[finding.severity]}`;
  const indent = 2;
  const [first = '', ...rest] = paragraph(page, group?.title ?? finding.title, displayWidth(word) + 2);
  const paint = severityPaint(page, finding.severity);
  const confidence = group === null ? finding.confidence : group.confidence;
  const facts = [
    finding.id,
    ...(confidence === null ? [] : [words.confidence[confidence]]),
    ...(finding.pattern === null ? [] : [words.pattern(String(finding.pattern))]),
    ...(group !== null || finding.subject === undefined ? [] : [finding.subject]),
  ];
  const limit = brief ? shownEvidenceBrief : shownEvidence[finding.severity];
  const evidence = finding.evidence.slice(0, limit).map((item) => evidenceText(page, item, attempts));
  const hidden = Math.max(finding.count, finding.evidence.length) - evidence.length;
  if (hidden > 0) evidence.push(words.moreEvidence(hidden));
  const rows: Row[] = [
    { label: words.label.evidence, paragraphs: evidence },
    {
      label: words.label.excluded,
      paragraphs: brief ? [] : finding.excluded.map(({ id, why }) => `${id}: ${why}`),
    },
    ...(again ? [{ label: words.label.next, paragraphs: [words.asAbove] }] : remedyRows(page, finding, target, brief)),
  ];
  return [
    `${paint(palette.bold(word))}  ${palette.bold(first.trimStart())}`,
    ...rest.map((line) => palette.bold(line)),
    ...paragraph(page, facts.join(' · '), indent, palette.dim),
    ...(brief || again || finding.severity === 'info' || finding.explanation === ''
      ? []
      : paragraph(page, finding.explanation, indent)),
    ...(group?.table ?? []),
    ...labelled(page, rows, indent),
  ];
}

/** The colour that goes with a severity; always beside its word. */
function severityPaint({ palette }: Page, severity: Severity): (text: string) => string {
  if (severity === 'high') return palette.red;
  if (severity === 'medium') return palette.yellow;
  return severity === 'low' ? palette.cyan : palette.dim;
}

function evidenceText(
  page: Page,
  { kind, ref, text }: FindingEvidence,
  attempts: ReadonlyMap<string, Attempt>,
): string {
  const attempt = kind === 'attempt' ? attempts.get(ref) : undefined;
  // A fingerprint is told by its first bytes; the whole of it is in the JSON and in the certificate rows.
  const name = kind === 'certificate' && /^[0-9a-f]{64}$/.test(ref) ? ref.slice(0, 12) : ref;
  const shown = kind === 'packet' ? page.words.capture.packet(name) : name;
  const said = name === '' || text.includes(shown) ? text : `${shown}  ${text}`;
  const more = attempt === undefined ? '' : attemptText(page, attempt, text);
  return more === '' ? said : `${said} (${more})`;
}

/** Size, pieces and time of an attempt, as far as `text` does not tell them already; nothing for one that did not connect. */
function attemptText({ words }: Page, { hello, segments, records, replyMs, evidence }: Attempt, text: string): string {
  if (evidence.connect !== 'ok') return '';
  const untold = (part: string): string[] => (text.includes(part) ? [] : [part]);
  const sized = new RegExp(`(?<!\\d)${hello.length}(?!\\d)`).test(text);
  return [
    ...(sized ? [] : [words.attempt.hello(hello.length)]),
    ...(segments.length > 1 ? untold(words.attempt.segments(segments.length)) : []),
    ...(records.length > 1 ? untold(words.attempt.records(records.length)) : []),
    ...(replyMs !== null ? [words.attempt.reply(duration(replyMs))] : sized ? [] : [words.attempt.noReply]),
  ].join(words.comma);
}

function remedyRows(page: Page, finding: Finding, target: Target | null, brief: boolean): Row[] {
  const { label } = page.words;
  const [remedy, ...others] = finding.remedies;
  if (remedy === undefined) return [];
  // Whoever reads no further must not do harm.
  const warning = others.find(({ id }) => id === 'keep-sftunnel-up');
  const [text = ''] = remedy.text.split('\n');
  const commands = (remedy.commands ?? [])
    .slice(0, brief ? 1 : undefined)
    .map((command) => commandFor(command, target));
  return [
    { label: label.next, paragraphs: [text], commands },
    { label: label.verify, paragraphs: brief || remedy.verify === undefined ? [] : [remedy.verify] },
    { label: label.caution, paragraphs: brief || warning === undefined ? [] : [warning.text] },
  ];
}

/** The command with the target filled in, as far as its names need no quoting in a shell. */
function commandFor(command: string, target: Target | null): string {
  if (target === null) return command;
  const plain = (text: string): boolean => /^[\w.:[\]-]+$/.test(text);
  const { sni } = target;
  const name = targetName(target);
  const addressed = plain(name) ? command.replaceAll('<host>:<port>', name) : command;
  if (sni === null) return addressed.replaceAll('-servername <name>', '-noservername');
  return plain(sni) ? addressed.replaceAll('<name>', sni) : addressed;
}
