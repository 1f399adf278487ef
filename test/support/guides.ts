/**
 * The guides and the examples they show. A code block of a guide stands behind a comment that names its example
 * (`<!-- docs/examples/check-a-target.ts -->`) and is that file's region "snippet". Run as a script (`npm run docs`) it
 * copies the examples into the guides.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Guides with code of their own. */
export const guides = ['README.md', 'README.ja.md', 'docs/captures.md', 'docs/matchers.md', 'docs/probes.md'];

/** Guides without any: only their links are checked. */
export const plainGuides = [
  'docs/certificates.md',
  'docs/certificates.ja.md',
  'docs/logs.md',
  'docs/logs.ja.md',
  'docs/sftunnel.md',
  'docs/sftunnel.ja.md',
  'docs/pppoe-1454.md',
  'docs/pppoe-1454.ja.md',
];

export interface Block {
  readonly language: string;
  /** The example named before the block, null without one. */
  readonly source: string | null;
  readonly text: string;
}

const block = /(?:^<!-- (\S+) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

/** The code blocks of a guide. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(block)].map(([, source, language = '', text = '']) => ({
    source: source ?? null,
    language,
    text,
  }));
}

/** `markdown` with each block that names an example replaced by its snippet. @throws when there is no such example */
export function filled(markdown: string): string {
  return markdown.replace(block, (whole: string, source: string | undefined, language: string) =>
    source === undefined ? whole : `<!-- ${source} -->\n\`\`\`${language}\n${snippetOf(source)}\`\`\``,
  );
}

function snippetOf(file: string): string {
  const snippet = readFileSync(join(root, file), 'utf8').match(
    /^\/\/ #region snippet\n([\s\S]*?)^\/\/ #endregion$/m,
  )?.[1];
  if (snippet === undefined) throw new Error(`${file} has no region "snippet"`);
  return snippet;
}

if (process.argv[1] === import.meta.filename) {
  for (const guide of guides) writeFileSync(join(root, guide), filled(readFileSync(join(root, guide), 'utf8')));
}
