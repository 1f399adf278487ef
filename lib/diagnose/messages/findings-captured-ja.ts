/** Titles and explanations where a capture shows a finding and it means something narrower than after probes, in Japanese. */

import type { CapturedTexts } from './types.ts';

export const findingsCapturedJa: CapturedTexts = {
  'cert.expired': {
    explanation:
      '提示された証明書が notAfter を過ぎています。キャプチャ時点で期限切れだったのか、その後に期限が切れたのか(すでに更新されている可能性があります)は「根拠」に示します。',
  },
  'cert.not-yet-valid': {
    explanation:
      '証明書が notBefore より前に提示されています。先の日付で発行されたか、キャプチャした機器の時計が遅れていました。',
  },
  'cert.expiring': {
    explanation:
      '提示された証明書が、キャプチャ時点または現在から 90 日以内(30 日以内なら重大度「中」)に期限切れになります(その後に更新されていなければ)。',
  },
  'tls.no-common-version': {
    explanation:
      '一方が相手の TLS バージョンに対応しておらず、protocol_version アラートで通知しています。このクライアントは接続できません。',
  },
  'tls.client-certificate-required': {
    explanation:
      'サーバーがクライアント証明書を要求しましたが、クライアントは証明書を送らず、サーバーがハンドシェイクを終了させました。sftunnel や証明書認証のプロファイルでは正常な動作で、このクライアントに適切な証明書がありません。',
  },
  'tls.hello-size-intolerant': {
    title: '長い ClientHello だけが失敗しています',
    explanation:
      'このサーバーでは、長い hello が失敗する間にも、短い hello には応答があります。サーバーまたは手前の機器が長さを理由に拒否している可能性があります。ただし、これらの hello は条件をそろえたものではなく、「根拠」に示すほかの違いが原因かもしれません。`helloprobe check` は長さだけを変えて確認します。',
  },
  'path.mss-clamped': {
    explanation:
      '一方の SYN が通知する MSS がもう一方より小さいか、双方が、イーサネットの上限より小さくルーターでよく設定される値になっています。経路上の機器が(多くは意図的に)小さくしているか、ホスト自身がそう設定されているか、以前の接続で経路の MTU を学習しています。',
  },
  'handshake.silent': {
    title: 'ハンドシェイクが途中で止まっています',
    explanation:
      'ハンドシェイクが途中で止まり、その先がありません。hello に応答がない、応答が最後まで届かない、またはクライアントが続行していない場合です。応答しないサーバーと失われた応答はキャプチャでは区別できないため、原因は断定しません。',
  },
  'handshake.reset': {
    title: 'ハンドシェイク中に接続がリセットされています',
    explanation:
      'ハンドシェイクが完了する前に RST で終わっています。どちら側から届いたかは「根拠」に示します。経路上の機器がその名前で送った可能性もあります。サーバーが同じ段階で、ある接続は FIN、別の接続は RST で終わらせている場合は、両方をここに示します。受信データを読み切らずに閉じるホストは RST を送ります。',
  },
  'handshake.closed': {
    title: 'ハンドシェイク中に接続が閉じられています',
    explanation:
      'ハンドシェイクが完了する前に一方が接続を閉じています(FIN)。どちらかは「根拠」に示します。理由はその側のログで確認してください。証明書を拒否するクライアントは、アラートを送らずに閉じることがよくあります。サーバーが同じ段階で、ある接続は FIN、別の接続は RST で終わらせている場合は、両方をここに示します。受信データを読み切らずに閉じるホストは RST を送ります。',
  },
  'handshake.alert': {
    title: 'ハンドシェイクがアラートで終わっています',
    explanation:
      '一方がアラートでハンドシェイクを終了させています。どちらか、またアラートの意味は「根拠」に示します。原因を示すアラートもありますが、handshake_failure(40)と bad_certificate(42)は示しません。',
  },
  'handshake.malformed': {
    title: 'TLS の規格に違反したハンドシェイクメッセージがあります',
    explanation:
      '一方が送ったデータは TLS として始まりますが途中で規格に違反しており、TLS のハンドシェイクはそこから続行できません。どのメッセージのどこが違反しているかは「根拠」に示します。それでも通信が続いている場合は、双方が TLS を模したものなど、別のプロトコルで通信しています。',
  },
  'policy.handshake-dropped': {
    title: 'ClientHello が途中で破棄されています',
    explanation:
      'TCP 接続は確立しますが、hello を何度送っても 1 バイトも ACK されません。接続は通し、データを破棄する機器があります。',
  },
  'vpn.dtls-blocked': {
    explanation:
      'クライアントが DTLS hello を繰り返し送っていますが、その応答がキャプチャにありません。UDP が経路上で破棄されているか、その時点でポートが応答していません。VPN クライアントは TCP に切り替わり、一度再接続してから切り替わるものもあります。同じポートが別のクライアントや別の時間帯に応答していれば「根拠」に示します。その場合、UDP がすべて遮断されているわけではなく、クライアントの経路、適用されるポリシー、時間帯の違いが手がかりになります。',
  },
  'policy.arp-unanswered': {
    explanation:
      'このアドレスへの ARP 要求に対し、キャプチャ内に応答がありません。応答する機器がなければ通信は届きません。ファイアウォールでは、NAT が proxy ARP を行わない場合に起こります。ただし応答は要求元だけに送られるため、第三のホストで取得したキャプチャには含まれません。',
  },
};
