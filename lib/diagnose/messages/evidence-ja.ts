/** Sentences about evidence and about excluded alternatives, in Japanese. */

import type { Attempt, HandshakeEvidence } from '../../evidence/index.ts';
import type { SuiteWeakness } from '../rules/suite.ts';
import { instantOf, suiteName, versionNames } from './names.ts';
import type { Say } from './types.ts';

export const sayJa: Say = {
  attempt: (attempt) => `${helloOf(attempt)}: ${outcomeOf(attempt)}`,
  control: (attempt) => `対照、${helloOf(attempt)}: ${outcomeOf(attempt)}`,
  resetFromElsewhere: ({ evidence: { path } }) =>
    `SYN-ACK の TTL は ${path.synAck?.ttl}、RST の TTL は ${path.reset?.ttl}。送信元のホストが異なります`,

  presented: ({ version, auth }) => `${version}(${auth} 認証)で提示`,
  expired: ({ subject, notAfter, days }) =>
    `${subject} は ${instantOf(notAfter) ?? '読み取れない日時'} に期限切れ${days === null ? '' : `(${days} 日前)`}`,
  expiring: ({ subject, notAfter, days }) =>
    `${subject} は ${instantOf(notAfter) ?? '読み取れない日時'} に期限切れ予定${days === null ? '' : `(残り ${days} 日)`}`,
  notYetValid: ({ subject, notBefore, days }) =>
    `${subject} は ${instantOf(notBefore) ?? '読み取れない日時'} から有効${days === null ? '' : `(${days} 日後)`}`,
  noSuchName: ({ names, name }) =>
    names.length === 0
      ? `subjectAltName がなく、${name} に一致する名前がありません`
      : `${name} は ${listed(names)} に含まれません`,
  nameOnlyInCn: ({ subject, name }) =>
    `${name} は CN(${subject})にしかなく、subjectAltName がありません。現在のクライアントは CN を参照しません`,
  keySize: ({ subject, type, bits }) => `${subject}: ${type} ${bits} ビットの鍵`,
  signedWith: ({ subject, algorithm }) => `${subject} の署名は ${algorithm}`,
  usages: ({ usages }) => `extendedKeyUsage は ${listed(usages)} で、serverAuth を含みません`,
  issuerMissing: ({ subject, issuer, urls, roots }) =>
    `${subject} の発行者 ${issuer} は送られておらず、信頼済みルート ${roots} 件にも含まれません${
      urls.length === 0 ? '' : `(${listed(urls)} から取得できます)`
    }`,
  rootNotTrusted: ({ subject, roots }) => `チェーンの終端 ${subject} は信頼済みルート ${roots} 件に含まれません`,
  signatureWrong: ({ subject, issuer }) => `${subject} の署名は ${issuer} の鍵と一致しません`,
  signatureNotChecked: ({ subject, algorithm }) =>
    algorithm === null
      ? `チェーンが大きすぎるため ${subject} の署名を確認していません(信頼できるかどうかは不明)`
      : `${subject} の署名方式 ${algorithm} をこの環境では検証できません(信頼できるかどうかは不明)`,
  signedItself: ({ subject, roots }) =>
    `${subject} は自身の鍵で署名されており、信頼済みルート ${roots} 件に含まれません`,
  orderSent: ({ subjects }) => `送信順: ${listed(subjects)}`,
  datesUnreadable: ({ subject }) => `${subject} の有効期間を読み取れず、有効かどうか判断できません`,
  certificateUnreadable: ({ version }) => `${version} で受信した証明書を解読できません`,
  issuerNotExpected: ({ issuer, expected }) => `発行者は ${issuer}(想定は ${expected})`,
  fingerprintNotExpected: ({ expected }) => `想定したフィンガープリント ${expected} と異なります`,

  suiteChosen: ({ version, suite, weaknesses }) =>
    `${version} ${suite}: ${weaknesses.map((weakness) => weaknessTexts[weakness]).join('、')}`,
  certificateDemanded: ({ authorities, types }) =>
    `クライアント証明書を要求。受け付ける CA: ${authorities.length === 0 ? '指定なし' : listed(authorities)}${
      types.length === 0 ? '' : `、種類: ${listed(types)}`
    }`,
  noRenegotiationInfo: () => 'renegotiation_info のない ServerHello',

  whyRstCame: () => 'RST が返っており、パケットはどこかに届いています',
  whyNoRst: () => 'RST が返っていません',
  whyConnected: () => 'TCP 接続は確立しています',
  whyNothingAcknowledged: () => 'どの hello も 1 バイトも ACK されていません',
  whySmallerFailedToo: ({ smallest, largest }) =>
    `小さな hello(${smallest} バイト)も大きな hello(${largest} バイト)と同じ結果です`,
  whyFitsEveryPath: ({ bytes }) => `${bytes} バイトはどの経路でも 1 パケットに収まります`,
  whyFitsUsualPaths: ({ bytes }) => `${bytes} バイトは通常の回線なら 1 パケットに収まります`,
  whyWithoutNameToo: ({ name }) => `名前 ${name} を含まない hello も同じ結果です`,
  whyBeforeServerHello: () => 'アラートは ServerHello より前で、証明書が要求される段階に達していません',
  whyRefusedByAnswer: () => 'サーバーは拒否した hello に応答しています',
  whyServerHello: () => 'ServerHello が届いており、バージョンとスイートは合意済みです',
  whyVersionCommon: ({ versions }) => `${listed(versions)} は双方が対応しています`,
  whyNotSelfIssued: ({ issuer }) => `発行者は別(${issuer})です`,
  whyChainWhole: () => 'ルートまでの証明書がすべて送られています',
  whyNoIssuerNeeded: () => '証明書の発行者は自分自身です',
  whyControlAnswered: ({ times }) => `その間、対照の hello には ${times} 回応答がありました`,
  whyLongerAnswered: ({ length }) => `${length} バイトの hello には応答がありました`,
  whyItArrived: () => 'RST・FIN・アラートが返っており、hello は失われていません',
  whySplitFailedToo: ({ length, times }) => `${length} バイト以上は小さなセグメントに分けても失敗しました(${times} 回)`,
  whySplitAnswered: ({ length, times }) =>
    `${length} バイト以上でも小さなセグメントに分けると応答がありました(${times} 回)`,
  whyNoAlertFirst: () => 'RST の前に TLS メッセージは届いていません',
  whyAnsweredBefore: ({ times }) => `それ以前に ${times} 回の接続へ応答がありました`,
};

