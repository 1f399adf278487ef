/** What was measured, compact: a row per subject, for the reader who asks "and what does it speak?". */

import {
  type AlpnValue,
  attemptsOf,
  type CasesValue,
  type CertificateRow,
  type CheckReport,
  type CiphersValue,
  type ClientAuthValue,
  type GroupsValue,
  type HelloSizeValue,
  type NamedCode,
  type Observation,
  type ProbeValues,
  type RenegotiationValue,
  type Reply,
  type ResumptionValue,
  type VersionName,
  type VersionRow,
} from '../evidence/index.ts';
import { chainNotes } from './certificates/chainNotes.ts';
import type { Messages } from './messages/index.ts';
import type { Page, Row } from './page.ts';
import { pathFacts } from './pathText.ts';
import { reasonText, versionWhyText } from './reasonText.ts';
import { sftunnelFacts } from './sftunnelText.ts';
import { validityText } from './validityText.ts';

type Facts<Id extends keyof ProbeValues> = (words: Messages, value: ProbeValues[Id]) => string[];

/** Rows of everything that has a value, in the order a reader asks for it. */
export function factRows(page: Page, report: CheckReport): Row[] {
  const { words } = page;
  const { label } = words;
  const row = <Id extends keyof ProbeValues>(id: Id, name: string, facts: Facts<Id>): Row => {
    const value = report.observations[id]?.value ?? null;
    return { label: name, paragraphs: value === null ? [] : facts(words, value as ProbeValues[Id]) };
  };
  return [
    row('versions', label.versions, versionFacts),
    row('ciphers', label.ciphers, cipherFacts),
    row('groups', label.groups, groupFacts),
    row('certificates', label.certificates, certificateFacts),
    asksUntested(report)
      ? { label: label.clientAuth, paragraphs: [words.clientAuth.untested] }
      : row('client-auth', label.clientAuth, clientAuthFacts),
    {
      label: label.hello,
      paragraphs: [
        ...row('hello-size', '', sizeFacts).paragraphs,
        ...(['hello-records', 'hello-segments', 'suite-count', 'extensions'] as const).flatMap(
          (id) => row(id, '', (_, value) => caseFacts(words, id, value)).paragraphs,
        ),
      ],
    },
    {
      label: label.path,
      paragraphs: [
        ...row('mss', '', pathFacts.mss).paragraphs,
        ...row('pmtud', '', pathFacts.pmtud).paragraphs,
        ...row('fragments', '', pathFacts.fragments).paragraphs,
        ...row('reset-origin', '', pathFacts['reset-origin']).paragraphs,
        ...row('trace', '', pathFacts.trace).paragraphs,
      ],
    },
    row('sftunnel', words.sftunnel.label, sftunnelFacts),
    row('renegotiation-info', label.renegotiation, renegotiationFacts),
    row('alpn', label.alpn, alpnFacts),
    row('resumption', label.resumption, resumptionFacts),
    { label: label.undecided, paragraphs: undone(words, report, ['inconclusive', 'failed']) },
    { label: label.skipped, paragraphs: undone(words, report, ['skipped']) },
  ];
}

/** A server sent a CertificateRequest, and no probe of this run looked into what it does with a client that has no certificate. */
export function asksUntested(report: CheckReport): boolean {
  const { 'client-auth': clientAuth, sftunnel } = report.observations;
  if ((clientAuth?.value ?? sftunnel?.value ?? null) !== null) return false;
  return [...attemptsOf(report).values()].some(({ evidence }) =>
    evidence.received.some(({ message }) => message === 'certificate-request'),
  );
}

function versionFacts(words: Messages, rows: readonly VersionRow[]): string[] {
  const of = (wanted: boolean | null): VersionRow[] => rows.filter(({ supported }) => supported === wanted);
  const names = (some: readonly VersionRow[]): string => some.map(({ version }) => version).join(', ');
  const unknown = of(null).map(({ version, why }) =>
    why === '' ? version : `${version} (${versionWhyText(words, why)})`,
  );
  return [
    of(true).length === 0 ? words.none : names(of(true)),
    ...(of(false).length === 0 ? [] : [words.off(names(of(false)))]),
    ...(unknown.length === 0 ? [] : [words.unknown(unknown.join(', '))]),
  ];
}

function cipherFacts(words: Messages, value: CiphersValue): string[] {
  return byVersion(value).map(([version, { suites, order, complete }]) => {
    const count = words.suites(suites.length);
    return `${version}: ${complete ? count : words.atLeast(count)}${words.comma}${words.order[order]}`;
  });
}

