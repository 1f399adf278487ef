/** Findings of a capture, conversation by conversation: the same rules as for live probes, in bounded memory. */

import type {
  CapturedCertificate,
  CaptureReport,
  Certificate,
  ChainAssessment,
  Conversation,
  FailedConnections,
  Finding,
  Judgement,
  Language,
  UnansweredArp,
} from '../evidence/index.ts';

export interface CaptureDiagnosis {
  /** Judges one conversation; keeps nothing of it but the findings' evidence (at most 20 pieces each, the rest counted). */
  conversation(conversation: Conversation): void;
  failed(connections: FailedConnections): void;
  arp(unanswered: UnansweredArp): void;
  /** The findings, the most severe first, then by id and subject. */
  finish(): Finding[];
}

export interface CaptureContext {
  readonly judgement: Judgement;
  /** Default: English. */
  readonly language?: Language;
  /** A certificate that a conversation names; undefined when it was not kept or cannot be read. */
  certificate(sha256: string): CapturedCertificate | Certificate | undefined;
  /** What a server's chain as sent is worth; undefined when it was not assessed. */
  assessment(chain: readonly string[]): ChainAssessment | undefined;
}

export function captureDiagnosis(_context: CaptureContext): CaptureDiagnosis {
  return { conversation() {}, failed() {}, arp() {}, finish: () => [] };
}

/** What `diagnoseCapture` needs of a report; a saved one has it all. */
export type CaptureDiagnosisInput = Pick<
  CaptureReport,
  'judgement' | 'conversations' | 'certificates' | 'chains' | 'failedConnections' | 'unansweredArp'
>;

export function diagnoseCapture(
  _report: CaptureDiagnosisInput,
  _options: { readonly language?: Language } = {},
): Finding[] {
  return [];
}
