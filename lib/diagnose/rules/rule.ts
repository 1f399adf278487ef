/** What a rule is: facts in, drafts of findings out. */

import type { Facts } from '../facts/facts.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';

/** Pure; sees nothing but the facts. `say` makes the sentences about evidence in the report's language. */
export type Rule = (facts: Facts, say: Say) => readonly FindingDraft[];

/** Repeats on each side that a differential claim needs (rule 1 of inference). */
export const repeatsForClaim = 3;
