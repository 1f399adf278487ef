/** Words of the command line itself: progress, lists, explanations. Help is in English; errors have a file of their own. */

import type { SkippedPath } from '../embedded.ts';
import type { Language } from '../evidence/index.ts';
import type { LabPlace } from '../labRun.ts';
import type { PlantedFault } from '../planted.ts';
import { printable } from '../wire/index.ts';

const en = {
  connections: (count: number) => (count === 1 ? '1 connection' : `${count} connections`),
  finished: (probe: string, status: string, connections: string) => `${probe}: ${status}, ${connections}`,
  status: { completed: 'completed', inconclusive: 'inconclusive', skipped: 'skipped', failed: 'failed' },
  headend: (ok: boolean): string => (ok ? 'diagnosed' : 'NOT diagnosed as planted'),
  notice: (connections: string, atOnce: number, delayMs: number) =>
    `Sending well-formed ClientHellos only: at most ${connections} to each target, ${atOnce} at once, ${delayMs} ms apart.`,
  abilities: (there: number, all: number) =>
    there === all
      ? 'Everything is available.'
      : `${there} of ${all} abilities are available. What needs another one is skipped, and says so.`,
  skippedPath: ({ scenario, detail, help }: SkippedPath) =>
    `The path ${scenario} was not checked: ${detail}${help === null ? '' : ` ${help}`} (helloprobe doctor says more)`,
  lab: {
    expected: (ids: string) => `planted: ${ids}`,
    server: ({ host, host6, port, sni }: LabPlace) => `server: ${host}:${port}, [${host6}]:${port}, name ${sni}`,
    trust: (file: string) => `CA certificate to trust: ${file}`,
    lacking: (ids: string) => `This machine lacks what it takes to find it all: ${ids} (helloprobe doctor).`,
    planted: ({ missed, invented }: PlantedFault) =>
      [
        ...(missed.length === 0 && invented.length === 0 ? ['What was planted was diagnosed.'] : []),
        ...(missed.length === 0 ? [] : [`Planted and NOT found: ${missed.join(', ')}.`]),
        ...(invented.length === 0 ? [] : [`Found and NOT planted: ${invented.join(', ')}.`]),
      ].join(' '),
  },
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
  background: 'What is known',
  standing: { document: 'documented', measured: 'measured', reported: 'reported' },
  pattern: (pattern: string) => (pattern === 'sftunnel' ? 'sftunnel' : `pattern ${pattern}`),
  severities: { high: 'HIGH', medium: 'MEDIUM', low: 'LOW', info: 'INFO' },
  kinds: 'What can be listed:',
  noFault: 'no fault',
  bytes: (message: number, flight: number) => `${message} bytes, ${flight} with record headers`,
  reading: (megabytes: string, rate: string, percent: number | null) =>
    `${megabytes} MB read, ${rate} MB/s${percent === null ? '' : `, ${percent} %`}`,
  plan: {
    unused: (name: string) => `Nothing in ${name} is of use for the plan.`,
    problems: (name: string) => `Not everything in ${name} could be used:`,
  },
  standardInput: 'standard input',
  interruptedCapture: 'Interrupted; the report has what was read so far, and no verdict.',
  certificatesWritten: (count: number, folder: string) =>
    `${count === 1 ? '1 certificate' : `${count} certificates`} and the table certificates.csv written to ${folder}`,
  nothingDecrypted:
    'The key log opened no conversation: its secrets are of other sessions, or the handshakes are not whole in the capture.',
  rowsLeft: (count: number) =>
    `${count} conversations are not in the CSV: rows with fields of both conversation and certificate wait in memory. Raise --limit-max-conversations, or choose fields of one kind.`,
  reportsPassed: (count: number, first: string) =>
    `Not read: ${count === 1 ? `the saved report ${printable(first)}` : `${count} saved reports, the first is ${printable(first)}`}. Of a folder only files of certificates are read; name a report to have its certificates judged.`,
  dtlsHellosLeft: (count: number) =>
    count === 1
      ? 'Not listed: 1 ClientHello of DTLS, which cannot be written as data. helloprobe pcap FILE shows its conversation.'
      : `Not listed: ${count} ClientHellos of DTLS, which cannot be written as data. helloprobe pcap FILE shows their conversations.`,
  fieldsPerConversation: 'Fields of a conversation (a row for each, written as it ends; * is printed by default):',
  fieldsPerCertificate:
    'Fields of a certificate (alone: a row for each certificate; with others: for each one presented):',
};

