/** Remedies in Japanese. "記事" in sources is the note on FTD and Secure Client TLS failures whose patterns 1, 2, 4 and 5 we follow. */

import type { RemedyTexts } from './types.ts';

export const remediesJa: RemedyTexts = {
  'install-matching-certificate': {
    text: '利用者が接続する FQDN を subjectAltName に含む証明書をインポートし(FMC: Objects > PKI > Internal Certs > Import)、Connection Profile でその証明書が選択されていることを確認してください。',
    verify: 'コマンドで表示される subjectAltName にその名前が含まれていること。',
    source: 'RFC 9525 §6、FTD と Secure Client の記事、パターン1',
  },
  'use-certified-name': {
    text: 'または、証明書に含まれる名前で接続するようにし、その名前をヘッドエンドに向けてください。',
    verify: 'その名前で helloprobe certs <host> を実行し、cert.name-mismatch が出ないこと。',
    source: 'FTD と Secure Client の記事、パターン1',
  },
  'renew-certificate': {
    text: '証明書を更新してインポートし(FMC: Objects > PKI > Internal Certs > Import)、Connection Profile で新しい証明書が選択されていることを確認してください。',
    verify: 'コマンドで表示される notAfter が未来の日時であること。',
    source: 'RFC 5280 §4.1.2.5、FTD と Secure Client の記事、パターン1',
  },
  'check-clocks': {
    text: 'この機器、クライアント、ヘッドエンドの時計を時刻サーバーと比較してください。',
    verify: '--now に正しい時刻を指定して再判定し、検出が消えれば時計のずれが原因です。',
    source: 'RFC 5280 §4.1.2.5',
  },
  'install-intermediate': {
    text: '不足している中間証明書をヘッドエンドにインポートし(FMC: Objects > PKI > CA > Import)、サーバー証明書と一緒に送られるようにしてください。',
    verify: 'コマンドでサーバー証明書とすべての中間証明書が表示されること。',
    source: 'RFC 5246 §7.4.2、RFC 8446 §4.4.2、FTD と Secure Client の記事、パターン1',
  },
  'client-may-ask': {
    text: 'クライアントが接続できても、証明書が正しいとは限りません。FTD の記事は名前の不一致や期限切れで即座に拒否されるとしていますが、Cisco の AnyConnect ガイドでは、名前・日付の誤りや不明な CA は利用者に確認したうえで続行できるエラーとされています。',
    verify: 'クライアントの動作にかかわらず、helloprobe certs <host> に検出がないこと。',
    source: 'Cisco AnyConnect ガイド(ASA 5505 用)23 ページ、FTD と Secure Client の記事、パターン1(両論を併記)',
  },
  'order-chain': {
    text: 'サーバー証明書を先頭に、署名した側の証明書が順に続くように、チェーンをインポートし直してください。',
    verify: 'helloprobe certs <host> で cert.chain-misordered が出ないこと。',
    source: 'RFC 5246 §7.4.2',
  },
  'distribute-root': {
    text: 'クライアントが信頼する CA の証明書に替えるか、プライベートルートをすべてのクライアントに信頼済みルートとして配布してください。',
    verify: '--ca <root.pem> を付けて再確認し、検出が消えれば不足していたのはルートだけです。',
    source: 'RFC 5280 §6.1',
  },
  'replace-self-signed': {
    text: '自己署名証明書を、クライアントが信頼する CA の証明書に置き換え、Connection Profile で選択してください。',
    verify: 'helloprobe certs <host> で発行者が所有者と異なり、チェーンが「信頼済み」と表示されること。',
    source: 'FTD と Secure Client の記事、パターン1',
  },
  'reissue-stronger': {
    text: '2048 ビット以上の RSA 鍵または P-256 の鍵で、SHA-256 で署名した証明書を再発行してください。中間証明書が該当する場合は、CA の新しい中間証明書を使用してください。',
    verify: 'helloprobe certs <host> に新しい鍵と署名が表示されること。',
    source: 'RFC 9325 §4.5',
  },
  'reissue-path': {
    text: '根拠に示された証明書を、問題のない内容で再発行してください。または、問題のない別のパス(クロス署名された CA)の中間証明書をサーバーから送ってください。',
    verify: 'helloprobe certs <host> で cert.chain-invalid が出ないこと。',
    source: 'RFC 5280 §6.1',
  },
  'reissue-for-servers': {
    text: 'extendedKeyUsage に serverAuth を含む証明書を再発行してください(プライベート CA ではテンプレートを変更します)。',
    verify: 'helloprobe certs <host> で cert.wrong-usage が出ないこと。',
    source: 'RFC 5280 §4.2.1.12',
  },
  'import-again': {
    text: '証明書ファイルを確認し、インポートし直してください。途中で欠落または変換された可能性があります。',
    verify: 'コマンドで証明書の内容が表示されること。',
    source: 'RFC 5280 §4.1',
  },
  'enable-tls12': {
    text: 'ヘッドエンドで TLS 1.2 を許可してください。FTD のサーバーとしての最低 TLS バージョンは、FMC の Devices > Platform Settings > SSL で設定します(Devices > VPN > Remote Access > SSL Settings とする解説もありますが、そこではありません)。リモートアクセスの TLS 1.3 には Secure Client 5.0 以降が必要です。',
    verify: 'helloprobe versions <host> にクライアントが使うバージョンが表示され、機器の show ssl と一致すること。',
    source:
      'Cisco「About SSL Settings」(docs.defenseorchestrator.com)、FTD と Secure Client の記事、パターン2(メニューの場所を訂正)',
  },
  'update-client': {
    text: 'サーバーが要求する条件に対応したリリースにクライアントを更新してください。',
    verify:
      '新しいリリースの値を --client-versions と --client-ciphers に指定して helloprobe check <host> を実行し、検出が消えること。',
    source: 'RFC 9325 §3.1・§4.2',
  },
  'raise-minimum-version': {
    text: '最低 TLS バージョンを 1.2 に設定してください。FTD では FMC の Devices > Platform Settings > SSL です(Devices > VPN > Remote Access > SSL Settings とする解説もありますが、そこではありません)。この設定は下限値です。記事とは異なり、TLS 1.2 と併せて古いバージョンが有効でも、それだけで TLS 1.2 のクライアントが失敗することはありませんが、弱点にはなります。古いクライアントが残っていないことを先に確認してください。',
    verify: 'helloprobe versions <host> に TLS 1.2 と 1.3 だけが表示されること。',
    source:
      'RFC 8996、Cisco「About SSL Settings」(docs.defenseorchestrator.com)、FTD と Secure Client の記事、パターン2(メニューの場所と主張を訂正)',
  },
  'choose-recommended-ciphers': {
    text: 'ECDHE + AES-GCM のスイート(TLS 1.3 が有効ならそのスイートも)を有効にし、それ以外を無効にしてください。FTD では FMC の Devices > Platform Settings > SSL です。',
    verify: 'helloprobe ciphers <host> にそれらだけが表示されること。',
    source:
      'RFC 9325 §4.2、Cisco「About SSL Settings」(docs.defenseorchestrator.com)、FTD と Secure Client の記事、設定フロー 3',
  },
  'choose-common-group': {
    text: 'ヘッドエンドで P-256(グループ 19)を有効にしてください。FTD では Devices > Platform Settings > SSL で ECDH グループ 19・20・21 を選択できます。',
    verify: 'helloprobe groups <host> にクライアントが持つグループが表示されること。',
    source: 'RFC 8422 §5.1.1、Cisco「About SSL Settings」(docs.defenseorchestrator.com)',
  },
  'install-client-certificate': {
    text: 'サーバーが受け付ける CA(サーバーが通知した場合は「根拠」に表示)の証明書と秘密鍵をクライアントにインストールしてください。',
    verify: 'クライアントが接続でき、サーバーのログにその証明書が記録されること。',
    source: 'RFC 5246 §7.4.4、RFC 8446 §4.3.2',
  },
  'stop-asking-certificates': {
    text: 'クライアント証明書を使う意図がなければ、Connection Profile の認証方式を変更してください。',
    verify: 'helloprobe check <host> で、クライアント証明書が必須と表示されなくなること。',
    source: 'FTD と Secure Client の記事、設定フロー 1',
  },
  'support-rfc5746': {
    text: 'RFC 5746 に対応したリリースにヘッドエンドを更新してください。クライアント側で検査を無効にすると、この仕組みが防ぐ攻撃を受けるおそれがあります。',
    verify: 'helloprobe check <host> で、再ネゴシエーションが安全と表示されること。',
    source: 'RFC 5746 §3.6',
  },
  'update-terminator': {
    text: 'TLS を終端または検査している機器(サーバー自身、または手前のロードバランサー、プロキシ、ファイアウォール)を更新するか設定を見直してください。どの機器かは、サーバー直前のセグメントから同じ検査を行うと分かります。',
    verify: '同じプローブを再実行し、失敗していたケースに応答があること。',
    source: 'RFC 5246 §7.4.1、RFC 8446 §4.1.2・§9.3、RFC 8701',
  },
  'update-sender': {
    text: '不正なメッセージを送信したクライアント、またはクライアントとキャプチャ地点の間で TLS を終端または検査しているもの(プロキシ、端末のセキュリティソフトウェア)を更新するか設定を見直してください。どちらが原因かは、クライアント上でもキャプチャを取得すると分かります。',
    verify: '改めて取得したキャプチャで、このクライアントのハンドシェイクが成立していること。',
    source: 'RFC 5246 §7.2.2、RFC 8446 §6.2',
  },
  'shorten-hello': {
    text: '更新するまでは、クライアントの hello を小さくしてください。耐量子グループ(X25519MLKEM768 で 1216 バイト増加)を外し、スイートや ALPN を減らします。256〜511 バイトの hello で失敗する場合は逆に、512 バイト以上へのパディングが有効です。',
    verify: 'helloprobe hello build --pad-to <bytes> で大きさを確かめ、小さな hello でクライアントが接続できること。',
    source: 'RFC 7685、RFC 8446 §4.2.8',
  },
  'one-record': {
    text: '更新するまでは、クライアントが hello を一つのレコードで送るようにしてください。',
    verify: 'キャプチャで hello が一つのレコードになっており、応答があること。',
    source: 'RFC 8446 §5.1',
  },
  'fewer-suites': {
    text: '一つの hello で提示する暗号スイートを 128 個未満にしてください。',
    verify: 'helloprobe check <host> --only suite-count で、応答のある個数を確認できます。',
    source: 'RFC 5246 §7.4.1.2',
  },
  'lower-outside-mtu': {
    text: 'ヘッドエンドの outside インターフェイスの MTU を経路に合わせてください(フレッツの PPPoE は 1454、その他の PPPoE は 1492)。ヘッドエンドが通知する MSS はこの値から決まります(IPv4 は MTU - 40、IPv6 は MTU - 60)。ヘッドエンド自身が送るパケットの大きさもこの MTU で制限されます。',
    verify: '変更前後のキャプチャで、SYN-ACK の MSS オプションが小さくなっていること。',
    source: 'Cisco「About the TCP MSS」(docs.defenseorchestrator.com)',
  },
  'clamp-on-router': {
    text: 'MTU が小さい回線のルーターで、双方向の SYN の MSS を調整してください。値は MTU - 40 で、MTU 1454 なら 1414、MTU 1492 なら 1452 です(IPv6 は MTU - 60)。双方向に効果があります。コマンドは Cisco IOS のインターフェイス設定(IPv4 用)です。',
    verify:
      'helloprobe mss <host> でどちらの方向にも損失がないこと。ルーターの先のキャプチャで SYN と SYN-ACK の MSS が調整後の値になっていること。',
    source: 'RFC 9293 §3.7.1、RFC 2516',
  },
  'lower-client-mtu': {
    text: '回線側で対処できるまでの間は、クライアントの MTU を経路の MTU に合わせてください。クライアントが送るパケットが収まり、通知する MSS も小さくなるため、サーバーが送るパケットも収まります。コマンドは Linux 用で、インターフェイスを再設定すると元に戻ります。',
    verify: 'そのクライアントで helloprobe mss <host> を実行し、どちらの方向にも損失がないこと。',
    source: 'RFC 9293 §3.7.1',
  },
  'tcpmss-limits': {
    text: '解説記事などで勧められる sysopt connection tcpmss 1300 には頼らないでください。Cisco の文書では、この設定は機器を通過するトラフィックに適用され、SSL VPN を含む機器自身への接続には適用されません。FTD では FlexConfig オブジェクト Sysopt_Basic で設定します。VPN プロファイルの 1300〜1350 は、確立後のトンネルに関する値です。',
    verify:
      '設定した場合は、前後のキャプチャで SYN-ACK の MSS を比較してください。同じなら VPN に対しては何も変わっていません。',
    source: 'Cisco「About the TCP MSS」(docs.defenseorchestrator.com)、FTD と Secure Client の記事、パターン4(訂正)',
  },
  'allow-frag-needed': {
    text: 'クライアントとサーバーの間のすべてのファイアウォールで、ICMP タイプ 3 コード 4(fragmentation needed。IPv6 ではタイプ 2 の packet too big)を許可してください。',
    verify: 'DF 付きの大きなパケットに ICMP が返り、以後は送信側のセグメントが小さくなること。',
    source: 'RFC 1191、RFC 8201、RFC 4890 §4.3.1',
  },
  'avoid-fragments': {
    text: '断片化せずに収まるようトンネルの MTU を下げるか、ファイアウォールでフラグメントを許可してください。',
    verify: 'helloprobe check <host> --only fragments で応答があるか、キャプチャにフラグメントがなくなること。',
    source: 'RFC 8900',
  },
  'nothing-to-do': {
    text: '対処は不要です。ほかに問題が見つかったときのために値を控えておいてください。',
    verify: '後日 helloprobe mss <host> で同じ値になること。',
    source: 'RFC 1191、RFC 9293 §3.7.1',
  },
  'capture-at-both-ends': {
    text: 'クライアント側とヘッドエンド側で同時にキャプチャしてください。一方で送信され他方に届いていないパケットは途中で失われています。送信されていないのに届いた RST は、途中の機器によるものです。',
    verify:
      '両方のキャプチャを helloprobe pcap で読み、一方にだけあるパケットが途中で失われた、または加えられたものです。',
    source: 'RFC 9293 §3.5.3',
  },
  'read-server-log': {
    text: '試行した時刻のサーバーのログを確認してください。「根拠」でクライアントが終了している場合は、クライアントのログを確認してください。途中の機器が終了させたのでなければ、理由が記録されています。FTD の VPN debug には "TLS handshake failed" や "unsupported cipher" などの行が出ます。',
    verify: '試行と同じ秒の行に、理由が記録されていること。',
    source: 'FTD と Secure Client の記事、「TLS エラー例」',
  },
  'wait-longer': {
    text: '待ち時間を延ばして検査し直してください。応答が遅いだけのサーバーなら、これで応答が返ります。それでも無応答なら、別のネットワーク(モバイル回線、ヘッドエンド直前のセグメントなど)から同じ検査を行ってください。',
    verify:
      '応答が返れば原因はサーバーの遅さです(クライアント側のタイムアウトと比較してください)。別のネットワークからだけ応答が返れば、原因は経路にあります。',
    source: '当プロジェクトのラボでの測定',
  },
  'try-other-network': {
    text: '別のネットワーク(モバイル回線、ヘッドエンド直前のセグメントなど)から同じ検査を行ってください。そこで成功するなら、原因はサーバーではなく経路にあります。',
    verify: 'そこでの helloprobe check の判定が同じならサーバー側、異なれば経路に原因があります。',
    source: '当プロジェクトのラボでの測定',
  },
  'check-port': {
    text: 'ホスト名とポート、サービスが動作していること、クライアント側のインターフェイスで有効になっていることを確認してください。',
    verify: 'helloprobe versions <host>:<port> でバージョンが見つかること。',
    source: 'FTD と Secure Client の記事、設定フロー 4',
  },
  'check-access-policy': {
    text: 'NAT が outside アドレスの 443 番ポートに向いていること、access-control-policy や途中のファイアウォールに該当する不要な block ルールがないことを確認してください。',
    verify: 'ルールのヒットカウント、またはプローブ元アドレスの接続イベント。',
    source: 'FTD と Secure Client の記事、パターン5と設定フロー 4',
  },
  'check-proxy-arp': {
    text: 'NAT ルールの no-proxy-arp を確認してください。変換後アドレスの ARP に応答する機器も経路もなければ、通信は届きません。',
    verify: 'outside セグメントのキャプチャで ARP 応答が見えること。',
    source: 'FTD と Secure Client の記事、パターン5',
  },
  'exempt-from-inspection': {
    text: '経路上で復号・再署名・リセットを行っている機器を特定し、そこで VPN ヘッドエンド宛てを対象外にしてください。TLS Inspection をすべて OFF にするよう勧める解説もありますが、この通信を除外すれば足ります。Decrypt-Known Key の復号では証明書は変わりません。',
    verify: 'その機器を通らない経路で同じ検査を行い、想定した証明書でハンドシェイクが完了すること。',
    source:
      'Cisco「Decryption Policies」(Management Center Device Configuration Guide 7.6)、FTD と Secure Client の記事、パターン5(範囲を限定)',
  },
  'compare-pin': {
    text: '別のネットワークから、またはヘッドエンド上で証明書を確認してください。そこでも同じなら証明書が更新されており、指定した値が古くなっています。異なるなら途中で再署名されています。',
    verify: '両方の場所で helloprobe certs <host> の SHA-256 が同じであること。',
    source: 'Cisco「Decryption Policies」(Management Center Device Configuration Guide 7.6)',
  },
  'ask-about-name': {
    text: 'その名前の扱いをフィルターの管理者に確認し、ヘッドエンドにその名前の証明書とサービスがあることを確認してください。',
    verify: 'helloprobe check <host> --sni <name> に応答があること。',
    source: 'RFC 6066 §3',
  },
  'slow-down': {
    text: '応答が戻るまで待ち、間隔を空けて 1 接続ずつ検査してください。',
    verify: 'コマンドが最後まで応答を得られること。',
    source: '当プロジェクトのラボでの測定',
  },
  'check-block-lists': {
    text: 'ヘッドエンドと手前のファイアウォールで、プローブ元アドレスに対する接続数の制限や遮断リストを確認してください。サーバーが停止した可能性もあります。',
    verify: '同じアドレスからの helloprobe versions <host> に再び応答があること。',
    source: '当プロジェクトのラボでの測定',
  },
  'renew-internal-ca': {
    text: 'InternalCA を更新してください。FMC のリリースに対応するホットフィックスを適用し、FMC をバックアップし、全チャネルを確認してから、エキスパートモードで generate_certs.pl を実行し、再度チャネルを確認します。HA ペアではプライマリ、セカンダリの順に行います。',
    verify:
      'sftunnel_status.pl ですべてのチャネルが確立しており、/var/tmp/certs 以下に FAILED_PUSH ファイルがないこと。',
    source: 'Cisco 222464「FTD 接続のための FMC sftunnel CA 証明書の更新」、Field Notice FN74214、CSCwd08098',
  },
  'check-internal-ca': {
    text: 'FMC で InternalCA の有効期間を確認してください(エキスパートモード、root)。',
    verify: 'notAfter まで 30 日を超える日数が残っていること。',
    source: 'Cisco 222464',
  },
  'keep-sftunnel-up': {
    text: '期限切れ後もチャネルが確立している間は、FMC と FTD の再起動やアップグレード、sftunnel の再起動を行わないでください。切れたチャネルは復旧しません。指定のホットフィックスだけは例外です。',
    verify: 'sftunnel_status.pl で、確立していたチャネルがそのままであること。',
    source: 'Cisco 222464 ソリューション 2',
  },
  'copy-sftunnel-certificates': {
    text: '配布できなかったデバイスに cacert.pem、sftunnel-cert.pem、sftunnel-key.pem をコピーしてください。ホットフィックスの copy_sftunnel_certs.py または copy_sftunnel_certs_jumpserver.py を使うか、バックアップを取ったうえで手動で FTD の /var/sf/peers/<FMC UUID> に置き、sftunnel を再起動します。',
    verify: 'sftunnel_status.pl でチャネルが確立していること。',
    source: 'Cisco 222464 ソリューション 1・2',
  },
  'compare-cas': {
    text: 'デバイス側の CA と、登録先 FMC の CA を比較してください。HA ペアでは FMC ごとに CA が異なります。',
    verify: '相手の cacert.pem に対してコマンドが OK を表示すること。',
    source: 'Cisco 222464',
  },
  'check-registration': {
    text: '登録が完了しチャネルが確立していることを両端で確認してください。相手側が設定されるまで、ポート 8305 は SYN に RST を返します。',
    verify: 'helloprobe sftunnel <host> で相手の証明書が表示され、sftunnel_status.pl で両チャネルが確立していること。',
    source: 'Cisco 215540、grandmetric.com(登録時のキャプチャ)',
  },
  'read-sftunnel-log': {
    text: '試行の時刻に sftunnel が出力したログを確認してください(エキスパートモード、root)。FTD では /ngfw/var/log/messages、FMC では /var/log/messages です。拒否した側のログに、証明書、発行者、理由(err 10: certificate has expired など)が出ます。',
    verify: 'helloprobe logs <file> で、キャプチャと同じ時刻に理由が示されること。',
    source: 'Cisco 222464',
  },
  'give-key-log': {
    text: '暗号化された証明書やアラートを確認するには、そのセッションの TLS 鍵ログを指定するか、機器上のファイルとログを確認してください。',
    verify:
      'helloprobe pcap <file> --keylog <keys> に証明書とアラート名が表示されること。証明書は、外部からのプローブ helloprobe sftunnel <host> で確認できることもあります。',
    source: 'RFC 8446 §4.4.2、§5.2',
  },
  'pair-key': {
    text: '証明書に対応する秘密鍵を配置してください。二つのコマンドの出力が同じである必要があります。',
    verify: '二つのダイジェストが一致し、sftunnel_status.pl でチャネルが確立していること。',
    source: 'Cisco 222464',
  },
  'check-vpn-service': {
    text: 'ホストとポート、およびそのインターフェイスでリモートアクセス VPN が有効であることを確認してください。',
    verify: 'helloprobe check <host>:<port> で TLS の応答があり、クライアントにログイン画面が出ること。',
    source: 'FTD と Secure Client の記事、設定フロー',
  },
  'name-the-program': {
    text: 'TLS として直すところはありません。クライアントのどのプログラムがこのサーバーとポートを使っているか、ポリシーで許可されているかを確認してください。TLS を検査する機器は、始まりだけが TLS に似た通信を切断することがあります。',
    verify: 'クライアントの接続一覧(ss -tnp、netstat -b)でプログラム名が分かること。',
    source: 'RFC 8446 §5.1',
  },
  'enable-dtls': {
    text: '意図して無効にしたのでなければ、グループポリシーで DTLS を有効にしてください。',
    verify: 'CONNECT への応答に X-DTLS ヘッダーがあること。',
    source: 'draft-mavrogiannopoulos-openconnect-04',
  },
  'open-udp': {
    text: 'VPN のポート(443)の UDP を双方向で許可してください。',
    verify: 'クライアント側のキャプチャで、そのポートの UDP が双方向に見えること。',
    source: 'draft-mavrogiannopoulos-openconnect-04',
  },
  'raise-tunnel-mtu': {
    text: '経路が許す範囲でグループポリシーの MTU を上げてください(既定値かつ最大値は 1406)。',
    verify: 'ヘッドエンドの応答の X-CSTP-MTU が新しい値であること。',
    source: 'Cisco Community「AnyConnect MTU」',
  },
};
