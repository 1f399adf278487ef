/** Words of the text report of a capture, Japanese. */

import type { captureEn } from './capture-en.ts';
import { grouped } from './numbers.ts';

export const captureJa: typeof captureEn = {
  packets: (count) => `${grouped(count)} パケット`,
  flows: (count) => `TCP フロー ${grouped(count)} 本`,
  conversations: (count) => `TLS 通信 ${grouped(count)} 件`,
  certificates: (count) => `証明書 ${grouped(count)} 枚`,
  noPackets: 'このキャプチャにはパケットがありません',
  noTls: 'このキャプチャに TLS / DTLS のハンドシェイクはありません',
  clean: 'このキャプチャのハンドシェイクに問題は見つかりませんでした',
  inconclusive: 'キャプチャの内容だけでは判断できません',
  unreachable: 'このキャプチャでは接続が一度も確立していません',
  unfinished: '最後まで読み取れませんでした',
  truncated: 'ファイルがパケットの途中で終わっているか、途中から破損しています。それ以降の内容は不明です。',
  lostByCapture: (count) =>
    `取得した機器の統計によると、キャプチャ中に ${grouped(count)} パケットを取りこぼしています。ここに見えないパケットも、実際には送られていた可能性があります。バッファーを大きくするか(tcpdump -B、dumpcap -B)、フィルターを絞って取得し直してください。`,
  clock: {
    'not-set': (now) =>
      `パケットの時刻が TLS の登場より前です。取得した機器の時計が設定されていません。その証明書の有効期限は、判定の時刻(${now})だけで判定しています。`,
    later: (now) =>
      `パケットの時刻が判定の時刻(${now})より後です。どちらかの時計が誤っています。証明書の有効期限は、両方の時刻で問題があるものだけを指摘しています。正しい時刻は --now で指定できます。`,
  },
  linkTypeUnread: (count, names) =>
    `${grouped(count)} パケットは解析していません: リンク層(${names})に対応していません。イーサネット、IP、またはループバックのインターフェイスで取得してください。`,
  times: (title, count) => `${title} (${grouped(count)} 件)`,
  counted: (outcome, count) => `${outcome} ${grouped(count)} 件`,
  brokenOff: (why) => `読み取りが途中で終了しました: ${why} 以下はそこまでに確認できた内容で、判定は行っていません。`,
  selection: (shown, all) =>
    `表示: 通信 ${grouped(all)} 件のうち ${grouped(shown)} 件とその証明書。検出結果と判定はキャプチャ全体に対するものです。`,
  more: (count) => `ほか ${grouped(count)} 件(すべて見るには --csv または --json)`,
  head: {
    conversations: '通信',
    certificates: '証明書',
    sftunnel: 'sftunnel (FMC と FTD)',
    failed: '確立しなかった接続',
    empty: 'データの送受信なしに終了した接続',
    arp: '応答のない ARP 要求',
  },
  column: {
    id: 'ID',
    time: 'UTC',
    client: 'クライアント',
    server: 'サーバー',
    sni: 'SNI',
    version: 'バージョン',
    suite: '暗号スイート',
    outcome: '結果',
    subject: 'サブジェクト',
    from: '送信元',
    notAfter: '有効期限',
    daysLeft: '残り日数',
    daysLeftAtCapture: '取得時',
    status: '状態',
    issuer: '発行者',
    seenIn: '出現箇所',
    what: '内容',
    count: '回数',
    clients: '接続元',
    packets: 'パケット',
    address: 'アドレス',
    about: '対象',
    confidence: '確度',
  },
  side: { client: 'クライアント', server: 'サーバー' },
  outcome: {
    completed: '完了',
    alert: 'アラート',
    reset: 'リセット',
    closed: '途中で切断',
    stalled: '停止',
    unknown: '不明',
    'not-tls': 'TLS ではない通信',
    malformed: '不正な TLS',
  },
  alertFrom: (side, alert) => `アラート ${alert} (${side})`,
  encryptedAlert: '(暗号化)',
  endedBy: (outcome, side) => `${side}が${outcome}`,
  saidBy: (outcome, side) => `${side}から${outcome}`,
  after: (outcome, message) => `${message} の後で${outcome}`,
  status: { valid: '有効', expiring: '期限間近', expired: '期限切れ', 'not-yet-valid': '有効期間前' },
  seenIn: (first, more) => (more === 0 ? first : `${first} ほか ${grouped(more)} 件`),
  kind: {
    refused: '拒否 (RST)',
    unanswered: 'SYN に応答なし',
    unreachable: 'ICMP 到達不能',
    unacknowledged: 'SYN-ACK に応答なし',
    closed: '切断',
    reset: 'リセット',
  },
  expired: 'TTL 切れ (ループまたは traceroute)',
  lasted: (least, most) => (least === most ? `${most} 後` : `${least}〜${most} 後`),
  icmp: (type, code) => `ICMP ${type}/${code}`,
  clients: (first, more) => (more === 0 ? first : `${first} ほか ${grouped(more)} 件`),
  packet: (number) => `パケット ${number}`,
  span: (days, hours, minutes, seconds) => {
    const units = [`${days} 日`, `${hours} 時間`, `${minutes} 分`, `${seconds} 秒`];
    const first = [days, hours, minutes].findIndex((count) => count > 0);
    return first === -1 ? `${seconds} 秒` : units.slice(first, first + 2).join(' ');
  },
  counters: 'キャプチャ',
  dropped: '対象外',
  sftunnel: {
    peers: (client, server) => `${client} (クライアント) と ${server} (サーバー)`,
    times: (count, first) => (count === 1 ? `通信 ${first}` : `通信 ${grouped(count)} 件、最初は ${first}`),
    authority: 'InternalCA',
    asIn: (conversation) => `通信 ${conversation} と同じ`,
    atCapture: (days) => (days < 0 ? '取得時にはすでに期限切れ' : `取得時は ${days} 日`),
    signature: {
      verified: 'CA の署名を検証済み',
      'not-verified': '発行者名と同じ名前の CA の署名ではありません',
      unknown: '署名は未検証(CA 証明書がキャプチャにありません。--ca で指定できます)',
    },
    authorityGiven: (uuid) => `CN ${uuid} (--ca で指定。送信されたものではありません)`,
    authorityUnseen: (name) =>
      `${name} はどちら側からも送られていないため、有効期限はこのキャプチャからは分かりません。FMC で確認: openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem`,
    roleUnknown: '役割は不明',
    upBefore:
      'キャプチャにハンドシェイクがないため不明です(「問題なし」ではありません)。チャネルはキャプチャ開始前に確立しており、証明書が期限切れになっても維持されます。',
    datesFirst:
      'まず InternalCA の有効期間を確認してください(FMC、エキスパートモード、root)。期限切れの場合は、再起動やアップグレードを行わないでください。確立中のチャネルは、切れると復旧しません。',
    thenRestart:
      '期限内であれば、キャプチャを開始してから sftunnel を再起動すると(エキスパートモード、root)、ハンドシェイクを取得できます。',
  },
  absence: {
    'tls13-encrypted':
      '証明書は見えません: TLS 1.3 では暗号化されます。TLS 鍵ログ(--keylog)を指定するか、機器上のファイルを確認してください。',
    resumed:
      '証明書なし: セッション再開のため送信されていません。両端のセッションが失われた後の、最初のフルハンドシェイクをキャプチャしてください。',
    renegotiated: '証明書は見えません: 暗号化された再ネゴシエーションの中で送られています。',
    truncated: '証明書は不明: パケットまたはその一部がキャプチャに含まれていません。',
    'not-tls': '証明書なし: 送られた内容が TLS ではありません。',
    'no-handshake': '証明書なし: ハンドシェイクがそこまで進まなかったか、開始部分がキャプチャに含まれていません。',
  },
  notSent: '証明書の送信なし',
};
