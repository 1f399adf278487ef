/** The tables of a capture's text report: conversations, certificates, connections that failed. */

import {
  type CapturedCertificate,
  type CarrierName,
  type Conversation,
  type FailedConnections,
  isExpiredInTransit,
  type UnansweredArp,
} from '../../evidence/index.ts';
import { statusPaint, statusText } from '../certificateStatus.ts';
import { tableLines } from '../columns.ts';
import { duration, type Page } from '../page.ts';
import { day } from '../validityText.ts';
import { displayWidth } from '../width.ts';
import type { Presenter } from './digest.ts';
import { endpointText, shortName, shortSuite } from './names.ts';
import { endedBy, type ShownOutcome, shownOutcome } from './outcomes.ts';

/** A row for each conversation, those that went wrong in red or yellow. */
export function conversationLines(page: Page, rows: readonly Conversation[]): string[] {
  const { capture } = page.words;
  const { column } = capture;
  const cells = (read: (conversation: Conversation) => string): string[] => rows.map(read);
  const outcomes = rows.map((conversation) => outcomeText(page, conversation));
  // What went wrong needs the room more than the suite.
  const suites = outcomes.every((text) => displayWidth(text) <= shortOutcome);
  const oneDay = new Set(rows.map(({ startedAt }) => day(startedAt))).size < 2;
  return tableLines(
    page,
    [
      { head: column.id, cells: cells(({ id }) => id) },
      { head: column.time, cells: cells(({ startedAt }) => timeOf(startedAt, oneDay)), optional: true },
      { head: column.client, cells: cells(({ client }) => endpointText(client)), least: 21, rank: 3, cut: 'middle' },
      { head: column.server, cells: cells(({ server }) => endpointText(server)), least: 21, rank: 3, cut: 'middle' },
      {
        head: column.sni,
        cells: cells(({ clientHello }) => clientHello?.sni ?? ''),
        least: 12,
        rank: 1,
        cut: 'middle',
      },
      { head: column.version, cells: cells(versionOf) },
      {
        head: column.suite,
        cells: cells(({ serverHello }) => (serverHello === null || !suites ? '' : shortSuite(serverHello.cipherSuite))),
        least: 12,
        optional: true,
      },
      { head: column.outcome, cells: outcomes, least: 9, rank: 2, spill: true },
    ],
    (row) => outcomePaint(page, rows[row] === undefined ? 'unknown' : shownOutcome(rows[row])),
  );
}

/** Columns of an outcome that is one word. */
const shortOutcome = 12;

/** A row for each certificate, the ones that end first at the top. */
export function certificateLines(
  page: Page,
  certificates: readonly CapturedCertificate[],
  presenters: ReadonlyMap<string, Presenter>,
): string[] {
  const { capture } = page.words;
  const { column } = capture;
  const cells = (read: (certificate: CapturedCertificate) => string): string[] => certificates.map(read);
  return tableLines(
    page,
    [
      { head: column.subject, cells: cells(({ subject }) => shortName(subject)), least: 16, rank: 1 },
      { head: column.from, cells: cells(({ sha256 }) => sidesOf(page, presenters.get(sha256))) },
      { head: column.notAfter, cells: cells(({ notAfter }) => day(notAfter)) },
      { head: column.daysLeft, cells: cells(({ daysLeft }) => days(daysLeft)), align: 'right' },
      { head: column.daysLeftAtCapture, cells: cells((one) => days(one.daysLeftAtCapture)), align: 'right' },
      { head: column.status, cells: cells((one) => statusText(page, one)) },
      { head: column.issuer, cells: cells(({ issuer }) => shortName(issuer)), least: 12, optional: true },
      {
        head: column.seenIn,
        cells: cells(({ seenIn, seenCount }) =>
          seenIn[0] === undefined ? '' : capture.seenIn(seenIn[0], seenCount - 1),
        ),
      },
    ],
    (row) => statusPaint(page, certificates[row]),
  );
}

export function failedLines(page: Page, rows: readonly FailedConnections[]): string[] {
  const { capture } = page.words;
  const { column } = capture;
  const cells = (read: (failed: FailedConnections) => string): string[] => rows.map(read);
  return tableLines(page, [
    { head: column.server, cells: cells(({ server }) => endpointText(server)), least: 21, cut: 'middle' },
    {
      head: column.what,
      cells: cells((one) => failureText(page, one)),
    },
    { head: column.count, cells: cells(({ count }) => String(count)), align: 'right' },
    {
      head: column.clients,
      cells: cells(({ clients: [first = '', ...more] }) => capture.clients(first, more.length)),
      least: 16,
    },
    { head: column.time, cells: cells(({ firstAt }) => timeOf(firstAt, false)), optional: true },
    { head: column.packets, cells: cells(({ packets, count }) => packetsText(packets, count)), least: 8 },
  ]);
}

