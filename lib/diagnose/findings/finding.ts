/** The one way to make a finding: from an id of the catalogue and its evidence, in a language. */

import type { Confidence, Finding, FindingEvidence, Language, Severity } from '../../evidence/index.ts';
import { HarnessError, nearest, printable } from '../../wire/index.ts';
import { messages } from '../messages/index.ts';
import { type FindingId, findingCatalogue, isFindingId } from './catalogue.ts';
import { type OtherProtocol, type RemedyId, type RemedyValues, remediesOf, remedyIdsOf } from './remedies.ts';

/** A finding as a rule states it; everything else follows from the catalogue and the language. */
export interface FindingDraft {
  readonly id: FindingId;
  readonly confidence: Confidence;
  /** Default: the catalogue's. */
  readonly severity?: Severity;
  /** What it is about where the id does not say: a certificate's subject, a version, a suite. The same in every language. */
  readonly subject?: string;
  /** By which name the subject was asked, where those that were asked by others, or none, are the same finding: shown behind it. */
  readonly name?: string;
  /** Keeps findings about different things with the same subject apart, such as two certificates of one name; not shown. */
  readonly key?: string;
  /** What was done, in the words of its rule, where the ids say in which way alone: findings about one subject that do the same are one. */
  readonly deed?: string;
  /** At least one; the first 20 are shown and all are counted. */
  readonly evidence: readonly FindingEvidence[];
  /** How many pieces there are in all, where `evidence` holds only the first ones. */
  readonly count?: number;
  /** True when the evidence is of a capture, where some findings mean something narrower. */
  readonly captured?: boolean;
  /** The same for files with certificates. */
  readonly filed?: boolean;
  /** Other findings that the same symptom could have meant, and why they are ruled out. */
  readonly excluded?: readonly { readonly id: FindingId; readonly why: string }[];
  /** Remedies of this finding, where the evidence tells which of them help. Default: all of them. */
  readonly remedies?: readonly RemedyId[];
  /** Other findings whose remedies are worth trying too, where the evidence does not decide between them. */
  readonly alternatives?: readonly FindingId[];
  /** What the witnesses speak, where that is not TLS directly on TCP: the commands of the remedies are others. */
  readonly over?: OtherProtocol | null;
  /** What was measured, for the commands of the remedies. */
  readonly values?: RemedyValues;
}

/** Pieces of evidence a finding shows. */
export const shownEvidence = 20;

/**
 * Makes a finding.
 * @throws HarnessError `unknown-finding` for an id that is not in the catalogue, `no-evidence` when there is none: both are
 * bugs of the caller, since a claim without proof is worth nothing.
 */
export function finding(draft: FindingDraft, language: Language = 'en'): Finding {
  const { id, subject, evidence, confidence } = draft;
  if (!isFindingId(id)) throw unknownFinding(id);
  if (evidence.length === 0) {
    throw new HarnessError('no-evidence', `The finding ${id} was made without evidence.`, {
      hint: 'Name at least one attempt, packet, certificate, log line or file that shows it.',
    });
  }
  const { findings, captured, filed } = messages[language];
  const { title, explanation } = {
    ...findings[id],
    ...(draft.captured === true ? captured[id] : draft.filed === true ? filed[id] : {}),
  };
  return {
    id,
    severity: draft.severity ?? findingCatalogue[id].severity,
    pattern: findingCatalogue[id].pattern,
    confidence,
    title,
    explanation,
    ...(subject === undefined ? {} : { subject: safe(subject) }),
    count: Math.max(draft.count ?? 0, evidence.length),
    evidence: evidence
      .slice(0, shownEvidence)
      .map(({ kind, ref, text }) => ({ kind, ref: safe(ref), text: safe(text) })),
    excluded: (draft.excluded ?? []).map((other) => ({ id: other.id, why: safe(other.why) })),
    remedies: remediesOf(
      [...(draft.remedies ?? remedyIdsOf(id)), ...(draft.alternatives ?? []).flatMap(remedyIdsOf)],
      language,
      draft.values,
      draft.over,
    ),
  };
}

/** The error for an id that is not in the catalogue, with the ids that look most like it. */
export function unknownFinding(id: string): HarnessError<'unknown-finding'> {
  const near = nearestIds(id);
  return new HarnessError('unknown-finding', `There is no finding "${safe(id)}".`, {
    hint: near.length === 0 ? 'The ids are listed by: helloprobe list findings' : `Did you mean ${near.join(', ')}?`,
  });
}

/** Up to three ids that look like `text`, or whose part behind the area does, best first. */
function nearestIds(text: string): string[] {
  const ids = Object.keys(findingCatalogue);
  const byLastPart = new Map(ids.map((id) => [id.slice(id.indexOf('.') + 1), id]));
  const near = [...nearest(text, ids), ...nearest(text, byLastPart.keys()).map((part) => byLastPart.get(part) ?? part)];
  return [...new Set(near)].slice(0, 3);
}

/** Longest text kept of what a peer sent; the rest is cut and marked. */
const longest = 400;

/** A certificate may say it is issued by an escape sequence. */
function safe(text: string): string {
  return printable(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
