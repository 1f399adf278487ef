/** Columns that text takes on a terminal, and padding, cutting and wrapping by them (Unicode UAX #11, East Asian Width). */

/** Wide and Fullwidth ranges, both ends inclusive, in ascending order. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26aa, 0x26ab],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2753, 0x2757],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2ff],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Text of which every character takes one column: most of what there is. */
const latin = /^[\u0000-\u02ff]*$/;
const noWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Characters that may not begin a line in Japanese typesetting (JIS X 4051), and closing marks of Latin text. */
const notAtStart = '、。，．・：；？！）」』】〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.;:!?)]}';
/** Characters that may not end a line. */
const notAtEnd = '（「『【〔〈《([{';

/** Columns that `text` takes: 2 for wide characters, 0 for combining ones. `text` holds no control characters. */
export function displayWidth(text: string): number {
  if (latin.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += characterWidth(character);
  return columns;
}

/** `text` filled with spaces on the right up to `columns`; unchanged when it is as wide already. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** `text` cut to at most `columns`, the cut shown by `…`. */
export function cutColumns(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > columns - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/**
 * `text` in lines of at most `columns`: broken at spaces, and between wide characters where Japanese typesetting allows
 * it. A word that is longer than a line is broken where the line ends.
 */
export function wrapColumns(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of piecesOf(text, columns)) {
    const needed = displayWidth(piece.trimEnd());
    if (used > 0 && used + needed > columns) {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
    }
    line += piece;
    used += displayWidth(piece);
  }
  if (line !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** The parts between which a line may be broken; together they are `text`. */
function piecesOf(text: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  let previous = '';
  for (const character of text) {
    const width = characterWidth(character);
    if (piece !== '' && (mayBreak(previous, character) || used + width > columns)) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += width;
    previous = character;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

function mayBreak(before: string, after: string): boolean {
  if (after === ' ') return false;
  if (before === ' ') return true;
  if (notAtStart.includes(after) || notAtEnd.includes(before)) return false;
  return characterWidth(before) === 2 || characterWidth(after) === 2;
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (noWidth.test(character)) return 0;
  return wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}
