/** The table of known log lines in the guides, made from the grammar. Run as a script (`npm run docs`) it writes them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { grammarRows } from '../../lib/cisco/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** By language: the file and the heads of its table. */
export const logGuides = [
  { file: 'docs/logs.md', heads: ['row', 'words', 'tells of', 'known from'] },
  { file: 'docs/logs.ja.md', heads: ['行の種類', '語句', '内容', '出典'] },
] as const;

/** The guide with its table as the grammar has it now. */
export function withGrammars({ file, heads }: (typeof logGuides)[number]): string {
  const text = readFileSync(`${root}${file}`, 'utf8');
  const rows = Object.values(grammarRows).flatMap((dialect) =>
    dialect.map(({ id, words, kind, source }) => {
      const shown = words === '' ? `%ASA-…-${id.split('.')[1] ?? ''}` : words.trim();
      return `| \`${id}\` | \`${shown.replaceAll('|', '\\|')}\` | ${kind} | ${source} |`;
    }),
  );
  const table = [`| ${heads.join(' | ')} |`, '| --- | --- | --- | --- |', ...rows].join('\n');
  return text.replace(
    /<!-- grammars -->[\s\S]*?<!-- \/grammars -->/,
    () => `<!-- grammars -->\n${table}\n<!-- /grammars -->`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const guide of logGuides) writeFileSync(`${root}${guide.file}`, withGrammars(guide));
}
