/** Sentences about what a capture shows, in Japanese. */

import { type AlertEvidence, type HandshakeEvidence, type SftunnelRole, type Side } from '../../evidence/index.ts';
import { type ClampName, clampNameOf } from '../facts/mss.ts';
import {
  giveUpMs,
  hasExchangedKeys,
  isFlightWhole,
  isHelloInPart,
  isHidden,
  isOnlyVerified,
  lateForClient,
  lostToClient,
  missedByServer,
  serverIsDone,
  stoppedInFlight,
  unseenAtEnd,
} from '../facts/turns.ts';
import { type Captured, endpointText, type Witness } from '../facts/witness.ts';
import type { PathLoss } from '../rules/path.ts';
import type { MismatchSign } from '../rules/sftunnel-pair.ts';
import type { captureEn } from './capture-en.ts';
import { instantOf } from './names.ts';
import {
  afterKeyExchange,
  alertMeanings,
  answerOf,
  handshakeOf,
  helloOf,
  icmpOf,
  listed,
  lookNames,
  nothingElse,
} from './words-ja.ts';

export const captureJa: typeof captureEn = {
  inConversation: (witness, text) => `${placeOf(witness)}: ${text}`,
  helloAnswered: ({ conversation }) =>
    `ただし、同じサーバーと名前への別の hello には応答があり(${conversation})、すべてが破棄されているわけではありません。偶然のパケット損失のほか、このクライアントや hello、時間帯だけに適用されるポリシーも考えられます`,
  dtlsAnswered: ({ client, server, other }) =>
    other
      ? `${server} は別のクライアント ${client} の DTLS hello には応答しており、このポートへの UDP がすべて遮断されていたわけではありません。クライアントの経路、そのクライアントに適用されるポリシー、または時間帯の違いが考えられます`
      : `${server} は ${client} の別の DTLS hello には応答しており、両者間の UDP が常に遮断されていたわけではありません`,
  beyondLimit: ({ limit, text }) => `個別に示す ${limit} 件を超えた分: ${text}`,
  presentedIn: ({ version, auth, side, captured: { witness, role }, complaint }) =>
    `${placeOf(witness)}: ${sideOf(side, role)}が ${handshakeOf(version)}(${auth} 認証)で提示${
      complaint === null ? '' : `。${sideNames[complaint.from]}がアラート ${alertOf(complaint)} でハンドシェイクを終了`
    }`,
  expiredAtCapture: ({ subject, notAfter, days }) =>
    `${subject} は ${instantOf(notAfter) ?? unreadableDate} に期限切れ${days === null ? '' : `(キャプチャの ${days} 日前)`}`,
  notYetValidAtCapture: ({ subject, notBefore, days }) =>
    `${subject} は ${instantOf(notBefore) ?? unreadableDate} から有効${days === null ? '' : `(キャプチャの ${days} 日後)`}`,
  expiredSince: ({ subject, notAfter, daysThen, days }) =>
    `${subject} はキャプチャ時点では有効${daysThen === null ? '' : `(残り ${daysThen} 日)`}でしたが、${
      instantOf(notAfter) ?? unreadableDate
    } に期限切れになりました${days === null ? '' : `(${days} 日前)`}`,
  expiringAtCapture: ({ subject, notAfter, daysThen, days }) =>
    `${subject} は ${instantOf(notAfter) ?? unreadableDate} に期限切れ予定${
      daysThen === null || days === null ? '' : `(残りはキャプチャ時点で ${daysThen} 日、現在 ${days} 日)`
    }`,
  trustedHereOnly: ({ subject, roots }) =>
    `${subject} は指定された信頼済みルート ${roots} 件のいずれかに至りますが、クライアントはその CA を知らないと通知しています`,
  issuedBy: ({ side, role, subject, issuer, notBefore }) =>
    `${sideOf(side, role)}: ${subject}、発行者 ${issuer}、${instantOf(notBefore) ?? unreadableDate} から有効`,
  lostByCapture: ({ packets }) => `取得した機器の統計では ${packets} パケットを取りこぼしています`,
  givenCaSigned: ({ side, role }) =>
    `この CA は送信されたものではなく指定されたもので、その鍵が${sideOf(side, role)}の証明書に署名しています`,
  authoritiesDiffer: ({ how }) => mismatchTexts[how],

  largeLost: (loss) => lossOf(loss),
  mtuAnnounced: ({ type, code, from, mtu }) =>
    `${from} から ICMP ${type}/${code}(${mtu === null ? 'MTU の値は示されず' : `MTU ${mtu}`})。その後ハンドシェイクは進んでいます`,
  mssDiffers: ({ syn, synAck }) => {
    const usual = clampNameOf(Math.min(syn, synAck));
    const said =
      syn === synAck ? `SYN と SYN-ACK の MSS はともに ${syn}` : `SYN の MSS は ${syn}、SYN-ACK の MSS は ${synAck}`;
    return `${said}${usual === null ? '' : `(${clampTexts[usual]}でよく使われる値)`}`;
  },
  onlyLongerFail: ({ from, to, longest, times, conversation, beside }) => {
    const failed = from === to ? `${from} バイト` : `${from}〜${to} バイト`;
    const offered = beside.length === 0 ? '' : `。失敗した hello だけが提示: ${listed(beside)}`;
    return `${failed}の hello は失敗し、その間にも ${longest} バイト以下の hello には応答があります(${times} 回、最初は ${conversation})${offered}`;
  },
  noCertificateSent: () => 'クライアントは送信していません',
  fragmentsMissing: ({ seen, incomplete, later }) =>
    `断片化されたデータグラム ${incomplete} 個が完全な形で届いていません(見えたフラグメントは ${seen} 個)${later === true ? '' : '。2 番目以降のフラグメントはキャプチャに 1 つもありません。ポート番号で絞ったキャプチャフィルターでもこうなります'}`,
  arpUnanswered: ({ address, count }) => `${address} への ARP 要求 ${count} 回に対し、キャプチャ内に応答がありません`,
  endedEmpty: ({ count, clients, server, how, withinMs, besideTls }) =>
    `${listed(clients)} から ${server} への接続 ${count} 件は確立したものの、どちらの側も 1 バイトも送らないうちに、${withinMs} ms 以内にサーバー名義の ${how === 'closed' ? 'FIN' : 'RST'} で終了しています。接続数の制限、許可された相手のリスト、サーバーに到達できないプロキシなどで起こります。${besideTls ? '同じ組み合わせの別の接続では TLS で通信しています' : 'クライアントが TLS を使うつもりだったかは分かりません(ポートを開くだけの監視ツールもあります)'}`,
  anotherOfThem: () => '同様の接続',

  whySmallerArrived: () => '同じ接続の小さなセグメントは届いています',
  whySameIssuerName: () => '双方の証明書が示す発行者の名前は同じです',
};

