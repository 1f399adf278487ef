/** Recorded handshakes that nobody in this project wrote, as lines of JSON; empty where they are not there. */

import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../shared/corpus/tls/', import.meta.url);

export function corpusLines<T>(name: string): T[] {
  return corpusText(`${name}/vectors.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

export function corpusText(path: string): string {
  const file = new URL(path, folder);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Records of one file each (`{name, hex}`), by name. */
export function corpusRecords(name: string): Map<string, string> {
  return new Map(corpusLines<{ name: string; hex: string }>(name).map(({ name: key, hex }) => [key, hex]));
}
