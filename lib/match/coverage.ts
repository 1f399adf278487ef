/** Which probes must have looked before a finding's absence means anything. */

import type { CheckReport } from '../evidence/index.ts';
import { gapOf } from './subject.ts';

/** One row: the findings it speaks of (an id, or an area with its dot) and the probes that would have seen them. */
interface Coverage {
  readonly findings: readonly string[];
  readonly probes: readonly string[];
}

/** The first row that fits counts; findings in no row, as those of a user's own probe, need every probe of the report. */
const rows: readonly Coverage[] = [
  { findings: ['cert.', 'sftunnel.', 'policy.tls-inspection'], probes: ['certificates'] },
  { findings: ['tls.no-common-version', 'tls.legacy-version-enabled'], probes: ['versions'] },
  { findings: ['tls.no-common-cipher', 'tls.cipher-not-recommended'], probes: ['ciphers'] },
  { findings: ['tls.no-common-group'], probes: ['groups'] },
  { findings: ['tls.client-certificate-required'], probes: ['client-auth'] },
  { findings: ['tls.insecure-renegotiation'], probes: ['renegotiation-info'] },
  { findings: ['tls.hello-size-intolerant'], probes: ['hello-size'] },
  { findings: ['tls.hello-segment-intolerant'], probes: ['hello-segments'] },
  { findings: ['tls.hello-record-intolerant'], probes: ['hello-records'] },
  { findings: ['tls.suite-count-intolerant'], probes: ['suite-count'] },
  { findings: ['tls.extension-intolerant', 'tls.version-intolerant'], probes: ['extensions'] },
  { findings: ['path.'], probes: ['mss'] },
  { findings: ['handshake.', 'policy.'], probes: ['connect'] },
];

/**
 * Why `id`, which is not among the report's findings, may hold all the same; null when its absence is certain.
 * A connection that was attempted and failed has shown what it could: for how a handshake ended, that is enough.
 */
export function whyUncertain(report: CheckReport, id: string): string | null {
  const row = rows.find(({ findings }) =>
    findings.some((key) => (key.endsWith('.') ? id.startsWith(key) : id === key)),
  );
  const probes = row?.probes ?? Object.keys(report.observations);
  for (const probe of probes) {
    const observation = report.observations[probe];
    const gap = gapOf(probe, observation);
    if (gap !== null && !(probe === 'connect' && (observation?.attempts.length ?? 0) > 0)) return gap;
  }
  return probes.length === 0 ? 'no probe was run' : null;
}
