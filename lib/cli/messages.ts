/** Words of the command line itself: progress, lists, explanations. Help is in English; errors have a file of their own. */

import type { Language } from '../evidence/index.ts';

const en = {
  connections: (count: number) => (count === 1 ? '1 connection' : `${count} connections`),
  finished: (probe: string, status: string, connections: string) => `${probe}: ${status}, ${connections}`,
  status: { completed: 'completed', inconclusive: 'inconclusive', skipped: 'skipped', failed: 'failed' },
  headend: (ok: boolean): string => (ok ? 'diagnosed' : 'NOT diagnosed as planted'),
  interrupted: 'Interrupted; the report has what was measured so far.',
  plannedFor: (target: string) => `${target}, in this order:`,
  embedded: 'the embedded headends',
  atMost: (connections: number) => `at most ${connections} connections to each target`,
  severity: 'Severity',
  means: 'What it means',
  proof: 'What proves it',
  remedies: 'What to do',
  verify: 'Verify',
  source: 'Source',
  pattern: (pattern: string) => (pattern === 'sftunnel' ? 'sftunnel' : `pattern ${pattern}`),
  severities: { high: 'HIGH', medium: 'MEDIUM', low: 'LOW', info: 'INFO' },
  kinds: 'What can be listed:',
  noFault: 'no fault',
  bytes: (message: number, flight: number) => `${message} bytes, ${flight} with record headers`,
};

type CliMessages = typeof en;

const ja: CliMessages = {
  connections: (count) => `${count} 接続`,
  finished: (probe, status, connections) => `${probe}: ${status}、${connections}`,
  status: { completed: '完了', inconclusive: '判定不能', skipped: '省略', failed: '失敗' },
  headend: (ok) => (ok ? '正しく診断' : '仕込みどおりに診断できず'),
  interrupted: '中断しました。ここまでに測定した内容を報告します。',
  plannedFor: (target) => `${target} に対して、次の順に実行します:`,
  embedded: '内蔵ヘッドエンド',
  atMost: (connections) => `対象ごとに最大 ${connections} 接続`,
  severity: '重大度',
  means: '意味',
  proof: '根拠となるもの',
  remedies: '対処',
  verify: '確認',
  source: '出典',
  pattern: (pattern) => (pattern === 'sftunnel' ? 'sftunnel' : `パターン${pattern}`),
  severities: { high: '高', medium: '中', low: '低', info: '情報' },
  kinds: '一覧できるもの:',
  noFault: '障害なし',
  bytes: (message, flight) => `${message} バイト(レコードヘッダー込みで ${flight} バイト)`,
};

export const cliMessages: Readonly<Record<Language, CliMessages>> = { en, ja };
