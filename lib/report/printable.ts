/** Names from the network made safe to print: no control, bidi or line-breaking character reaches a terminal. */

/**
 * C0 and C1 controls, DEL, line and paragraph separators, bidi marks and overrides, zero-width and invisible format
 * characters. A certificate's subject with an escape sequence in it must not drive the reader's terminal.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u2028\u2029]/gu;

/** `text` with every unsafe character written as `\u{…}` (line feeds and tabs too: one value is one line). */
export function printable(text: string): string {
  return text.replaceAll(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** As `printable`, for texts of our own that may hold several lines: each line on its own. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map(printable);
}
