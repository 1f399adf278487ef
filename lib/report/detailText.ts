/** The full lists that the single-probe commands show instead of counts. */

import type { CheckReport, ProbeValues } from '../evidence/index.ts';
import { printable } from '../wire/index.ts';
import { certificateLines, shownChainLines } from './certificates/chainsText.ts';
import { byVersion } from './factsText.ts';
import { type Page, paragraph } from './page.ts';
import { mssLines, traceLines } from './pathText.ts';
import { versionWhyText } from './reasonText.ts';
import { sftunnelFacts } from './sftunnelText.ts';
import { padColumns } from './width.ts';

/** What the probes `ids` found, item by item and by name. */
export function detailLines(page: Page, report: CheckReport, ids: readonly string[]): string[] {
  const value = <Id extends keyof ProbeValues>(id: Id): ProbeValues[Id] | null =>
    (ids.includes(id) ? (report.observations[id]?.value ?? null) : null) as ProbeValues[Id] | null;
  return [
    ...versionLines(page, value('versions') ?? []),
    ...cipherLines(page, value('ciphers') ?? {}),
    ...groupLines(page, value('groups') ?? {}),
    ...shownChainLines(page, value('certificates') ?? []),
    ...linesOf(value('sftunnel'), (peer) => [
      ...sftunnelFacts(page.words, peer).flatMap((line) => paragraph(page, line, 2)),
      // Nobody is to trust these but the two ends, so trust is not said of them.
      ...peer.chains.flatMap(({ version, chain }) => [
        page.palette.bold([version, page.words.chainOf(chain.length)].join(page.words.comma)),
        ...chain.flatMap((certificate, index) => certificateLines(page, certificate, index)),
      ]),
    ]),
    ...linesOf(value('mss'), (sizes) => mssLines(page, sizes)),
    ...linesOf(value('trace'), (hops) => traceLines(page, hops)),
  ];
}

function linesOf<T>(value: T | null, lines: (value: T) => string[]): string[] {
  return value === null ? [] : lines(value);
}

function versionLines({ words, palette }: Page, rows: ProbeValues['versions']): string[] {
  return rows.map(({ version, supported, why }) => {
    const answer = supported === null ? words.unsure : supported ? words.yes : words.no;
    return `  ${padColumns(version, 9)}${padColumns(answer, 9)}${palette.dim(printable(versionWhyText(words, why)))}`.trimEnd();
  });
}

function cipherLines({ words, palette }: Page, value: ProbeValues['ciphers']): string[] {
  return byVersion(value).flatMap(([version, { suites, order, complete }]) => {
    const count = words.suites(suites.length);
    return [
      `${palette.bold(version)}  ${complete ? count : words.atLeast(count)}${words.comma}${words.order[order]}`,
      ...suites.map(({ code, name }) => `  ${palette.dim(printable(code))}  ${printable(name)}`),
    ];
  });
}

function groupLines({ palette }: Page, value: ProbeValues['groups']): string[] {
  return byVersion(value).flatMap(([version, groups]) => [
    ...(groups.length === 0 ? [] : [palette.bold(version)]),
    ...groups.map(({ code, name }) => `  ${palette.dim(printable(code))}  ${printable(name)}`),
  ]);
}
