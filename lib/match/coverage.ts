/** Which probes must have looked before a finding's absence means anything. */

import type { CheckReport, FragmentsValue, MssValue } from '../evidence/index.ts';
import { gapOf } from './subject.ts';

/** One row: the findings it speaks of, and who would have seen them. */
interface Coverage {
  /** Ids, or areas with their dot. */
  readonly findings: readonly string[];
  /** All of them must have completed; none: no probe looks for these findings. */
  readonly probes: readonly string[];
  /** Why the rule had nothing to compare with; null when it had. */
  readonly lacks?: (report: CheckReport) => string | null;
}

/** The first row that fits counts. Findings in no row, as those of a user's own probe, need every probe of the report. */
const rows: readonly Coverage[] = [
  {
    findings: ['cert.name-mismatch'],
    probes: ['certificates'],
    lacks: ({ judgement }) => (judgement.expectName === null ? 'no name was expected' : null),
  },
  {
    findings: ['policy.tls-inspection'],
    probes: ['certificates'],
    lacks: ({ judgement: { expectIssuer, expectFingerprint } }) =>
      expectIssuer === null && expectFingerprint === null ? 'neither an issuer nor a fingerprint was pinned' : null,
  },
  { findings: ['sftunnel.push-failed', 'sftunnel.key-mismatch', 'policy.arp-unanswered', 'vpn.'], probes: [] },
  { findings: ['sftunnel.peer-refuses'], probes: ['connect'] },
  { findings: ['cert.', 'sftunnel.'], probes: ['certificates'] },
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
  {
    findings: ['path.fragments-dropped'],
    probes: ['fragments'],
    lacks: ({ observations }) =>
      (observations['fragments']?.value as FragmentsValue | null)?.verdict === 'unknown'
        ? 'whether fragments arrive was not measured'
        : null,
  },
  { findings: ['path.blackhole-outbound'], probes: ['mss'], lacks: (report) => unmeasured(report, 'outbound') },
  { findings: ['path.blackhole-inbound'], probes: ['mss'], lacks: (report) => unmeasured(report, 'inbound') },
  { findings: ['path.mtu-reduced', 'path.icmp-filtered'], probes: ['mss', 'pmtud'] },
  { findings: ['path.'], probes: ['mss'] },
  { findings: ['policy.reset-injected'], probes: ['reset-origin'] },
  { findings: ['handshake.', 'policy.port-', 'policy.handshake-dropped', 'policy.sni-filtered'], probes: ['connect'] },
];

/** Why `id`, which is not among the report's findings, may hold all the same; null when its absence is certain. */
export function whyUncertain(report: CheckReport, id: string): string | null {
  const row = rows.find(({ findings }) =>
    findings.some((key) => (/[.-]$/.test(key) ? id.startsWith(key) : id === key)),
  );
  if (row?.probes.length === 0) return 'no probe looks for it';
  for (const probe of row?.probes ?? Object.keys(report.observations)) {
    const gap = gapOf(probe, report.observations[probe]);
    if (gap !== null && !isAnswerEnough(report, probe)) return gap;
  }
  return row?.lacks?.(report) ?? null;
}

/** Why nothing is known of a direction of the path. */
function unmeasured({ observations }: CheckReport, direction: keyof MssValue): string | null {
  const sweep = (observations['mss']?.value as MssValue | null | undefined)?.[direction];
  if (sweep?.verdict !== 'unknown') return null;
  return `the ${direction} direction was not measured${sweep.reason === null ? '' : ` (${sweep.reason})`}`;
}

/** Observations that did not complete and still say enough. */
function isAnswerEnough({ observations }: CheckReport, probe: string): boolean {
  const { status, reason, attempts } = observations[probe] ?? { status: 'failed', reason: null, attempts: [] };
  // A connection that failed has shown how it ended, and the question of a version that is not spoken does not arise.
  return probe === 'connect' ? attempts.length > 0 : status === 'skipped' && reason?.startsWith('no-version') === true;
}
