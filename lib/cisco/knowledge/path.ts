/** Packet sizes: what lines carry, what FTD and ASA announce, what was measured on a line that loses large packets. */

import type { FactTable } from './row.ts';

const aboutMss = 'Cisco, About the TCP MSS (docs.defenseorchestrator.com)';
const ownLab = 'measured in the labs of helloprobe (Linux, veth, ICMP dropped)';

export const pathFacts: FactTable = {
  id: 'cisco.path',
  title: { en: 'MTU and MSS', ja: 'MTU と MSS' },
  facts: [
    {
      id: 'cisco.path.tcpmss',
      about: { en: 'sysopt connection tcpmss', ja: 'sysopt connection tcpmss' },
      says: {
        en: 'Default 1380. It applies to traffic through the device; for traffic to the device itself, SSL VPN connections included, it does not. The article on FTD advises sysopt connection tcpmss 1300 against lost hellos; by this documentation that leaves the MSS of the VPN listener as it is. Compare the SYN-ACK before and after.',
        ja: '既定値は 1380。機器を通過するトラフィックに適用され、SSL VPN を含む機器自身への通信には適用されません。FTD の記事は hello が失われる場合に sysopt connection tcpmss 1300 を勧めていますが、公式文書によれば VPN が通知する MSS は変わりません。前後の SYN-ACK を比較してください。',
      },
      standing: 'document',
      source: aboutMss,
      concerns: ['path.blackhole-outbound', 'path.blackhole-inbound', 'path.mss-clamped'],
    },
    {
      id: 'cisco.path.own-mss',
      about: { en: 'The MSS that the device announces itself', ja: '機器自身が通知する MSS' },
      says: {
        en: 'It derives from the MTU of the interface: MTU - 40 for IPv4, MTU - 60 for IPv6. So the MTU of the outside interface is what sets it.',
        ja: 'インターフェイスの MTU から決まります(IPv4 は MTU - 40、IPv6 は MTU - 60)。したがって、変えるには outside インターフェイスの MTU を変更します。',
      },
      standing: 'document',
      source: aboutMss,
      concerns: ['path.blackhole-outbound', 'path.blackhole-inbound'],
    },
    {
      id: 'cisco.path.flexconfig',
      about: { en: 'Where FTD sets it', ja: 'FTD での設定場所' },
      says: {
        en: 'With the FlexConfig object Sysopt_Basic. A component that needs an MSS of its own, such as TLS decryption or server discovery, sets it by the interface MTU and ignores this setting.',
        ja: 'FlexConfig オブジェクト Sysopt_Basic で設定します。TLS 復号やサーバー検出のように特定の MSS を必要とする機能は、インターフェイスの MTU から MSS を決め、この設定を無視します。',
      },
      standing: 'document',
      source: `${aboutMss}; Cisco, Suggested Maximum TCP MSS Setting`,
      concerns: ['path.blackhole-outbound', 'path.blackhole-inbound'],
    },
    {
      id: 'cisco.path.clamp-semantics',
      about: { en: 'How the device clamps', ja: 'MSS の書き換え方' },
      says: {
        en: 'A larger MSS in a SYN is overwritten. Without the option it assumes 536 (IPv4) or 1220 (IPv6) and changes nothing. 0 turns it off. Suggested: off without IPsec, MTU - 120 with IPsec over IPv4, MTU - 140 over IPv6.',
        ja: 'SYN の MSS が大きければ書き換えます。オプションがなければ 536(IPv4)または 1220(IPv6)とみなし、何も変えません。0 で無効になります。推奨は、IPsec なしでは無効、IPv4 の IPsec では MTU - 120、IPv6 では MTU - 140 です。',
      },
      standing: 'document',
      source: `${aboutMss}; community.cisco.com 3107751`,
      concerns: ['path.mss-clamped'],
    },
    {
      id: 'cisco.path.lines',
      about: { en: 'MTU and MSS (IPv4) of lines', ja: '回線の MTU と MSS(IPv4)' },
      says: {
        en: "Ethernet 1500 / 1460; PPPoE 1492 / 1452; NTT FLET'S PPPoE 1454 / 1414, as its carrier leg is L2TP; FLET'S Hikari Premium 1438; IPv4 over IPoE 1460.",
        ja: 'Ethernet 1500 / 1460、PPPoE 1492 / 1452、NTT フレッツの PPPoE 1454 / 1414(キャリア区間が L2TP のため)、フレッツ 光プレミアム 1438、IPoE 上の IPv4 1460。',
      },
      standing: 'document',
      source: 'RFC 2516; infraexpert.com (FLET’S PPPoE); robata.org (Hikari Premium); hatena PMTUD page (IPoE)',
      concerns: ['path.mtu-reduced', 'path.mss-clamped', 'path.blackhole-outbound', 'path.blackhole-inbound'],
    },
    {
      id: 'cisco.path.router',
      about: { en: 'The remedy at the router', ja: 'ルーターでの対策' },
      says: {
        en: 'ip tcp adjust-mss 1414 on a line of MTU 1454: both SYNs are rewritten, which helps in both directions.',
        ja: 'MTU 1454 の回線では ip tcp adjust-mss 1414。両方の SYN が書き換えられ、双方向に効果があります。',
      },
      standing: 'document',
      source: `net-skills.net, PPPoE table; ${ownLab}`,
      concerns: ['path.blackhole-outbound', 'path.blackhole-inbound'],
    },
    {
      id: 'cisco.path.boundary',
      about: { en: 'Where a line of MTU 1454 loses a first flight', ja: 'MTU 1454 の回線で最初の送信が失われる境界' },
      says: {
        en: '1414 bytes of payload pass and 1415 are lost without TCP timestamps; with them 1402 and 1403. A byte boundary becomes an MTU only with the options known: payload + 40 + options.',
        ja: 'TCP タイムスタンプなしでは 1414 バイトまで通り 1415 バイトで失われます。ありなら 1402 と 1403 です。バイト数の境界を MTU に直すには、オプション長を含めて「ペイロード + 40 + オプション」とします。',
      },
      standing: 'measured',
      source: ownLab,
      concerns: ['path.blackhole-outbound'],
    },
    {
      id: 'cisco.path.hello-sizes',
      about: { en: 'Which hellos are large enough to be lost', ja: '失われるほど大きな hello' },
      says: {
        en: "OpenSSL 3.0 sends 321 bytes by default, Node 20 and gnutls-cli 373, openconnect and curl 517: none of them is lost on a line of MTU 1454; there it is the server's certificate flight that is. A hello with X25519MLKEM768 (a share of 1216 bytes) has 1600 to 1800 bytes in two segments. The article's claim that the hello is lost holds for hellos above the MSS.",
        ja: 'OpenSSL 3.0 の既定は 321 バイト、Node 20 と gnutls-cli は 373、openconnect と curl は 517 で、MTU 1454 の回線で失われるのはこれらではなく、サーバーの証明書の送信です。X25519MLKEM768(鍵共有 1216 バイト)を含む hello は 1600〜1800 バイトで 2 セグメントになります。hello が失われるという記事の説明は、MSS を超える hello に当てはまります。',
      },
      standing: 'measured',
      source: `${ownLab}; tldr.fail`,
      concerns: ['path.blackhole-outbound', 'path.blackhole-inbound', 'tls.hello-size-intolerant'],
    },
    {
      id: 'cisco.path.direction',
      about: { en: 'Which MSS helps which direction', ja: 'どの MSS がどちらの方向に効くか' },
      says: {
        en: 'An announced MSS limits only what the other side sends: a smaller one of the client saves the server’s flight, a smaller one of the server (a lower outside MTU) saves the client’s hello. Clamping both at the router, or letting ICMP through, saves both.',
        ja: '通知した MSS は相手が送る大きさだけを制限します。クライアントの MSS を下げるとサーバーの送信が、サーバーの MSS(outside の MTU)を下げるとクライアントの hello が救われます。ルーターで両方を書き換えるか ICMP を許可すれば、双方向とも救われます。',
      },
      standing: 'measured',
      source: ownLab,
      concerns: ['path.blackhole-outbound', 'path.blackhole-inbound'],
    },
    {
      id: 'cisco.path.tunnel-mtu',
      about: { en: 'MTU of the tunnel', ja: 'トンネルの MTU' },
      says: {
        en: 'Group policy of AnyConnect: default and maximum 1406. The article recommends 1300 to 1350 in the VPN profile; that concerns the tunnel once it is up.',
        ja: 'AnyConnect のグループポリシーでは既定値かつ最大値が 1406 です。記事は VPN プロファイルで 1300〜1350 を勧めていますが、これは確立後のトンネルに関する値です。',
      },
      standing: 'reported',
      source: 'community.cisco.com, AnyConnect MTU; article on FTD and Secure Client, pattern 4',
      concerns: ['vpn.mtu-low'],
    },
    {
      id: 'cisco.path.722036',
      about: { en: 'Syslog 722036', ja: 'syslog 722036' },
      says: {
        en: '%ASA-6-722036 "Transmitting large packet 1418 (threshold 1347)": the device sends a packet larger than the tunnel is known to carry. With DTLS blocked or too large, clients reconnect after exactly one minute.',
        ja: '%ASA-6-722036「Transmitting large packet 1418 (threshold 1347)」は、トンネルで送れると分かっている大きさを超えるパケットを送っていることを示します。DTLS が遮断されているか大きすぎる場合、クライアントはちょうど 1 分後に再接続します。',
      },
      standing: 'document',
      source: 'Cisco 116881',
      concerns: ['vpn.mtu-low', 'vpn.dtls-blocked'],
    },
  ],
};
