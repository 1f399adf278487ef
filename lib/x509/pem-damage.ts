/**
 * Where the base64 of a PEM block is damaged, line by line. Text that was copied from a picture or a document has lines that are
 * too long or too short, blanks, letters that base64 does not have, or lacks lines. What is wrong is told, never repaired: a
 * certificate that was guessed is worth nothing. Nothing here holds text of the block, which may be a private key.
 */

import type { Language, PemDamage } from '../evidence/index.ts';

export type { PemDamage } from '../evidence/index.ts';

/** Most lines told of one block; more are damaged in the same way. */
const maxPemDamage = 100;

/** A line of the block's body. */
export interface PemLine {
  readonly number: number;
  /** Without blanks around it. */
  readonly text: string;
}

/** What RFC 7468 §2 prescribes. */
const usualWidth = 64;

/**
 * What is wrong with the lines of a block, in their order, the whole last. At least one thing where the base64 cannot be decoded
 * and the reason shows; empty when every line by itself looks right.
 */
export function pemDamage(lines: readonly PemLine[]): PemDamage[] {
  const damage: PemDamage[] = [];
  const width = widthOf(lines);
  const last = lines.at(-1);
  for (const line of lines) {
    const wrong = wrongCharacters(line.text);
    if (wrong !== null) damage.push({ kind: 'character', line: line.number, ...wrong });
    const found = line.text.replaceAll(/\s/g, '').length;
    if (line === last ? found > width : found !== width)
      damage.push({ kind: 'length', line: line.number, found, expected: width });
    if (line === last ? /=[^=]|={3,}/.test(line.text) : line.text.includes('='))
      damage.push({ kind: 'padding', line: line.number });
    if (damage.length >= maxPemDamage) break;
  }
  const total = totalOf(lines, width);
  return [...damage.slice(0, maxPemDamage), ...(total === null ? [] : [total])];
}

/** Bytes that the DER header at the start announces, header included; null when it is none. */
export function declaredLength(bytes: Uint8Array): number | null {
  const [tag, first = 0] = bytes;
  if (tag !== 0x30 || bytes.length < 2) return null;
  if (first < 0x80) return first + 2;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 3 || bytes.length < 2 + octets) return null;
  return bytes.subarray(2, 2 + octets).reduce((length, byte) => length * 256 + byte, 0) + 2 + octets;
}

/** One sentence, without a full stop: `line 4 has 65 characters, the others have 64`. */
export function pemDamageText(damage: PemDamage, language: Language = 'en'): string {
  return sentences[language](damage);
}

const sentences: Record<Language, (damage: PemDamage) => string> = {
  en: (damage) => {
    switch (damage.kind) {
      case 'length':
        return `line ${damage.line} has ${counted(damage.found, 'character')}, it should have ${damage.expected}`;
      case 'character':
        return `line ${damage.line} has ${counted(damage.count, 'character')} that base64 does not have, the first in column ${damage.column}`;
      case 'padding':
        return `line ${damage.line} has "=" where the text goes on`;
      default:
        return `the block has ${counted(damage.found.characters, 'character')} in ${counted(damage.found.lines, 'line')}, its first bytes announce ${damage.expected.characters} in ${damage.expected.lines}`;
    }
  },
  ja: (damage) => {
    switch (damage.kind) {
      case 'length':
        return `${damage.line} 行目は ${damage.found} 文字です(正しくは ${damage.expected} 文字)`;
      case 'character':
        return `${damage.line} 行目に base64 にない文字が ${damage.count} 個あります(最初は ${damage.column} 文字目)`;
      case 'padding':
        return `${damage.line} 行目の途中に "=" があります`;
      default:
        return `ブロックは ${damage.found.lines} 行 ${damage.found.characters} 文字ですが、先頭のバイト列によれば ${damage.expected.lines} 行 ${damage.expected.characters} 文字のはずです`;
    }
  },
};

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The length that most lines but the last have; the usual one where that does not show. */
function widthOf(lines: readonly PemLine[]): number {
  const counts = new Map<number, number>();
  for (const { text } of lines.slice(0, -1)) counts.set(text.length, (counts.get(text.length) ?? 0) + 1);
  const [most] = [...counts].sort(([a, many], [b, few]) => few - many || near(a) - near(b));
  return most === undefined || (most[1] === 1 && counts.size > 1) ? usualWidth : most[0];
}

function near(width: number): number {
  return Math.abs(width - usualWidth);
}

function wrongCharacters(text: string): { column: number; count: number } | null {
  const wrong = [...text.matchAll(/[^A-Za-z0-9+/=]/gu)];
  return wrong[0] === undefined ? null : { column: wrong[0].index + 1, count: wrong.length };
}

/** The first bytes survive in most blocks; where they announce more or less than there is, whole lines may be missing. */
function totalOf(lines: readonly PemLine[], width: number): PemDamage | null {
  const last = lines.at(-1);
  const start = (lines[0]?.text ?? '').slice(0, 8);
  if (last === undefined || !/^[A-Za-z0-9+/]{8}$/.test(start)) return null;
  const bytes = declaredLength(Uint8Array.from(atob(start), (character) => character.charCodeAt(0)));
  if (bytes === null) return null;
  const characters = Math.ceil(bytes / 3) * 4;
  const found = lines.reduce((sum, { text }) => sum + text.replaceAll(/\s/g, '').length, 0);
  if (found === characters) return null;
  return {
    kind: 'total',
    line: last.number,
    found: { characters: found, lines: lines.length },
    expected: { characters, lines: Math.ceil(characters / width) },
  };
}
