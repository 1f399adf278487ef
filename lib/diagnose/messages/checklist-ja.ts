/** The recommended configuration of FTD remote access, Japanese. */

import type { checklistEn } from './checklist-en.ts';

export const checklistJa: typeof checklistEn = {
  titles: {
    'connection-profile': 'Connection Profile: トンネルグループ、AAA、ポータル、グループポリシー',
    certificate: '名前が一致し有効期間内のサーバー証明書を Connection Profile で選択',
    intermediate: '中間証明書がインストールされ送信される',
    tls12: 'TLS 1.2 が有効',
    'old-versions-off': 'TLS 1.0・1.1 が無効',
    ciphers: 'ECDHE + AES-GCM(または TLS 1.3 の AEAD)のみ',
    reachable: 'NAT とアクセスルールがポートを許可',
    inspection: '経路上に再署名やリセットを行う機器がない',
  },
  notVisible: '通信からは分かりません。FMC の Devices > VPN > Remote Access で確認してください',
  named: '証明書の名前は一致し、有効期間内です',
  noCertificate: '証明書を確認できませんでした',
  chainComplete: '送信されたチェーンは信頼するルートにつながります',
  chainUnknown: 'チェーンが揃っているかは判定できませんでした',
  supported: (versions) => `対応: ${versions}`,
  only13: 'TLS 1.3 だけに対応しています。リモートアクセスでは Secure Client 5.0 以降が必要です',
  notSupported: (versions) => `TLS 1.2 に対応しておらず、${versions} だけです`,
  noneSupported: '対応するバージョンは見つかりませんでした',
  versionsUnknown: (versions) => `判定できず: ${versions}`,
  notProbed: '今回は測定していません',
  suites: (count) => `${count} 個のスイートはすべて前方秘匿性と AEAD を備えています`,
  noAesGcm: 'ECDHE + AES-GCM のスイートは見つかりませんでした',
  suitesIncomplete: 'スイートを最後まで調べられませんでした',
  answered: 'このネットワークからの hello に応答がありました',
  notAnswered: 'どの hello にも応答がありません。原因は分かっていません',
  expectedIssuer:
    '想定した証明書なので、再署名はされていません。同じ鍵による復号(Decrypt-Known Key)は証明書からは分かりません',
  noPin: '疑わしい点はありません。--expect-fingerprint の指定か別の地点からの確認がなければ、再署名の可能性は残ります',
};
