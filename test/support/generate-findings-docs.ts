/**
 * Writes docs/findings.md and docs/findings.ja.md from the catalogue: `npx tsx test/support/generate-findings-docs.ts`. A test
 * fails when they are not what this would write.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { explain, findingIds } from '../../lib/diagnose/index.ts';
import type { Language, Remedy } from '../../lib/evidence/index.ts';

interface Words {
  readonly heading: string;
  readonly introduction: string;
  readonly severity: string;
  readonly pattern: string;
  readonly proof: string;
  readonly remedies: string;
  readonly verify: string;
  readonly source: string;
  /** Heading of the section by the part of the id before the dot. */
  readonly areas: Readonly<Record<string, string>>;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    heading: 'Findings',
    introduction:
      'Every finding, by its id. Ids are stable: they are added and never renamed. `helloprobe explain <id>` prints the same text. Severity: **high** the connection cannot come up for the client in question; **medium** it comes up only with a warning, will stop within 30 days, or is broken cryptography; **low** needs attention within 90 days or departs from the recommended configuration; **info** a fact worth knowing. A rule may judge more or less severely than the usual value given here. The patterns are those of an article on FTD and Secure Client, which has no pattern 3. This file is generated from `lib/diagnose`.',
    severity: 'Severity',
    pattern: 'pattern',
    proof: 'Proof',
    remedies: 'Remedies',
    verify: 'Check',
    source: 'Source',
    areas: {
      cert: 'Certificates (pattern 1)',
      tls: 'Versions, cipher suites (pattern 2) and hello intolerance',
      path: 'Path (pattern 4)',
      handshake: 'Handshake ended, cause not proven',
      policy: 'Policy (pattern 5)',
      sftunnel: 'sftunnel',
      vpn: 'VPN session',
    },
  },
  ja: {
    heading: '検出項目の一覧',
    introduction:
      'すべての検出項目を分野別に説明します。ID は追加されるだけで、変更されません。`helloprobe explain <id> --lang ja` でも同じ内容を表示できます。重大度は、**high** (高): 対象クライアントが接続できない、**medium** (中): 警告付きでのみ接続できる、30 日以内に接続できなくなる、または破られた暗号を使っている、**low** (低): 90 日以内に対応が必要、または推奨構成から外れている、**info** (情報): 知っておくとよい事実、です。ルールによって、ここに示す標準の値より重くまたは軽く判定することがあります。パターン番号は FTD と Secure Client に関する記事のもので、3 はありません。このファイルは `lib/diagnose` から生成されます。',
    severity: '重大度',
    pattern: 'パターン',
    proof: '必要な証拠',
    remedies: '対処',
    verify: '確認方法',
    source: '出典',
    areas: {
      cert: '証明書(パターン1)',
      tls: 'バージョンと暗号スイート(パターン2)、hello への不耐性',
      path: '経路(パターン4)',
      handshake: 'ハンドシェイクの終了(原因は未確定)',
      policy: 'ポリシー(パターン5)',
      sftunnel: 'sftunnel',
      vpn: 'VPN セッション',
    },
  },
};

/** Where each language's page is, from the top of the repository. */
export const findingsPages = { en: 'docs/findings.md', ja: 'docs/findings.ja.md' } as const;

/** The page of a language. */
export function findingsPage(language: Language): string {
  const word = words[language];
  const lines = [`# ${word.heading}`, '', word.introduction, ''];
  let area = '';
  for (const id of findingIds) {
    const [itsArea = ''] = id.split('.');
    if (itsArea !== area) lines.push(`## ${word.areas[itsArea] ?? itsArea}`, '');
    area = itsArea;
    const { title, explanation, evidenceNeeded, severity, pattern, remedies } = explain(id, language);
    lines.push(`### \`${id}\``, '', `**${title}**`, '', explanation, '');
    lines.push(`- ${word.severity}: ${severity}${pattern === null ? '' : `, ${word.pattern} ${pattern}`}`);
    lines.push(`- ${word.proof}: ${evidenceNeeded}`, `- ${word.remedies}:`);
    lines.push(...remedies.flatMap((remedy, i) => remedyLines(remedy, i + 1, word)), '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function remedyLines({ text, commands = [], verify, source }: Remedy, number: number, word: Words): string[] {
  return [
    `  ${number}. ${text}`,
    ...commands.map((command) => `     - \`${command}\``),
    ...(verify === undefined ? [] : [`     - ${word.verify}: ${verify}`]),
    ...(source === undefined ? [] : [`     - ${word.source}: ${source}`]),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const language of ['en', 'ja'] as const) {
    writeFileSync(new URL(`../../${findingsPages[language]}`, import.meta.url), findingsPage(language));
  }
}
