/** What to do about an error, and the words that stand in errors, in Japanese; found like the sentences of errorSentences.ts. */

export const errorHintsJa: Readonly<Record<string, string>> = {
  'Did you mean {} or {}?': 'もしかして: {0}、{1}',
  'Did you mean one of {}?': 'もしかして: {0}',
  'Did you mean {}?': 'もしかして: {0}',
  'There are {}.': '指定できるもの: {0}。',
  'Known: {}.': '指定できるもの: {0}。',
  'Use one of {}.': '次のいずれかを指定してください: {0}。',
  'Run helloprobe --help, or helloprobe COMMAND --help, for what there is.':
    '使い方は helloprobe --help、または helloprobe COMMAND --help で表示できます。',
  'The commands are listed above.': 'コマンドの一覧は上のとおりです。',
  'Try: helloprobe check vpn.example.com': '例: helloprobe check vpn.example.com',
  'For example: helloprobe check --lang ja': '例: helloprobe check --lang ja',
  'To probe it: helloprobe check {}': 'それを調べるには: helloprobe check {0}',
  'They are listed by: helloprobe lab --list': '一覧は helloprobe lab --list で表示できます。',
  'The ids are listed by: helloprobe list findings': 'ID の一覧は helloprobe list findings で表示できます。',
  'The probes are listed by: helloprobe list probes': 'プローブの一覧は helloprobe list probes で表示できます。',
  'Options of the program stand behind it: helloprobe lab plain -- curl --json ...':
    'プログラムのオプションはプログラム名の後に書きます: helloprobe lab plain -- curl --json ...',

  'A target is host, host:port or [IPv6 address]:port.':
    '対象は host、host:port、[IPv6 アドレス]:port のいずれかで指定します。',
  'Several targets are several arguments, or lines of a file given with -f.':
    '複数の対象は引数として並べるか、-f のファイルに 1 行に 1 つずつ書きます。',
  'Check the path of the file, or the name of the host.': 'ファイルのパスまたはホスト名を確認してください。',
  'Write an IPv6 address with a port as [address]:port.': 'IPv6 アドレスとポートは [アドレス]:ポート の形で書きます。',
  'Write one target a line: host, host:port or [IPv6 address]:port.':
    '1 行に 1 つずつ、host、host:port、[IPv6 アドレス]:port のいずれかで書いてください。',
  'Name a file, or - for standard input: helloprobe {} FILE':
    'ファイル名、または標準入力を表す - を指定してください: helloprobe {0} FILE',
  'Give - once.': '- は 1 つだけ指定してください。',
  'Give the output another name.': '出力に別の名前を指定してください。',
  'Give one of them a file: {}=FILE.': '一方にファイル名を指定してください: {0}=FILE',
  'Give one of them.': 'いずれか 1 つを指定してください。',
  'Give one of the two.': 'どちらか一方を指定してください。',
  'Give one of them; without either it is hex.': 'どちらか一方を指定してください。指定がなければ 16 進数で出力します。',
  'Give --certs-out a new folder.': '--certs-out には新しいフォルダーを指定してください。',
  'To compare a server with what another place sees, save both with --json=FILE and give the two files.':
    '別の場所から見た結果と比較するには、両方を --json=FILE で保存し、その 2 つのファイルを指定してください。',
  'To compare two reports, put --{} behind both of them; else name a new file.':
    '2 つのレポートを比較するなら、--{0} は両方のファイル名の後に置きます。そうでなければ新しいファイル名を指定してください。',
  'Use --lang en or --lang ja.': '--lang en または --lang ja を指定してください。',
  'Severities are {}.': '重大度は {0} です。',
  'For example {} or {}.': '例: {0} または {1}',
  'It is the address to dial; the host name stays the one of the target.':
    '接続先の IP アドレスです。ホスト名は対象に指定したものを使います。',
  'It has 64 hex digits, with or without colons.': '16 進数 64 桁で指定します (コロン区切りも可)。',
  'It is written as {} or {}.': '{0} や {1} のように書きます。',
  'Write it as TLSv1.2-TLSv1.3, the lower one first.': '低いほうを先に、TLSv1.2-TLSv1.3 のように書きます。',
  'Versions are SSLv3, TLSv1.0, TLSv1.1, TLSv1.2 and TLSv1.3.':
    'バージョンは SSLv3、TLSv1.0、TLSv1.1、TLSv1.2、TLSv1.3 です。',
  'Use the IANA name or the code, as 0x1301; `helloprobe list` shows both.':
    'IANA の名前か、0x1301 のようなコードを指定してください。どちらも helloprobe list で表示できます。',
  '{} list shows them all.': '一覧は {0} list で表示できます。',
  'A capture holds addresses, not names.': 'キャプチャにあるのは名前ではなくアドレスです。',
  'SSLKEYLOGFILE writes one: lines such as CLIENT_HANDSHAKE_TRAFFIC_SECRET or CLIENT_RANDOM with hex digits.':
    'SSLKEYLOGFILE で出力できます。CLIENT_HANDSHAKE_TRAFFIC_SECRET や CLIENT_RANDOM に 16 進数が続く行からなるファイルです。',
  'Give its numbers, as {} or {}.': '{0} や {1} のように番号で指定してください。',
  'It is the CN of the InternalCA.': 'InternalCA の CN を指定します。',
  'Save the others as files.': 'ほかの入力はファイルに保存してください。',

  'Check path and permission.': 'パスと権限を確認してください。',
  'Name the files in it.': 'フォルダーの中のファイルを指定してください。',
  'Give the path of a PEM or DER file with CA certificates.':
    'CA 証明書の PEM または DER ファイルのパスを指定してください。',
  'A PEM file has lines BEGIN CERTIFICATE and END CERTIFICATE.':
    'PEM ファイルには BEGIN CERTIFICATE と END CERTIFICATE の行があります。',
  'Replace that block, or remove it.': 'そのブロックを差し替えるか、取り除いてください。',
  'Copy the block again, whole lines from BEGIN to END; text taken from pictures or documents loses characters.':
    'BEGIN から END まで、行全体をコピーし直してください。画像や文書から写すと文字が欠けることがあります。',
  'Give the certificate of the key.': '鍵に対応する証明書を指定してください。',
  'Give it as PEM, the certificate of the client first.': 'クライアントの証明書を先頭にした PEM で指定してください。',
  'Give it as PEM (PKCS #8, PKCS #1 or SEC 1), with its passphrase where it is encrypted.':
    'PEM (PKCS #8、PKCS #1、SEC 1) で指定してください。暗号化されている場合はパスフレーズも必要です。',
  'Give the certificate first in its file, and the key that its request was made with.':
    'ファイルの先頭にその証明書を置き、CSR の作成に使った鍵を指定してください。',

  'Was the capture stopped before its header was written, or the disk full?':
    'ヘッダーが書き込まれる前にキャプチャが停止したか、ディスクの空きがなかった可能性があります。',
  'Copy the file again, or take the capture again.': 'ファイルをコピーし直すか、キャプチャを取り直してください。',
  'Take the capture again, or copy the file again.': 'ファイルをコピーし直すか、キャプチャを取り直してください。',
  'pcap and pcapng are read, plain or compressed with gzip or zstd; editcap converts other formats.':
    '読み取れるのは pcap と pcapng です (gzip・zstd 圧縮も可)。ほかの形式は editcap で変換できます。',
  'Copy the file again in binary mode, or write it anew with editcap.':
    'ファイルをバイナリーモードでコピーし直すか、editcap で書き直してください。',
  'Copy it again in binary mode.': 'バイナリーモードでコピーし直してください。',
  'Give the capture, and the key log beside it.': 'キャプチャを指定し、鍵ログは --keylog で渡してください。',
  'A capture is a binary file: write one with tcpdump -w or in Wireshark, not the text that they print.':
    'キャプチャはバイナリーファイルです。画面に表示されたテキストではなく、tcpdump -w や Wireshark で保存したファイルを指定してください。',
  'Convert it first: {}': '先に変換してください: {0}',
  'Unpack it first: {}': '先に展開してください: {0}',
  'Only one layer of compression is unpacked here: {}': '二重の圧縮には対応していません。先に展開してください: {0}',
  'Export it as pcap or pcapng with the program that wrote it.':
    '保存に使ったソフトウェアで、pcap または pcapng としてエクスポートしてください。',
  'Only captures of IP networks are read.': '読み取れるのは IP ネットワークのキャプチャだけです。',
  'It is damaged at its start or cut short: check it with {} -t.':
    '先頭が破損しているか、途中で切れています。{0} -t で確認できます。',
  'Version 2.4 is what every tool writes; the header may be damaged.':
    '通常は 2.4 です。ヘッダーが破損している可能性があります。',

  'Give the name of a preset, a file, hex digits, or - for standard input.':
    'プリセット名、ファイル名、16 進数、または標準入力を表す - を指定してください。',
  'helloprobe hello build --json shows the form.': '形式は helloprobe hello build --json で確認できます。',
  'Give the whole first flight, or the handshake message with its 4-byte header.':
    '最初のフライト全体か、4 バイトのヘッダーを含むハンドシェイクメッセージを指定してください。',
  'Give the whole first flight, or the handshake message alone.':
    '最初のフライト全体か、ハンドシェイクメッセージだけを指定してください。',
  'It is a capture: helloprobe hello from-pcap FILE takes its ClientHellos out.':
    'これはキャプチャです。ClientHello は helloprobe hello from-pcap FILE で取り出せます。',
  'It counts the handshake message with its 4-byte header.':
    '4 バイトのヘッダーを含むハンドシェイクメッセージの長さです。',
  'hello from-pcap FILE --list shows them.': '一覧は hello from-pcap FILE --list で表示できます。',
  'helloprobe pcap FILE shows what the capture holds.': 'キャプチャの内容は helloprobe pcap FILE で確認できます。',
  'helloprobe pcap FILE shows the conversations of DTLS.': 'DTLS の通信は helloprobe pcap FILE で確認できます。',
  'Give host names in their ASCII form (xn--…), and other bytes as \\u00xx.':
    'ホスト名は ASCII 形式 (xn--…) で、その他のバイトは \\u00xx の形で指定してください。',
  'A padding extension adds at least 4 bytes, and the extensions together hold at most 65535.':
    'パディング拡張は最小 4 バイトで、拡張全体の上限は 65535 バイトです。',
};

