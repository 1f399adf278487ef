/** What each kind of client does and says, as a table for each finding. */

import type { ClientReaction } from '../../evidence/index.ts';
import { tableLines } from '../columns.ts';
import type { Page } from '../page.ts';

/** A row for each client; the finding stands above its rows. Without reactions nothing. */
export function saysLines(page: Page, reactions: readonly ClientReaction[]): string[] {
  const { certs } = page.words;
  const findings = [...new Set(reactions.map(({ finding }) => finding))];
  return findings.flatMap((finding) => {
    const rows = reactions.filter((reaction) => reaction.finding === finding);
    const said = ({ words, code }: ClientReaction): string => {
      const parts = [code, words === null ? null : `"${words}"`].filter((part) => part !== null);
      return parts.length === 0 ? certs.noWords : parts.join(page.words.comma);
    };
    const table = tableLines({ ...page, width: page.width - 2 }, [
      { head: certs.column.client, cells: rows.map(({ client }) => certs.client[client]) },
      { head: certs.column.does, cells: rows.map(({ does }) => certs.does[does]) },
      {
        head: certs.column.alert,
        cells: rows.map(({ alert }) => (alert === null ? '' : String(alert))),
        align: 'right',
      },
      { head: certs.column.words, cells: rows.map(said), least: 20, spill: true },
    ]);
    return [finding, ...table.map((line) => `  ${line}`)];
  });
}
