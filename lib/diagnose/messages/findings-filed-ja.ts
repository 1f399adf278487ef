/** Findings where their evidence is of files with certificates, in Japanese. */

import type { CapturedTexts } from './types.ts';

export const findingsFiledJa: CapturedTexts = {
  'cert.unreadable': {
    title: 'ファイル内の証明書が破損しています',
    explanation:
      'ブロックを証明書として解読できないため、どの機器にもインポートできません。誤りのある行は示しますが、正しい内容は分からないため、修復は行いません。画像、文書、端末を経由したファイルでは、文字や行が失われることがあります。',
  },
  'cert.expired': {
    explanation: '証明書の有効期限が過ぎています。クライアントは接続を拒否するか、利用者に警告します。',
  },
  'cert.chain-incomplete': {
    explanation:
      '発行者の証明書が、これらのファイルにも信頼済みルートにもありません。サーバーがこの内容だけを送ると、クライアントはチェーンを組み立てられません。中間証明書を以前に取得したクライアントだけは接続できるので、不安定な障害に見えることがあります。',
  },
  'cert.chain-misordered': {
    title: '証明書の順序が正しくありません',
    explanation:
      'このファイルの証明書は、サーバー証明書を先頭に、それぞれを発行した CA の順に並んでいません。先頭をサーバー証明書とみなすプログラムや、ファイルをそのまま送るプログラムでは、この順序が必要です。',
  },
  'policy.tls-inspection': {
    explanation:
      '証明書が想定したものと異なるか、同じサーバーが 2 か所から見て共通点のない証明書を提示しています。経路の一方にある機器が TLS を復号して再署名している(Decrypt-Resign)か、証明書が更新されています。サーバーの鍵を使う検査(Decrypt-Known Key)では、ここから見える変化はありません。',
  },
  'sftunnel.ca-mismatch': {
    explanation:
      'これらのファイルに発行者と同じ名前の CA 証明書がありますが、証明書に署名した鍵ではありません。この CA を信頼する相手は証明書を拒否します。どちらかのファイルが更新前のものである可能性があります。',
  },
};
