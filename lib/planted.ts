/** What was planted in a headend or a lab against what was found in it: whether a diagnosis is right, as data. */

import { atLeast, type Finding } from './evidence/index.ts';

/** A row of the lab, as far as it says what must be found: a headend's, or a faulty path's. */
export interface PlantedSpec {
  readonly id: string;
  readonly title: { readonly en: string; readonly ja: string };
  /** Ids of the findings that a check must report. */
  readonly expect: readonly string[];
  /** Further ids that are true of it, but that a check need not be able to prove. */
  readonly mayReport?: readonly string[];
}

/** One headend or lab: what was planted, what was found, and whether they agree. */
export interface PlantedFault {
  /** Id of the headend, or of the lab's scenario. */
  readonly headend: string;
  readonly title: PlantedSpec['title'];
  /** Ids of the findings that must be there. */
  readonly expected: readonly string[];
  /** Ids of all findings of low or above. */
  readonly found: readonly string[];
  /** Planted and not found. */
  readonly missed: readonly string[];
  /** Found and neither planted nor a known side effect: a false alarm. */
  readonly invented: readonly string[];
  readonly ok: boolean;
}

export function compareWithPlanted(spec: PlantedSpec, findings: readonly Finding[]): PlantedFault {
  const found = [...new Set(findings.filter(({ severity }) => atLeast(severity, 'low')).map(({ id }) => id))];
  const all = new Set(findings.map(({ id }) => id));
  const missed = spec.expect.filter((id) => !all.has(id));
  const invented = found.filter((id) => !spec.expect.includes(id) && spec.mayReport?.includes(id) !== true);
  return {
    headend: spec.id,
    title: spec.title,
    expected: spec.expect,
    found,
    missed,
    invented,
    ok: missed.length === 0 && invented.length === 0,
  };
}
