/** What FTD and ASA speak as TLS servers, and where it is set. */

import type { FactTable } from './row.ts';

const sslSettings = 'Cisco, About SSL Settings (docs.defenseorchestrator.com)';
const ftdCiphers = 'integrate.uk.com, Securing FTD TLS ciphers (FTD 6.5)';

export const tlsFacts: FactTable = {
  id: 'cisco.tls',
  title: { en: 'TLS on FTD and ASA', ja: 'FTD・ASA の TLS' },
  facts: [
    {
      id: 'cisco.tls.settings',
      about: { en: 'Where TLS is set', ja: 'TLS の設定場所' },
      says: {
        en: 'FMC: Devices > Platform Settings > SSL. The version is a minimum as a server, so TLS 1.0 beside TLS 1.2 is a weakness and not by itself a failure. The article on FTD names Devices > VPN > Remote Access > SSL Settings and calls older versions a cause of failure; the documentation does not.',
        ja: 'FMC の Devices > Platform Settings > SSL。バージョンはサーバーとしての下限値なので、TLS 1.2 と併せて TLS 1.0 が有効なのは弱点ですが、それだけで失敗の原因にはなりません。FTD の記事は Devices > VPN > Remote Access > SSL Settings を挙げ、古いバージョンを失敗の原因としていますが、公式文書とは異なります。',
      },
      standing: 'document',
      source: sslSettings,
      concerns: ['tls.legacy-version-enabled', 'tls.no-common-version'],
    },
    {
      id: 'cisco.tls.versions',
      about: { en: 'Versions', ja: 'バージョン' },
      says: {
        en: 'TLS 1.0, 1.1, 1.2 and, in newer releases, 1.3, each with "and greater". TLS 1.3 for remote access needs Secure Client 5.0 or later. DTLS 1.2 can be chosen only where the minimum of TLS is 1.2; the default is DTLS 1.0.',
        ja: 'TLS 1.0・1.1・1.2、新しいリリースでは 1.3 を、それぞれ「以上」として選べます。リモートアクセスの TLS 1.3 には Secure Client 5.0 以降が必要です。DTLS 1.2 は TLS の下限が 1.2 のときだけ選べ、既定は DTLS 1.0 です。',
      },
      standing: 'document',
      source: sslSettings,
      concerns: ['tls.no-common-version', 'vpn.dtls-disabled'],
    },
    {
      id: 'cisco.tls.groups',
      about: { en: 'Groups', ja: 'グループ' },
      says: {
        en: 'DH groups 1, 2, 5, 14 and 24; ECDH groups 19 (P-256, the default), 20 (P-384) and 21 (P-521). No X25519 in the list: a TLS 1.3 hello whose only key share is X25519 draws a HelloRetryRequest from a server that has these groups alone.',
        ja: 'DH グループ 1・2・5・14・24、ECDH グループ 19(P-256、既定)・20(P-384)・21(P-521)。X25519 は一覧にありません。これらのグループだけを持つサーバーは、鍵共有が X25519 だけの TLS 1.3 の hello に HelloRetryRequest を返します。',
      },
      standing: 'document',
      source: `${sslSettings}; RFC 8446 §4.1.4`,
      concerns: ['tls.no-common-group'],
    },
    {
      id: 'cisco.tls.ftd-6.5-default',
      about: { en: 'FTD 6.5 as installed', ja: 'FTD 6.5 の初期状態' },
      says: {
        en: 'TLS 1.0, 1.1 and 1.2 are all on, with the list "medium" and DH group 2. See with show ssl and show running-config all ssl.',
        ja: 'TLS 1.0・1.1・1.2 がすべて有効で、暗号リストは medium、DH グループは 2 です。show ssl と show running-config all ssl で確認できます。',
      },
      standing: 'reported',
      source: ftdCiphers,
      concerns: ['tls.legacy-version-enabled', 'tls.cipher-not-recommended'],
    },
    {
      id: 'cisco.tls.asa-medium',
      about: { en: 'The list "medium" of an ASA', ja: 'ASA の暗号リスト medium' },
      says: {
        en: 'TLS 1.0, 1.1 and DTLS 1.0: DHE-RSA-AES256-SHA, AES256-SHA, DHE-RSA-AES128-SHA, AES128-SHA. TLS 1.2 adds ECDHE with AES-GCM, and DHE and RSA with AES-GCM and CBC-SHA2. No ChaCha20. The headend asa-like of the lab offers it.',
        ja: 'TLS 1.0・1.1 と DTLS 1.0 では DHE-RSA-AES256-SHA、AES256-SHA、DHE-RSA-AES128-SHA、AES128-SHA。TLS 1.2 ではこれに ECDHE + AES-GCM と、DHE・RSA の AES-GCM と CBC-SHA2 が加わります。ChaCha20 はありません。ラボのヘッドエンド asa-like が再現します。',
      },
      standing: 'reported',
      source: 'GitHub certbot-asa, issue 1',
      concerns: ['tls.cipher-not-recommended', 'tls.no-common-cipher'],
    },
    {
      id: 'cisco.tls.many-suites',
      about: { en: 'Hellos with 128 cipher suites and more', ja: '128 個以上の暗号スイートを持つ hello' },
      says: {
        en: 'Cisco ACE and ASA ended handshakes whose hello had 128 suites or more; fewer were answered.',
        ja: 'Cisco ACE や ASA は、スイートが 128 個以上の hello でハンドシェイクを終了し、それより少なければ応答しました。',
      },
      standing: 'reported',
      source: 'GitHub PeterMosmans/openssl, issue 28; testssl.sh, issue 189',
      concerns: ['tls.suite-count-intolerant'],
    },
    {
      id: 'cisco.tls.unsafe-renegotiation',
      about: { en: 'Headends without RFC 5746', ja: 'RFC 5746 に対応しないヘッドエンド' },
      says: {
        en: 'Clients with OpenSSL 3 end the handshake with "unsafe legacy renegotiation disabled" and alert 40 when the ServerHello has no renegotiation_info.',
        ja: 'ServerHello に renegotiation_info がないと、OpenSSL 3 のクライアントは "unsafe legacy renegotiation disabled" とアラート 40 でハンドシェイクを終了します。',
      },
      standing: 'reported',
      source: 'GitHub opnsense/plugins, issue 3814',
      concerns: ['tls.insecure-renegotiation'],
    },
    {
      id: 'cisco.tls.debug-lines',
      about: { en: 'Lines of the FTD VPN debug', ja: 'FTD の VPN debug の行' },
      says: {
        en: '"TLS alert, unknown_ca", "TLS handshake failed", "protocol version mismatch", "unsupported cipher" and "certificate validate failed" are all caused by TLS. The article prints them run together; the separation is ours.',
        ja: '「TLS alert, unknown_ca」「TLS handshake failed」「protocol version mismatch」「unsupported cipher」「certificate validate failed」は、いずれも TLS が原因です。記事では続けて印刷されており、区切りは当プロジェクトによります。',
      },
      standing: 'reported',
      source: 'article on FTD and Secure Client, section on log lines',
      concerns: ['tls.no-common-version', 'tls.no-common-cipher', 'cert.untrusted-root'],
    },
    {
      id: 'cisco.tls.client-prompts',
      about: { en: 'What AnyConnect does with a bad certificate', ja: '不正な証明書に対する AnyConnect の動作' },
      says: {
        en: 'The article on FTD says that it is refused at once. The AnyConnect guide of the ASA 5505 counts invalid name, invalid date and unknown CA as non-serious: the user is asked and may go on. On the command line it says "AnyConnect cannot verify server: <host>" and " - Certificate is from an untrusted source.".',
        ja: 'FTD の記事は即座に拒否されるとしています。ASA 5505 の AnyConnect ガイドでは、名前・日付の誤りや不明な CA は重大でないエラーとされ、利用者に確認したうえで続行できます。コマンドラインでは "AnyConnect cannot verify server: <host>" と " - Certificate is from an untrusted source." が表示されます。',
      },
      standing: 'document',
      source: 'Cisco ASA 5505, AnyConnect guide, page 23; pastebin.com/nukYCCj3 (the lines)',
      concerns: ['cert.name-mismatch', 'cert.expired', 'cert.untrusted-root'],
    },
    {
      id: 'cisco.tls.decryption',
      about: { en: 'Decryption policies', ja: '復号ポリシー' },
      says: {
        en: 'Access control handles the TCP handshake, then the decryption policy takes over. Decrypt-Resign (outbound) signs the certificate anew with an internal CA, so its issuer changes; Decrypt-Known Key (inbound) can leave the certificate identical. The article advises to turn TLS inspection off; finding the device that re-signs or resets and exempting the headend there is enough.',
        ja: 'アクセスコントロールが TCP ハンドシェイクを処理した後、復号ポリシーが適用されます。Decrypt-Resign(外向き)は内部 CA で証明書に署名し直すため発行者が変わり、Decrypt-Known Key(内向き)では証明書が同一のままのことがあります。記事は TLS Inspection を OFF にするよう勧めていますが、再署名やリセットを行う機器を特定し、そこでヘッドエンド宛てを除外すれば足ります。',
      },
      standing: 'document',
      source: 'Cisco, Decryption Policies (Management Center Device Configuration Guide 7.6)',
      concerns: ['policy.tls-inspection', 'policy.reset-injected'],
    },
  ],
};