/** Words in sentences: what the system said, what a file looks like, what is wrong with a target. */
export const errorWordsJa: Readonly<Record<string, string>> = {
  'standard input': '標準入力',
  'standard output': '標準出力',
  'the file {}': 'ファイル {0} ',
  'the argument': '引数',

  'there is no such file or folder': 'ファイルまたはフォルダーがありません',
  'permission denied': '権限がありません',
  'there is a file of that name': '同じ名前のファイルがあります',
  'it is a folder': 'フォルダーです',
  'part of its path is not a folder': 'パスの途中にフォルダーでないものがあります',
  'its links go round in a circle': 'シンボリックリンクが循環しています',
  'its name is too long': '名前が長すぎます',
  'no space left on the device': 'ディスクの空き容量がありません',
  'the file system is read-only': 'ファイルシステムが読み取り専用です',

  'the CA file': 'CA ファイル',
  'The given PEM text': '渡された PEM',
  'bad base64': 'base64 が正しくない',
  'the block has no END line': 'END の行がない',
  'the END line has another label': 'END の行のラベルが異なる',
  'the block is empty': 'ブロックが空',
  'the block is encrypted': 'ブロックが暗号化されている',
  'The {} block that begins at line {} cannot be read: {} at line {}.':
    '{1} 行目から始まる {0} ブロックを読み取れません ({3} 行目: {2})。',

  text: 'テキスト',
  'a PEM file': 'PEM ファイル',
  'a TLS key log': 'TLS の鍵ログ',
  'a gzip file': 'gzip ファイル',
  'a zstd file': 'zstd ファイル',
  'an lz4 file': 'lz4 ファイル',
  'a bzip2 file': 'bzip2 ファイル',
  'an xz file': 'xz ファイル',
  'a zip archive': 'zip アーカイブ',
  'a 7-Zip archive': '7-Zip アーカイブ',
  'a snoop capture (Solaris)': 'snoop (Solaris) のキャプチャ',
  'a capture of Microsoft Network Monitor': 'Microsoft Network Monitor のキャプチャ',
  'a capture of a Sniffer': 'Sniffer のキャプチャ',
  'a capture of NetXRay': 'NetXRay のキャプチャ',
  'a capture of iptrace (AIX)': 'iptrace (AIX) のキャプチャ',
  'a capture of an Ixia tester': 'Ixia テスターのキャプチャ',
  'a private variant of pcap, which libpcap does not read either': 'libpcap でも読み取れない pcap の独自形式',
  'a Bluetooth capture': 'Bluetooth のキャプチャ',
  'a pcapng file that a transfer in text mode damaged': 'テキストモードの転送で破損した pcapng ファイル',

  'the nearest sizes are {} and {} bytes': '最も近いサイズは {0} バイトと {1} バイトです',
  'the only size is {} bytes': '可能なサイズは {0} バイトだけです',
  'the smallest size is {} bytes': '最小は {0} バイトです',
  'the largest size is {} bytes': '最大は {0} バイトです',

  'is too long': '長すぎます',
  'has the scheme {}, only https:// can be left in front':
    'スキームが {0} です。先頭に付けられるのは https:// だけです',
  'names no host': 'ホスト名がありません',
  'is neither a file that is there nor a host name that resolves':
    '、存在するファイルでも名前解決できるホスト名でもありません',
  'has a path': 'パスを含んでいます',
  'has a user name in it': 'ユーザー名を含んでいます',
  'has a space in it': '空白を含んでいます',
  'opens a bracket and does not close it': '角括弧が閉じられていません',
  'has something other than :port after the bracket': '角括弧の後が :ポート ではありません',
  'has no IPv6 address in its brackets': '角括弧の中が IPv6 アドレスではありません',
  'has several colons and is not an IPv6 address': 'コロンが複数あり、IPv6 アドレスでもありません',
  'is neither a host name nor an IPv4 address': 'ホスト名でも IPv4 アドレスでもありません',
  'is not an IPv4 address as it is usually written': '通常の書式の IPv4 アドレスではありません',
  'is not a valid host name': 'ホスト名として正しくありません',
  'has a host name longer than 253 characters': 'ホスト名が 253 文字を超えています',
  'has an empty label (two dots in a row) in its host name': 'ホスト名のドットが連続しています',
  'has a label longer than 63 characters in its host name': 'ホスト名に 63 文字を超えるラベルがあります',
  'has a host name with characters other than letters, digits and hyphens':
    'ホスト名に英数字とハイフン以外の文字があります',
};
