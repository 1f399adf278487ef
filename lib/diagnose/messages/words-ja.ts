/** Parts of sentences about handshakes, in Japanese. */

import { type HandshakeEvidence, isUnreachable, type VersionName } from '../../evidence/index.ts';
import { unseenVersion } from '../facts/facts.ts';
import { hasPresharedKey, isFinishedInVain, mayPassOver } from '../facts/turns.ts';
import type { Witness } from '../facts/witness.ts';
import type { SuiteWeakness } from '../rules/suite.ts';
import { suiteName, versionNames } from './names.ts';

export function helloOf({ hello, evidence, segments, records, mss = null }: Witness): string {
  const details = [
    ...(evidence.hello === null || evidence.hello.versions.length === 0 ? [] : [versionNames(evidence.hello.versions)]),
    ...(evidence.hello === null ? [] : [evidence.hello.sni === null ? 'SNI なし' : `SNI ${evidence.hello.sni}`]),
    ...(records.length > 1 ? [`${records.length} レコード`] : []),
    ...(segments.length > 1 ? [`${segments.length} セグメント、先頭 ${segments[0]} バイト`] : []),
    ...(mss === null ? [] : [`通知した MSS は ${mss}`]),
  ];
  return `${hello.length} バイトの hello${details.length === 0 ? '' : `(${details.join('、')})`}`;
}

export function outcomeOf(attempt: Witness): string {
  const { evidence } = attempt;
  switch (evidence.connect) {
    case 'refused':
      return `未送信、SYN が拒否されました${icmpOf(evidence) || ' (RST または ICMP のポート到達不能)'}`;
    case 'timeout':
      return '未送信、SYN に応答がありません';
    case 'unreachable':
      return `未送信、アドレスに到達できません${icmpOf(evidence)}`;
    case 'resolve-failed':
      return '未送信、名前を解決できません';
    default: {
      const answer = answerOf(evidence);
      if (answer === null) return failureOf(attempt) ?? 'こちらから終了';
      const failure = failureOf(attempt);
      return failure === null ? answer : `${answer} の後、${failure}`;
    }
  }
}

export function answerOf({ negotiated, received }: HandshakeEvidence): string | null {
  if (negotiated !== null)
    return `ServerHello(${versionNames([negotiated.version])}、${suiteName(negotiated.cipherSuite)})`;
  if (received.some(({ message }) => message === 'hello-retry-request')) return 'HelloRetryRequest';
  return received.some(({ message }) => message === 'server-hello') ? 'ServerHello' : null;
}

/** How it ended, null when we ended it or the flight was whole. */
function failureOf({ evidence, replyMs }: Witness): string | null {
  const { alert, end, received } = evidence;
  switch (end) {
    case 'alert':
      return alert === null
        ? 'アラート'
        : `${alert.level} アラート ${alert.code} ${alert.name}${meaningOf(alert.code)}`;
    case 'reset':
      return evidence.endedBeforeHello ? 'hello の送信前に RST' : 'RST';
    case 'closed':
      return evidence.endedBeforeHello ? 'hello の送信前に FIN' : 'FIN';
    case 'silent':
      return `${received.length > 0 || replyMs !== null ? '応答が途中で停止' : '応答なし'}${deliveryOf(evidence)}`;
    case 'not-tls':
      return evidence.looksLike === null
        ? 'TLS ではない応答'
        : `TLS ではない応答(推定: ${lookNames.get(evidence.looksLike) ?? evidence.looksLike.toUpperCase()})`;
    case 'malformed':
      return evidence.detail === null ? '不正な TLS' : `不正な TLS: ${evidence.detail}`;
    default:
      return null;
  }
}

/** What is known of the packets of a handshake that fell silent. */
function deliveryOf({ sent: { acked, bytes, tailSacked, lostSegment }, inbound }: HandshakeEvidence): string {
  const told: string[] = [];
  if (acked !== null && acked >= bytes) told.push(`送信した ${bytes} バイトはすべて ACK 済み`);
  else if (acked !== null) {
    told.push(acked === 0 ? 'ACK もなし' : `${bytes} バイト中 ${acked} バイトまで ACK 済み`);
    if (tailSacked === true) told.push('ただし後続のデータは届いている(SACK)');
    if (lostSegment !== null && lostSegment !== undefined) told.push(`${lostSegment} バイトのセグメントを繰り返し再送`);
  }
  if (inbound?.tailSacked === true) told.push('応答は先頭が欠け、後続のパケットだけが到着');
  return told.length === 0 ? '' : `(${told.join('、')})`;
}

export function nothingElse(evidence: HandshakeEvidence): string {
  return evidence.path.icmp?.some(isUnreachable) ? `応答がありません${icmpOf(evidence)}` : 'それ以上は見えません';
}

export function icmpOf({ path }: HandshakeEvidence): string {
  const first = path.icmp?.[0];
  return first === undefined ? '' : `(${first.from} から ICMP ${first.type}/${first.code})`;
}

/** What common alerts say (RFC 8446 §6.2, RFC 5246 §7.2.2). */
export const alertMeanings: ReadonlyMap<number, string> = new Map([
  [10, 'この段階では想定外のメッセージ'],
  [40, 'スイート・グループ・証明書・再ネゴシエーションのいずれかで合意できず、どれかは示されない'],
  [47, 'hello に許されない値がある'],
  [50, 'hello を解読できない'],
  [70, '提示されたバージョンに対応していない'],
  [71, '提示されたスイートの強度が不足'],
  [80, 'サーバー内部のエラー'],
  [86, 'クライアントが低いバージョンに下げたとみなされた'],
  [109, '必要な拡張がない'],
  [112, 'サーバーがその名前を知らない'],
  [116, 'クライアント証明書が必要'],
  [120, '提示された ALPN プロトコルに対応していない'],
]);

function meaningOf(code: number): string {
  const meaning = alertMeanings.get(code);
  return meaning === undefined ? '' : `(${meaning})`;
}

/** Protocols are called by their names. */
export const lookNames: ReadonlyMap<string, string> = new Map([
  ['ssl2', 'SSL 2.0'],
  ['binary', 'バイナリデータ'],
  ['text', 'テキスト'],
]);

export const weaknessTexts: Readonly<Record<SuiteWeakness, string>> = {
  broken: '破られた暗号',
  'no-forward-secrecy': '前方秘匿性なし',
  'no-aead': '認証付き暗号ではない',
  'finite-field': '有限体の DHE',
  unusual: '一般的でない暗号',
};

/** The first items of a list, and how many more there are. */
export function listed(items: readonly string[]): string {
  const shown = 8;
  return items.length <= shown
    ? items.join('、')
    : `${items.slice(0, shown).join('、')} ほか ${items.length - shown} 件`;
}

/** What certificates came in. */
export function handshakeOf(version: VersionName): string {
  return version === unseenVersion ? 'バージョン不明のハンドシェイク' : version;
}

export function afterKeyExchange(evidence: HandshakeEvidence): string {
  if (isFinishedInVain(evidence))
    return 'サーバーが完了した後も、クライアントが鍵交換を再送し続けています(サーバーの最後の応答がすべては届いていません)';
  if (!mayPassOver(evidence)) return 'クライアントが鍵交換を送信したまま、サーバーからの応答なし';
  const psk = hasPresharedKey(evidence) ? '(事前共有鍵が異なるサーバーは復号できず、応答しません)' : '';
  return `クライアントが鍵交換を送信したまま、サーバーからの新しい応答なし${psk}`;
}
