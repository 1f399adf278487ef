/** Abilities of the machine in words: what each is, what it is for, and why it is missing. */

import type { Language } from '../evidence/index.ts';
import type { Ability, AbilityId } from '../net/index.ts';

interface AbilityText {
  readonly name: string;
  /** What needs it, and what is done without it. */
  readonly gives: string;
}

export const abilityTexts: Readonly<Record<Language, Readonly<Record<AbilityId, AbilityText>>>> = {
  en: {
    'tcp-mss': {
      name: 'kernel TCP with a chosen MSS, and what the kernel knows of a connection (koffi)',
      gives: 'Sizes of both directions to the byte, lost segments seen early. Without it: sizes of the hello only.',
    },
    raw: {
      name: 'raw sockets (raw-socket, CAP_NET_RAW)',
      gives: 'trace, fragments, reset-origin, segments out of order. In a lab they need no privilege.',
    },
    packet: {
      name: 'packet sockets (AF_PACKET)',
      gives: 'Captures in labs, exact frames in --pcap, hop limits of IPv6.',
    },
    namespaces: {
      name: 'network namespaces without root',
      gives: 'helloprobe lab, and the faulty path of npm run probe.',
    },
    nft: { name: 'nftables', gives: 'Filters, loss and forged resets in labs.' },
    tun: { name: 'TUN devices (koffi)', gives: 'Delays in labs.' },
  },
  ja: {
    'tcp-mss': {
      name: 'MSS を指定したカーネル TCP 接続と、接続状態の取得 (koffi)',
      gives:
        '両方向のサイズを 1 バイト単位で測定し、失われたセグメントを早く検出します。使えない場合は ClientHello のサイズだけで調べます。',
    },
    raw: {
      name: 'raw ソケット (raw-socket、CAP_NET_RAW)',
      gives: 'trace、fragments、reset-origin、順序を入れ替えたセグメントの送信に使います。ラボの中では権限は不要です。',
    },
    packet: {
      name: 'パケットソケット (AF_PACKET)',
      gives: 'ラボでのキャプチャ、--pcap の正確なフレーム、IPv6 のホップリミットの取得に使います。',
    },
    namespaces: {
      name: 'root なしで作るネットワーク名前空間',
      gives: 'helloprobe lab と、npm run probe の障害経路に使います。',
    },
    nft: { name: 'nftables', gives: 'ラボでのフィルター、パケット損失、偽造 RST に使います。' },
    tun: { name: 'TUN デバイス (koffi)', gives: 'ラボで遅延を発生させるために使います。' },
  },
};

/** Why an ability is missing, one sentence; in Japanese by its id, with the sentence of the library behind it. */
export function reasonTextOf({ reason, detail }: Ability, language: Language): string {
  const told = detail ?? reason ?? '';
  const sentence = language === 'ja' && reason !== null && Object.hasOwn(reasonsJa, reason) ? reasonsJa[reason] : null;
  return sentence === null || sentence === undefined ? told : `${sentence}${told === '' ? '' : ` (${told})`}`;
}

/** What helps: a command to be copied, or a sentence where none does. */
export function helpOf({ help }: Ability, language: Language): { command: string } | { sentence: string } | null {
  if (help === null) return null;
  if (!/^[A-Z]/.test(help)) return { command: help };
  return { sentence: language === 'ja' ? containerJa : help };
}

const containerJa =
  'コンテナの外で実行するか、必要な権限を与えたコンテナ (docker run --privileged など) の中で実行してください。';

/** By the id of the reason. */
const reasonsJa: Readonly<Record<string, string>> = {
  'not-linux': 'この OS では使えません (Linux のみ対応)。',
  'no-koffi': 'koffi を読み込めません。',
  'no-raw-socket': 'koffi も raw-socket も読み込めません。',
  'no-socket': 'ソケットを開けません。',
  'not-permitted': '権限がありません。',
  'no-namespaces': 'このユーザーはネットワーク名前空間を作成できません。',
  'no-nftables': 'カーネルが nftables のルールを受け付けません。',
  'no-tun': '/dev/net/tun がありません。',
  'no-util-linux': 'unshare または nsenter がありません。',
  'no-iproute2': 'ip コマンドがありません。',
};
