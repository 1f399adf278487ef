/** The management channel between FMC and FTD: ports, certificates, files, commands. */

import type { FactTable } from './row.ts';

const renewal = 'Cisco 222464, Renewal of FMC sftunnel CA certificate for FTD connectivity';
const registration = 'Cisco 215540';
const notice = 'Field Notice FN74214';

export const sftunnelFacts: FactTable = {
  id: 'cisco.sftunnel',
  title: { en: 'sftunnel', ja: 'sftunnel' },
  facts: [
    {
      id: 'cisco.sftunnel.channel',
      about: { en: 'The channel', ja: 'チャネル' },
      says: {
        en: 'TLS on TCP 8305, which configure network management-port changes (then on all devices). Two connections: control (Channel-A) and event (Channel-B). Who connects depends on the registration, so the client is not always the FTD.',
        ja: 'TCP 8305 の TLS です。ポートは configure network management-port で変更できます(全デバイスで変更が必要)。接続は制御用(Channel-A)とイベント用(Channel-B)の二つです。どちらから接続するかは登録方法によるため、クライアントが FTD とは限りません。',
      },
      standing: 'document',
      source: registration,
      concerns: ['sftunnel.peer-refuses'],
    },
    {
      id: 'cisco.sftunnel.registration',
      about: { en: 'During registration', ja: '登録中の動作' },
      says: {
        en: 'Until the FMC side is configured, the SYN of the sensor to port 8305 of the FMC is answered with RST; the FTD tries again about every 44 seconds.',
        ja: 'FMC 側が設定されるまで、センサーから FMC の 8305 への SYN には RST が返ります。FTD は約 44 秒ごとに再試行します。',
      },
      standing: 'reported',
      source: 'grandmetric.com (capture, 2018); integrate.uk.com, FTD registration with FMC',
      concerns: ['sftunnel.peer-refuses'],
    },
    {
      id: 'cisco.sftunnel.mutual',
      about: { en: 'Who shows a certificate', ja: '証明書を提示する側' },
      says: {
        en: 'Both ends, signed by the same InternalCA of the FMC. In TLS 1.2 both stand in the clear: the server sends Certificate and CertificateRequest, the client its Certificate.',
        ja: '両端とも、FMC の同じ InternalCA が署名した証明書を提示します。TLS 1.2 ではどちらも平文です。サーバーは Certificate と CertificateRequest を、クライアントは Certificate を送ります。',
      },
      standing: 'document',
      source: renewal,
      concerns: ['sftunnel.ca-mismatch', 'sftunnel.certificate-expired'],
    },
    {
      id: 'cisco.sftunnel.shape',
      about: { en: 'The certificates', ja: '証明書の形' },
      says: {
        en: 'O=Cisco Systems, Inc, OU=Intrusion Management System. The InternalCA is X.509 v1 with title=InternalCA, serial 0 and no extensions, CN the UUID of the FMC; a device has title=sftunnel, CN its own UUID and the name localhost. So no host name is ever matched, and the CA is not marked as one.',
        ja: 'O=Cisco Systems, Inc、OU=Intrusion Management System。InternalCA は X.509 v1 で、title=InternalCA、シリアル番号 0、拡張なし、CN は FMC の UUID です。デバイスの証明書は title=sftunnel、CN は自身の UUID、名前は localhost です。したがってホスト名は照合されず、CA であることも証明書に示されません。',
      },
      standing: 'document',
      source: `${renewal} (the two certificates in its text)`,
      concerns: ['sftunnel.ca-mismatch'],
    },
    {
      id: 'cisco.sftunnel.lifetime',
      about: { en: 'How long the InternalCA lasts', ja: 'InternalCA の有効期間' },
      says: {
        en: '3650 days from the build date of the release that was installed first, not from the day it was installed. FMC neither renews it nor issues certificates anew by itself.',
        ja: '最初にインストールしたリリースのビルド日から 3650 日です(インストール日からではありません)。FMC は自動では更新も再発行もしません。',
      },
      standing: 'document',
      source: `${notice}; ${renewal}`,
      concerns: ['sftunnel.ca-expired', 'sftunnel.ca-expiring'],
    },
    {
      id: 'cisco.sftunnel.expiry',
      about: { en: 'What happens when it ends', ja: '期限切れで起こること' },
      says: {
        en: 'At first nothing: an established channel stays up. It fails when it reconnects: after a loss of network, a reboot, an upgrade, or a restart of sftunnel. Events, malware lookups, identity rules and deployments then stop, and FMC shows the device as disabled.',
        ja: '最初は何も起こらず、確立済みのチャネルは維持されます。ネットワーク断、再起動、アップグレード、sftunnel の再起動などで再接続するときに失敗します。その後はイベント、マルウェア検索、アイデンティティルール、ポリシー配布などが停止し、FMC ではデバイスが「無効」と表示されます。',
      },
      standing: 'document',
      source: `${renewal}; CSCwd08098`,
      concerns: [
        'sftunnel.ca-expired',
        'sftunnel.certificate-expired',
        'sftunnel.ca-expiring',
        'sftunnel.certificate-expiring',
      ],
    },
    {
      id: 'cisco.sftunnel.alerts',
      about: { en: 'Who warns', ja: '警告の仕組み' },
      says: {
        en: 'From VDB 399 on, FMC warns within 90 days of the end: a task that stays and is shown as an error, and a health alert that each run of the health monitor replaces (every 5 minutes by default).',
        ja: 'VDB 399 以降では、期限の 90 日前から FMC が通知します。タスクは消えずにエラーとして表示され、ヘルスアラートはヘルスモニターの実行ごと(既定 5 分)に更新されます。',
      },
      standing: 'document',
      source: `${renewal}; ${notice}`,
      concerns: ['sftunnel.ca-expiring', 'sftunnel.certificate-expiring'],
    },
    {
      id: 'cisco.sftunnel.check',
      about: { en: 'To see the dates', ja: '有効期間の確認' },
      says: {
        en: 'On the FMC: expert, sudo su, cd /etc/sf/ca_root, openssl x509 -dates -noout -in cacert.pem. Within 30 days the document asks to act as quickly as possible.',
        ja: 'FMC で expert、sudo su、cd /etc/sf/ca_root、openssl x509 -dates -noout -in cacert.pem の順に実行します。残り 30 日以内なら、できるだけ早い対応が求められています。',
      },
      standing: 'document',
      source: renewal,
      concerns: ['sftunnel.ca-expired', 'sftunnel.ca-expiring'],
    },
    {
      id: 'cisco.sftunnel.files',
      about: { en: 'Where the files are', ja: 'ファイルの場所' },
      says: {
        en: 'FMC: /etc/sf/ca_root/cacert.pem (InternalCA), /etc/sf/keys/sftunnel-cert.pem and sftunnel-key.pem, and for each device /var/sf/peers/<UUID of the FTD>, sometimes in certs_pushed. FTD: /var/sf/peers/<UUID of the FMC>/cacert.pem, sftunnel-cert.pem, sftunnel-key.pem. /etc/sf/sftunnel.conf names those of the FMC.',
        ja: 'FMC: /etc/sf/ca_root/cacert.pem(InternalCA)、/etc/sf/keys/sftunnel-cert.pem と sftunnel-key.pem、デバイスごとに /var/sf/peers/<FTD の UUID>(certs_pushed の中の場合もあります)。FTD: /var/sf/peers/<FMC の UUID>/ の cacert.pem、sftunnel-cert.pem、sftunnel-key.pem。FMC のファイルは /etc/sf/sftunnel.conf に書かれています。',
      },
      standing: 'document',
      source: renewal,
      concerns: ['sftunnel.push-failed', 'sftunnel.key-mismatch', 'sftunnel.ca-mismatch'],
    },
    {
      id: 'cisco.sftunnel.generate',
      about: { en: 'generate_certs.pl', ja: 'generate_certs.pl' },
      says: {
        en: 'Comes with the hotfix. It makes a new InternalCA and the sftunnel certificates under it, and pushes certificate and key to each FTD whose channel is up. What could not be pushed is listed in /var/tmp/certs/<time>/FAILED_PUSH.',
        ja: 'ホットフィックスに含まれます。InternalCA とその下の sftunnel 証明書を作り直し、チャネルが確立している FTD に証明書と鍵を配布します。配布できなかったものは /var/tmp/certs/<時刻>/FAILED_PUSH に記録されます。',
      },
      standing: 'document',
      source: renewal,
      concerns: ['sftunnel.ca-expired', 'sftunnel.push-failed'],
    },
    {
      id: 'cisco.sftunnel.ha',
      about: { en: 'HA pairs of FMCs', ja: 'FMC の HA ペア' },
      says: {
        en: 'Each FMC has an InternalCA of its own: the names differ by design. Renew on the primary first, then on the secondary; the certificates are also used between the two.',
        ja: 'FMC ごとに InternalCA が異なり、名前が違うのは正常です。プライマリ、セカンダリの順に更新します。これらの証明書は FMC 間でも使われます。',
      },
      standing: 'document',
      source: renewal,
      concerns: ['sftunnel.ca-mismatch', 'sftunnel.ca-expired'],
    },
    {
      id: 'cisco.sftunnel.tls13',
      about: { en: 'TLS 1.3', ja: 'TLS 1.3' },
      says: {
        en: 'sftunnel.conf of the renewal document has proxy_tls_version TLSv1.2. A site with 7.6 reports TLS 1.3 with post-handshake client authentication, and "SSL_verify_client_post_handshake:extension not received" in the log where the other end did not offer it. Certificates of TLS 1.3, and of a renegotiation in TLS 1.2, are encrypted: a capture without keys shows none.',
        ja: '更新手順の文書にある sftunnel.conf は proxy_tls_version TLSv1.2 です。7.6 を使うあるサイトからは、ハンドシェイク後のクライアント認証を伴う TLS 1.3 と、相手がこれを提示しない場合のログ「SSL_verify_client_post_handshake:extension not received」が報告されています。TLS 1.3 の証明書と TLS 1.2 の再ネゴシエーションの証明書は暗号化されるため、鍵のないキャプチャには現れません。',
      },
      standing: 'reported',
      source: `${renewal}; community.cisco.com 5354338; RFC 8446 §4.6.2`,
      concerns: ['sftunnel.certificates-hidden', 'sftunnel.peer-refuses'],
    },
    {
      id: 'cisco.sftunnel.log',
      about: { en: 'Log lines of an expired certificate', ja: '期限切れのログ' },
      says: {
        en: 'FTD: /ngfw/var/log/messages; FMC: /var/log/messages. Lines "sftunnel:sf_ssl" with "err 10:certificate has e…", "SSL_renegotiate error", "Connect:SSL handshake fail…". 10 is the OpenSSL verify code of an expired certificate.',
        ja: 'FTD は /ngfw/var/log/messages、FMC は /var/log/messages。"sftunnel:sf_ssl" の行に "err 10:certificate has e…"、"SSL_renegotiate error"、"Connect:SSL handshake fail…" などが出ます。10 は、証明書の期限切れを示す OpenSSL の検証コードです。',
      },
      standing: 'document',
      source: `${renewal}, log lines as printed (cut at the edge of a screenshot)`,
      concerns: ['sftunnel.ca-expired', 'sftunnel.certificate-expired'],
    },
  ],
};