type CliMessages = typeof en;

const ja: CliMessages = {
  connections: (count) => `${count} 接続`,
  finished: (probe, status, connections) => `${probe}: ${status}、${connections}`,
  status: { completed: '完了', inconclusive: '判定不能', skipped: '省略', failed: '失敗' },
  headend: (ok) => (ok ? '正しく診断' : '仕込みどおりに診断できず'),
  notice: (connections, atOnce, delayMs) =>
    `送信するのは正しい形式の ClientHello だけです。対象ごとに最大 ${connections}、同時に ${atOnce} 接続まで、${delayMs} ミリ秒以上の間隔を空けます。`,
  abilities: (there, all) =>
    there === all
      ? 'すべての機能を利用できます。'
      : `${all} 件中 ${there} 件の機能を利用できます。利用できない機能を必要とするプローブは、その旨を示して省略します。`,
  skippedPath: ({ scenario, detail, help }) =>
    `障害経路 ${scenario} は検査していません: ${detail}${help === null ? '' : ` ${help}`} (詳しくは helloprobe doctor)`,
  lab: {
    expected: (ids) => `仕込んだ障害: ${ids}`,
    server: ({ host, host6, port, sni }) => `サーバー: ${host}:${port}、[${host6}]:${port}、名前 ${sni}`,
    trust: (file) => `信頼すべき CA 証明書: ${file}`,
    lacking: (ids) =>
      `すべてを検出するために必要な機能がこのマシンにありません: ${ids} (helloprobe doctor で確認できます)。`,
    planted: ({ missed, invented }) =>
      [
        ...(missed.length === 0 && invented.length === 0 ? ['仕込んだとおりに診断されました。'] : []),
        ...(missed.length === 0 ? [] : [`仕込んだのに検出されなかったもの: ${missed.join('、')}。`]),
        ...(invented.length === 0 ? [] : [`仕込んでいないのに検出されたもの: ${invented.join('、')}。`]),
      ].join(''),
  },
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
  background: '既知の事実',
  standing: { document: '文書', measured: '実測', reported: '報告' },
  pattern: (pattern) => (pattern === 'sftunnel' ? 'sftunnel' : `パターン${pattern}`),
  severities: { high: '高', medium: '中', low: '低', info: '情報' },
  kinds: '一覧できるもの:',
  noFault: '障害なし',
  bytes: (message, flight) => `${message} バイト(レコードヘッダー込みで ${flight} バイト)`,
  reading: (megabytes, rate, percent) =>
    `${megabytes} MB 読み取り済み、${rate} MB/s${percent === null ? '' : `、${percent} %`}`,
  plan: {
    unused: (name) => `${name} には、計画に使えるものがありません。`,
    problems: (name) => `${name} には、使えない部分があります:`,
  },
  standardInput: '標準入力',
  interruptedCapture: '中断しました。ここまでに読み取った内容を報告します (判定は行っていません)。',
  certificatesWritten: (count, folder) => `証明書 ${count} 枚と一覧 certificates.csv を ${folder} に書き込みました`,
  nothingDecrypted:
    '鍵ログで復号できた通信はありません。別のセッションの鍵ログであるか、ハンドシェイク全体がキャプチャに含まれていません。',
  rowsLeft: (count) =>
    `通信 ${count} 件は CSV に含まれていません。通信と証明書の両方の項目を持つ行は、最後までメモリに保持されます。--limit-max-conversations を大きくするか、どちらか一方の項目だけを指定してください。`,
  reportsPassed: (count, first) =>
    `フォルダー内の保存済みレポート ${count} 件 (${printable(first)}${count === 1 ? '' : ' など'}) は読み取っていません。フォルダーから読み取るのは証明書のファイルだけです。レポートの証明書を判定するには、そのファイルを直接指定してください。`,
  dtlsHellosLeft: (count) =>
    `DTLS の ClientHello ${count} 件は、データとして表現できないため一覧に含まれていません。DTLS の通信は helloprobe pcap FILE で確認できます。`,
  fieldsPerConversation: '通信の項目 (1 通信 1 行、終わったものから出力。* は既定の項目):',
  fieldsPerCertificate: '証明書の項目 (単独なら証明書ごとに 1 行、通信の項目と併せると提示された証明書ごとに 1 行):',
};

export const cliMessages: Readonly<Record<Language, CliMessages>> = { en, ja };
