/** Finding: one thing that is wrong (or worth knowing), with its proof, what was ruled out, and what to do. */

export const severities = ['info', 'low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];
/** Failure pattern of the source article; it has no pattern 3. */
export type Pattern = 1 | 2 | 4 | 5 | 'sftunnel' | null;
export type Confidence = 'proven' | 'likely' | 'possible';
export type Language = 'en' | 'ja';

export interface FindingEvidence {
  readonly kind: 'attempt' | 'packet' | 'certificate' | 'log-line' | 'file';
  /** Attempt id, packet number, certificate SHA-256, line or file name. */
  readonly ref: string;
  /** One line, in the report's language. */
  readonly text: string;
}

export interface Remedy {
  readonly id: string;
  readonly text: string;
  readonly commands?: readonly string[];
  readonly verify?: string;
  readonly source?: string;
}

export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly pattern: Pattern;
  readonly confidence: Confidence;
  readonly title: string;
  readonly explanation: string;
  /** What it is about, where the id alone does not say: a certificate's subject, a version, a suite. */
  readonly subject?: string;
  /** How many pieces of evidence there are; `evidence` shows at most 20 of them. */
  readonly count: number;
  readonly evidence: readonly FindingEvidence[];
  readonly excluded: readonly { readonly id: string; readonly why: string }[];
  readonly remedies: readonly Remedy[];
}

/** True when `severity` is at or above `threshold`. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}
