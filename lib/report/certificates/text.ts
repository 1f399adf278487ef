/** The report of certificate files as text: verdict and findings first, then files, chains and certificates. */

import type { CertificateFile, CertificatesReport, FiledCertificate, FiledChain } from '../../evidence/index.ts';
import { printable } from '../../wire/index.ts';
import { holdsCertificates, sftunnelShape, wasNotRead } from '../../x509/names.ts';
import { findingBlocks } from '../capture/findingBlocks.ts';
import { shortName } from '../capture/names.ts';
import { days } from '../capture/tables.ts';
import { byUrgency, statusPaint, statusText } from '../certificateStatus.ts';
import { tableLines } from '../columns.ts';
import { createPage, type Page, type PageOptions, paragraph } from '../page.ts';
import { countsText } from '../text.ts';
import { day } from '../validityText.ts';
import { verdictPaint, verdictSigns } from '../verdictText.ts';
import { chainNotes } from './chainNotes.ts';
import { saysLines } from './saysText.ts';

/** Rows of a table; the rest is counted, and in the JSON. */
const shownRows = 50;

/** The text report, ending in a newline. */
export function renderCertificates(report: CertificatesReport, options: PageOptions = {}): string {
  const page = createPage(options);
  const { head } = page.words.certs;
  const blocks = [
    headLines(page, report),
    ...findingBlocks(page, report.findings),
    report.findings.length === 0 ? [] : [page.palette.dim(page.words.explainHint)],
    titled(page, head.says, saysLines(page, report.says)),
    titled(page, head.comparisons, comparisonLines(page, report)),
    report.files.length === 1 && report.files[0] !== undefined && isPlain(report.files[0])
      ? []
      : titled(page, `${head.files} (${report.files.length})`, fileLines(page, report.files)),
    titled(page, `${head.chains} (${serverChains(report).length})`, chainLines(page, report)),
    titled(page, `${head.certificates} (${report.certificates.length})`, certificateLines(page, report.certificates)),
    titled(page, head.expiry, expiryLines(page, report.certificates)),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** It holds certificates and nothing else. */
function isPlain({ certificates, problems, others }: CertificateFile): boolean {
  return certificates.length > 0 && problems.length === 0 && others.length === 0;
}

/** One line: what stderr says when stdout carries a document. */
export function renderCertificatesVerdict(report: CertificatesReport, options: PageOptions = {}): string {
  const page = createPage(options);
  return `${nameOf(page, report)}  ${verdictText(page, report)}\n`;
}

function headLines(page: Page, report: CertificatesReport): string[] {
  const paint = verdictPaint(page, report.verdict);
  return [
    ...paragraph(page, nameOf(page, report), 0, page.palette.bold),
    ...paragraph(page, verdictText(page, report), 0, (line) => paint(page.palette.bold(line))),
  ];
}

function nameOf({ words }: Page, { files }: CertificatesReport): string {
  const [first] = files;
  if (files.length !== 1 || first === undefined) return words.certs.files(files.length);
  return first.name === '-' ? words.certs.standardInput : printable(first.name);
}

function verdictText({ words }: Page, { verdict, findings, certificates, files }: CertificatesReport): string {
  const counts = countsText(words, findings);
  const sentence =
    verdict === 'findings'
      ? ''
      : verdict === 'clean'
        ? words.certs.clean
        : certificates.length === 0 && !files.some(({ problems }) => problems.some(wasNotRead))
          ? words.certs.nothing
          : words.certs.inconclusive;
  const told = [sentence, sentence === '' || counts === '' ? counts : `(${counts})`].filter((text) => text !== '');
  return `${verdictSigns[verdict]} ${words.verdict[verdict]}  ${told.join(' ')}`;
}

function fileLines(page: Page, files: readonly CertificateFile[]): string[] {
  const { words, palette } = page;
  const { column, format } = words.certs;
  const rows = files.slice(0, shownRows);
  const others = ({ others: found }: CertificateFile): string =>
    [...new Set(found.map(({ label }) => label))].join(', ');
  const table = tableLines(
    page,
    [
      { head: column.file, cells: rows.map(({ name }) => name), least: 20, cut: 'middle' },
      { head: column.format, cells: rows.map((file) => format[file.format]) },
      { head: column.certificates, cells: rows.map((file) => String(file.certificates.length)), align: 'right' },
      {
        head: column.problems,
        cells: rows.map(({ problems }) => (problems.length === 0 ? '' : String(problems.length))),
        align: 'right',
      },
      { head: column.others, cells: rows.map(others), least: 12, optional: true },
    ],
    (row) => ((rows[row]?.problems.length ?? 0) > 0 ? palette.red : (line) => line),
  );
  // What is damaged of certificates is told by a finding.
  const problems = rows.flatMap(({ name, problems: found }) =>
    found
      .filter((problem) => wasNotRead(problem) || !holdsCertificates(problem.label))
      .slice(0, shownRows)
      .flatMap(({ at, text }) => paragraph(page, `${at === null ? name : `${name}:${at}`}  ${text}`, 2)),
  );
  return [...table, ...problems, ...moreLines(page, files.length)];
}

function serverChains({ chains }: CertificatesReport): FiledChain[] {
  return chains.filter(({ role }) => role === 'server');
}

function chainLines(page: Page, report: CertificatesReport): string[] {
  const { words } = page;
  const { certs } = words;
  const chains = serverChains(report);
  const rows = chains.slice(0, shownRows);
  const known = new Map(report.certificates.map((certificate) => [certificate.sha256, certificate]));
  const leafOf = ({ certificates: [leaf = ''] }: FiledChain): FiledCertificate | undefined => known.get(leaf);
  const word = (chain: FiledChain, profile: string): string => {
    const verdict = chain.verdicts.find((one) => one.profile === profile);
    return verdict === undefined ? '?' : verdict.ok ? certs.accepted : certs.refused;
  };
  const trust = (chain: FiledChain): string =>
    [
      ...(chain.assessment === null ? [] : [words.trust[chain.assessment.trust]]),
      ...(chain.added.length === 0 ? [] : [certs.added(chain.added.length)]),
    ].join(words.comma);
  if (rows.length === 0) return [];
  const { column } = certs;
  const table = tableLines(page, [
    { head: column.leaf, cells: rows.map((chain) => shortName(leafOf(chain)?.subject ?? '?')), least: 16, rank: 1 },
    {
      head: column.place,
      cells: rows.map(({ file, line }) => (line === null ? file : `${file}:${line}`)),
      least: 16,
      rank: 2,
      cut: 'middle',
    },
    { head: column.length, cells: rows.map(({ certificates: sent }) => String(sent.length)), align: 'right' },
    { head: column.daysLeft, cells: rows.map((chain) => days(leafOf(chain)?.daysLeft ?? null)), align: 'right' },
    { head: column.trust, cells: rows.map(trust), least: 16 },
    {
      head: column.profiles,
      cells: rows.map((chain) => certs.sets(word(chain, 'client'), word(chain, 'strict'))),
      optional: true,
    },
  ]);
  const against = rows.flatMap((chain) =>
    chain.verdicts.flatMap(({ profile, reasons }) => {
      const counted = reasons.filter(({ effect }) => effect !== 'notes');
      if (counted.length === 0) return [];
      const text = counted.map(({ id, position, detail }) => certs.reason(id, position, detail)).join('; ');
      const place = rows.length === 1 ? '' : `${chain.file}  `;
      return paragraph(page, place + certs.against(certs.profile[profile] ?? profile, text), 2, page.palette.dim);
    }),
  );
  const notes = rows.flatMap((filed) => {
    if (filed.assessment === null) return [];
    const chain = filed.certificates.flatMap((sha256) => known.get(sha256) ?? []);
    const place = rows.length === 1 ? '' : `${filed.file}  `;
    return chainNotes(words, { chain, assessment: filed.assessment }).flatMap((note) =>
      paragraph(page, place + note, 2),
    );
  });
  return [...table, ...notes, ...against, ...moreLines(page, chains.length)];
}

function certificateLines(page: Page, certificates: readonly FiledCertificate[]): string[] {
  const { capture, certs } = page.words;
  const { column } = capture;
  const rows = byUrgency(certificates).slice(0, shownRows);
  if (rows.length === 0) return [];
  const cells = (read: (certificate: FiledCertificate) => string): string[] => rows.map(read);
  const table = tableLines(
    page,
    [
      { head: column.subject, cells: cells(({ subject }) => shortName(subject)), least: 16, rank: 1 },
      { head: column.notAfter, cells: cells(({ notAfter }) => day(notAfter)) },
      { head: column.daysLeft, cells: cells(({ daysLeft }) => days(daysLeft)), align: 'right' },
      { head: column.status, cells: cells((one) => statusText(page, one)) },
      { head: column.issuer, cells: cells(({ issuer }) => shortName(issuer)), least: 12, rank: 1, optional: true },
      { head: certs.column.place, cells: cells(placeText), least: 12, rank: 2, cut: 'middle' },
    ],
    (row) => statusPaint(page, rows[row]),
  );
  return [...table, ...moreLines(page, certificates.length)];
}

function placeText({ seenIn }: FiledCertificate): string {
  const [first, ...more] = seenIn.map(({ file, line }) => (line === null ? file : `${file}:${line}`));
  return more.length === 0 ? (first ?? '') : `${first ?? ''} +${more.length}`;
}

/** The sentences of the script for an InternalCA, and for a certificate that is the only one. */
function expiryLines(page: Page, certificates: readonly FiledCertificate[]): string[] {
  const told = certificates.filter(
    (certificate) => certificates.length === 1 || sftunnelShape(certificate)?.role === 'InternalCA',
  );
  return told
    .slice(0, shownRows)
    .flatMap(({ subject, expiry: { text } }) =>
      text.length === 0
        ? []
        : [...paragraph(page, shortName(subject), 2), ...text.flatMap((line) => paragraph(page, line, 4))],
    );
}

function comparisonLines(page: Page, { comparisons }: CertificatesReport): string[] {
  const { certs } = page.words;
  return comparisons.slice(0, shownRows).flatMap(({ host, port, sni, points, result }) => {
    const name = `${host.includes(':') ? `[${host}]` : host}:${port}${sni === null || sni === host ? '' : ` (${sni})`}`;
    const paint = result === 'other-issuer' ? page.palette.red : (line: string) => line;
    return [
      ...paragraph(page, `${name}  ${certs.comparison[result]}`, 0, (line) => paint(page.palette.bold(line))),
      ...points.flatMap(({ file, at, address, leaves }) => [
        ...paragraph(page, `${file}  ${certs.point(at.slice(0, 16).replace('T', ' '), address ?? '?')}`, 2),
        ...leaves.flatMap(({ sha256, subject, issuer }) =>
          paragraph(page, `${sha256.slice(0, 12)}  ${shortName(subject)} < ${shortName(issuer)}`, 4, page.palette.dim),
        ),
      ]),
    ];
  });
}

function titled({ palette }: Page, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [palette.bold(title), ...lines];
}

function moreLines(page: Page, all: number): string[] {
  return all > shownRows ? [page.palette.dim(page.words.moreEvidence(all - shownRows))] : [];
}
