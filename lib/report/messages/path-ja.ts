/** Words about the path, Japanese. */

import { detailJa } from './details-ja.ts';
import type { pathEn, pathReasonsEn } from './path-en.ts';

export const pathJa: typeof pathEn = {
  direction: { outbound: '手元 → サーバー', inbound: '手元 ← サーバー' },
  verdict: { clear: '問題なし', blackhole: 'ブラックホール', reduced: 'MTU 縮小', unknown: '不明' },
  clear: (size) => `${size} バイトまでのパケットが届く`,
  blackhole: (passing, failing) => `${passing} バイトまでは届き、${failing} バイト以上のパケットは消失`,
  pathMtu: (mtu) => `経路 MTU ${mtu}`,
  reduced: (mtu) => `経路 MTU ${mtu}(送信側が把握済み)`,
  unknown: (reason) => `不明: ${reason}`,
  icmp: (from) => `「パケットが大きすぎる」の ICMP を ${from} が送信`,
  learned: (mtu) => `この経路の MTU を OS は ${mtu} と把握`,
  noIcmp: (count) => `大きすぎるパケット ${count} 個に対し ICMP なし`,
  fragments: (answered, sent) => `IP フラグメントの hello ${sent} 個中 ${answered} 個に応答`,
  reset: (synAck, reset) => `SYN-ACK の TTL は ${synAck}、RST の TTL は ${reset}`,
  otherHost: '送信元は別のホスト',
  trace: (steps) => `hello の到達点(ホップ順): ${steps}`,
  table: { packet: 'パケット', result: '結果', connections: '接続数', ttl: 'TTL', from: '応答元', reply: '応答' },
  size: (bytes) => `${bytes} B`,
  arrives: '到達',
  lost: '消失',
  unsure: '?',
  expired: 'TTL 切れ(ICMP)',
  icmpError: (type, code) => `ICMP ${type}/${code}`,
  reply: { silent: '応答なし', reset: 'RST', closed: 'FIN', 'not-tls': 'TLS 以外', malformed: '不正な TLS' },
};

/** Reasons of a direction that is not known. */
export const pathReasonsJa: typeof pathReasonsEn = {
  'flight-too-small': (detail) => `サーバーの応答が小さく、判断できません${inBrackets(detail)}`,
  'smaller-segments': () => 'サーバーがパケットを上限まで使っていません',
  'sizes-assumed': () => 'タイムスタンプの有無が不明なため、サイズは 12 バイト小さい可能性があります',
  'peer-limited': (detail) =>
    `サーバーがより大きなパケットを受け付けなくなったため、判断できません${inBrackets(detail)}`,
  'packets-limited': (detail) => `OS が指定より小さなパケットを送っています${inBrackets(detail)}`,
  'hello-size': () => '長い hello は小さなセグメントに分けても失敗するか、結果が一定しません',
  'hello-refused': () => 'パケットを満たす長さの hello が拒否されます',
  'flight-refused': () => '大きな応答を引き出す hello が拒否されます',
  'hello-lost': () => 'hello 自体が失われました',
  'nothing-passes': () => '最小のパケットも届きませんでした',
  'not-acknowledged': () => 'hello に ACK がなく、再送もされていません',
  'not-connected': () => '接続を確立できないことがありました',
  'no-connection': (detail) => `接続を確立できませんでした${inBrackets(detail)}`,
  'no-tcp-info': () => 'OS から接続のパケットに関する情報を得られません',
  'no-flight': () => '大きな応答を引き出せる hello がありませんでした',
  'not-reached': () => '測定前に実行が終了しました',
  'no-limit': () => '大きすぎると分かっているパケットがありません',
  'no-reset': () => 'RST が返った hello がありません',
  'fragments-refused': (detail) => `フラグメント化した hello は届きましたが、拒否されました${inBrackets(detail)}`,
  'not-permitted': () =>
    'raw パケットの送信先はループバックとラボに限られます。自分が管理する対象なら --i-own-this-target を付けてください',
  'no-end': () => 'hello の到達点を確認できませんでした',
};

function inBrackets(detail: string): string {
  return detail === '' ? '' : `(${detailJa(detail)})`;
}
