/** `list [kind]`: what there is to choose from, one line each. */

import type { Language } from '../../evidence/index.ts';
import { displayWidth, padColumns } from '../../report/index.ts';
import {
  alerts,
  cipherSuites,
  codeText,
  extensionTypes,
  groups,
  type Registry,
  signatureSchemes,
  tlsVersions,
} from '../../wire/index.ts';
import { abilityTexts } from '../abilityTexts.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { languageOf } from '../terminal.ts';
import { suggestion, usageError } from '../usage.ts';

interface Kind {
  readonly about: Readonly<Record<Language, string>>;
  /** Columns of each line. */
  rows(language: Language): Promise<readonly (readonly string[])[]>;
}

const kinds: Readonly<Record<string, Kind>> = {
  probes: {
    about: { en: 'probes, for --only and --skip', ja: 'プローブ(--only、--skip で指定)' },
    rows: async (language) => {
      const { builtinProbes } = await import('../../../probes/index.ts');
      return builtinProbes.map(({ id, title }) => [id, title[language]]);
    },
  },
  findings: {
    about: {
      en: 'findings; each is explained by helloprobe explain <id>',
      ja: '検出項目(説明は helloprobe explain <id>)',
    },
    rows: async (language) => {
      const { explain, findingIds } = await import('../../diagnose/index.ts');
      return findingIds.map((id) => {
        const { severity, title } = explain(id, language);
        return [id, cliMessages[language].severities[severity], title];
      });
    },
  },
  facts: {
    about: {
      en: 'what is known of FTD, Secure Client and sftunnel; helloprobe explain <id> prints each, or a whole table',
      ja: 'FTD・Secure Client・sftunnel に関する既知の事実(内容は helloprobe explain <id>。表の ID も指定可)',
    },
    rows: async (language) => {
      const { factTables } = await import('../../cisco/index.ts');
      return factTables.flatMap(({ id, title, facts }) => [
        [id, title[language]],
        ...facts.map((fact) => [fact.id, fact.about[language]]),
      ]);
    },
  },
  presets: {
    about: {
      en: 'ready-made ClientHellos, for hello build --preset',
      ja: '用意済みの ClientHello(hello build --preset で指定)',
    },
    rows: async (language) => {
      const { presets } = await import('../../hello/index.ts');
      return Object.entries(presets).map(([name, { summary }]) => [name, summary[language]]);
    },
  },
  headends: {
    about: {
      en: 'faulty headends of the embedded lab, and the findings they must give',
      ja: '内蔵ラボのヘッドエンドと、検出されるべき項目',
    },
    rows: async (language) => {
      const { headends } = await import('../../lab/index.ts');
      return Object.values(headends).map(({ id, title, expect }) => [
        id,
        title[language],
        expect.length === 0 ? cliMessages[language].noFault : expect.join(', '),
      ]);
    },
  },
  scenarios: {
    about: {
      en: 'faulty paths, for helloprobe lab, and the findings they must give',
      ja: '障害経路のシナリオ(helloprobe lab で指定)と、検出されるべき項目',
    },
    rows: async (language) => {
      const { scenarios } = await import('../../lab/index.ts');
      return [...scenarios.values()].map(({ id, title, expect }) => [
        id,
        title[language],
        expect.length === 0 ? cliMessages[language].noFault : expect.join(', '),
      ]);
    },
  },
  abilities: {
    about: {
      en: 'what a machine can do beyond plain TCP; helloprobe doctor says what this one can',
      ja: '通常の TCP 以外に必要となる機能(このマシンの状況は helloprobe doctor)',
    },
    rows: async (language) => {
      const { abilityIds } = await import('../../net/index.ts');
      return abilityIds.map((id) => [id, abilityTexts[language][id].name]);
    },
  },
  versions: registryKind(tlsVersions, { en: 'TLS versions', ja: 'TLS バージョン' }),
  ciphers: registryKind(cipherSuites, { en: 'cipher suites', ja: '暗号スイート' }),
  groups: registryKind(groups, {
    en: 'groups (curves, FFDHE, hybrids)',
    ja: 'グループ(楕円曲線、FFDHE、ハイブリッド)',
  }),
  'signature-schemes': registryKind(signatureSchemes, { en: 'signature schemes', ja: '署名方式' }),
  extensions: registryKind(extensionTypes, { en: 'TLS extensions', ja: 'TLS 拡張' }),
  alerts: registryKind(alerts, { en: 'TLS alerts', ja: 'TLS アラート' }),
};

/** @throws HarnessError `unknown-kind` */
export async function listCommand(
  kind: string | undefined,
  { lang }: { readonly lang?: string },
  { stdout, env }: Io,
): Promise<void> {
  const language = languageOf(lang, env);
  if (kind === undefined) {
    const rows = Object.entries(kinds).map(([name, { about }]) => [`  helloprobe list ${name}`, about[language]]);
    stdout.write(`${cliMessages[language].kinds}\n${table(rows)}`);
    return;
  }
  if (!Object.hasOwn(kinds, kind)) {
    const names = Object.keys(kinds);
    throw usageError(
      'unknown-kind',
      `There is no list of ${JSON.stringify(kind.slice(0, 60))}.`,
      suggestion(kind, names, `There are ${names.join(', ')}.`),
    );
  }
  stdout.write(table((await kinds[kind]?.rows(language)) ?? []));
}

function registryKind(registry: Registry, about: Kind['about']): Kind {
  return { about, rows: () => Promise.resolve([...registry.entries()].map(([code, name]) => [codeText(code), name])) };
}

/** Columns aligned, the last one ragged. */
function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell))));
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column === row.length - 1 ? cell : padColumns(cell, widths[column] ?? 0))).join('  ')}\n`,
    )
    .join('');
}
