/** `explain <id>`: what a finding means, what proves it, what to do. */

import { explain } from '../../diagnose/index.ts';
import type { Remedy } from '../../evidence/index.ts';
import { createPage, type Page, paragraph } from '../../report/index.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { colourOf, languageOf, widthOf } from '../terminal.ts';

export interface ExplainOptions {
  readonly lang?: string;
  readonly color: boolean;
}

/** @throws HarnessError `unknown-finding` */
export function explainCommand(id: string, { lang, color }: ExplainOptions, { stdout, env }: Io): void {
  const language = languageOf(lang, env);
  const words = cliMessages[language];
  const page = createPage({ language, colour: colourOf(stdout, env, color), width: widthOf(stdout) });
  const { title, severity, pattern, explanation, evidenceNeeded, remedies } = explain(id, language);
  const { bold, dim } = page.palette;
  const facts = [words.severities[severity], ...(pattern === null ? [] : [words.pattern(String(pattern))])];
  const lines = [
    bold(`${id}  ${title}`),
    dim(`${words.severity}: ${facts.join(' · ')}`),
    '',
    bold(words.means),
    ...paragraph(page, explanation, 2),
    '',
    bold(words.proof),
    ...paragraph(page, evidenceNeeded, 2),
    ...(remedies.length === 0 ? [] : ['', bold(words.remedies)]),
    ...remedies.flatMap((remedy, index) => remedyLines(page, remedy, index + 1, words)),
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

function remedyLines(
  page: Page,
  { text, commands = [], verify, source }: Remedy,
  number: number,
  words: (typeof cliMessages)['en'],
): string[] {
  const { dim } = page.palette;
  const [first = '', ...rest] = text.split('\n').flatMap((line) => paragraph(page, line, 5));
  return [
    `  ${number}. ${first.trimStart()}`,
    ...rest,
    ...commands.map((command) => `     $ ${command}`),
    ...(verify === undefined ? [] : paragraph(page, `${words.verify}: ${verify}`, 5)),
    ...(source === undefined ? [] : paragraph(page, `${words.source}: ${source}`, 5, dim)),
  ];
}
