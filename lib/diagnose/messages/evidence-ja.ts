/** Sentences about evidence and about excluded alternatives, in Japanese. */

import { capturedWitness, captureJa, placeOf, resetIds } from './capture-ja.ts';
import { certificateFilesJa } from './certificate-files-ja.ts';
import { chainPathJa } from './chain-path-ja.ts';
import { filesJa } from './files-ja.ts';
import { instantOf } from './names.ts';
import { pathJa } from './path-ja.ts';
import type { Say } from './types.ts';
import { handshakeOf, helloOf, listed, outcomeOf, weaknessTexts } from './words-ja.ts';

export const sayJa: Say = {
  ...captureJa,
  ...certificateFilesJa,
  ...pathJa,
  ...filesJa,
  ...chainPathJa,

  cameUpLater: () =>
    '同じ相手への後の接続は確立しており、そこに証明書などの問題は記録されていません。このログの範囲では解消しています',

  dtlsHeld: () =>
    '。クライアントの同じポートから以前に接続が確立しており、その接続がサーバー側でタイムアウトするまで、新しい hello に応答しない場合があります',
  witness: (witness) =>
    witness.captured === undefined ? `${helloOf(witness)}: ${outcomeOf(witness)}` : capturedWitness(witness),
  control: (attempt) => `対照、${helloOf(attempt)}: ${outcomeOf(attempt)}`,
  resetFromElsewhere: (witness, { sure }) => {
    const { synAck, reset } = witness.evidence.path;
    const said = `SYN-ACK の TTL は ${synAck?.ttl}、RST の TTL は ${reset?.ttl}`;
    const sender = sure ? '送信元のホストが異なります' : '送信元のホストが異なる可能性があります';
    return witness.captured === undefined
      ? `${said}。${sender}`
      : `${placeOf(witness)}: ${said}${resetIds(witness)}。${sender}`;
  },
  sentAfterReset: () =>
    'サーバーのアドレスから RST が届いた後も、サーバーは送信を続けています(RST のシーケンス番号より先のバイト)。RST を送ったのはサーバー以外の機器です',

  presented: ({ version, auth }) => `${version}(${auth} 認証)で提示`,
  givenCaDidNotSign: ({ subject }) =>
    `指定された CA は発行者と同じ名前(${subject})ですが、証明書はその鍵で署名されていません。CA が古い可能性があります`,
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
  issuerMissing: ({ subject, issuer, urls, roots, otherKey }) =>
    `${subject} の発行者 ${issuer} ${otherKey ? 'の、署名した鍵を持つ証明書' : ''}は送られておらず、信頼済みルート ${roots} 件にも含まれません${
      urls.length === 0 ? '' : `(${listed(urls)} から取得できます)`
    }`,
  issuerOfOtherKey: ({ issuer, subject }) =>
    `この証明書は発行者と同じ名前 (${issuer}) ですが、${subject} に署名した鍵とは別の鍵のものです。CA の更新前または更新後の証明書である可能性があります`,
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
  certificateUnreadable: ({ version }) => `${handshakeOf(version)} で受信した証明書を解読できません`,
  issuerNotExpected: ({ issuer, expected }) => `発行者は ${issuer}(想定は ${expected})`,
  fingerprintNotExpected: ({ expected }) => `想定したフィンガープリント ${expected} と異なります`,

  suiteChosen: ({ version, suite, weaknesses }) =>
    `${version} ${suite}: ${weaknesses.map((weakness) => weaknessTexts[weakness]).join('、')}`,
  certificateDemanded: ({ authorities, types }) =>
    `クライアント証明書を要求。受け付ける CA: ${authorities.length === 0 ? '指定なし' : listed(authorities)}${
      types.length === 0 ? '' : `、種類: ${listed(types)}`
    }`,
  noRenegotiationInfo: () => 'renegotiation_info のない ServerHello',

  whyRstCame: () => '拒否の応答が返っており、パケットはどこかに届いています',
  whyNoRst: () => 'RST が返っていません',
  whyConnected: () => 'TCP 接続は確立しています',
  whyHeard: () => 'このポートから応答のパケットが届いています',
  whyNothingAcknowledged: () => 'どの hello も 1 バイトも ACK されていません',
  whySmallerFailedToo: ({ smallest, largest }) =>
    `小さな hello(${smallest} バイト)も大きな hello(${largest} バイト)と同じ結果です`,
  whyFitsEveryPath: ({ bytes }) => `${bytes} バイトはどの経路でも 1 パケットに収まります`,
  whyFitsUsualPaths: ({ bytes }) => `${bytes} バイトは通常の回線なら 1 パケットに収まります`,
  whyWithoutNameToo: ({ name }) => `名前 ${name} を含まない hello も同じ結果です`,
  whyBeforeServerHello: () => 'アラートは ServerHello より前で、証明書が要求される段階に達していません',
  whyRefusedByAnswer: () => 'サーバーは拒否した hello に応答しています',
  whyServerHello: () => 'ServerHello が届いており、バージョンとスイートは合意済みです',
  whyVersionChosen: ({ version, conversation }) =>
    `同じサーバーが ${conversation} で ${version} を選んでおり、これらの hello もそれを提示しています`,
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
