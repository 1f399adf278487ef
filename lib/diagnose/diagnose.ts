/** From a report's observations to its findings. */

import {
  type Confidence,
  type DiagnosisInput,
  type Finding,
  type Language,
  type Severity,
  severities,
} from '../evidence/index.ts';
import { findingCatalogue } from './catalogue.ts';
import { factsOf } from './facts.ts';
import { type FindingDraft, finding } from './finding.ts';
import { messages } from './messages/index.ts';
import { rules } from './rules/index.ts';

/**
 * The findings of a report, the most severe first, then by id and subject. Pure: the same report gives the same findings, a
 * saved one too. Total: what is missing or damaged in it is not known, and nothing is claimed of it.
 */
export function diagnose(input: DiagnosisInput, options: { readonly language?: Language } = {}): Finding[] {
  const { language = 'en' } = options;
  const facts = factsOf(input);
  const { say } = messages[language];
  const drafts = merged(rules.flatMap((rule) => rule(facts, say)));
  return drafts.sort(bySeverity).map((draft) => finding(draft, language));
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
  };
}

/** Each once, by what it says. */
function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function bySeverity(a: FindingDraft, b: FindingDraft): number {
  const keys = ({ id, subject, key }: FindingDraft): string[] => [id, subject ?? '', key ?? ''];
  const bySeverity = severities.indexOf(severityOf(b)) - severities.indexOf(severityOf(a));
  if (bySeverity !== 0) return bySeverity;
  const [left, right] = [keys(a), keys(b)];
  for (const [i, key] of left.entries()) if (key !== right[i]) return key < (right[i] as string) ? -1 : 1;
  return 0;
}

function severityOf({ id, severity }: FindingDraft): Severity {
  return severity ?? findingCatalogue[id].severity;
}

function higher(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) >= severities.indexOf(b) ? a : b;
}

const confidences: readonly Confidence[] = ['possible', 'likely', 'proven'];

function surer(a: Confidence, b: Confidence): Confidence {
  return confidences.indexOf(a) >= confidences.indexOf(b) ? a : b;
}
