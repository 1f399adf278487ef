/** What the table of hotfixes says of the FMC in question. */

import { type HotfixRow, hotfixes, namesWholeTrain, readRelease, releasesOf } from '../knowledge/index.ts';
import type { PlanHotfix } from './types.ts';

/**
 * @param version release of the FMC; null where it is not known.
 * @param installed whether the hotfix, or its script, is known to be there.
 */
export function readHotfix(version: string | null, installed: boolean | null): PlanHotfix {
  const release = version === null ? null : readRelease(version);
  const text = release === null ? null : release.join('.');
  const known = (status: PlanHotfix['status'], row: HotfixRow | null, patchBeyond = false): PlanHotfix => ({
    status,
    version: text,
    name: row?.hotfix?.name ?? null,
    build: row?.hotfix?.build ?? null,
    releases: row === null ? null : releasesOf(row),
    patchBeyond,
    installed: installed ?? (row?.hotfix?.build === version?.trim() && row?.hotfix != null ? true : null),
  });
  if (release === null) return known('version-unknown', null);
  const row = hotfixes.find(({ train }) => train === release.slice(0, 2).join('.'));
  if (row === undefined) return known('not-listed', null);
  const third = release[2];
  if (third === undefined && !namesWholeTrain(row)) return known('version-unknown', null);
  if (third !== undefined && (third < (row.from[2] ?? 0) || third > (row.to[2] ?? 0))) return known('not-listed', null);
  if (row.hotfix === null) return known('none', row);
  const [, , , patch = 0] = release;
  return known('listed', row, third === row.to[2] && patch > 0 && version?.trim() !== row.hotfix.build);
}
