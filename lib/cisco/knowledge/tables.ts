/** All tables, in the order of the documentation, and what is in them by id and by finding. */

import { hotfixFacts } from './hotfix-facts.ts';
import { noticeFacts } from './notices.ts';
import { pathFacts } from './path.ts';
import type { Fact, FactTable } from './row.ts';
import { sftunnelFacts } from './sftunnel.ts';
import { tlsFacts } from './tls.ts';

export const factTables: readonly FactTable[] = [tlsFacts, pathFacts, sftunnelFacts, hotfixFacts, noticeFacts];

/** The table of that id, the fact of that id as a table of one, or null. */
export function factsNamed(id: string): FactTable | null {
  for (const table of factTables) {
    if (table.id === id) return table;
    const fact = table.facts.find((one) => one.id === id);
    if (fact !== undefined) return { ...table, facts: [fact] };
  }
  return null;
}

/** What is known beside a finding's own explanation. */
export function factsAbout(finding: string): Fact[] {
  return factTables.flatMap(({ facts }) => facts.filter(({ concerns }) => concerns.includes(finding)));
}
