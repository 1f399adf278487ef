/** The report document of `check` and of the single-probe commands: what `--json` prints and `diagnose` reads again. */

import type { Attempt, Observation } from './attempt.ts';
import type { ClientReaction } from './certificate-files.ts';
import type { ChecklistItem } from './checklist.ts';
import type { Finding } from './finding.ts';
import type { Code } from './handshake.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** IP address that was dialled; null when the name did not resolve. */
  readonly address: string | null;
  readonly sni: string | null;
}

export type Verdict = 'clean' | 'findings' | 'inconclusive' | 'unreachable';

/** What the judgement took as given; kept in the report so that judging it again gives the same findings. */
export interface Judgement {
  /** ISO 8601 clock of the judgement (`--now`, or when the run started). */
  readonly now: string;
  /** What the client in question speaks, as TLS version codes. */
  readonly clientVersions: readonly Code[];
  /** Cipher suites of that client; empty where nothing is judged by them. */
  readonly clientCiphers: readonly Code[];
  /** Groups of that client; empty where nothing is judged by them. */
  readonly clientGroups: readonly Code[];
  /** Name or IP address the certificate must be good for (sftunnel certificates are matched against none); null where there is none. */
  readonly expectName: string | null;
  /** Name that the issuer must have; null where any will do. */
  readonly expectIssuer: string | null;
  /** SHA-256 that the certificate must have; null where any will do. */
  readonly expectFingerprint: string | null;
}

export interface ReportHead {
  /** Version of the format: within one, fields are only added. */
  readonly schemaVersion: 1;
  /** Name and version of the program that wrote the report. */
  readonly tool: { readonly name: string; readonly version: string };
  /** The command that made the report. */
  readonly command: string;
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  /** When the run ended, ISO 8601. */
  readonly finishedAt: string;
  /** The report in one word. */
  readonly verdict: Verdict;
}

/** One target's report. */
export interface CheckReport extends ReportHead {
  /** What clients say of its certificates: of the command `certs`. */
  readonly says?: readonly ClientReaction[];
  readonly target: Target;
  readonly judgement: Judgement;
  readonly observations: Readonly<Record<string, Observation>>;
  readonly findings: readonly Finding[];
  /** The recommended configuration as far as it was seen; of `check` alone, and never of an sftunnel. */
  readonly checklist?: readonly ChecklistItem[];
}

/** Several targets, or the embedded run. */
export interface ReportBundle extends ReportHead {
  readonly findings: readonly Finding[];
  readonly reports: readonly CheckReport[];
}

/** What `diagnose` needs of a report; a saved one has it all. */
export type DiagnosisInput = Pick<CheckReport, 'target' | 'judgement' | 'observations'>;

/** Every attempt of a report, by id, each once. */
export function attemptsOf(report: Pick<CheckReport, 'observations'>): Map<string, Attempt> {
  const attempts = new Map<string, Attempt>();
  for (const observation of Object.values(report.observations)) {
    for (const attempt of observation.attempts) attempts.set(attempt.id, attempt);
  }
  return attempts;
}
