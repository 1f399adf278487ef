/** What the terminal and the environment say about language, colour and width. */

import type { Language } from '../evidence/index.ts';
import type { Io, Output } from './io.ts';
import { usageError } from './usage.ts';

/** `--lang`, else Japanese for a Japanese locale (LC_ALL, LC_MESSAGES, LANG, the first that is set), else English. */
export function languageOf(option: string | undefined, env: Io['env']): Language {
  if (option !== undefined) {
    if (option === 'en' || option === 'ja') return option;
    throw usageError(
      'bad-option',
      `The language ${JSON.stringify(option)} is not known.`,
      'Use --lang en or --lang ja.',
    );
  }
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale !== undefined && /^ja(?:[_.@-]|$)/i.test(locale) ? 'ja' : 'en';
}

/** `--no-color` first, then FORCE_COLOR (0 and false mean no), then NO_COLOR (any text), then whether it is a terminal. */
export function colourOf(output: Output, env: Io['env'], option: boolean): boolean {
  if (!option) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force.toLowerCase() !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return output.isTTY === true && env['TERM'] !== 'dumb';
}

/** Columns of the terminal; 80 when it is none, or does not know its size (0 columns). */
export function columnsOf({ columns }: Output): number {
  return columns === undefined || columns < 1 ? 80 : columns;
}

/** Columns to set text in: at most 100, as longer lines are hard to read. */
export function widthOf(output: Output): number {
  return Math.min(columnsOf(output), 100);
}
