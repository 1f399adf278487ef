/** What a finding means, without any evidence at hand: the text behind `explain <id>` and the documentation. */

import type { Language, Pattern, Remedy, Severity } from '../../evidence/index.ts';
import { messages } from '../messages/index.ts';
import { type FindingId, findingCatalogue, isFindingId } from './catalogue.ts';
import { unknownFinding } from './finding.ts';
import { remediesFor } from './remedies.ts';

export interface Explanation {
  readonly id: FindingId;
  readonly severity: Severity;
  readonly pattern: Pattern;
  readonly title: string;
  /** What it means and what the user sees of it. */
  readonly explanation: string;
  /** What proves it. */
  readonly evidenceNeeded: string;
  readonly remedies: readonly Remedy[];
}

/**
 * Explains a finding.
 * @throws HarnessError `unknown-finding`, with the nearest ids as its hint.
 */
export function explain(id: string, language: Language = 'en'): Explanation {
  if (!isFindingId(id)) throw unknownFinding(id);
  const { title, explanation, evidenceNeeded } = messages[language].findings[id];
  return { id, ...findingCatalogue[id], title, explanation, evidenceNeeded, remedies: remediesFor([id], language) };
}