/** Where a capture shows it. */
export function placeOf({ id, captured }: Witness): string {
  if (captured === undefined) return id;
  const server = endpointText(captured.server);
  return captured.client === null ? `${server} への SYN` : `${id}、${endpointText(captured.client)} > ${server}`;
}

/** One conversation: what was sent and what became of it. */
export function capturedWitness(witness: Witness): string {
  return `${placeOf(witness)}: ${capturedOutcome(witness)}`;
}

function capturedOutcome(witness: Witness): string {
  const { evidence } = witness;
  switch (evidence.connect) {
    case 'refused':
      return icmpOf(evidence) === '' ? 'RST が返りました' : `拒否されました${icmpOf(evidence)}`;
    case 'timeout':
      return unansweredSyn(witness.captured);
    case 'unreachable':
      return `アドレスに到達できません${icmpOf(evidence)}`;
    default: {
      const hello = evidence.hello === null ? [] : [helloOf(witness)];
      const told = [answerOf(evidence), capturedFailure(witness)].flatMap((part) => part ?? []);
      return [...hello, told.join(' の後、') || nothingElse(evidence)].join(': ');
    }
  }
}

function unansweredSyn({ sentOnce, portUp }: Partial<Captured> = {}): string {
  const told = sentOnce === true ? '応答がなく、再送もされていません' : '応答がありません';
  return portUp === true
    ? `${told}。ただし、同じポートへのほかの接続は確立しています。パケットの損失やサーバー側の接続数の制限も考えられます`
    : told;
}

