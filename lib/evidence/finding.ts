/** Finding: one thing that is wrong (or worth knowing), with its proof, what was ruled out, and what to do. */

export const severities = ['info', 'low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];
/** Failure pattern of the source article; it has no pattern 3. */
export type Pattern = 1 | 2 | 4 | 5 | 'sftunnel' | null;
export type Confidence = 'proven' | 'likely' | 'possible';
export type Language = 'en' | 'ja';

export interface FindingEvidence {
  /** What `ref` names. */
  readonly kind: 'attempt' | 'packet' | 'certificate' | 'log-line' | 'file';
  /** Attempt id, packet number, certificate SHA-256, line or file name. */
  readonly ref: string;
  /** One line, in the report's language. */
  readonly text: string;
}

export interface Remedy {
  /** Stable, never translated. */
  readonly id: string;
  /** What to do, in the report's language. */
  readonly text: string;
  /** Commands to run; where the target is known, it is filled in. Absent where there are none. */
  readonly commands?: readonly string[];
  /** How to see that it helped, in the report's language. */
  readonly verify?: string;
  /** The document that it is taken from; absent where there is none. */
  readonly source?: string;
}

export interface Finding {
  /** Stable, never translated; `helloprobe explain ID` tells about it. */
  readonly id: string;
  /** How grave it is: `info` is no fault. */
  readonly severity: Severity;
  /** Failure pattern that it belongs to; null where it belongs to none. */
  readonly pattern: Pattern;
  /** How sure the cause is: `proven`, `likely` or `possible`. */
  readonly confidence: Confidence;
  /** One line, in the report's language. */
  readonly title: string;
  /** What it means, in the report's language. */
  readonly explanation: string;
  /** What it is about, where the id alone does not say: a certificate's subject, a version, a suite. */
  readonly subject?: string;
  /** How many pieces of evidence there are; `evidence` shows at most 20 of them. */
  readonly count: number;
  /** What proves it, at most 20 pieces. */
  readonly evidence: readonly FindingEvidence[];
  /** Other causes (ids of findings) that were ruled out, and why. */
  readonly excluded: readonly { readonly id: string; readonly why: string }[];
  /** What to do, in the order to try. */
  readonly remedies: readonly Remedy[];
}

/** True when `severity` is at or above `threshold`. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}
