/** `explain <id>`: what a finding means, what proves it, what to do, and what is known beside; or a table of what is known. */

import { type Fact, factsAbout, factsNamed } from '../../cisco/index.ts';
import { explain } from '../../diagnose/index.ts';
import type { Language, Remedy } from '../../evidence/index.ts';
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
  const table = factsNamed(id);
  if (table !== null) {
    const lines = [
      page.palette.bold(`${table.id}  ${table.title[language]}`),
      ...factLines(page, table.facts, language),
    ];
    stdout.write(`${lines.join('\n')}\n`);
    return;
  }
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
    ...backgroundLines(page, id, language),
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

function backgroundLines(page: Page, id: string, language: Language): string[] {
  const facts = factsAbout(id);
  const heading = page.palette.bold(cliMessages[language].background);
  return facts.length === 0 ? [] : ['', heading, ...factLines(page, facts, language, false)];
}

/** @param apart with an empty line before each, and its id. */
function factLines(page: Page, facts: readonly Fact[], language: Language, apart = true): string[] {
  const { dim } = page.palette;
  const words = cliMessages[language];
  return facts.flatMap(({ id, about, says, standing, source }) => [
    ...(apart ? ['', `  ${about[language]}  ${dim(id)}`] : []),
    ...paragraph(page, apart ? says[language] : `- ${about[language]}: ${says[language]}`, apart ? 4 : 2),
    ...paragraph(page, `${words.source}: ${source} (${words.standing[standing]})`, 4, dim),
  ]);
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
