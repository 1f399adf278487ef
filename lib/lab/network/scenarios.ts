/** The table of labs. A new one is a row here; its text stands with it. */

import { HarnessError, nearest } from '../../wire/index.ts';
import { labName } from '../headend.ts';
import type { LabFaults, LabScenario } from './types.ts';

type Texts = Pick<LabScenario, 'title' | 'description'>;

/** A line with a smaller MTU, of which nobody tells the sender. */
function blackHole(id: string, faults: LabFaults & { readonly mtu: number }, text: Texts): LabScenario {
  const { mtuDirection = 'both' } = faults;
  return {
    id,
    ...text,
    faults: { icmp: 'dropped', ...faults },
    headend: 'good',
    expect: [
      ...(mtuDirection === 'inbound' ? [] : ['path.blackhole-outbound']),
      ...(mtuDirection === 'outbound' ? [] : ['path.blackhole-inbound']),
    ],
    mayReport: ['path.icmp-filtered'],
    needs: ['tcp-mss'],
  };
}

const paths: readonly LabScenario[] = [
  {
    id: 'plain',
    title: { en: 'A line without a fault', ja: '障害のない回線' },
    description: {
      en: 'MTU 1500 from end to end; nothing is lost or changed.',
      ja: '端から端まで MTU 1500 で、損失も書き換えもない回線です。',
    },
    faults: {},
    headend: 'good',
    expect: [],
  },
  blackHole(
    'pppoe-1454',
    { mtu: 1454 },
    {
      title: { en: "FLET'S PPPoE: MTU 1454, ICMP dropped", ja: 'フレッツの PPPoE: MTU 1454、ICMP 遮断' },
      description: {
        en: 'Packets above 1454 bytes vanish both ways: ClientHellos of ML-KEM size and certificate flights never arrive.',
        ja: '1454 バイトを超えるパケットが両方向で消えます。ML-KEM を含む大きな ClientHello も、サーバー証明書も届きません。',
      },
    },
  ),
  blackHole(
    'pppoe-1454-outbound',
    { mtu: 1454, mtuDirection: 'outbound' },
    {
      title: { en: 'MTU 1454 towards the server only', ja: 'サーバー方向だけ MTU 1454' },
      description: {
        en: 'Usual ClientHellos pass and the handshake completes; those above 1454 bytes vanish on their way to the server.',
        ja: '通常の ClientHello では接続できますが、1454 バイトを超えるものはサーバーへ向かう途中で消えます。',
      },
    },
  ),
  blackHole(
    'pppoe-1454-inbound',
    { mtu: 1454, mtuDirection: 'inbound' },
    {
      title: { en: 'MTU 1454 towards the client only', ja: 'クライアント方向だけ MTU 1454' },
      description: {
        en: "Every ClientHello arrives; the server's certificate flight vanishes on its way back.",
        ja: 'ClientHello は必ず届きますが、サーバー証明書を含む応答が戻る途中で消えます。',
      },
    },
  ),
  blackHole(
    'pppoe-1492',
    { mtu: 1492 },
    {
      title: { en: 'PPPoE: MTU 1492, ICMP dropped', ja: '標準の PPPoE: MTU 1492、ICMP 遮断' },
      description: {
        en: 'The 8 bytes of PPPoE and PPP headers are missing (RFC 2516), and no router says so.',
        ja: 'PPPoE と PPP のヘッダー 8 バイト (RFC 2516) の分だけ小さく、どのルーターもそれを知らせません。',
      },
    },
  ),
  blackHole(
    'ipoe-1460',
    { mtu: 1460 },
    {
      title: { en: 'IPv4 over IPv6 (IPoE): MTU 1460, ICMP dropped', ja: 'IPoE (IPv4 over IPv6): MTU 1460、ICMP 遮断' },
      description: {
        en: 'An IPv6 header of 40 bytes around every packet, as on MAP-E and DS-Lite lines.',
        ja: 'MAP-E や DS-Lite のように、各パケットに 40 バイトの IPv6 ヘッダーが付く回線です。',
      },
    },
  ),
  blackHole(
    'flets-premium-1438',
    { mtu: 1438 },
    {
      title: { en: "FLET'S Hikari Premium: MTU 1438, ICMP dropped", ja: 'フレッツ・光プレミアム: MTU 1438、ICMP 遮断' },
      description: {
        en: 'The narrowest of the usual Japanese access lines.',
        ja: '国内の一般的なアクセス回線の中で最も MTU が小さい例です。',
      },
    },
  ),
  {
    id: 'pmtud-works',
    title: { en: 'MTU 1454, and the router says so', ja: 'MTU 1454、ルーターが ICMP で通知する' },
    description: {
      en: 'Path MTU discovery works: large packets are sent again in smaller ones. No fault.',
      ja: 'Path MTU Discovery が機能し、大きなパケットは小さくして送り直されます。障害ではありません。',
    },
    faults: { mtu: 1454 },
    headend: 'good',
    expect: ['path.mtu-reduced'],
    needs: ['tcp-mss'],
  },
  {
    id: 'clamp',
    title: { en: 'MTU 1454 with the MSS clamped to 1414', ja: 'MTU 1454、MSS を 1414 に調整' },
    description: {
      en: 'The remedy for PPPoE lines (ip tcp adjust-mss 1414): ICMP is dropped, and nothing is lost all the same.',
      ja: 'PPPoE 回線での対処 (ip tcp adjust-mss 1414) を入れた状態です。ICMP が遮断されていても何も失われません。',
    },
    faults: { mtu: 1454, icmp: 'dropped', clampMss: 1414 },
    headend: 'good',
    expect: ['path.mss-clamped'],
  },
  {
    id: 'asa-mss-1380',
    title: { en: 'A firewall clamps the MSS to 1380', ja: 'ファイアウォールが MSS を 1380 に調整' },
    description: {
      en: 'What ASA and FTD do by default to TCP that passes through them.',
      ja: 'ASA や FTD が通過する TCP に対して既定で行う動作です。',
    },
    faults: { clampMss: 1380 },
    headend: 'good',
    expect: ['path.mss-clamped'],
  },
  {
    id: 'fragments-dropped',
    title: { en: 'IP fragments are dropped', ja: 'IP フラグメントを破棄する経路' },
    description: {
      en: 'Whole packets pass, fragments of them do not.',
      ja: '分割されていないパケットは通り、フラグメントだけが破棄されます。',
    },
    faults: { dropFragments: true },
    headend: 'good',
    expect: ['path.fragments-dropped'],
    needs: ['raw'],
  },
  {
    id: 'lossy',
    title: { en: 'One packet in a hundred is lost', ja: 'パケット損失 1 %' },
    description: {
      en: 'Random loss in both directions, whatever the size: no fault of the path MTU.',
      ja: 'サイズに関係なく両方向でランダムに失われます。MTU の問題ではありません。',
    },
    faults: { loss: 0.01 },
    headend: 'good',
    expect: [],
  },
  {
    id: 'far',
    title: { en: 'A round trip of 200 ms', ja: '往復遅延 200 ミリ秒' },
    description: {
      en: 'Each packet takes 100 ms; nothing is lost.',
      ja: '各パケットに 100 ミリ秒かかりますが、失われるものはありません。',
    },
    faults: { delayMs: 100 },
    headend: 'good',
    expect: [],
    needs: ['tun'],
  },
  {
    id: 'nat',
    title: { en: 'Behind a NAT router', ja: 'NAT ルーターの内側' },
    description: {
      en: "The router puts its own address in the place of the client's. No fault.",
      ja: 'ルーターがクライアントのアドレスを自分のものに書き換えます。障害ではありません。',
    },
    faults: { nat: true },
    headend: 'good',
    expect: [],
  },
];