function failureText(
  { words: { capture, comma } }: Page,
  { kind, icmp, endedBy, lastedMs }: FailedConnections,
): string {
  const how = icmp !== null && isExpiredInTransit(icmp) ? capture.expired : capture.kind[kind];
  return [
    endedBy === undefined || endedBy === null ? how : capture.endedBy(how, capture.side[endedBy]),
    ...(icmp === null ? [] : [capture.icmp(icmp.type, icmp.code)]),
    ...(lastedMs === undefined || lastedMs === null
      ? []
      : [capture.lasted(duration(lastedMs.least), duration(lastedMs.most))]),
  ].join(comma);
}

export function arpLines(page: Page, rows: readonly UnansweredArp[]): string[] {
  const { column } = page.words.capture;
  return tableLines(page, [
    { head: column.address, cells: rows.map(({ address }) => address) },
    { head: column.count, cells: rows.map(({ count }) => String(count)), align: 'right' },
    { head: column.packets, cells: rows.map(({ packets, count }) => packetsText(packets, count)), least: 8 },
  ]);
}

/** How a conversation ended, and where it says more than one word: which alert of whom, after which message. */
function outcomeText({ words: { capture } }: Page, conversation: Conversation): string {
  const { alerts, evidence, clientHello } = conversation;
  const outcome = shownOutcome(conversation);
  const word = capture.outcome[outcome];
  if (outcome === 'alert') {
    const alert = evidence.alert ?? alerts.at(-1);
    if (alert === undefined) return word;
    return capture.alertFrom(capture.side[alert.from], alert.name ?? capture.encryptedAlert);
  }
  if (outcome === 'completed' || outcome === 'unknown') return word;
  const isSaid = outcome === 'not-tls' || outcome === 'malformed';
  const begun = clientHello === null || isSaid ? null : 'client-hello';
  const last = evidence.received.at(-1)?.message ?? begun;
  const side = endedBy(conversation);
  const ended = side === null ? word : (isSaid ? capture.saidBy : capture.endedBy)(word, capture.side[side]);
  return last === null ? ended : capture.after(ended, last);
}

/** Whole days, as the sentences about the same certificate count them: `daysLeft` is -1 within the first day after the end. */
export function days(left: number | null): string {
  if (left === null) return '?';
  return String(left < 0 ? left + 1 : left);
}

const carrierNames: Readonly<Record<CarrierName, string>> = { tds: 'TDS', openvpn: 'OpenVPN' };

/** Negotiated, else what the hello offered at most is not told: it is no version of this conversation. */
function versionOf({ serverHello, protocol, carrier }: Conversation): string {
  const version = serverHello?.version ?? (protocol === 'dtls' ? 'DTLS' : '');
  return carrier === undefined || carrier === null ? version : `${version} (${carrierNames[carrier.name]})`.trim();
}

/** `HH:MM:SS`, behind month and day where the rows have several days. */
function timeOf(time: string, oneDay: boolean): string {
  return oneDay ? time.slice(11, 19) : time.slice(5, 19).replace('T', ' ');
}

function sidesOf({ words: { capture } }: Page, presenter: Presenter | undefined): string {
  if (presenter === undefined) return '';
  const { fmc, ftd, client, server } = presenter;
  const roles = [...(fmc ? ['FMC'] : []), ...(ftd ? ['FTD'] : [])];
  if (roles.length > 0) return roles.join('+');
  return [...(server ? [capture.side.server] : []), ...(client ? [capture.side.client] : [])].join('+');
}

/** Numbers of the first packets, `…` where there are more. */
export function packetsText(packets: readonly (number | string)[], count: number, most = 5): string {
  const shown = packets.slice(0, most);
  return shown.join(' ') + (count > shown.length ? ' …' : '');
}

function outcomePaint({ palette }: Page, outcome: ShownOutcome): (line: string) => string {
  if (outcome === 'completed') return (line) => line;
  return outcome === 'unknown' ? palette.dim : palette.red;
}
