/** Words of the text report of logs, Japanese. */

import type { LogMessages } from './log-en.ts';
import { grouped } from './numbers.ts';

export const logJa: LogMessages = {
  lines: (count) => `${grouped(count)} 行`,
  matched: (count) => `うち ${grouped(count)} 行を解釈`,
  episodes: (count) => `接続の試み ${grouped(count)} 回`,
  nothing: 'TLS・sftunnel・VPN に関する既知の行はありません',
  clean: 'すべての接続が成立しています',
  inconclusive: 'ログの行からは原因が分かりません',
  unreachable: '接続は一度も成立していません',
  truncated: (name) => `${name} は圧縮データの途中で終わっているか、途中から壊れています。`,
  inferredYear: (from, to) =>
    `行に年がないため、判定時刻を基準に ${from === to ? from : `${from}〜${to}`} 年と推定しました。--year または --now で変更できます。`,
  assumedUtc: '行にタイムゾーンがないため、時刻を UTC とみなしました。--utc-offset で変更できます。',
  more: (count) => `ほか ${grouped(count)} 件 (--json には最初の 1,000 件まで含まれます)`,
  head: { episodes: '接続の試み' },
  column: {
    id: 'ID',
    time: 'UTC',
    writer: '記録元',
    peer: '相手',
    outcome: '結果',
    says: '内容',
    lines: '行',
    count: '回数',
  },
  outcome: { failed: '失敗', connected: '接続', unknown: '記載なし' },
  counters: '読み取り',
  dropped: '対象外',
};
