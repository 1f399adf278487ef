/** What a run tells its observer while it runs; the JSON Lines report is these events, one a line. */

import type { Attempt, CheckReport, Finding, Observation, Target } from '../evidence/index.ts';

export type ProbeEvent =
  | { readonly type: 'run-started'; readonly target: Target }
  | {
      readonly type: 'probe-started';
      readonly probe: string;
      readonly title: { readonly en: string; readonly ja: string };
    }
  | { readonly type: 'attempt'; readonly probe: string; readonly attempt: Attempt }
  | { readonly type: 'probe-finished'; readonly probe: string; readonly observation: Observation }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'run-finished'; readonly report: CheckReport };

/** Receives the events of a run, in order; what it throws is not caught. */
export type Observer = (event: ProbeEvent) => void;
