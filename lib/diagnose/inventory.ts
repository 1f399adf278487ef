/** Findings of a tree of sftunnel files. */

import type { SftunnelInventory } from '../cisco/index.ts';
import type { Finding, Language } from '../evidence/index.ts';
import { Claims } from './findings/claims.ts';
import { messages } from './messages/index.ts';
import { inventoryRules } from './rules/sftunnel-files.ts';

export interface InventoryDiagnosisOptions {
  /** Clock of the judgement, ISO 8601. */
  readonly now: string;
  /** Default: English. */
  readonly language?: Language;
}

/** The findings of an inventory, the most severe first, then by id and subject. Pure. */
export function diagnoseInventory(
  inventory: SftunnelInventory,
  { now, language = 'en' }: InventoryDiagnosisOptions,
): Finding[] {
  const claims = new Claims(language);
  const { say } = messages[language];
  for (const rule of inventoryRules)
    for (const draft of rule(inventory, now, say)) claims.add({ ...draft, captured: false });
  return claims.findings();
}
