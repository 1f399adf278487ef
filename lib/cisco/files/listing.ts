/** `ls -hal` of a peer's folder: who owns the files, who may read them, which are empty, and names that are no names. */

import { Diagnostics, field, linesOf } from './text.ts';
import type { DirectoryListing, ListedFile, Parsed } from './types.ts';

const row =
  /^([-dlbcps])([r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-])[.+@]? +\d{1,9} +(\S{1,64}) +(\S{1,64}) +(\d[\d.,]{0,15}[KMGTP]?) +([A-Z][a-z]{2} +\d{1,2} +(?:\d{2}:\d{2}|\d{4})) (.{1,255})$/;
const kinds: Readonly<Record<string, ListedFile['kind']>> = { '-': 'file', d: 'directory', l: 'link' };

/** Reads the output of `ls -l` and its kin, or a terminal session that shows it; the prompt tells the folder. */
export function parseListing(text: string): Parsed<DirectoryListing> {
  const diagnostics = new Diagnostics();
  const files: ListedFile[] = [];
  let folder: string | null = null;
  for (const { number, text: line, command } of linesOf(text, diagnostics)) {
    if (command !== null) {
      folder = /^[\w.-]+@[\w.-]+:(\/\S{0,1024})[#$]/.exec(line)?.[1] ?? folder;
      continue;
    }
    if (line.trim() === '' || /^total \S{1,16}$/.test(line.trim())) continue;
    const match = row.exec(line.trim());
    if (match === null) {
      diagnostics.add(number, 'not-understood');
      continue;
    }
    const [, type, bits, owner, group, size, modified, name] = match as unknown as string[] & { length: 8 };
    files.push({
      name: field(name as string),
      kind: kinds[type as string] ?? 'other',
      mode: modeOf(bits as string),
      owner: field(owner as string),
      group: field(group as string),
      size: size as string,
      isEmpty: size === '0',
      modified: (modified as string).replaceAll(/ +/g, ' '),
      folder: folder === null ? null : field(folder),
      line: number,
    });
  }
  return diagnostics.result({ files });
}

/** The rows again, without the number of links. */
export function listingText({ files }: DirectoryListing): string {
  return files
    .map(({ kind, mode, owner, group, size, modified, name }) => {
      const type = Object.keys(kinds).find((letter) => kinds[letter] === kind) ?? 'p';
      return `${type}${modeText(mode)} 1 ${owner} ${group} ${size} ${modified} ${name}\n`;
    })
    .join('');
}

/** Permission bits of `rw-r--r--`; set-id and sticky letters count for what they say of the execute bit. */
function modeOf(bits: string): number {
  return Array.from(bits).reduce((mode, letter) => mode * 2 + (/[-ST]/.test(letter) ? 0 : 1), 0);
}

/** `rw-r--r--` of permission bits. */
export function modeText(mode: number): string {
  return Array.from('rwxrwxrwx')
    .map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : '-'))
    .join('');
}
