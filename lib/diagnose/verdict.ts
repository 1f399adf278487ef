/** The verdict of a report: one word that follows from its findings and observations. */

import {
  atLeast,
  type CaptureReport,
  type CheckReport,
  type FailedConnections,
  type Finding,
  type Verdict,
} from '../evidence/index.ts';
import { factsOf } from './facts/facts.ts';

/**
 * `unreachable` (no TCP connection came up) before `findings` (any of low or above) before `inconclusive` (a probe could not
 * decide) before `clean`. Probes that were skipped do not make a run inconclusive, as the reason is in the report, unless nothing
 * is left of what was asked for.
 */
export function verdictOf(findings: readonly Finding[], observations: CheckReport['observations']): Verdict {
  const { witnesses, outcomes } = factsOf({ observations });
  const dialled = [...witnesses.values()];
  if (dialled.length > 0 && dialled.every(({ evidence }) => notReached.has(evidence.connect))) return 'unreachable';
  if (dialled.length === 0 && outcomes.some(({ reason }) => notReached.has(reason?.split(':')[0] ?? '')))
    return 'unreachable';
  if (findings.some(({ severity }) => atLeast(severity, 'low'))) return 'findings';
  if (outcomes.length === 0 || isImpossibleHere(observations)) return 'inconclusive';
  return outcomes.some(({ status }) => status === 'inconclusive' || status === 'failed') ? 'inconclusive' : 'clean';
}

/** Of the probes that were asked for none could run, for want of an ability or of permission: `connect` alone tells nothing. */
function isImpossibleHere(observations: CheckReport['observations']): boolean {
  const asked = Object.entries(observations).flatMap(([id, observation]) => (id === 'connect' ? [] : [observation]));
  const isLacking = (reason: string | null): boolean => /^(?:missing-ability|not-permitted)/.test(reason ?? '');
  return asked.length > 0 && asked.every(({ status, reason }) => status === 'skipped' && isLacking(reason));
}

/** What the verdict of a capture follows from, beside its findings. */
export type CaptureVerdictInput = Pick<CaptureReport, 'counters' | 'failedConnections'> & {
  /** Conversations whose handshake came up, or was made to find out how it fails; without it all count as such. */
  readonly decided?: number;
};

/**
 * Without TLS: `unreachable` when connections to a TLS port failed, else `inconclusive`, unless something else was found. With
 * TLS: `findings` (any of low or above), else `clean`, or `inconclusive` when no handshake came up: one that
 * ended without a finding may have had its reasons, or was seen from one side only.
 */
export function captureVerdictOf(findings: readonly Finding[], report: CaptureVerdictInput): Verdict {
  const { tlsConversations } = report.counters;
  if (tlsConversations === 0 && report.failedConnections.some(isNotReached)) return 'unreachable';
  if (findings.some(({ severity }) => atLeast(severity, 'low'))) return 'findings';
  return tlsConversations === 0 || report.decided === 0 ? 'inconclusive' : 'clean';
}

function isNotReached({ judged, kind }: FailedConnections): boolean {
  return judged && kind !== 'closed' && kind !== 'reset';
}

/** What the verdict of logs follows from, beside their findings: attempts to connect, and of them those that ended so. */
export interface LogVerdictInput {
  readonly episodes: number;
  readonly connected: number;
  readonly notReached: number;
}

/** `unreachable` (no attempt got a TCP connection), `findings` (any of low or above), `clean` (every attempt came up), else `inconclusive`. */
export function logVerdictOf(
  findings: readonly Finding[],
  { episodes, connected, notReached: failed }: LogVerdictInput,
): Verdict {
  if (episodes > 0 && failed === episodes) return 'unreachable';
  if (findings.some(({ severity }) => atLeast(severity, 'low'))) return 'findings';
  return episodes > 0 && connected === episodes ? 'clean' : 'inconclusive';
}

/** Connect outcomes, and reasons of an observation without attempts, that mean that no connection came up. */
const notReached: ReadonlySet<string> = new Set(['refused', 'timeout', 'unreachable', 'resolve-failed']);
