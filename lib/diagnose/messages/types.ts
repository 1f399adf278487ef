/** What the messages of every language provide. */

import type { FindingId } from '../findings/catalogue.ts';
import type { RemedyId } from '../findings/remedies.ts';
import type { sayEn } from './evidence-en.ts';

export interface FindingText {
  readonly title: string;
  /** What it means, and what the user sees. */
  readonly explanation: string;
  /** What proves it. */
  readonly evidenceNeeded: string;
}

export interface RemedyText {
  readonly text: string;
  /** How to see that it helped. */
  readonly verify?: string;
  /** Where the advice comes from. */
  readonly source?: string;
}

export type FindingTexts = Readonly<Record<FindingId, FindingText>>;
/** What replaces a finding's title and explanation where its evidence is of a capture. */
export type CapturedTexts = Readonly<
  Partial<Record<FindingId, { readonly title?: string; readonly explanation: string }>>
>;
export type RemedyTexts = Readonly<Record<RemedyId, RemedyText>>;

/** Sentences about evidence and about excluded alternatives. */
export type Say = typeof sayEn;

export interface Messages {
  readonly findings: FindingTexts;
  readonly captured: CapturedTexts;
  /** The same where the evidence is of files. */
  readonly filed: CapturedTexts;
  readonly remedies: RemedyTexts;
  readonly say: Say;
}