function groupFacts(_words: Messages, value: GroupsValue): string[] {
  return byVersion(value).flatMap(([version, groups]) => (groups.length === 0 ? [] : [`${version}: ${named(groups)}`]));
}

function certificateFacts(words: Messages, rows: readonly CertificateRow[]): string[] {
  const seen = new Set<string>();
  return rows.flatMap(({ chain, auth, assessment }) => {
    const [leaf] = chain;
    if (leaf === undefined || seen.has(leaf.sha256)) return [];
    seen.add(leaf.sha256);
    const key = leaf.key.bits === null ? leaf.key.type : `${leaf.key.type} ${words.bits(leaf.key.bits)}`;
    return [
      `${auth.toUpperCase()}: ` +
        [leaf.subject, validityText(words, leaf), key, words.chainOf(chain.length), words.trust[assessment.trust]].join(
          words.comma,
        ),
      ...chainNotes(words, { chain, assessment }),
    ];
  });
}

function clientAuthFacts(words: Messages, { requested, required, authorities, ours }: ClientAuthValue): string[] {
  if (requested === null) return [];
  const { clientAuth } = words;
  if (!requested) return [clientAuth.none];
  const demand =
    required === null ? clientAuth.requestedUnknown : required ? clientAuth.required : clientAuth.requested;
  const own = ours === undefined ? [] : [clientAuth.ours(ours)];
  if (authorities.length === 0) return [demand, ...own];
  const shown = authorities.slice(0, 3).join('; ') + (authorities.length > 3 ? '; …' : '');
  return [`${demand}${words.comma}${clientAuth.authorities(authorities.length)}: ${shown}`, ...own];
}

function sizeFacts(words: Messages, { rows, failing }: HelloSizeValue): string[] {
  const lengths = rows.map(({ length }) => length);
  if (lengths.length === 0) return [];
  if (failing.length > 0) {
    return [
      words.sizesFailing(failing.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(', ')),
    ];
  }
  const unanswered = rows.filter(({ reply }) => !answersHello(reply)).map(({ length }) => length);
  if (unanswered.length > 0) return [words.sizesUnproven(unanswered.join(', '))];
  return [words.sizes(lengths.length, Math.min(...lengths), Math.max(...lengths))];
}

function caseFacts(words: Messages, probe: string, { rows, intolerant }: CasesValue): string[] {
  if (rows.length === 0) return [];
  if (intolerant.length > 0) return [words.casesFailing(probe, intolerant.join(', '))];
  const unanswered = rows.filter(({ reply }) => !answersHello(reply));
  if (unanswered.length > 0) return [words.casesUnproven(probe, unanswered.map((row) => row.case).join(', '))];
  return [words.cases(probe, rows.length)];
}

/** The server understood the hello and chose. */
function answersHello(reply: Reply): boolean {
  return reply === 'server-hello' || reply === 'hello-retry-request';
}

function renegotiationFacts(words: Messages, { secure }: RenegotiationValue): string[] {
  return secure === null ? [] : [words.secureRenegotiation(secure)];
}

function alpnFacts(words: Messages, { protocols }: AlpnValue): string[] {
  return [protocols.length === 0 ? words.none : protocols.join(', ')];
}

function resumptionFacts(words: Messages, value: ResumptionValue): string[] {
  const kinds = ['sessionId', 'ticket', 'tls13Ticket'] as const;
  const answer = (known: boolean | null): string => (known === null ? words.unsure : known ? words.yes : words.no);
  return [kinds.map((kind) => `${words.resumption[kind]}: ${answer(value[kind])}`).join(words.comma)];
}

/** Probes of the given statuses, those with one reason in one paragraph. */
function undone(words: Messages, { observations }: CheckReport, statuses: readonly Observation['status'][]): string[] {
  const byReason = new Map<string, string[]>();
  for (const [id, { status, reason }] of Object.entries(observations)) {
    if (!statuses.includes(status)) continue;
    const key = reasonText(words, reason ?? status);
    byReason.set(key, [...(byReason.get(key) ?? []), id]);
  }
  return [...byReason].map(([reason, ids]) => `${ids.join(', ')}: ${reason}`);
}

/** Entries by version, newest first. */
export function byVersion<T>(value: Readonly<Partial<Record<VersionName, T>>>): [VersionName, T][] {
  const newestFirst: readonly VersionName[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3'];
  return newestFirst.flatMap((version) => {
    const entry = value[version];
    return entry === undefined ? [] : [[version, entry] as [VersionName, T]];
  });
}

function named(codes: readonly NamedCode[]): string {
  return codes.map(({ name }) => name).join(', ');
}
