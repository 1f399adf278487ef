/** Text that came from a peer, made fit for a terminal, a log and a table. */

/** Longest text kept of what a peer sent; the rest is cut and marked. */
const longest = 400;

/**
 * `text` with control, format and unpaired surrogate characters written as `\u{hex}` and cut at 400 characters: a certificate
 * may say it is issued by an escape sequence.
 */
export function printable(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
}
