/** Sentences about the path of a live run, in Japanese. */

import { clampNameOf, type LineName, lineNameOf } from '../facts/mss.ts';
import { clampTexts } from './capture-ja.ts';
import type { pathEn } from './path-en.ts';
import { helloOf } from './words-ja.ts';

export const pathJa: typeof pathEn = {
  sizesLost: ({ direction, sizes, pathMtu, fails, passes, icmp }) => {
    const way = direction === 'outbound' ? 'サーバーへ送る' : 'サーバーから届く';
    const said =
      sizes === null
        ? `${way}大きなパケットが失われ(${fails.length} 接続)、小さなパケットは届いています`
        : `${way}${pathMtu === null ? '約' : ''} ${sizes.failing} バイト以上のパケットは失われ(${fails.length} 接続)、${sizes.passing} バイトまでは届いています(${passes.length} 接続)`;
    const mtu = pathMtu === null ? '' : `。経路 MTU は ${pathMtu}${lineOf(pathMtu)}`;
    const told =
      icmp === null
        ? ''
        : `。${icmp.from} からの ICMP${icmp.mtu === null ? '' : `(MTU ${icmp.mtu})`}では改善していません`;
    return `${said}${mtu}${told}`;
  },
  peerMtuLearned: ({ mtu }) =>
    `サーバーのパケットは最大 ${mtu} バイトで、両端が許すサイズより小さくなっています。サーバーが経路 MTU を学習したか、途中のルーターがこちらの SYN の MSS を書き換えています`,
  mtuLearned: ({ mtu, from }) =>
    from === null
      ? `経路 MTU は ${mtu} バイト${lineOf(mtu)}で、インターフェイスの MTU より小さく、それを超えるパケットは送られていません`
      : `経路 MTU は ${mtu} バイト${lineOf(mtu)}と、${from} からの ICMP が通知しています`,
  mtuTold: ({ from }) => `${from} からの ICMP が、より小さい MTU を通知しています(値は示されていません)`,
  synAckMss: ({ local, peer }) => {
    const usual = clampNameOf(peer);
    return `SYN-ACK の MSS は ${peer}(こちらの通知は ${local})${usual === null ? '' : `。${clampTexts[usual]}でよく使われる値です`}`;
  },
  noIcmp: ({ oversize }) =>
    `経路には大きすぎるパケットを断片化禁止(DF)で ${oversize} 個送りましたが、ICMP は返っていません`,
  fragmentsUnanswered: ({ sent, whole }) =>
    `IP フラグメントで送った hello ${sent} 個には応答なし、断片化しない hello には ${whole} 回応答あり`,
  resetOnTheWay: ({ ttl }) => `TTL ${ttl} の hello はサーバーの手前で破棄された(ICMP で通知)のに、RST が返りました`,
  resetTooNear: ({ ttl, hops }) =>
    `TTL ${ttl} の hello に RST が返りました。SYN-ACK の TTL から、サーバーまではルーター ${hops} 台です`,
  secondFirst: (witness) =>
    `${helloOf(witness)}を後半のセグメントから送信: 応答あり。失敗の原因は、最初に届いたデータしか見ない機器です`,
  whyWholeAnswered: ({ times }) => `断片化しない hello には応答がありました(${times} 回)`,
  whyArrived: ({ times }) => `hello は全バイトが ACK されています${times === 1 ? '' : `(${times} 回)`}`,
  whySameArrived: ({ length, times }) => `${length} バイト以上の hello も、小さなパケットでは届いています(${times} 回)`,
  whySmallerArrivesBack: ({ times }) => `通知する MSS を小さくすると、同じ hello に応答が最後まで届きます(${times} 回)`,
};

function lineOf(mtu: number): string {
  const name = lineNameOf(mtu);
  return name === null ? '' : `(${lineTexts[name]})`;
}

const lineTexts: Readonly<Record<LineName, string>> = {
  flets: 'フレッツの PPPoE',
  premium: 'フレッツ 光プレミアム',
  pppoe: 'PPPoE',
  ipoe: 'IPoE、IPv4 over IPv6',
};
