/** From a report's observations to its findings. */

import type { DiagnosisInput, Finding, Language } from '../evidence/index.ts';
import { type CaptureDiagnosisInput, diagnoseCapture } from './capture/capture.ts';
import { factsOf } from './facts/facts.ts';
import { isObject } from './facts/read.ts';
import { type FilesDiagnosisInput, factsOfFiles } from './files.ts';
import { type FindingDraft, finding } from './findings/finding.ts';
import { bySeverity, higher, severityOf, surer } from './findings/order.ts';
import { diagnoseLog, type LogDiagnosisInput } from './log/log.ts';
import { messages } from './messages/index.ts';
import { rules } from './rules/index.ts';

/**
 * The findings of a report, the most severe first, then by id and subject. Pure: the same report gives the same findings, a
 * saved one too. Total: what is missing or damaged in it is not known, and nothing is claimed of it.
 * @param input report of a live target, of a capture, or of logs
 */
export function diagnose(input: AnyInput, options: { readonly language?: Language } = {}): Finding[] {
  const { language = 'en' } = options;
  if (isCapture(input)) return diagnoseCapture(input, options);
  if (isLog(input)) return diagnoseLog(input, options);
  const filed = isFiles(input);
  const facts = filed ? factsOfFiles(input) : factsOf(input);
  const { say } = messages[language];
  const drafts = merged(rules.flatMap((rule) => rule(facts, say)));
  return drafts.sort(bySeverity).map((draft) => finding({ ...draft, filed }, language));
}

type AnyInput = DiagnosisInput | CaptureDiagnosisInput | LogDiagnosisInput | FilesDiagnosisInput;

function isFiles(input: AnyInput): input is FilesDiagnosisInput {
  return isObject(input) && 'files' in input && 'comparisons' in input;
}

function isLog(input: AnyInput): input is LogDiagnosisInput {
  return isObject(input) && 'episodes' in input;
}

function isCapture(input: AnyInput): input is CaptureDiagnosisInput {
  return isObject(input) && 'conversations' in input;
}

/** Drafts of the same thing become one, with the evidence of all. */
function merged(drafts: readonly FindingDraft[]): FindingDraft[] {
  const byThing = new Map<string, FindingDraft>();
  for (const draft of drafts) {
    const thing = JSON.stringify([draft.id, draft.subject ?? null, draft.key ?? null]);
    const known = byThing.get(thing);
    byThing.set(thing, known === undefined ? { ...draft, evidence: distinct(draft.evidence) } : joined(known, draft));
  }
  return [...byThing.values()];
}

function joined(a: FindingDraft, b: FindingDraft): FindingDraft {
  const alternatives = [...new Set([...(a.alternatives ?? []), ...(b.alternatives ?? [])])];
  return {
    ...a,
    severity: higher(severityOf(a), severityOf(b)),
    confidence: surer(a.confidence, b.confidence),
    evidence: distinct([...a.evidence, ...b.evidence]),
    excluded: distinct([...(a.excluded ?? []), ...(b.excluded ?? [])]),
    alternatives,
    ...(a.values === undefined && b.values !== undefined ? { values: b.values } : {}),
  };
}

/** Each once, by what it says. */
function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
