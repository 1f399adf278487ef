/** The chains that a server showed: a table of them, then each once in full. */

import type { Certificate, CertificateRow } from '../../evidence/index.ts';
import { shortName } from '../capture/names.ts';
import { days } from '../capture/tables.ts';
import { tableLines } from '../columns.ts';
import { labelled, type Page, paragraph } from '../page.ts';
import { day, validityText } from '../validityText.ts';
import { chainNotes } from './chainNotes.ts';

/** With more than one chain a table of all comes first; one that is shown in several versions is told once. */
export function shownChainLines(page: Page, rows: readonly CertificateRow[]): string[] {
  const { words, palette } = page;
  const told = new Map<string, CertificateRow[]>();
  for (const row of rows) {
    const key = row.chain.map(({ sha256 }) => sha256).join();
    told.set(key, [...(told.get(key) ?? []), row]);
  }
  const whole = [...told.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { chain, assessment } = first;
    const versions = [...new Set(same.map(({ version }) => version))].join(words.comma);
    return [
      palette.bold([versions, words.chainOf(chain.length), words.trust[assessment.trust]].join(words.comma)),
      ...chainNotes(words, first).flatMap((note) => paragraph(page, note, 2)),
      ...chain.flatMap((certificate, index) => certificateLines(page, certificate, index)),
    ];
  });
  return rows.length < 2 ? whole : [...tableOf(page, rows), '', ...whole];
}

function tableOf(page: Page, rows: readonly CertificateRow[]): string[] {
  const { words } = page;
  const { column, how } = words.certs;
  const soonest = ({ chain }: CertificateRow): number | null =>
    chain.reduce<number | null>(
      (least, { daysLeft }) => (daysLeft !== null && (least === null || daysLeft < least) ? daysLeft : least),
      null,
    );
  return tableLines(page, [
    { head: column.version, cells: rows.map(({ version }) => version) },
    { head: column.key, cells: rows.map(({ auth }) => auth.toUpperCase()) },
    {
      head: column.leaf,
      cells: rows.map(({ chain: [leaf] }) => (leaf === undefined ? '?' : shortName(leaf.subject))),
      least: 16,
      rank: 1,
    },
    { head: column.length, cells: rows.map(({ chain }) => String(chain.length)), align: 'right' },
    { head: column.daysLeft, cells: rows.map((row) => days(soonest(row))), align: 'right' },
    { head: column.trust, cells: rows.map(({ assessment }) => words.trust[assessment.trust]), least: 12 },
    { head: column.how, cells: rows.map((row) => how[row.how]), optional: true },
  ]);
}

/** A certificate of a chain, with its place in it. */
export function certificateLines(page: Page, certificate: Certificate, index: number): string[] {
  const { words } = page;
  const { notBefore, key, names } = certificate;
  return [
    ...paragraph(page, `${index}  ${certificate.subject}`, 2),
    ...labelled(
      page,
      [
        { label: words.label.issuer, paragraphs: [certificate.issuer] },
        {
          label: words.label.valid,
          paragraphs: [`${words.from(day(notBefore))}${words.comma}${validityText(words, certificate)}`],
        },
        { label: words.label.names, paragraphs: names.length === 0 ? [] : [names.join(', ')] },
        {
          label: words.label.key,
          paragraphs: [
            `${key.type}${key.bits === null ? '' : ` ${words.bits(key.bits)}`}${words.comma}${certificate.signatureAlgorithm}`,
          ],
        },
        { label: words.label.sha256, paragraphs: [certificate.sha256] },
      ],
      5,
    ),
  ];
}
