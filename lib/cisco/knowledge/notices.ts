/** Field notices, defects and advisories that belong to what we diagnose, and those that are mistaken for them. */

import type { FactTable } from './row.ts';

export const noticeFacts: FactTable = {
  id: 'cisco.notices',
  title: { en: 'Field notices, defects, advisories', ja: 'Field Notice・不具合・アドバイザリ' },
  facts: [
    {
      id: 'cisco.notices.fn74214',
      about: { en: 'FN74214, CSCwd08098', ja: 'FN74214、CSCwd08098' },
      says: {
        en: 'cacert.pem on the FMC expired, and all devices are shown as disabled. Every system is affected, also on a release that has the fix; the list of affected releases goes from 6.2.3 to 7.6.0.',
        ja: 'FMC の cacert.pem が期限切れになり、すべてのデバイスが「無効」と表示されます。修正済みのリリースを含むすべてのシステムが対象で、対象リリースの一覧は 6.2.3 から 7.6.0 までです。',
      },
      standing: 'document',
      source: 'Cisco Field Notice FN74214; Cisco 222464',
      concerns: ['sftunnel.ca-expired', 'sftunnel.ca-expiring'],
    },
    {
      id: 'cisco.notices.cscwd08448',
      about: { en: 'CSCwd08448', ja: 'CSCwd08448' },
      says: {
        en: 'There was no health alert for the end of the InternalCA; this tracks adding one.',
        ja: 'InternalCA の期限を知らせるヘルスアラートがなかったため、その追加を扱う不具合番号です。',
      },
      standing: 'document',
      source: 'Cisco 222464',
      concerns: ['sftunnel.ca-expiring'],
    },
    {
      id: 'cisco.notices.cscwa10423',
      about: { en: 'CSCwa10423', ja: 'CSCwa10423' },
      says: {
        en: 'After an upgrade of the FMC, "err 68:CA signature digest algorithm too weak": certificates signed with SHA-1 are refused.',
        ja: 'FMC のアップグレード後に "err 68:CA signature digest algorithm too weak" が出ます。SHA-1 で署名された証明書が拒否されています。',
      },
      standing: 'document',
      source: 'CSCwa10423',
      concerns: ['cert.weak-signature'],
    },
    {
      id: 'cisco.notices.cscwc69263',
      about: { en: 'CSCwc69263', ja: 'CSCwc69263' },
      says: {
        en: 'An FMC with two interfaces uses eth0 although another has the better route: SYNs to 8305 come from an unexpected address and are not answered.',
        ja: '二つのインターフェイスを持つ FMC が、より良い経路があっても eth0 を使います。8305 への SYN が想定外のアドレスから送られ、応答がありません。',
      },
      standing: 'document',
      source: 'CSCwc69263',
      concerns: ['policy.port-filtered'],
    },
    {
      id: 'cisco.notices.fn74272',
      about: { en: 'FN74272 and FN74284: another certificate', ja: 'FN74272・FN74284: 別の証明書' },
      says: {
        en: 'Talos updates fail since 2025-03-30. That is not sftunnel; do not renew the InternalCA for it.',
        ja: '2025-03-30 以降、Talos の更新が失敗する件です。sftunnel とは別なので、このために InternalCA を更新しないでください。',
      },
      standing: 'document',
      source: 'Cisco Field Notices FN74272, FN74284',
      concerns: ['sftunnel.ca-expired'],
    },
    {
      id: 'cisco.notices.cve-2026-20006',
      about: { en: 'CVE-2026-20006', ja: 'CVE-2026-20006' },
      says: {
        en: 'Crafted TLS makes Snort 3 restart; TLS 1.3 is not affected. One reason why helloprobe sends strangers well-formed hellos only.',
        ja: '細工された TLS により Snort 3 が再起動します(TLS 1.3 は対象外)。helloprobe が他者のサーバーに正しい形式の hello しか送らない理由の一つです。',
      },
      standing: 'document',
      source: 'Cisco advisory cisco-sa-ftd-tcp-dos-rHfqnwRg',
      concerns: [],
    },
    {
      id: 'cisco.notices.cve-2023-20070',
      about: { en: 'CVE-2023-20070', ja: 'CVE-2023-20070' },
      says: {
        en: 'Memory handling of TLS 1.3 in Snort 3 of the releases 7.2.0 and 7.2.0.1.',
        ja: 'リリース 7.2.0 と 7.2.0.1 の Snort 3 における TLS 1.3 のメモリ処理の問題です。',
      },
      standing: 'document',
      source: 'CVE-2023-20070',
      concerns: [],
    },
  ],
};
