/** The report of a capture as text that can be pasted into a ticket: the verdict and its proof first, then the tables. */

import { captureClock } from '../../diagnose/index.ts';
import { type CaptureReport, type CaptureSource, type FailedConnections, lostByCapture } from '../../evidence/index.ts';
import { printable } from '../../wire/index.ts';
import { byUrgency } from '../certificateStatus.ts';
import { grouped } from '../messages/numbers.ts';
import { createPage, duration, labelled, type Page, type PageOptions, paragraph } from '../page.ts';
import { countsText } from '../text.ts';
import { verdictPaint, verdictSigns } from '../verdictText.ts';
import { CaptureDigest, shownRows } from './digest.ts';
import { findingBlocks } from './findingBlocks.ts';
import { sftunnelLines } from './sftunnelText.ts';
import { arpLines, certificateLines, conversationLines, failedLines } from './tables.ts';

export interface CaptureTextOptions extends PageOptions {
  /** Name of the capture. */
  readonly name: string;
  /** Conversations in all, where only some of them were given to the digest. */
  readonly of?: number | null;
  /** ISO 8601: the clock by which certificates were judged. The present when it is not given. */
  readonly now?: string;
}

/** The text report of what `digest` was told, ending in a newline. */
export function renderCaptureDigest(digest: CaptureDigest, options: CaptureTextOptions): string {
  const page = createPage(options);
  const blocks = [
    headLines(page, digest, options),
    ...findingPart(page, digest),
    titled(page, page.words.capture.head.sftunnel, sftunnelLines(page, digest)),
    conversationBlock(page, digest),
    certificateBlock(page, digest),
    failedBlock(page, digest),
    footLines(page, digest),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The text report of a finished capture. */
export function renderCapture(
  report: CaptureReport,
  options: PageOptions & Pick<CaptureTextOptions, 'now'> = {},
): string {
  const digest = new CaptureDigest();
  for (const conversation of report.conversations) digest.event({ type: 'conversation', conversation });
  digest.event({ type: 'certificates', certificates: report.certificates, chains: report.chains });
  digest.event({ type: 'summary', ...report });
  digest.end({ finishedAt: report.finishedAt, error: null });
  return renderCaptureDigest(digest, { now: report.finishedAt, ...options, name: report.source.name });
}

/** One line: name, verdict and its sentence; what stderr says when stdout carries a document. */
export function renderCaptureVerdict(digest: CaptureDigest, options: CaptureTextOptions): string {
  const page = createPage(options);
  return `${printable(options.name)}  ${verdictText(page, digest)}\n`;
}

function headLines(page: Page, digest: CaptureDigest, { name, of = null, now }: CaptureTextOptions): string[] {
  const { words, palette } = page;
  const { source, counters } = digest.seen;
  const facts = [
    ...(source === null
      ? []
      : [[source.format, ...(source.compression === null ? [] : [source.compression])].join(' ')]),
    // Where reading broke off they may not be known.
    ...(counters.packets === 0 && digest.error !== null ? [] : [words.capture.packets(counters.packets)]),
    ...(source === null ? [] : spanTexts(page, source)),
  ];
  return [
    ...paragraph(page, name, 0, palette.bold),
    ...paragraph(page, facts.join(words.comma), 0, palette.dim),
    ...wrappedVerdict(page, digest),
    ...(digest.error === null
      ? []
      : paragraph(page, words.capture.brokenOff(digest.error.message.replace(/\.?$/, '.')), 0, palette.yellow)),
    ...(source?.truncated === true ? paragraph(page, words.capture.truncated, 0, palette.yellow) : []),
    ...unreadLines(page, digest),
    ...lostLines(page, digest),
    ...clockLines(page, digest, now ?? new Date().toISOString()),
    ...(of === null || of === digest.seen.conversations
      ? []
      : paragraph(page, words.capture.selection(digest.seen.conversations, of), 0)),
  ];
}

/** Packets of a link layer that is not read: a capture of nothing else is not empty, it was not looked at. */
function unreadLines(page: Page, { seen: { counters, source } }: CaptureDigest): string[] {
  const unread = Object.entries(counters.dropped).filter(([reason]) => reason.startsWith('link-type-'));
  if (unread.length === 0) return [];
  const count = unread.reduce((sum, [, packets]) => sum + packets, 0);
  const names = (source?.linkTypes ?? []).join(', ');
  return paragraph(page, page.words.capture.linkTypeUnread(count, names), 0, page.palette.yellow);
}

/** Days left and the like mean nothing to who does not know that a clock was wrong. */
function clockLines(page: Page, { seen: { source }, certificates }: CaptureDigest, now: string): string[] {
  if (certificates.length === 0) return [];
  const { clock } = page.words.capture;
  const wrong = [source?.firstPacketAt, source?.lastPacketAt].flatMap((at) => {
    const state = typeof at === 'string' ? captureClock(at, now) : 'usable';
    return state === 'usable' ? [] : [clock[state](now.slice(0, 10))];
  });
  return [...new Set(wrong)].flatMap((text) => paragraph(page, text, 0, page.palette.yellow));
}

/** What the capture does not show may have been sent all the same. */
function lostLines(page: Page, { seen: { counters } }: CaptureDigest): string[] {
  const lost = counters.dropped[lostByCapture] ?? 0;
  return lost === 0 ? [] : paragraph(page, page.words.capture.lostByCapture(lost), 0, page.palette.yellow);
}

/** First to last packet, and how long that is. */
function spanTexts(page: Page, { firstPacketAt, lastPacketAt }: CaptureSource): string[] {
  if (firstPacketAt === null || lastPacketAt === null) return [];
  const ms = Date.parse(lastPacketAt) - Date.parse(firstPacketAt);
  const shown = (time: string): string => time.slice(0, 19).replace('T', ' ');
  const sameDay = firstPacketAt.slice(0, 10) === lastPacketAt.slice(0, 10);
  return [
    `${shown(firstPacketAt)} - ${sameDay ? lastPacketAt.slice(11, 19) : shown(lastPacketAt)} UTC`,
    ...(ms >= 0 ? [spanText(page, ms)] : []),
  ];
}

function spanText({ words }: Page, ms: number): string {
  if (ms < 60_000) return duration(ms);
  const seconds = Math.floor(ms / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  return words.capture.span(days, hours, Math.floor(seconds / 60) % 60, seconds % 60);
}

function wrappedVerdict(page: Page, digest: CaptureDigest): string[] {
  const paint = verdictPaint(page, verdictOf(digest));
  return paragraph(page, verdictText(page, digest), 0, (line) => paint(page.palette.bold(line)));
}

function verdictText({ words }: Page, digest: CaptureDigest): string {
  const verdict = verdictOf(digest);
  const { capture } = words;
  const counts = countsText(words, digest.seen.summary?.findings ?? []);
  if (digest.error !== null) return `${verdictSigns[verdict]} ${words.verdict[verdict]}  ${capture.unfinished}`;
  const noTls = verdict === 'inconclusive' && digest.seen.counters.tlsConversations === 0;
  const none = digest.seen.counters.packets === 0 ? capture.noPackets : capture.noTls;
  const sentence = verdict === 'findings' ? '' : noTls ? none : capture[verdict];
  const told = [sentence, sentence === '' || counts === '' ? counts : `(${counts})`].filter((text) => text !== '');
  return `${verdictSigns[verdict]} ${words.verdict[verdict]}  ${told.join(' ')}`;
}

function verdictOf({ seen }: CaptureDigest) {
  return seen.summary?.verdict ?? 'inconclusive';
}

function findingPart(page: Page, { seen }: CaptureDigest): string[][] {
  const findings = seen.summary?.findings ?? [];
  return [...findingBlocks(page, findings), findings.length === 0 ? [] : [page.palette.dim(page.words.explainHint)]];
}

function conversationBlock(page: Page, digest: CaptureDigest): string[] {
  const { rows, seen } = digest;
  const { capture } = page.words;
  const more = seen.conversations > rows.length;
  const ended = [...digest.outcomes].sort(([, a], [, b]) => b - a);
  const counted = ended.map(([outcome, count]) => capture.counted(capture.outcome[outcome], count));
  const lines =
    rows.length === 0
      ? []
      : [
          ...(more ? paragraph(page, counted.join(page.words.comma), 0) : []),
          ...conversationLines(page, rows),
          ...moreLines(page, seen.conversations, rows.length),
        ];
  return titled(page, `${capture.head.conversations} (${grouped(seen.conversations)})`, lines);
}

function certificateBlock(page: Page, { certificates, presenters }: CaptureDigest): string[] {
  const rows = byUrgency(certificates).slice(0, shownRows);
  const lines =
    rows.length === 0
      ? []
      : [...certificateLines(page, rows, presenters), ...moreLines(page, certificates.length, rows.length)];
  return titled(page, `${page.words.capture.head.certificates} (${grouped(certificates.length)})`, lines);
}

/** Ports that TLS VPNs use first. */
function failedBlock(page: Page, { seen }: CaptureDigest): string[] {
  const { head } = page.words.capture;
  const failed = [...(seen.summary?.failedConnections ?? [])].sort((a, b) => Number(b.judged) - Number(a.judged));
  const arp = seen.summary?.unansweredArp ?? [];
  const isEmpty = ({ endedBy }: FailedConnections): boolean => (endedBy ?? null) !== null;
  const tables = [
    { title: head.failed, rows: failed.filter((one) => !isEmpty(one)) },
    { title: head.empty, rows: failed.filter(isEmpty) },
  ].map(({ title, rows }) => failedTable(page, title, rows));
  const shownArp = arp.slice(0, shownRows);
  const arps =
    shownArp.length === 0
      ? []
      : titled(page, head.arp, [...arpLines(page, shownArp), ...moreLines(page, arp.length, shownArp.length)]);
  return [...tables, arps]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

function failedTable(page: Page, title: string, rows: readonly FailedConnections[]): string[] {
  const some = rows.slice(0, shownRows);
  if (some.length === 0) return [];
  return titled(page, title, [...failedLines(page, some), ...moreLines(page, rows.length, some.length)]);
}

function footLines(page: Page, { seen, certificates }: CaptureDigest): string[] {
  const { words, palette } = page;
  const { counters } = seen;
  // Told at the end alone: of a capture whose reading broke off they are not known.
  const ofCertificates = seen.summary === null ? [] : [words.capture.certificates(certificates.length)];
  const dropped = Object.entries(counters.dropped).map(([reason, count]) => `${reason} ${grouped(count)}`);
  return labelled(
    page,
    [
      {
        label: words.capture.counters,
        paragraphs: [
          [
            words.capture.packets(counters.packets),
            `${grouped(counters.bytes)} B`,
            words.capture.flows(counters.tcpFlows),
            words.capture.conversations(counters.tlsConversations),
            ...ofCertificates,
          ].join(words.comma),
        ],
        paint: palette.dim,
      },
      { label: words.capture.dropped, paragraphs: dropped.length === 0 ? [] : [dropped.join(words.comma)] },
    ],
    0,
  );
}

function titled({ palette }: Page, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [palette.bold(title), ...lines];
}

function moreLines(page: Page, all: number, shown: number): string[] {
  return all > shown ? paragraph(page, page.words.capture.more(all - shown), 0, page.palette.dim) : [];
}
