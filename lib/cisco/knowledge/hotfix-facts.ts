/** The table of hotfixes as facts, a row for each train. */

import { type HotfixRow, hotfixes, releasesOf } from './hotfixes.ts';
import type { Fact, FactTable } from './row.ts';

export const hotfixFacts: FactTable = {
  id: 'cisco.hotfixes',
  title: { en: 'Hotfixes that bring generate_certs.pl', ja: 'generate_certs.pl を含むホットフィックス' },
  facts: hotfixes.map(factOf),
};

function factOf(row: HotfixRow): Fact {
  const { train, hotfix, source } = row;
  const releases = releasesOf(row);
  return {
    id: `cisco.hotfixes.${train}`,
    about: { en: `FMC ${releases}`, ja: `FMC ${releases}` },
    says:
      hotfix === null
        ? {
            en: 'There is none: the train is past the end of its maintenance.',
            ja: 'ありません。この系列は保守が終了しています。',
          }
        : {
            en: `Hotfix ${hotfix.name}, build ${hotfix.build}. It does not reboot the FMC.`,
            ja: `ホットフィックス ${hotfix.name}、ビルド ${hotfix.build}。FMC は再起動しません。`,
          },
    standing: 'document',
    source,
    concerns: ['sftunnel.ca-expired', 'sftunnel.ca-expiring'],
  };
}