const policies: readonly LabScenario[] = [
  {
    id: 'port-dropped',
    title: { en: 'The SYN is dropped', ja: 'SYN を破棄する' },
    description: { en: 'An access list without an answer.', ja: '応答を返さないアクセスリストです。' },
    faults: { blockPort: 'drop' },
    headend: 'good',
    expect: ['policy.port-filtered'],
  },
  {
    id: 'port-rejected',
    title: { en: 'The SYN is answered by RST', ja: 'SYN に RST を返す' },
    description: {
      en: 'A firewall refuses in the name of the server, as if nothing were listening.',
      ja: 'サーバーが待ち受けていないかのように、ファイアウォールが代わりに拒否します。',
    },
    faults: { blockPort: 'reject' },
    headend: 'good',
    expect: ['policy.port-refused'],
  },
  {
    id: 'port-prohibited',
    title: { en: 'The SYN is answered by ICMP', ja: 'SYN に ICMP を返す' },
    description: {
      en: 'The router says "communication administratively prohibited" (ICMP type 3 code 13).',
      ja: 'ルーターが「管理上禁止」(ICMP タイプ 3 コード 13) を返します。',
    },
    faults: { blockPort: 'admin-prohibited' },
    headend: 'good',
    expect: ['policy.port-filtered'],
  },
  {
    id: 'hello-dropped',
    title: { en: 'Connections open, hellos vanish', ja: '接続はできるが ClientHello が消える' },
    description: {
      en: 'A firewall lets the TCP handshake pass and drops everything with a payload.',
      ja: 'ファイアウォールが TCP の接続だけを通し、データを含むパケットをすべて破棄します。',
    },
    faults: { dropHello: true },
    headend: 'good',
    expect: ['policy.handshake-dropped'],
    needs: ['tcp-mss'],
  },
  {
    id: 'reset-injected',
    title: { en: 'A firewall answers the hello with RST', ja: 'ファイアウォールが ClientHello に RST を返す' },
    description: {
      en: 'The second of three routers rejects the packet; the RST starts there with a TTL of 64, the SYN-ACK came from farther away.',
      ja: '3 台のうち 2 台目のルーターがパケットを拒否します。RST はそこから TTL 64 で届き、SYN-ACK より近い所から来たことが分かります。',
    },
    faults: { resetOnHello: { by: 'nft' } },
    hops: 3,
    faultyHop: 2,
    headend: 'good',
    expect: ['policy.reset-injected'],
    mayReport: ['handshake.reset'],
    needs: ['raw'],
  },
  {
    id: 'reset-forged',
    title: { en: 'A box beside the path forges RSTs', ja: '経路脇の装置が RST を偽造する' },
    description: {
      en: 'It answers the hello with a RST to both ends, with an initial TTL of 255 where the server has 64.',
      ja: 'ClientHello に対し、初期 TTL 255 の RST を両端へ送ります (サーバーの初期 TTL は 64)。',
    },
    faults: { resetOnHello: { by: 'forged', ttl: 255 } },
    headend: 'good',
    expect: ['policy.reset-injected'],
    mayReport: ['handshake.reset'],
    needs: ['packet', 'raw'],
  },
  {
    id: 'sni-filtered',
    title: { en: 'RST for one name', ja: '特定の名前だけに RST を返す' },
    description: {
      en: `Hellos for ${labName} are answered with RST by a box on the path; the same hellos without the name pass.`,
      ja: `${labName} への ClientHello にだけ経路上の装置が RST を返します。名前のない同じ ClientHello は通ります。`,
    },
    faults: { resetOnHello: { by: 'forged', sni: labName, ttl: 255 } },
    headend: 'good',
    expect: ['policy.sni-filtered'],
    // The box cannot read a hello in fragments, and lets none pass.
    mayReport: ['policy.reset-injected', 'handshake.reset', 'path.fragments-dropped'],
    needs: ['packet'],
  },
  {
    id: 'tls-inspection',
    title: { en: 'TLS is inspected and signed again', ja: 'TLS 検査で証明書が再署名される' },
    description: {
      en: "A proxy on the path decrypts, and shows a certificate of its own CA in the place of the server's.",
      ja: '経路上のプロキシが復号し、サーバーの証明書の代わりに独自 CA の証明書を提示します。',
    },
    faults: { inspect: true },
    headend: 'good',
    // That it was signed again is proven only by a pin or a second vantage point.
    expect: ['cert.untrusted-root'],
    mayReport: ['policy.tls-inspection'],
  },
];

/** By id, in the order of the table. */
export const scenarios: ReadonlyMap<string, LabScenario> = new Map([...paths, ...policies].map((row) => [row.id, row]));

/** @throws HarnessError `unknown-scenario` */
export function scenarioById(id: string): LabScenario {
  const row = scenarios.get(id);
  if (row !== undefined) return row;
  const near = nearest(id, [...scenarios.keys()]);
  throw new HarnessError('unknown-scenario', `There is no lab ${JSON.stringify(id)}.`, {
    hint: near.length === 0 ? `The labs are: ${[...scenarios.keys()].join(', ')}.` : `Did you mean ${near.join(', ')}?`,
  });
}