function helloOf({ hello, evidence, segments, records }: Attempt): string {
  const details = [
    ...(evidence.hello === null || evidence.hello.versions.length === 0 ? [] : [versionNames(evidence.hello.versions)]),
    ...(evidence.hello === null ? [] : [evidence.hello.sni === null ? 'SNI なし' : `SNI ${evidence.hello.sni}`]),
    ...(records.length > 1 ? [`${records.length} レコード`] : []),
    ...(segments.length > 1 ? [`${segments.length} セグメント、先頭 ${segments[0]} バイト`] : []),
  ];
  return `${hello.length} バイトの hello${details.length === 0 ? '' : `(${details.join('、')})`}`;
}

function outcomeOf(attempt: Attempt): string {
  const { evidence } = attempt;
  switch (evidence.connect) {
    case 'refused':
      return '未送信、SYN に RST が返りました';
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

function answerOf({ negotiated, received }: HandshakeEvidence): string | null {
  if (negotiated !== null)
    return `ServerHello(${versionNames([negotiated.version])}、${suiteName(negotiated.cipherSuite)})`;
  if (received.some(({ message }) => message === 'hello-retry-request')) return 'HelloRetryRequest';
  return received.some(({ message }) => message === 'server-hello') ? 'ServerHello' : null;
}

/** How it ended, null when we ended it or the flight was whole. */
function failureOf({ evidence, replyMs }: Attempt): string | null {
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
      if (received.length > 0 || replyMs !== null) return '応答が途中で停止';
      return evidence.sent.acked === 0 ? '応答なし(ACK もなし)' : '応答なし';
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

function icmpOf({ path }: HandshakeEvidence): string {
  const first = path.icmp?.[0];
  return first === undefined ? '' : `(${first.from} から ICMP ${first.type}/${first.code})`;
}

/** What common alerts say (RFC 8446 §6.2, RFC 5246 §7.2.2). */
const alertMeanings: ReadonlyMap<number, string> = new Map([
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
const lookNames: ReadonlyMap<string, string> = new Map([
  ['binary', 'バイナリデータ'],
  ['text', 'テキスト'],
]);

const weaknessTexts: Readonly<Record<SuiteWeakness, string>> = {
  broken: '破られた暗号',
  'no-forward-secrecy': '前方秘匿性なし',
  'no-aead': '認証付き暗号ではない',
  'finite-field': '有限体の DHE',
  unusual: '一般的でない暗号',
};

/** The first items of a list, and how many more there are. */
function listed(items: readonly string[]): string {
  const shown = 8;
  return items.length <= shown
    ? items.join('、')
    : `${items.slice(0, shown).join('、')} ほか ${items.length - shown} 件`;
}
