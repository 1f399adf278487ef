/** `doctor`: what this machine can do beyond plain TCP, what each ability is for, and how to get those that are missing. */

import type { Language } from '../../evidence/index.ts';
import type { Ability } from '../../net/index.ts';
import { createPage, displayWidth, type Page, padColumns, paragraph } from '../../report/index.ts';
import { toolVersion } from '../../version.ts';
import { abilityTexts, helpOf, reasonTextOf } from '../abilityTexts.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { planOutputs, writeDocument } from '../outputs.ts';
import type { Services } from '../services.ts';
import { colourOf, languageOf, widthOf } from '../terminal.ts';

export interface DoctorOptions {
  readonly json?: string | true;
  readonly lang?: string;
  readonly color: boolean;
}

/** @throws HarnessError `bad-option`, `unwritable-file` */
export async function doctorCommand(
  { json, lang, color }: DoctorOptions,
  { stdout, env }: Pick<Io, 'stdout' | 'env'>,
  services: Pick<Services, 'abilities'>,
): Promise<void> {
  const language = languageOf(lang, env);
  const places = planOutputs(json === undefined ? {} : { json });
  const startedAt = new Date().toISOString();
  const abilities = await services.abilities();
  if (places.json !== undefined) {
    const document = {
      schemaVersion: 1,
      tool: { name: 'helloprobe', version: toolVersion },
      command: 'doctor',
      startedAt,
      finishedAt: new Date().toISOString(),
      verdict: 'clean',
      findings: [],
      platform: { os: process.platform, arch: process.arch, node: process.versions.node },
      abilities,
    } as const;
    writeDocument(places.json, `${JSON.stringify(document, null, 2)}\n`, stdout);
  }
  if (places.json === '-') return;
  const page = createPage({ language, colour: colourOf(stdout, env, color), width: widthOf(stdout) });
  stdout.write(`${abilityLines(page, abilities, language).join('\n')}\n`);
}

function abilityLines(page: Page, abilities: readonly Ability[], language: Language): string[] {
  const words = cliMessages[language];
  const { bold, dim, green, yellow } = page.palette;
  const idWidth = Math.max(0, ...abilities.map(({ id }) => displayWidth(id)));
  const rows = abilities.flatMap((ability) => {
    const { id, available } = ability;
    const help = helpOf(ability, language);
    const { name, gives } = abilityTexts[language][id];
    const sign = available ? green('✔') : yellow('✖');
    const reason = available ? [] : paragraph(page, reasonTextOf(ability, language), indent + idWidth);
    return [
      `${sign} ${padColumns(id, idWidth)}  ${bold(name)}`,
      ...paragraph(page, gives, indent + idWidth, dim),
      ...reason,
      // A command is never broken into lines: it is there to be copied.
      ...(help === null
        ? []
        : 'command' in help
          ? [`${' '.repeat(indent + idWidth)}$ ${help.command}`]
          : paragraph(page, help.sentence, indent + idWidth)),
    ];
  });
  const there = abilities.filter(({ available }) => available).length;
  return [...rows, '', ...paragraph(page, words.abilities(there, abilities.length), 0)];
}

/** Columns left of the id's end: sign, space, and two spaces behind the id. */
const indent = 4;
