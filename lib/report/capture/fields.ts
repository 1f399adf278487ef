/** Fields of a capture's rows, by the names that `--fields` takes: what each means, and how it is read. */

import type { CapturedCertificate, Conversation, Language, Side } from '../../evidence/index.ts';
import { cipherSuites, groups } from '../../wire/index.ts';
import { knownStatus } from '../certificateStatus.ts';

/** A cell: text from the capture, or a number of ours (which needs no protection against formulas). */
export type Cell = string | number | null;

/** One certificate as one side of a conversation sent it. */
export interface PresentedCertificate {
  readonly from: Side;
  /** 0 is the leaf. */
  readonly position: number;
  readonly certificate: CapturedCertificate;
}

interface FieldInfo {
  readonly name: string;
  readonly about: Readonly<Record<Language, string>>;
}

export interface ConversationField extends FieldInfo {
  readonly of: 'conversation';
  read(conversation: Conversation, capture: string): Cell;
}

/** Values that follow from the certificate alone, or (`from`, `position`) from who sent it. */
export interface CertificateField extends FieldInfo {
  readonly of: 'certificate';
  read(presented: PresentedCertificate): Cell;
}

export type CaptureField = ConversationField | CertificateField;

/** What is printed when no fields are chosen. */
export const defaultFields: readonly string[] = [
  'ts',
  'id',
  'client',
  'client.port',
  'server',
  'server.port',
  'sni',
  'version',
  'suite',
  'ja4',
  'outcome',
  'alert',
];

const conversation = (
  name: string,
  en: string,
  ja: string,
  read: ConversationField['read'],
): [string, ConversationField] => [name, { name, of: 'conversation', about: { en, ja }, read }];

const certificate = (
  name: string,
  en: string,
  ja: string,
  read: (certificate: CapturedCertificate, presented: PresentedCertificate) => Cell,
): [string, CertificateField] => [
  name,
  { name, of: 'certificate', about: { en, ja }, read: (presented) => read(presented.certificate, presented) },
];

