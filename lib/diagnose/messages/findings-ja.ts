/** Titles, explanations and required evidence of every finding, in Japanese. */

import type { FindingTexts } from './types.ts';

export const findingsJa: FindingTexts = {
  'cert.name-mismatch': {
    title: '証明書の名前が接続先と一致していません',
    explanation:
      'サーバー証明書のどの名前も、クライアントが接続する FQDN と一致しません。厳格なクライアントは接続を拒否し、古い AnyConnect などは警告を出して利用者に確認を求めます。',
    evidenceNeeded: '接続先の名前を SNI に入れた hello に対して提示された証明書と、その subjectAltName。',
  },
  'cert.expired': {
    title: '証明書の有効期限が切れています',
    explanation:
      'チェーン内の証明書が notAfter を過ぎています。ヘッドエンドは期限切れの証明書をそのまま提示するため、クライアントは接続を拒否するか警告を出します。',
    evidenceNeeded: 'サーバーが提示した証明書と判定時刻(キャプチャの場合は取得時刻も)。',
  },
  'cert.not-yet-valid': {
    title: '証明書の有効期間がまだ始まっていません',
    explanation:
      'チェーン内の証明書の notBefore が未来の日時です。先の日付で発行されたか、判定した機器の時計が遅れています。',
    evidenceNeeded: 'サーバーが提示した証明書と判定時刻。',
  },
  'cert.expiring': {
    title: '証明書の有効期限が近づいています',
    explanation:
      'チェーン内の証明書が 90 日以内(30 日以内なら重大度「中」)に期限切れになります。それまでは問題なく動作し、期限が来ると接続できなくなります。',
    evidenceNeeded: 'サーバーが提示した証明書と判定時刻。',
  },
  'cert.chain-incomplete': {
    title: '中間証明書が不足しています',
    explanation:
      '発行者の証明書がサーバーから送られておらず、信頼済みルートにもないため、クライアントはチェーンを組み立てられません。中間証明書を以前に取得したクライアントだけは接続できるので、不安定な障害に見えることがあります。',
    evidenceNeeded:
      '送られたチェーン。たどれる最後の証明書の発行者が、送信分にも信頼済みルートにもないこと。証明書自体が発行者の取得先(AIA caIssuers)を示していれば「確定」。',
  },
  'cert.chain-misordered': {
    title: '証明書の送信順が正しくありません',
    explanation:
      'チェーンはそろっていますが、各証明書が直前の証明書を署名する順に並んでいません。多くのクライアントは並べ替えますが、厳格な TLS 1.2 実装は拒否することがあります。',
    evidenceNeeded: '送られた Certificate メッセージ。',
  },
  'cert.chain-invalid': {
    title: 'チェーンがパス検証の規則に違反しています',
    explanation:
      '信頼済みルートまでの署名はすべて正しいものの、パス内の証明書が許可されていない使われ方をしています(発行者が CA ではない、パス長の制限を超えて下位 CA がある、上位 CA の名前制約の範囲外の名前がある、未知のクリティカル拡張があるなど)。RFC 5280 に従ってパスを検証するクライアントは、このチェーンを拒否します。',
    evidenceNeeded:
      '見つかったパスと、その中で規則に違反している証明書および位置。実装により扱いが異なる場合や、ルート証明書だけの問題の場合は「可能性あり」・重大度「低」とします。',
  },
  'cert.untrusted-root': {
    title: 'チェーンの終端が信頼されていないルートです',
    explanation:
      'チェーンが判定に使った信頼ストアにないルートで終わっているか、チェーン内の署名が検証できません。同じ信頼ストアを持つクライアントは、信頼できない発行元の証明書と判断します。',
    evidenceNeeded: '送られたチェーンと、判定に使った信頼済みルート(件数を表示)。',
  },
  'cert.self-signed': {
    title: '自己署名証明書です',
    explanation:
      'サーバーは自分自身で署名した証明書を提示しています。その証明書そのものを信頼済みとして登録していない限り、どのクライアントも検証できません。',
    evidenceNeeded: '証明書。発行者とサブジェクトが同じで、自身の鍵で署名を検証でき、信頼済みルートに含まれないこと。',
  },
  'cert.weak-key': {
    title: '証明書の鍵長が不足しています',
    explanation:
      '2048 ビット未満の RSA 鍵や 224 ビット未満の楕円曲線鍵は解読されるおそれがあり、現在の TLS ライブラリは拒否します。',
    evidenceNeeded: 'チェーン内の証明書と、その鍵の種類・鍵長。',
  },
  'cert.weak-signature': {
    title: 'MD5 または SHA-1 で署名された証明書があります',
    explanation:
      'MD5 や SHA-1 による署名は偽造されるおそれがあり、現在のクライアントは拒否します。OpenSSL では "CA signature digest algorithm too weak"(エラー 68)となり、アップグレード後の sftunnel のログにも現れます。',
    evidenceNeeded: 'チェーン内の(自己署名ルート以外の)証明書と、その署名アルゴリズム。',
  },
  'cert.wrong-usage': {
    title: 'サーバー用途の証明書ではありません',
    explanation:
      'サーバー証明書またはその上位 CA に用途の指定があり、サーバー認証が含まれていません。用途を検査するクライアントは拒否します。',
    evidenceNeeded:
      'extendedKeyUsage に serverAuth を含まないサーバー証明書またはパス内の中間証明書。ルート証明書にこの指定がある場合や、keyUsage がどの鍵交換にも合わない場合は、検査するクライアントが限られるため「可能性あり」・重大度「低」とします。',
  },
  'cert.unreadable': {
    title: '証明書を読み取れません',
    explanation:
      'サーバーが証明書として送ったデータを証明書として解読できないか、証明書の有効期間を読み取れません。どのクライアントも利用できません。',
    evidenceNeeded: '試行またはキャプチャの Certificate メッセージ、または有効期間を読み取れない証明書。',
  },
  'tls.no-common-version': {
    title: 'クライアントとサーバーに共通の TLS バージョンがありません',
    explanation:
      '対象クライアントが使う TLS バージョンを、サーバーがすべて拒否しています。接続は最初の hello の直後に、多くは protocol_version アラートで終わります。',
    evidenceNeeded:
      'クライアントの各バージョンについて、それと分かる拒否(protocol_version アラート、または別バージョンの ServerHello)。無応答・RST・FIN では示せません。キャプチャでは、サーバーから、または ServerHello の後にクライアントから送られた protocol_version アラート。',
  },
  'tls.legacy-version-enabled': {
    title: '古い TLS バージョンが有効です',
    explanation:
      'サーバーが SSLv3、TLS 1.0 または TLS 1.1 を受け付けます。ヘッドエンドの設定は「最低バージョン」なので、これだけで TLS 1.2 のクライアントが失敗することはありませんが、監査で指摘される弱点です(RFC 8996、RFC 7568)。',
    evidenceNeeded: 'そのバージョンの ServerHello。',
  },
  'tls.no-common-cipher': {
    title: 'クライアントとサーバーに共通の暗号スイートがありません',
    explanation:
      '双方が使えるどの TLS バージョンでも、サーバーは対象クライアントが持たない暗号スイートしか受け付けません。サーバーは handshake_failure でハンドシェイクを終了します。',
    evidenceNeeded: '共通バージョンごとの、サーバーの暗号スイートの完全な一覧。',
  },
  'tls.no-common-group': {
    title: 'クライアントとサーバーに共通の鍵交換グループがありません',
    explanation:
      '双方が使えるどの TLS バージョンでも鍵交換に楕円曲線などのグループが必要ですが、サーバーはクライアントのグループを一つも受け付けません。',
    evidenceNeeded: 'サーバーのグループ一覧と、グループなしで使える共通スイートがないこと。',
  },
  'tls.cipher-not-recommended': {
    title: '推奨されていない暗号スイートが有効です',
    explanation:
      '推奨は ECDHE + AES-GCM(または ChaCha20-Poly1305)と TLS 1.3 のスイートです。それ以外は前方秘匿性か認証付き暗号を欠きます。NULL、EXPORT、RC4、DES、3DES、MD5、認証なしのスイートは破られた暗号(重大度「中」)とみなします。',
    evidenceNeeded: 'そのスイートを選んだ ServerHello。',
  },
  'tls.client-certificate-required': {
    title: 'サーバーがクライアント証明書を必須としています',
    explanation:
      'クライアントが証明書を提示しないとハンドシェイクが終了します。これは設定であって障害ではなく、sftunnel では正常です。適切な証明書のないクライアントには handshake_failure(TLS 1.2)または certificate_required(TLS 1.3)が返ります。',
    evidenceNeeded: 'CertificateRequest と、証明書なしのハンドシェイクをサーバーが終了したこと。',
  },
  'tls.insecure-renegotiation': {
    title: '安全な再ネゴシエーションに対応していません',
    explanation:
      'サーバーが renegotiation_info(RFC 5746)に応答しません。現在の OpenSSL クライアントは "unsafe legacy renegotiation disabled" でハンドシェイクを終了します。',
    evidenceNeeded: 'renegotiation_info を提示した hello に対する、それを含まない TLS 1.2 以下の ServerHello。',
  },
  'tls.hello-size-intolerant': {
    title: '特定サイズの ClientHello でハンドシェイクが失敗します',
    explanation:
      'サーバーまたは手前の機器が、ClientHello の長さを理由に破棄または拒否します。その長さの hello を送るクライアントは止まるか失敗し、ほかは動作します。サーバーが対応する TLS バージョンとは関係ありません。',
    evidenceNeeded:
      '同じ長さで 3 回の失敗と、その間に応答のあった対照 hello 3 回。さらに経路が原因でないこと(より長い hello は通る、小さなセグメントに分けても失敗する、どんなパケットにも収まる長さである)。それがなければ「可能性あり」まで。キャプチャでも「可能性あり」まで: 届いたのに失敗した hello が 3 回以上あり、その間に同じサーバーが応答した hello のどれよりも長いこと。',
  },
  'tls.hello-segment-intolerant': {
    title: 'TCP セグメントに分かれた ClientHello でハンドシェイクが失敗します',
    explanation:
      '同じ hello が一つで届けば応答があり、複数の TCP セグメントに分かれると失敗します。一度しか読み込まない機器や、先頭セグメントしか見ない機器があります。大きな hello(耐量子の鍵共有など)は必ず複数セグメントになります。',
    evidenceNeeded: '分割した hello の失敗 3 回と、その間に分割なしで応答のあった対照 3 回。',
  },
  'tls.hello-record-intolerant': {
    title: '複数の TLS レコードに分かれた ClientHello でハンドシェイクが失敗します',
    explanation:
      '同じ hello が一つの TLS レコードなら応答があり、複数のレコードに分けると失敗します。TLS では分割が認められています。',
    evidenceNeeded: '分割した hello の失敗 3 回と、その間に一つのレコードで応答のあった対照 3 回。',
  },
  'tls.suite-count-intolerant': {
    title: '暗号スイートの多い ClientHello でハンドシェイクが失敗します',
    explanation:
      'hello の暗号スイート数が多いと、サーバーまたは手前の機器が失敗します(128 個以上で失敗する古い Cisco 機器があります)。通常のクライアントはそこまで提示しません。該当するのは主にスキャナーで、誤った結果の原因になります。',
    evidenceNeeded:
      'そのスイート数での失敗 3 回と、その間に応答のあった対照 3 回。加えて、同じかより長い hello に応答があること。',
  },
  'tls.extension-intolerant': {
    title: '未知の値を含む ClientHello でハンドシェイクが失敗します',
    explanation:
      'サーバーまたは手前の機器が、知らない拡張・グループなどの値を無視せずに失敗します。現在のクライアントはそのような値を意図的に送ります(GREASE、RFC 8701)。',
    evidenceNeeded: 'その値を含む hello の失敗 3 回と、その間に含まない対照へ応答があったこと 3 回。',
  },
  'tls.version-intolerant': {
    title: '新しい TLS バージョンを提示するとハンドシェイクが失敗します',
    explanation:
      'サーバーが知らないバージョンに対し、低いバージョンを選ばずに失敗します。新しいバージョンを提示するクライアントは接続できません。',
    evidenceNeeded: 'そのバージョンを提示した hello の失敗 3 回と、その間に提示しない対照へ応答があったこと 3 回。',
  },
  'path.blackhole-outbound': {
    title: 'サーバー宛ての大きなパケットが消失しています',
    explanation:
      'サーバーへ向かう経路で一定サイズを超えるパケットが消失し、ICMP の通知もありません。大きな ClientHello は「接続中…」で止まり、小さなものは通ります。PPPoE 回線(MTU 1454 や 1492)でよく見られます。',
    evidenceNeeded:
      'あるサイズのパケット 3 個が失われ、1 バイト小さいパケット 3 個は届くこと。hello は同じもので、小さなパケットなら全体が届くこと。TCP_INFO も raw パケットも使えない場合は、ある長さから応答がなくなり、小さなセグメントに分けると応答があること(「可能性大」)。キャプチャでは、繰り返し送られても ACK されない大きなセグメントと、届いている後続または小さなセグメント(SACK があれば「確定」)。サーバー側では、埋まらない欠落。',
  },
  'path.blackhole-inbound': {
    title: 'サーバーからの大きなパケットが消失しています',
    explanation:
      'サーバーから戻る経路で一定サイズを超えるパケットが消失し、ICMP の通知もありません。hello は届きますが証明書が戻らず、クライアントは「接続中…」で止まります。',
    evidenceNeeded:
      'ACK された hello 3 個に応答が届かず、同じ hello でも通知する MSS を小さくすると 3 回とも応答が届くこと。キャプチャでは、ACK された hello と、応答の埋まらない欠落、およびその後のデータへの SACK。サーバー側では、一度も ACK されない大きなセグメント。',
  },
  'path.mtu-reduced': {
    title: '経路 MTU が小さくなっていますが、経路 MTU 探索は機能しています',
    explanation:
      '経路上に MTU の小さい区間があり、ICMP で通知されています。障害ではありませんが、値を把握しておく価値があります。',
    evidenceNeeded:
      '次ホップの MTU を含む ICMP「fragmentation needed」、または接続中に小さくなった経路 MTU。インターフェイスの MTU より小さい経路 MTU や、両端が許すより小さなパケットしか送らないサーバーの場合は「可能性大」。',
  },
  'path.mss-clamped': {
    title: '経路上で MSS が調整されています',
    explanation:
      'SYN-ACK の MSS が、ローカルの MTU から想定される値より小さくなっています。経路上の機器またはサーバーが、多くは意図的に小さくしています。',
    evidenceNeeded: 'SYN-ACK の MSS オプションとローカルの MTU。キャプチャでは双方の SYN の MSS オプション。',
  },
  'path.fragments-dropped': {
    title: 'IP フラグメントが破棄されています',
    explanation: '途中で断片化されたパケットが完全な形で届きません。DTLS など、断片化に依存する通信が失敗します。',
    evidenceNeeded:
      'IP フラグメントで送った hello 3 個に応答がなく、その合間に断片化せずに送った同じ hello には応答があること。キャプチャでは、先頭のフラグメントしか届かないデータグラム。',
  },
  'path.icmp-filtered': {
    title: 'ICMP「fragmentation needed」が届いていません',
    explanation:
      '経路に対して大きすぎるパケットを送っても ICMP の通知がありません。これが、MTU の小さい区間をブラックホールに変えます。',
    evidenceNeeded: '「確定」のブラックホールと、送っても ICMP が返らなかった DF 付きの大きすぎるパケット 3 個。',
  },
  'handshake.silent': {
    title: 'サーバーが応答しないか、応答が途中で止まります',
    explanation:
      'TCP 接続は確立しますが、どの hello にも待ち時間内(--timeout、既定は 3 秒)に応答がないか、応答が最後まで届きません。応答しないサーバー、応答の遅いサーバー、破棄された hello、失われた応答はここからは区別できないため、原因は断定しません。',
    evidenceNeeded:
      'すべての hello が無応答であること。ほかの接続が開いている間の無応答は、単独で再現したときだけ数えます。キャプチャでは、SYN から双方向が見えており、その後も数秒以上続いていること。',
  },
  'handshake.reset': {
    title: 'ハンドシェイク中に接続がリセットされます',
    explanation:
      'hello の内容にかかわらず、RST でハンドシェイクが終わります。送信元がサーバーか経路上の機器かは、RST だけでは分かりません。',
    evidenceNeeded: '試したすべての種類の hello に対する RST、またはキャプチャ内の RST。',
  },
  'handshake.closed': {
    title: 'ハンドシェイク中に接続が閉じられます',
    explanation:
      'hello の内容にかかわらず、相手がハンドシェイクの途中で接続を閉じます(FIN)。原因はサーバーのログで確認してください。',
    evidenceNeeded: '試したすべての種類の hello に対する FIN、またはキャプチャ内の FIN。',
  },
  'handshake.alert': {
    title: 'サーバーがどのハンドシェイクもアラートで終了させます',
    explanation:
      'サーバーは TLS に対応していますが、試したすべてのハンドシェイクを、hello の直後または ServerHello の後で終了させています。原因を示すアラートもありますが、handshake_failure(40)は示しません。暗号スイート、グループ、クライアント証明書、再ネゴシエーションのいずれでも返ります。',
    evidenceNeeded:
      '試したすべての種類の hello で、ハンドシェイクがアラートで終わること。またはキャプチャ内のアラート。',
  },
  'handshake.not-tls': {
    title: 'このポートは TLS ではありません',
    explanation:
      'hello への応答が別のプロトコルです。ポートが誤っているか、プロキシやポータルがサーバーの代わりに応答しています。応答が SSL 2.0 の場合は、サーバーが古く TLS に対応していません。',
    evidenceNeeded: '応答の先頭バイト。',
  },
  'handshake.malformed': {
    title: '応答が TLS の規格に違反しています',
    explanation: '応答は TLS として始まりますが途中で規格に違反しており、どのクライアントも続行できません。',
    evidenceNeeded: '応答と、規格に違反している箇所。',
  },
  'policy.port-refused': {
    title: 'ポートへの接続が拒否されています',
    explanation:
      'SYN に対して RST、または ICMP のポート到達不能が返ります (OS からは同じ結果に見えます)。そのポートで待ち受けていないか、ファイアウォールが代わりに応答しています。',
    evidenceNeeded: 'すべての試行で SYN に RST または ICMP のポート到達不能が返ること。',
  },
  'policy.port-filtered': {
    title: 'ポートから応答がありません',
    explanation:
      'SYN に応答がないか、通信が禁止されていることを ICMP が通知します。パケットフィルターで破棄されているか、アドレスが使われていません。ICMP がなければ両者は区別できません。',
    evidenceNeeded: '応答のない SYN(「可能性大」)、または ICMP タイプ 3 コード 9・10・13(「確定」)。',
  },
  'policy.handshake-dropped': {
    title: 'すべての ClientHello が途中で破棄されています',
    explanation:
      'TCP 接続は確立しますが、サイズや内容にかかわらず hello が ACK すらされません。接続は通し、データを破棄する機器があります。',
    evidenceNeeded:
      'サイズの異なる hello が 1 バイトも ACK されないこと(TCP_INFO)。キャプチャでは、再送されても ACK されない hello。',
  },
  'policy.reset-injected': {
    title: '別の機器が接続をリセットしています',
    explanation:
      'RST は、接続を受け付けたホストから送られたものではありません。経路上のファイアウォールや検査装置がハンドシェイクを終了させています。',
    evidenceNeeded:
      '同じ接続の SYN-ACK と TTL が(IP-ID はその補強)合わない RST、TTL が小さくサーバーに届き得ない hello への RST(両方そろえば「確定」)、キャプチャでは RST の後も続くサーバーからの送信、もしくは両端でのキャプチャ。',
  },
  'policy.sni-filtered': {
    title: 'サーバー名(SNI)によって応答の有無が変わります',
    explanation:
      '同じ hello でも、SNI なしや別の名前なら応答があり、この名前では応答がありません。経路上のフィルターまたはサーバー自身が名前で判断しています。',
    evidenceNeeded: 'ほかの条件を変えず交互に行った、その名前での失敗 3 回と、名前なしまたは別の名前での応答 3 回。',
  },
  'policy.tls-inspection': {
    title: '想定した証明書ではありません',
    explanation:
      'ここに届く証明書が、指定されたものと異なります。途中の機器が TLS を復号して再署名している(Decrypt-Resign)か、証明書が更新されています。サーバーの鍵を使う検査(Decrypt-Known Key)では、ここから見える変化はありません。',
    evidenceNeeded:
      '想定する発行者またはフィンガープリント(--expect-issuer、--expect-fingerprint)、もしくは同じサーバーを別の場所から見た結果。',
  },
  'policy.rate-limited': {
    title: '一定数の接続後に応答がなくなりました',
    explanation:
      '以前は応答のあった hello に応答がなくなりました。接続数の制限、遮断、サーバーの資源枯渇が考えられます。それ以降の測定結果は「なし」ではなく「不明」です。',
    evidenceNeeded:
      '応答のあった接続が 3 回以上、その後まったく応答のない接続が、対照の hello を含めて 3 回以上あること。',
  },
  'policy.arp-unanswered': {
    title: 'このアドレスへの ARP に応答がありません',
    explanation:
      '外側のセグメントで、このアドレスの ARP に応答する機器がありません。ファイアウォールでは、NAT が proxy ARP を行わない場合に起こります。',
    evidenceNeeded: '外側セグメントのキャプチャ。応答のない ARP 要求と、SYN-ACK がないこと。',
  },
  'sftunnel.ca-expired': {
    title: 'FMC の InternalCA の有効期限が切れています',
    explanation:
      'すべての sftunnel 証明書に署名する CA が 10 年の期限を過ぎています(CSCwd08098、FN74214)。確立済みのチャネルは維持されますが、再接続時に失敗し、FMC ではデバイスが「無効」と表示されます。',
    evidenceNeeded:
      'キャプチャ、ファイル、またはチェーンから得た CA 証明書。ない場合、デバイス証明書の期限から判定できるのは「可能性大」まで。',
  },
  'sftunnel.ca-expiring': {
    title: 'FMC の InternalCA の有効期限が近づいています',
    explanation:
      'すべての sftunnel 証明書に署名する CA が 90 日以内(30 日以内なら重大度「中」)に期限切れになります。自動では更新されません。',
    evidenceNeeded: 'キャプチャ、ファイル、またはチェーンから得た CA 証明書。',
  },
  'sftunnel.certificate-expired': {
    title: 'sftunnel 証明書の有効期限が切れています',
    explanation:
      'この側の sftunnel 証明書が notAfter を過ぎています。次の接続で相手に拒否されます(ログ: err 10、certificate has expired)。',
    evidenceNeeded: 'sftunnel で提示された証明書。',
  },
  'sftunnel.certificate-expiring': {
    title: 'sftunnel 証明書の有効期限が近づいています',
    explanation:
      'この側の sftunnel 証明書が 90 日以内(30 日以内なら重大度「中」)に期限切れになります。自動では更新されません。',
    evidenceNeeded: 'sftunnel で提示された証明書。',
  },
  'sftunnel.ca-mismatch': {
    title: 'FMC と FTD の証明書の CA が異なります',
    explanation:
      'sftunnel の両端が異なる InternalCA の証明書を提示しているため、互いに拒否します。HA ペアの 2 台の FMC は、設計上それぞれ別の CA を持ちます。',
    evidenceNeeded:
      '両方の Certificate メッセージ、decrypt_error で拒否された証明書、または指定した cacert.pem で検証できないデバイス証明書。',
  },
  'sftunnel.peer-refuses': {
    title: 'sftunnel の相手が接続を終了しています',
    explanation:
      'ポート 8305 が拒否されるか、hello の前または後に、相手が TLS メッセージなしで接続を終了します。相手側で登録が完了していない場合や、証明書が受け入れられなくなった場合に見られます。',
    evidenceNeeded:
      'ポート 8305 での、SYN または hello に対する RST または FIN。接続の確立直後の場合は「可能性あり」。',
  },
  'sftunnel.certificates-hidden': {
    title: 'sftunnel の証明書は暗号化されています',
    explanation:
      'この sftunnel は TLS 1.3 で、証明書は暗号化されて送られます。証明書が見えないことは、有効性について何も示しません。',
    evidenceNeeded: 'sftunnel ポートでの TLS 1.3 ServerHello と、鍵ログがないこと。',
  },
  'sftunnel.push-failed': {
    title: '更新した証明書がデバイスに届いていません',
    explanation:
      'generate_certs.pl は新しい証明書を作成しましたが、デバイスへ配布できませんでした。そのデバイスの sftunnel は再接続時に失敗します。',
    evidenceNeeded: '"Failed to push to" の行、または FAILED_PUSH ファイルの記録。',
  },
  'sftunnel.key-mismatch': {
    title: 'sftunnel の証明書と秘密鍵が対応していません',
    explanation:
      'sftunnel 証明書と一緒に置かれた秘密鍵が、その証明書のものではありません。このままでは sftunnel を開始できません。',
    evidenceNeeded: '証明書ファイルと鍵ファイル。',
  },
  'vpn.not-anyconnect': {
    title: 'AnyConnect のサーバーではありません',
    explanation: 'TLS は確立しますが、AnyConnect の要求に対する応答が Web ページなど別のものです。',
    evidenceNeeded: 'ハンドシェイク後の最初の要求に対する応答。',
  },
  'vpn.dtls-disabled': {
    title: 'DTLS が提供されていません',
    explanation:
      'サーバーがトンネルに DTLS を提供しないため、すべての通信が TCP を通ります。動作はしますが遅くなります。',
    evidenceNeeded: 'X-DTLS ヘッダーのない CONNECT 応答。',
  },
  'vpn.dtls-blocked': {
    title: 'DTLS パケットに応答がありません',
    explanation:
      'クライアントは DTLS で接続しようとしていますが、サーバーの UDP ポートから応答がありません。VPN クライアントは TCP に切り替わり、一度再接続してから切り替わるものもあります。',
    evidenceNeeded:
      'UDP の応答がまったくない DTLS hello (TLS トンネルの確立中、またはキャプチャで繰り返し送信されているもの)。',
  },
  'vpn.mtu-low': {
    title: 'トンネルの MTU が小さすぎます',
    explanation: 'トンネルの MTU が、IPv6 の最小値である 1280 バイトを下回っています。',
    evidenceNeeded: 'CONNECT 応答の X-CSTP-MTU。',
  },
};
