/** Sentences about the sftunnel files of an FMC or FTD, in Japanese. */

import type { filesEn } from './files-en.ts';
import { instantOf } from './names.ts';

export const filesJa: typeof filesEn = {
  liesIn: ({ what }) => (what === 'ca' ? 'CA 証明書のファイル' : '証明書のファイル'),
  publicHalf: ({ of, sha256 }) =>
    of === 'key' ? `この秘密鍵に対応する公開鍵の SHA-256: ${sha256}` : `この証明書の公開鍵の SHA-256: ${sha256}`,
  notSignedByCa: ({ subjectUuid, issuerUuid }) =>
    `${subjectUuid ?? '不明なデバイス'} の証明書 (発行者 ${issuerUuid ?? '不明な CA'}) は、対応する CA 証明書で署名されていません`,
  caBeside: () => '対応する CA 証明書',
  notPushed: ({ deviceName, source, destination, at }) =>
    `${source} を ${deviceName} の ${destination} に配布できませんでした${at === null ? '' : ` (${instantOf(at)} の一覧)`}`,
  notPushedCut: ({ at }) =>
    `配布に失敗した記録がありますが、行が途中で切れています${at === null ? '' : ` (${instantOf(at)} の一覧)`}`,
};
