/** Words about the peer of an sftunnel, Japanese. */

import type { sftunnelEn } from './sftunnel-en.ts';

export const sftunnelJa: typeof sftunnelEn = {
  label: 'sftunnel',
  speaks: (versions) => `${versions} で応答`,
  peer: {
    answers: 'TLS で応答',
    refuses: 'すべての接続を拒否。相手側で登録が設定されていない可能性があります',
    other: 'TLS の応答なし',
  },
  hidden: '認証情報のない相手には証明書を見せません',
  stranger: 'sftunnel の証明書ではありません',
  identity: {
    sftunnel: (uuid) => `${uuid} の証明書`,
    InternalCA: (uuid) => `${uuid} の InternalCA 自体を送信`,
  },
  issuedBy: (uuid) => `発行者は FMC ${uuid} の InternalCA`,
  unnamed: '(名前なし)',
  ca: { sent: 'InternalCA(送信されたもの)', given: 'InternalCA(指定されたもの)' },
  caSha256: (sha256) => `SHA-256 ${sha256}`,
  signed: {
    yes: '証明書はこの CA が署名',
    no: '証明書はこの CA の署名ではありません',
    unknown: '署名は未検証',
  },
  caUnknown:
    'InternalCA は送信されていません。FMC の cacert.pem を --ca で指定すると、残り日数と署名の有無を確認できます',
  asks: {
    handshake: 'ハンドシェイク中にクライアント証明書を要求',
    'post-handshake': 'ハンドシェイク後にクライアント証明書を要求(TLS 1.3 の post-handshake authentication)',
    never: 'クライアント証明書は要求しません',
  },
  takes: (authorities) => `受け付ける CA: ${authorities}`,
};