/** How it ended, and who ended it; null when it was finished or went on. */
function capturedFailure({ evidence, captured }: Witness): string | null {
  const { alert, end, endedBy, brokenBy, received, sent, looksLike, detail } = evidence;
  const by = endedBy === null || endedBy === undefined ? '' : `${sideNames[endedBy]}からの `;
  const missing = endedEarly(evidence).join('、');
  const before = `${missing === '' ? '' : `${missing}のまま`}${sealedAlertsIn(evidence)}`;
  switch (end) {
    case 'alert':
      return alert === null
        ? 'アラート'
        : `${sideNames[alert.from]}からの ${alert.level} アラート ${alertOf(alert)}${capturedMeaning(alert, evidence)}`;
    case 'reset':
      return `${before}${pointOf(evidence)}${by}RST${laterOf(captured)}`;
    case 'closed':
      return `${before}${lateOf(evidence) === '' ? pointOf(evidence) : ''}${by}FIN${lateOf(evidence) || laterOf(captured)}`;
    case 'silent':
      if (evidence.keyExchanged === true) return afterKeyExchange(evidence);
      if (isFlightWhole(evidence)) return 'サーバーの応答はそろっていますが、クライアントが続行していません';
      if ((evidence.sealedAlerts ?? []).length > 0) return `${sealedAlertsIn(evidence)}続きなし`;
      if (isHidden(evidence)) return '続きなし(TLS 1.3 では応答がそろっているかどうかは見えません)';
      if (isHelloInPart(evidence)) return `${helloInPart(evidence)}で、続きなし`;
      if (isOnlyVerified(evidence)) return 'HelloVerifyRequest の後、続きなし';
      if (received.length > 0) return '応答が途中で停止';
      if (sent.acked === 0) return `${noAnswer(evidence)}(ACK もなし)`;
      return sent.acked === null
        ? noAnswer(evidence)
        : `${noAnswer(evidence)}(${sent.bytes} バイト中 ${sent.acked} バイトは ACK 済み)`;
    case 'not-tls':
      if (looksLike === 'ssl2') return `TLS ではない SSL 2.0 の応答${detail === null ? '' : `: ${detail}`}`;
      if (evidence.imitated === true) return imitated;
      return looksLike === null
        ? 'TLS ではない応答'
        : `TLS ではない応答(推定: ${lookNames.get(looksLike) ?? looksLike.toUpperCase()})`;
    case 'malformed': {
      if (evidence.imitated === true) return imitated;
      const broken =
        brokenBy === null || brokenBy === undefined ? '不正な TLS' : `${sideNames[brokenBy]}からの不正な TLS`;
      return detail === null ? broken : `${broken}: ${detail}`;
    }
    default:
      return null;
  }
}

const imitated = '双方とも TLS ではないデータで通信を続けており、始まりだけが TLS に似た独自のプロトコルです';

/** TLS 1.3 hides the types of records, too. */
function sealedAlertsIn(evidence: HandshakeEvidence): string {
  const { sealedAlerts = [] } = evidence;
  if (sealedAlerts.length === 0) return '';
  const what = isHidden(evidence) ? 'アラートと同じ長さの暗号化レコード' : '暗号化されたアラート';
  const from = sealedAlerts.map((side) => sideNames[side]).join('と');
  return `${from}からの${what}(内容は見えません。何らかの拒否か、切断の通知です)の後、`;
}

/** What was missing when one side ended it. */
function endedEarly(evidence: HandshakeEvidence): string[] {
  const { received, sent, endedBy } = evidence;
  const lost = lostToClient(evidence);
  const inVain = sent.acked === 0 && (sent.retransmitted ?? 0) > 0;
  return [
    ...(isHelloInPart(evidence)
      ? [helloInPart(evidence)]
      : received.length === 0
        ? [`${noAnswer(evidence)}${inVain ? '(ACK もなし)' : ''}`]
        : []),
    ...(lost > 0 ? [`応答のうち ${lost} バイトが未着`] : []),
    ...(lost === 0 && endedBy === 'client' && stoppedInFlight(evidence) ? ['応答が不完全'] : []),
    ...(missedByServer(evidence) ? ['クライアントのデータの一部がサーバーに未着(後続のデータだけが届く)'] : []),
  ];
}

function lateOf(evidence: HandshakeEvidence): string {
  const late = lateForClient(evidence);
  return late === 0 ? '' : `(応答 ${evidence.inbound?.bytes ?? 0} バイト中 ${late} バイトはその後に到着)`;
}

/** How long nothing had happened, where somebody waited. */
function laterOf(captured: Witness['captured']): string {
  const waited = captured?.waitedMs ?? 0;
  return waited < giveUpMs ? '' : `(${Math.floor(waited / 1000)} 秒後)`;
}

/** Where in a handshake up to TLS 1.2, whose messages can be told apart, it was ended. */
function pointOf(evidence: HandshakeEvidence): string {
  const unseen = unseenAtEnd(evidence).map(({ side, bytes }) => `${sideNames[side]}の ${bytes} バイト`);
  if (unseen.length > 0) return `${unseen.join('と')}がキャプチャにないまま、`;
  if (hasExchangedKeys(evidence)) return 'クライアントの鍵交換の後に';
  if (serverIsDone(evidence)) return 'サーバーの応答がそろい、クライアントが続行しないまま';
  return evidence.endedBy === 'server' && stoppedInFlight(evidence) ? '応答の途中で' : '';
}

function helloInPart({ sent }: HandshakeEvidence): string {
  return `hello は最初の ${sent.bytes} バイトだけ`;
}

function noAnswer({ inbound, greeted = 0 }: HandshakeEvidence): string {
  if (greeted > 0)
    return `応答なし。サーバーは hello より前に ${greeted} バイトを送っており、これは TLS サーバーの動作ではありません`;
  const bytes = inbound?.bytes ?? 0;
  return bytes === 0 ? '応答なし' : `${bytes} バイトの応答に完全な TLS メッセージなし`;
}

