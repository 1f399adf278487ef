/** JSON Lines: what happens in a run, one event a line, as it happens. */

import type { CheckReport } from '../evidence/index.ts';
import type { ProbeEvent } from '../probe/index.ts';

/**
 * One event as a line: the observer's own event, plus `targetName` (`host:port`), as the lines of several targets may be
 * mixed. `run-finished` carries the report without its observations and findings, which had lines of their own.
 */
export function jsonLine(event: ProbeEvent, targetName: string): string {
  const shown = event.type === 'run-finished' ? { type: event.type, report: summaryOf(event.report) } : event;
  return `${JSON.stringify({ targetName, ...shown })}\n`;
}

/** A writer of events for one target; each call of `write` gets one whole line. */
export function jsonLines(targetName: string, write: (line: string) => void): (event: ProbeEvent) => void {
  return (event) => write(jsonLine(event, targetName));
}

/** The events that a finished report stands for, in the order in which a run on its own would have given them. */
export function reportEvents(report: CheckReport): ProbeEvent[] {
  return [
    { type: 'run-started', target: report.target },
    ...Object.entries(report.observations).flatMap(([probe, observation]): ProbeEvent[] => [
      ...observation.attempts.map((attempt): ProbeEvent => ({ type: 'attempt', probe, attempt })),
      { type: 'probe-finished', probe, observation },
    ]),
    ...report.findings.map((finding): ProbeEvent => ({ type: 'finding', finding })),
    { type: 'run-finished', report },
  ];
}

function summaryOf({
  observations: _o,
  findings: _f,
  ...summary
}: CheckReport): Omit<CheckReport, 'observations' | 'findings'> {
  return summary;
}
