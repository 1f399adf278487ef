/**
 * Writes docs/cisco.md and docs/cisco.ja.md from the tables of lib/cisco/knowledge: `npx tsx test/support/generate-cisco-docs.ts`.
 * A test fails when they are not what this would write.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type FactTable, factTables, type Standing } from '../../lib/cisco/index.ts';
import { checklistEn } from '../../lib/diagnose/messages/checklist-en.ts';
import { checklistJa } from '../../lib/diagnose/messages/checklist-ja.ts';
import { checklistIds, type Language } from '../../lib/evidence/index.ts';

interface Words {
  readonly heading: string;
  readonly introduction: string;
  readonly checklist: string;
  readonly checklistIntroduction: string;
  readonly source: string;
  readonly findings: string;
  readonly standing: Readonly<Record<Standing, string>>;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    heading: 'What is known of FTD, Secure Client and sftunnel',
    introduction:
      'Every fact that our advice rests on, with its source; `helloprobe explain <id>` prints the same, and `helloprobe list facts` names them all. *documented*: a page of a vendor or a standard says so. *measured*: seen in our own labs. *reported*: a report or a thread, which may hold for one site only. "The article" is a note on FTD and Secure Client TLS failures; where Cisco\'s documentation contradicts it, both are told and the documentation is followed. This file is generated from `lib/cisco/knowledge`.',
    checklist: 'The recommended configuration',
    checklistIntroduction:
      'The configuration that the article recommends for remote access, as `helloprobe check` fills it in: in the text report, and in JSON as `checklist`. A point is done only where a measurement shows it, and not done only where a finding that is likely or proven speaks against it. The first never shows on the wire.',
    source: 'Source',
    findings: 'Findings',
    standing: { document: 'documented', measured: 'measured', reported: 'reported' },
  },
  ja: {
    heading: 'FTD・Secure Client・sftunnel に関する既知の事実',
    introduction:
      '対策の根拠となる事実を出典とともに示します。`helloprobe explain <id> --lang ja` でも同じ内容を、`helloprobe list facts` で一覧を表示できます。*文書*: ベンダーの文書または標準に記載があるもの。*実測*: 当プロジェクトのラボで測定したもの。*報告*: 個別の報告やスレッドで、特定の環境にだけ当てはまる場合があるもの。「記事」は FTD と Secure Client の TLS 障害に関する記事です。Cisco の文書と異なる点は両方を示し、文書に従います。このファイルは `lib/cisco/knowledge` から生成されます。',
    checklist: '推奨構成',
    checklistIntroduction:
      '記事が推奨するリモートアクセスの構成です。`helloprobe check` が結果を記入し、テキストレポートと JSON の `checklist` に出力します。「実施済み」は測定で確認できたものだけ、「未実施」は確度が「確定」または「可能性大」の検出があるものだけです。最初の項目は通信からは分かりません。',
    source: '出典',
    findings: '検出項目',
    standing: { document: '文書', measured: '実測', reported: '報告' },
  },
};

/** Where each language's page is, from the top of the repository. */
export const ciscoPages = { en: 'docs/cisco.md', ja: 'docs/cisco.ja.md' } as const;

/** The page of a language. */
export function ciscoPage(language: Language): string {
  const word = words[language];
  const { titles } = language === 'en' ? checklistEn : checklistJa;
  const lines = [
    `# ${word.heading}`,
    '',
    word.introduction,
    '',
    ...factTables.flatMap((table) => tableLines(table, language)),
    `## ${word.checklist}`,
    '',
    word.checklistIntroduction,
    '',
    ...checklistIds.map((id) => `- \`${id}\`: ${titles[id]}`),
  ];
  return `${lines.join('\n')}\n`;
}

function tableLines({ id, title, facts }: FactTable, language: Language): string[] {
  const word = words[language];
  const rows = facts.flatMap((fact) => [
    `### ${fact.about[language]}`,
    '',
    fact.says[language],
    '',
    `- \`${fact.id}\` (${word.standing[fact.standing]})`,
    `- ${word.source}: ${fact.source}`,
    ...(fact.concerns.length === 0
      ? []
      : [`- ${word.findings}: ${fact.concerns.map((one) => `\`${one}\``).join(', ')}`]),
    '',
  ]);
  return [`## ${title[language]} (\`${id}\`)`, '', ...rows];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const language of ['en', 'ja'] as const) {
    writeFileSync(new URL(`../../${ciscoPages[language]}`, import.meta.url), ciscoPage(language));
  }
}