function alertOf({ code, name }: AlertEvidence): string {
  return `${code} ${name}`;
}

/** What an alert says depends on who sent it, and on whether the hello had been answered. */
function capturedMeaning({ code, from }: AlertEvidence, { negotiated }: HandshakeEvidence): string {
  const laterMeaning = negotiated === null ? undefined : laterMeanings.get(code);
  const serverMeaning = laterMeaning ?? alertMeanings.get(code);
  const meaning = certificateMeanings.get(code) ?? (from === 'client' ? clientMeanings.get(code) : serverMeaning);
  return meaning === undefined ? '' : `(${meaning})`;
}

const certificateMeanings: ReadonlyMap<number, string> = new Map([
  [42, '証明書を受け入れない。理由は示されない'],
  [43, 'この種類の証明書を受け入れない'],
  [44, '証明書が失効している'],
  [45, '証明書を期限切れと判断'],
  [46, '証明書を受け入れない。理由は示されない'],
  [48, '証明書の CA を知らない'],
]);

/** Of a server that has accepted the hello. */
const laterMeanings: ReadonlyMap<number, string> = new Map([
  [47, 'クライアントが hello の後に送ったメッセージに許されない値がある'],
  [50, 'クライアントが hello の後に送ったメッセージを解読できない'],
]);

const clientMeanings: ReadonlyMap<number, string> = new Map([
  [40, 'サーバーの選択では続行できない。理由は示されない'],
  [70, 'サーバーが選んだバージョンに対応していない'],
  [71, 'サーバーが選んだ暗号の強度が不足'],
]);

const sideNames: Readonly<Record<Side, string>> = { client: 'クライアント', server: 'サーバー' };

function sideOf(side: Side, role: SftunnelRole | null): string {
  return role === null ? sideNames[side] : `${sideNames[side]}(${role})`;
}

const unreadableDate = '読み取れない日時';

/** Both IP-IDs where they can tell hosts apart: hosts that count them do not begin at 0. */
export function resetIds({ evidence: { path } }: Witness): string {
  const [first, second] = [path.synAck?.ipId ?? 0, path.reset?.ipId ?? 0];
  return first === 0 || second === 0 ? '' : `(IP-ID は ${first} と ${second})`;
}

function lossOf({ direction, lost, missing, passed, sacked, headers, icmp }: PathLoss): string {
  const to = direction === 'outbound' ? 'サーバー' : 'クライアント';
  const gap =
    lost === null
      ? `${to}宛ての${missing === null ? '先頭部分' : ` ${missing} バイト`}が届いていません`
      : `${to}宛ての ${lost} バイトのセグメントが繰り返し送られ、一度も ACK されていません`;
  const bounds = [
    ...(lost === null ? [] : [`${lost + headers} バイトのパケットは失われ`]),
    ...(passed === null || passed === 0 ? [] : [`${passed + headers} バイトのパケットは届いています`]),
  ];
  return [
    gap,
    ...(sacked ? [`${to}はその後のデータを受信済み(SACK)`] : []),
    ...(bounds.length === 0 ? [] : [bounds.join('、').replace(/失われ$/, '失われています')]),
    ...(icmp === null ? [] : [`${icmp.from} から ICMP ${icmp.type}/${icmp.code} が届いても改善していません`]),
  ].join('。');
}

const mismatchTexts: Readonly<Record<MismatchSign, string>> = {
  names: '発行者の名前が異なります。FMC の HA ペアでは FMC ごとに CA が異なり、それが正常です',
  signatures: 'その名前の CA は、一方の証明書には署名しており、もう一方には署名していません',
  apart:
    '同じ名前で鍵の異なる CA 証明書が 2 つあり(送信されたもの、または指定されたもの)、両端の証明書は別々の CA が署名しています',
  alert:
    'OpenSSL は、手元にある同じ名前の CA の鍵で証明書の署名を検証できないとき、decrypt_error を返します。CA が更新され、新しい CA が片側にしかない可能性があります。鍵交換の署名が証明書の鍵と合わない場合も同じアラートになります',
  unknown:
    'OpenSSL は、発行者の名前の CA を持っていないとき、unknown_ca を返します。拒否した側の cacert.pem が別の FMC のものであるか、存在しない可能性があります',
  'signature-of-one': 'その名前の CA は一方の証明書に署名していません。手元の CA が古い可能性もあります',
  times: '発行者の名前は同じですが、証明書の作成時期が異なります。間に CA が更新された可能性があります',
};

export const clampTexts: Readonly<Record<ClampName, string>> = {
  flets: 'フレッツの PPPoE(MTU 1454)',
  pppoe: 'PPPoE(MTU 1492)',
  asa: 'Cisco ASA・FTD を通過する通信',
  tunnel: 'GRE や IPsec などのトンネル',
};
