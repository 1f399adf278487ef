/** Words about how a chain was sent, Japanese. */

import type { chainEn } from './chain-en.ts';

export const chainJa: typeof chainEn = {
  misordered: '発行順に並んでいません',
  rootSent: (root) =>
    `ルート証明書 ${root} も送信されています。クライアント側で判断されるため、送信する必要はありません`,
  unneeded: (name) => `${name} も送信されていますが、どのパスにも不要です`,
  crossSigned: (name, issuers) => `${name} はクロス署名されています(発行者: ${issuers})`,
  throughOne: (issuer) => `パスは ${issuer} が発行したものを通ります`,
  throughRoot: 'パスは同じ鍵の別の証明書(信頼済みルート)を通ります',
};