/** By name, in the order they are listed. */
export const captureFields: ReadonlyMap<string, CaptureField> = new Map<string, CaptureField>([
  conversation('file', 'name of the capture', 'キャプチャの名前', (_, capture) => capture),
  conversation('id', 'conversation id, as in the other outputs', '通信の ID (ほかの出力と共通)', ({ id }) => id),
  conversation('ts', 'time of the first packet, UTC', '最初のパケットの時刻 (UTC)', ({ startedAt }) => startedAt),
  conversation('protocol', 'tls or dtls', 'tls または dtls', ({ protocol }) => protocol),
  conversation(
    'carrier',
    'what packs TLS into packets of its own: tds or openvpn',
    'TLS を自らのパケットに入れて運ぶプロトコル (tds または openvpn)',
    ({ carrier }) => carrier?.name ?? '',
  ),
  conversation('client', "client's address", 'クライアントのアドレス', ({ client }) => client.address),
  conversation('client.port', "client's port", 'クライアントのポート', ({ client }) => client.port),
  conversation('server', "server's address", 'サーバーのアドレス', ({ server }) => server.address),
  conversation('server.port', "server's port", 'サーバーのポート', ({ server }) => server.port),
  conversation('packet.first', 'number of the first packet', '最初のパケットの番号', (c) => c.firstPacket),
  conversation('packet.last', 'number of the last packet', '最後のパケットの番号', (c) => c.lastPacket),
  conversation('sni', 'server name asked for', '要求されたサーバー名', (c) => c.clientHello?.sni ?? null),
  conversation('alpn', 'protocols offered by ALPN', 'ALPN で提示されたプロトコル', (c) => joined(c.clientHello?.alpn)),
  conversation('hello.packet', 'packet that completes the ClientHello', 'ClientHello が揃うパケット', (c) =>
    orNull(c.clientHello?.packet),
  ),
  conversation(
    'hello.length',
    'bytes of the ClientHello, with its 4-byte header',
    'ClientHello の長さ (4 バイトのヘッダーを含む)',
    (c) => orNull(c.clientHello?.length),
  ),
  conversation(
    'hello.segments',
    'TCP segments or datagrams it came in',
    'ClientHello のセグメント数またはデータグラム数',
    (c) => orNull(c.clientHello?.segments),
  ),
  conversation('ja3', 'JA3 of the ClientHello', 'ClientHello の JA3', (c) => c.clientHello?.ja3 ?? null),
  conversation('ja4', 'JA4 of the ClientHello', 'ClientHello の JA4', (c) => c.clientHello?.ja4 ?? null),
  conversation('version', 'negotiated version', 'ネゴシエートされたバージョン', (c) => c.serverHello?.version ?? null),
  conversation('suite', 'cipher suite, IANA name', '暗号スイート (IANA 名)', (c) =>
    c.serverHello === null ? null : cipherSuites.nameOf(Number(c.serverHello.cipherSuite)),
  ),
  conversation('group', 'group of the key exchange', '鍵交換のグループ', (c) => {
    const group = c.serverHello?.group ?? null;
    return group === null ? null : groups.nameOf(Number(group));
  }),
  conversation(
    'outcome',
    'completed, alert, reset, closed, stalled or unknown',
    'completed、alert、reset、closed、stalled、unknown',
    (c) => c.outcome,
  ),
  conversation('alert', 'names of the alerts, in their order', 'アラートの名前 (出現順)', (c) =>
    joined(c.alerts.map(({ name, level, code }) => name ?? (code === null ? level : String(code)))),
  ),
  conversation('alert.from', 'who sent each of them', '各アラートの送信側', (c) =>
    joined(c.alerts.map(({ from }) => from)),
  ),
  conversation('alert.packet', 'packet of each of them', '各アラートのパケット', (c) =>
    joined(c.alerts.map(({ packet }) => String(packet))),
  ),
  conversation(
    'completeness',
    'how much of it the capture shows',
    'キャプチャにどこまで写っているか',
    (c) => c.evidence.completeness,
  ),
  conversation('decrypted', 'yes when opened with secrets', '鍵により復号できたら yes', (c) =>
    c.decrypted ? 'yes' : 'no',
  ),
  conversation(
    'server.certs',
    'number of certificates the server sent',
    'サーバーが送った証明書の数',
    (c) => c.certificates.server.length,
  ),
  conversation(
    'server.absence',
    'why none of the server is known',
    'サーバー証明書がない理由',
    (c) => c.certificateAbsence.server,
  ),
  conversation(
    'client.certs',
    'number of certificates the client sent',
    'クライアントが送った証明書の数',
    (c) => c.certificates.client.length,
  ),
  conversation(
    'client.absence',
    'why none of the client is known',
    'クライアント証明書がない理由',
    (c) => c.certificateAbsence.client,
  ),
  conversation(
    'retransmissions',
    'TCP segments seen again',
    '再送された TCP セグメント数',
    ({ loss }) => loss.retransmissions,
  ),
  conversation(
    'missing.client',
    "bytes of the client's stream that the capture lacks",
    'キャプチャにないクライアント側のバイト数',
    ({ loss }) => loss.missingBytes.client,
  ),
  conversation(
    'missing.server',
    "bytes of the server's stream that the capture lacks",
    'キャプチャにないサーバー側のバイト数',
    ({ loss }) => loss.missingBytes.server,
  ),
  conversation('icmp', 'ICMP errors for it, type/code', '関連する ICMP エラー (タイプ/コード)', ({ loss }) =>
    joined(loss.icmp.map(({ type, code }) => `${type}/${code}`)),
  ),
  conversation('icmp.mtu', 'MTU they tell', 'ICMP が伝えた MTU', ({ loss }) =>
    joined(loss.icmp.flatMap(({ mtu }) => (mtu === null ? [] : [String(mtu)]))),
  ),
  conversation(
    'mss.client',
    'MSS announced by the client',
    'クライアントが通知した MSS',
    ({ evidence }) => evidence.path.announcedMss,
  ),
  conversation(
    'mss.server',
    'MSS announced by the server',
    'サーバーが通知した MSS',
    ({ evidence }) => evidence.path.peerMss,
  ),
  conversation(
    'sftunnel.client',
    'FMC or FTD, where the client is one',
    'クライアントの役割 (FMC または FTD)',
    (c) => c.sftunnel?.role.client ?? null,
  ),
  conversation(
    'sftunnel.server',
    'FMC or FTD, where the server is one',
    'サーバーの役割 (FMC または FTD)',
    (c) => c.sftunnel?.role.server ?? null,
  ),
  conversation(
    'sftunnel.client.uuid',
    "UUID in the client's certificate",
    'クライアント証明書の UUID',
    (c) => c.sftunnel?.uuid.client ?? null,
  ),
  conversation(
    'sftunnel.server.uuid',
    "UUID in the server's certificate",
    'サーバー証明書の UUID',
    (c) => c.sftunnel?.uuid.server ?? null,
  ),
  certificate('cert.from', 'who sent it: client or server', '送信側 (client または server)', (_, { from }) => from),
  certificate(
    'cert.position',
    'place in the list, 0 is the leaf',
    '一覧での位置 (0 がリーフ)',
    (_, { position }) => position,
  ),
  certificate('cert.sha256', 'SHA-256 of the certificate', '証明書の SHA-256', ({ sha256 }) => sha256),
  certificate('cert.subject', 'subject, RFC 4514', 'サブジェクト (RFC 4514)', ({ subject }) => subject),
  certificate('cert.issuer', 'issuer, RFC 4514', '発行者 (RFC 4514)', ({ issuer }) => issuer),
  certificate('cert.serial', 'serial number, hex', 'シリアル番号 (16 進)', ({ serial }) => serial),
  certificate('cert.names', 'subjectAltName entries', 'subjectAltName の各項目', ({ names }) => joined(names)),
  certificate('cert.notBefore', 'begin of validity', '有効期間の開始', ({ notBefore }) => notBefore),
  certificate('cert.notAfter', 'end of validity', '有効期間の終了', ({ notAfter }) => notAfter),
  certificate(
    'cert.daysLeft',
    'days left, now or at --now',
    '現在 (または --now の時点) の残り日数',
    ({ daysLeft }) => daysLeft,
  ),
  certificate(
    'cert.daysLeftAtCapture',
    'days left when it was captured',
    'キャプチャ取得時の残り日数',
    (c) => c.daysLeftAtCapture,
  ),
  certificate(
    'cert.status',
    'valid, expiring, expired or not-yet-valid; nothing where a date cannot be read',
    'valid、expiring、expired、not-yet-valid。日付を読み取れない場合は空',
    (c) => knownStatus(c, c.status),
  ),
  certificate('cert.statusAtCapture', 'the same when it was captured', 'キャプチャ取得時の状態', (c) =>
    knownStatus(c, c.statusAtCapture),
  ),
  certificate('cert.key', 'key type', '鍵の種類', ({ key }) => key.type),
  certificate('cert.bits', 'key size', '鍵の長さ', ({ key }) => key.bits),
  certificate('cert.signature', 'signature algorithm', '署名アルゴリズム', (c) => c.signatureAlgorithm),
  certificate('cert.ca', 'yes for a CA certificate', 'CA 証明書なら yes', ({ isCa }) => (isCa ? 'yes' : 'no')),
  certificate('cert.seen', 'conversations it was seen in', 'この証明書が現れた通信の数', ({ seenCount }) => seenCount),
]);

function joined(texts: readonly string[] | undefined): string | null {
  return texts === undefined || texts.length === 0 ? null : texts.join(' ');
}

function orNull(value: number | undefined): number | null {
  return value ?? null;
}
