/** Text for people: names from the network made safe to print, and the words that a mistyped one looks like. */

/**
 * C0 and C1 controls, DEL, line and paragraph separators, bidi marks and overrides, zero-width and other invisible format
 * characters, unpaired surrogates, private use: what could drive a terminal, or forge a line of a report. For `replaceAll`.
 */
export const unprintable: RegExp = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u2028\u2029]/gu;

/** `text` with every unprintable character written as `\u{hex}`; line feeds and tabs too, since one value is one line. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** What an error of the operating system says, in words; its code where there are none for it, and other errors as they are. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return systemReasons[code] ?? (code === '' ? String(error) : code);
}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'there is a file of that name',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is not a folder',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
};

/**
 * Up to three of `candidates` that look like `word`, best first; none when all are far away. Upper and lower case are the
 * same; three letters or more that stand in a candidate count as near.
 */
export function nearest(word: string, candidates: Iterable<string>): string[] {
  const wanted = word.slice(0, longestWord).toLowerCase();
  return [...candidates]
    .map((candidate) => ({ candidate, distance: farness(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** More of a word is not compared: the time grows with its length. */
const longestWord = 80;

function farness(wanted: string, candidate: string): number {
  if (wanted === candidate) return 0;
  return wanted.length >= 3 && candidate.includes(wanted) ? 0.5 : editDistance(wanted, candidate);
}

/** Levenshtein distance: insertions, deletions and replacements that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
