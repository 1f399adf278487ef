/**
 * What errors say, in Japanese: sentences by the code of the error, what to do, and words that stand in them. Each is found by its English,
 * which the layer that throws has, `{}` for each value in it; in Japanese `{0}` is the first value. test/cli/errorSentences.test.ts reads the
 * sources and wants all of them here. Details of bytes (DecodeError) stay in English: they are names of fields.
 */

type Sentences = Readonly<Record<string, string>>;

/** By code, in the order of docs/errors.md. */
export const errorSentencesJa: Readonly<Record<string, Sentences>> = {
  'bad-target': {
    'The target is empty.': '対象が空です。',
    'The target {} {}.': '対象 {0} は{1}。',
    'Line {} of {}: {}': '{1} の {0} 行目: {2}',
  },
  'bad-port': {
    'The port {} of the target {} is not a number from 1 to 65535.':
      '対象 {1} のポート {0} は 1〜65535 の整数ではありません。',
    'The port {} is not a number from 1 to 65535.': 'ポート {0} は 1〜65535 の整数ではありません。',
    'Line {} of {}: {}': '{1} の {0} 行目: {2}',
  },
  'bad-option': {
    'Standard input can be read once only.': '標準入力は 1 回しか読み取れません。',
    'No capture was given.': 'キャプチャが指定されていません。',
    'No log was given.': 'ログが指定されていません。',
    '{} is not a whole number from {} to {}.': '{0} は {1}〜{2} の整数ではありません。',
    '{} is not a number of seconds from {} to {}.': '{0} は {1}〜{2} の秒数ではありません。',
    '{} is not a number of bytes from {} to {}.': '{0} は {1}〜{2} のバイト数ではありません。',
    '{} is not a severity.': '{0} という重大度はありません。',
    '{} is not an IP address.': '{0} は IP アドレスではありません。',
    '{} is not a SHA-256 fingerprint.': '{0} は SHA-256 フィンガープリントではありません。',
    '{} is not a time in ISO 8601.': '{0} は ISO 8601 形式の日時ではありません。',
    '{} is no offset from UTC.': '{0} は UTC との時差として読み取れません。',
    '{} is not a range of versions.': '{0} はバージョンの範囲ではありません。',
    '{} has {}, which is not in the registry.': '{0} に指定された {1} は登録されていない名前です。',
    '{} has {}, which is not a TLS version.': '{0} に指定された {1} は TLS のバージョンではありません。',
    '{} has {}, which is no field.': '{0} に指定された {1} という項目はありません。',
    '{} names no field.': '{0} に項目が指定されていません。',
    'The language {} is not known.': '言語 {0} には対応していません。',
    '--list shows every ClientHello; a number chooses one.':
      '--list は全件の一覧、番号は 1 件の指定です。同時には使えません。',
    '--client-key is given without --client-cert.': '--client-key には --client-cert も必要です。',
    'The option now takes a valid date.': '--now の日時が正しくありません。',
    'The option expectFingerprint takes a SHA-256 fingerprint of 64 hex digits.':
      '--expect-fingerprint には 16 進数 64 桁の SHA-256 フィンガープリントを指定してください。',
    'Files and targets are two commands: {} is a file, {} is a target.':
      'ファイルと対象は同時に指定できません。{0} はファイル、{1} は対象です。',
    'With a program there is no check, for which {} meant.':
      'プログラムを実行する場合は検査を行わないため、検査用のオプションは使えません ({0})。',
    '{} is not a release.': '{0} はリリース番号ではありません。',
    '{} is not a UUID.': '{0} は UUID ではありません。',
    '{} is none of {}.': '{0} は {1} のいずれでもありません。',
    '{} {} {}.': '{0} の値 {1} は{2}。',
  },
  'no-targets': { 'The list of targets is empty.': '対象の一覧が空です。' },
  'output-conflict': {
    '{} and {} both want {}.': '{0} と {1} の出力先がどちらも{2}です。',
    'The file {} is to be read and to be written.': 'ファイル {0} が入力と出力の両方に指定されています。',
    'The file {} behind {} would be overwritten.': '{1} の後のファイル {0} が上書きされます。',
    '--list, --hex and --raw are forms of the same output.': '--list、--hex、--raw は同じ出力の形式です。',
    '--json and --raw are two forms of the same hello.': '--json と --raw は同じ ClientHello の形式です。',
  },
  'unknown-command': {
    'No command was given.': 'コマンドが指定されていません。',
    'A command must come before {}.': '{0} の前にコマンドが必要です。',
    'There is no command {}.': '{0} というコマンドはありません。',
    'No scenario was given.': 'シナリオが指定されていません。',
  },
  'unknown-kind': { 'There is no list of {}.': '{0} という一覧はありません。' },
  'unknown-probe': {
    'There is no probe {}.': '{0} というプローブはありません。',
    'No probe is left to run: every one was skipped or none was named.': '実行するプローブがありません。',
  },
  'unknown-finding': { 'There is no finding {}.': '{0} という検出項目はありません。' },
  'unknown-preset': { 'There is no preset {}.': '{0} というプリセットはありません。' },
  'unreadable-file': {
    'The file {} cannot be read: {}.': 'ファイル {0} を読み取れません: {1}。',
    '{}, {}, cannot be read: {}.': '{1} {0} を読み取れません: {2}。',
    '{}, {}, holds no certificate.': '{1} {0} に証明書がありません。',
    '{}, {}, holds a damaged certificate. {}': '{1} {0} の証明書が破損しています。{2}',
    '{}, {}, holds a block that is no certificate, at line {}.':
      '{1} {0} の {2} 行目のブロックは証明書ではありません。',
    'The file {} holds no certificate.': 'ファイル {0} に証明書がありません。',
    '--keylog: the file {} is no key log.': '--keylog のファイル {0} は鍵ログではありません。',
    'The {} block that begins at line {} cannot be read: {} at line {}.':
      '{1} 行目から始まる {0} ブロックを読み取れません ({3} 行目: {2})。',
  },
  'unwritable-file': {
    'The file {} cannot be written: {}.': 'ファイル {0} に書き込めません: {1}。',
    'Standard output cannot be written: {}.': '標準出力に書き込めません: {0}。',
    'The file {} is there already and is not overwritten.': 'ファイル {0} はすでにあるため、上書きしません。',
  },
  'bad-hello': {
    'There is neither a preset nor a file {}, and it is not hex.':
      '{0} というプリセットもファイルもなく、16 進数でもありません。',
    'The JSON of {} is not a ClientHello.': '{0} の JSON は ClientHello ではありません。',
    'The hex of {} has an odd number of digits.': '{0} の 16 進数の桁数が奇数です。',
    'The bytes of {} end within a TLS record.': '{0} のバイト列が TLS レコードの途中で終わっています。',
    'ClientHello {} (packet {}) cannot be written as data: {}':
      'ClientHello {0} (パケット {1}) はデータとして表現できません: {2}',
    'encoded again it has other bytes.': '再エンコードした結果が元のバイト列と一致しません。',
  },
  'no-client-hello': {
    'There is no ClientHello of TLS over TCP in {}, but {} of DTLS, which cannot be written as data.':
      '{0} に TLS (TCP) の ClientHello はありません。DTLS の ClientHello は {1} 件ありますが、データとして表現できません。',
    'There is no ClientHello of TLS over TCP in {}.': '{0} に TLS (TCP) の ClientHello はありません。',
    'There is 1 ClientHello in {}, no number {}.': '{0} の ClientHello は 1 件で、{1} 番はありません。',
    'There are {} ClientHellos in {}, no number {}.': '{1} の ClientHello は {0} 件で、{2} 番はありません。',
  },
  'bad-hello-spec': {
    'A hello must offer at least one version.': 'ClientHello には少なくとも 1 つのバージョンが必要です。',
    'This is not a ClientHello specification: {}.': 'ClientHello のデータとして正しくありません: {0}。',
    'The extension {} needs data or {}.': '拡張 {0} には data または {1} が必要です。',
    'The extension {} needs data.': '拡張 {0} には data が必要です。',
    '{} has a character that is not one byte.': '{0} に 1 バイトで表せない文字があります。',
    '{} is not a code: 0x and four hex digits.': '{0} はコード (0x と 16 進数 4 桁) ではありません。',
  },
  'not-a-client-hello': {
    'The bytes of {} are not a ClientHello: {}': '{0} のバイト列は ClientHello ではありません: {1}',
    'The message is {}, not a ClientHello.': 'メッセージは ClientHello ではなく {0} です。',
  },
  'unreachable-size': {
    'This hello cannot be {} bytes long; {}.': 'この ClientHello は {0} バイトにできません。{1}。',
  },
  'bad-hex': {
    'The hex text has an odd number of digits or a character that is not a hex digit.':
      '16 進数の桁数が奇数か、16 進数でない文字があります。',
  },
  truncated: {
    'The bytes of {} are not a ClientHello: {}': '{0} のバイト列は ClientHello ではありません: {1}',
  },
  'not-a-capture': {
    'The file is empty.': 'ファイルが空です。',
    'The file ends after {} bytes, before or inside the header of a capture.':
      'ファイルが {0} バイトしかなく、キャプチャのヘッダーの前か途中で終わっています。',
    'The file is no capture: it begins with the bytes {}.':
      'キャプチャではありません。ファイルの先頭のバイト列は {0} です。',
    'The file is no capture: it looks like {}.': 'キャプチャではありません。{0}のようです。',
    'The file looks like {}, but nothing can be unpacked from it.': '{0} 形式のようですが、何も展開できません。',
    'The zstd file needs a dictionary.': 'zstd ファイルの展開に辞書が必要です。',
    'The zstd file needs a window of {} MiB; at most {} MiB are unpacked here.':
      'zstd ファイルの展開に {0} MiB のウィンドウが必要ですが、上限は {1} MiB です。',
    'The file is pcap of version {}, which nothing reads.':
      'pcap のバージョン {0} を読み取れるソフトウェアはありません。',
    'The pcap header is damaged: its link type has reserved bits.':
      'pcap のヘッダーが破損しています (リンクタイプに予約ビットがあります)。',
    'The file begins like pcapng, but its byte-order mark is damaged.':
      '先頭は pcapng のようですが、バイト順を示す値が破損しています。',
    'The file begins like pcapng, but the length of its first block is impossible.':
      '先頭は pcapng のようですが、最初のブロックの長さがあり得ない値です。',
    'The file is pcapng of a version that nothing reads; 1.0 and 1.2 are known.':
      'pcapng のバージョンが 1.0 でも 1.2 でもないため、読み取れません。',
    '{}: {}': '{0}: {1}',
  },
  aborted: { 'Reading was interrupted.': '読み取りを中断しました。', '{}: {}': '{0}: {1}' },
  'bad-credential': {
    'The private key of the client certificate cannot be read.': 'クライアント証明書の秘密鍵を読み取れません。',
    'The private key does not belong to the client certificate.': '秘密鍵がクライアント証明書と対になっていません。',
  },

  'commander.unknownOption': { "Unknown option '{}'.": '{0} というオプションはありません。' },
  'commander.unknownCommand': { "Unknown command '{}'.": '{0} というコマンドはありません。' },
  'commander.missingArgument': { "Missing required argument '{}'.": '引数 {0} が必要です。' },
  'commander.optionMissingArgument': { "Option '{}' argument missing.": 'オプション {0} に値が必要です。' },
  'commander.excessArguments': {
    "Too many arguments for '{}'. Expected {} but got {}.": '{0} の引数が多すぎます。',
    'Too many arguments. Expected {} but got {}.': '引数が多すぎます。',
  },
  'commander.help': { 'No command was given.': 'コマンドが指定されていません。' },
};
