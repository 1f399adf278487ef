/** The Japanese of an error's sentence and of its hint, with the values of the English one. */

import { errorHintsJa, errorWordsJa } from './errorHints.ts';
import { errorSentencesJa } from './errorSentences.ts';

type Texts = Readonly<Record<string, string>>;

/** The sentence in Japanese; null when there is none for it under this code. */
export function sentenceInJapanese(code: string, english: string): string | null {
  const texts = Object.hasOwn(errorSentencesJa, code) ? errorSentencesJa[code] : undefined;
  return texts === undefined ? null : said(english, texts);
}

/** What to do, in Japanese; null when there is none for it. */
export function hintInJapanese(english: string): string | null {
  return said(english, errorHintsJa);
}

function said(english: string, texts: Texts): string | null {
  // A word that has a row of its own is no pattern with values: "no such file or folder" is not a choice of two.
  if (Object.hasOwn(texts, english)) return texts[english] ?? null;
  for (const [pattern, japanese] of Object.entries(texts)) {
    const values = valuesIn(english, pattern);
    if (values === null) continue;
    const told = values.map((value) => said(value, errorWordsJa) ?? (value === english ? null : said(value, texts)));
    // Without words of its own a pattern fits everything: it stands only for what is known behind it.
    if (!/[A-Za-z]/.test(pattern) && told.at(-1) === null) continue;
    return japanese.replaceAll(/\{(\d)\}/g, (_, index: string) => told[Number(index)] ?? values[Number(index)] ?? '');
  }
  return null;
}

/** What stands where `pattern` has `{}`; a value in quotation marks is taken whole. Null when the text is another one. */
function valuesIn(text: string, pattern: string): string[] | null {
  const parts = pattern.split('{}').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  const match = new RegExp(String.raw`^${parts.join(String.raw`("(?:[^"\\]|\\.)*"|.+?)`)}$`, 's').exec(text);
  return match === null ? null : match.slice(1);
}
