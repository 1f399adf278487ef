/** What a user sees of an error: one sentence and what to do, an exit code, and the stack only with `--debug`. */

import type { CommanderError } from 'commander';
import type { Language } from '../evidence/index.ts';
import type { ExitCode } from '../report/index.ts';
import { HarnessError, printable } from '../wire/index.ts';
import { hintInJapanese, sentenceInJapanese } from './errorJapanese.ts';
import { commanderTextsJa, errorTextsJa, internalErrorJa, otherUsageJa } from './errorTexts.ts';
import type { Io, Output } from './io.ts';
import { languageOf } from './terminal.ts';

/** Exit codes of errors that are not the user's mistake (2): an ability is missing, or the fault is the tool's or the machine's. */
const exitCodes: Readonly<Record<string, ExitCode>> = {
  'missing-ability': 5,
  'no-namespaces': 5,
  'lab-setup': 4,
  'lab-ended': 4,
  'lab-task': 4,
  'no-evidence': 4,
  'no-control': 4,
  'cannot-listen': 4,
  'out-of-resources': 4,
};

const whereHelpIs = 'Run helloprobe --help, or helloprobe COMMAND --help, for what there is.';

/** Prints the error and gives the exit code that goes with it. */
export function reportError(error: unknown, stderr: Output, debug: boolean, language: Language = 'en'): ExitCode {
  const { sentence, hint, code } = describe(error);
  const told =
    language === 'ja' ? inJapanese(error, sentence, hint) : [sentence, ...(hint === undefined ? [] : [hint])];
  const lines = [...told, ...lookUp(error, hint, language)];
  stderr.write(`helloprobe: ${lines.map((line) => `${printable(line)}\n`).join('  ')}`);
  if (debug && error instanceof Error) stderr.write(`${error.stack ?? String(error)}\n`);
  return code;
}

/** The language for errors: as for everything else, but a wrong `--lang` is itself told in that of the locale. */
export function errorLanguage(argv: readonly string[], env: Io['env']): Language {
  const at = argv.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const option = argv[at] === '--lang' ? argv[at + 1] : argv[at]?.slice('--lang='.length);
  return languageOf(option === 'en' || option === 'ja' ? option : undefined, env);
}

/** True when commander threw only to say that help or the version was asked for and printed. */
export function isHelp(error: unknown): boolean {
  return isCommanderError(error) && error.exitCode === 0;
}

/** What an error is looked up by in docs/errors.md; a mistake that commander finds has no code there: where help is, instead. */
function lookUp(error: unknown, hint: string | undefined, language: Language): string[] {
  if (error instanceof HarnessError)
    return [language === 'ja' ? `エラーコード: ${error.code}` : `Error code: ${error.code}`];
  if (!isCommanderError(error) || hint === undefined || !hint.startsWith('Did you mean')) return [];
  return [language === 'ja' ? (hintInJapanese(whereHelpIs) ?? whereHelpIs) : whereHelpIs];
}

function describe(error: unknown): { sentence: string; hint?: string | undefined; code: ExitCode } {
  if (error instanceof HarnessError)
    return { sentence: error.message, hint: error.hint, code: exitCodes[error.code] ?? 2 };
  if (isCommanderError(error)) return { ...describeUsage(error.message), code: 2 };
  return {
    sentence: `Internal error: ${error instanceof Error ? error.message : String(error)}.`.replace(/\.\.$/, '.'),
    hint: 'Please report it, with the command and its output; run again with --debug for the stack.',
    code: 4,
  };
}

/** The sentence and what to do; where a sentence is told in English alone, what its code means comes first and it stands under that. */
function inJapanese(error: unknown, sentence: string, hint: string | undefined): string[] {
  if (!(error instanceof HarnessError || isCommanderError(error))) return [internalErrorJa, sentence];
  const texts = error instanceof HarnessError ? errorTextsJa : commanderTextsJa;
  const said = sentenceInJapanese(error.code, sentence);
  return [
    ...(said === null ? [textOf(texts, error.code) ?? otherUsageJa, sentence] : [said]),
    ...(hint === undefined ? [] : [hintInJapanese(hint) ?? hint]),
  ];
}

function textOf(texts: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/** Commander writes `error: unknown option '--x'`, and its suggestion on a second line in parentheses. */
function describeUsage(message: string): { sentence: string; hint: string } {
  // A command with subcommands, called without one: its help has been printed.
  if (message === '(outputHelp)') return { sentence: 'No command was given.', hint: 'The commands are listed above.' };
  const [first = '', second = ''] = message.replace(/^error: /, '').split('\n');
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`;
  const near = /^\((.*)\)$/.exec(second.trim())?.[1];
  return { sentence, hint: near ?? whereHelpIs };
}

/** By its code: the name of an error is that of its class, which a bundle may rename. */
function isCommanderError(error: unknown): error is CommanderError {
  if (!(error instanceof Error && 'code' in error && 'exitCode' in error)) return false;
  return typeof error.code === 'string' && error.code.startsWith('commander.');
}
