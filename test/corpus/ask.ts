/** Script: asks the tshark of this machine of every capture below a folder, for `npm run agreement -- FOLDER`. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askTshark } from './tshark.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Give a folder with captures.');
const lines: string[] = [];
for (const file of captures(folder)) lines.push(`${JSON.stringify(await askTshark(join(folder, file), file))}\n`);
mkdirSync(join(folder, 'oracle'), { recursive: true });
writeFileSync(join(folder, 'oracle/tshark.jsonl'), lines.join(''));
console.log(`${lines.length} captures`);

function captures(below: string): string[] {
  return readdirSync(below, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(pcap\w*|cap|trace|snoop)(\.gz|\.zst)?$/iu.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).slice(below.length).replace(/^\/+/u, ''))
    .toSorted();
}
