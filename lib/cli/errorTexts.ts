/** Errors in Japanese by code: what is told where the exact sentence (errorSentences.ts) has no Japanese, in front of its English. */

import type { UsageCode } from './usage.ts';

/** By the code of a HarnessError (docs/errors.md); those of matchers never reach the command line. */
export const errorTextsJa = {
  'bad-target': '対象が正しくありません。host、host:port、[IPv6]:port のいずれかで指定してください。',
  'bad-port': 'ポート番号が正しくありません。1〜65535 の整数で指定してください。',
  'bad-option': 'オプションの値が正しくありません。',
  'no-targets': '対象の一覧が空です。1 行に 1 つずつ対象を書いてください。',
  'output-conflict': '複数の出力形式が同じ出力先を指定しています。一方にファイル名を指定してください。',
  'unknown-command': 'コマンドの指定が正しくありません。コマンドの一覧は helloprobe --help で表示できます。',
  'unknown-kind': 'その種類の一覧はありません。一覧の種類は helloprobe list で表示できます。',
  'unknown-probe': 'その ID のプローブはありません。ID は helloprobe list probes で表示できます。',
  'unknown-finding': 'その ID の検出項目はありません。ID は helloprobe list findings で表示できます。',
  'unknown-preset': 'その名前のプリセットはありません。名前は helloprobe list presets で表示できます。',
  'unknown-headend': 'その ID のヘッドエンドはありません。ID は helloprobe list headends で表示できます。',
  'unreadable-file': 'ファイルを読み取れないか、内容が想定と異なります。パス、権限、形式を確認してください。',
  'unwritable-file': 'ファイルに書き込めません。パスと権限を確認してください。',
  'bad-hello':
    '指定されたものは ClientHello ではありません。プリセット名、ファイル、16 進数、- のいずれかで指定してください。',
  'no-client-hello': 'キャプチャにその ClientHello はありません。hello from-pcap FILE --list で一覧を表示できます。',

  'bad-hello-spec': 'ClientHello の JSON に、エンコードできない項目があります。',
  'not-a-client-hello': '指定されたバイト列は、ClientHello 以外のハンドシェイクメッセージです。',
  'no-key-share': 'このグループの鍵共有は生成できません。鍵共有なしで提示してください。',
  'unreachable-size': 'パディングではこのサイズの ClientHello を作れません。',
  'bad-split': 'レコードまたはセグメントの長さが ClientHello に合いません。',
  'bad-hex': '16 進数として読み取れません。1 バイトを 2 桁で指定してください。',

  truncated: 'バイト列が途中で切れています。',
  trailing: 'バイト列の末尾に余分なデータがあります。',
  'too-short': '仕様の下限より短い項目があります。',
  'too-long': '仕様または本ツールの上限より長い項目があります。',
  'bad-value': '仕様で認められていない値があります。',
  'too-deep': '入れ子が上限より深くなっています。',
  'bad-length': 'エンコードするバイト列の長さが、項目の長さと一致しません。',
  'out-of-range': '数値が範囲を超えています。',
  'unknown-field': 'その名前の項目はありません。',
  'overlapping-edits': '複数の変更が同じバイトに重なっています。1 つずつ行ってください。',

  'bad-pem': 'PEM として読み取れないか、必要なブロックがありません。ファイルを確認してください。',
  'unreadable-certificate': '証明書として読み取れません。',
  'unreadable-name': '識別名 (DN) として読み取れません。',

  'not-a-capture':
    'キャプチャファイルとして読み取れません。pcap または pcapng (gzip・zstd 圧縮も可) のファイルを指定してください。',
  'bad-input': 'キャプチャの入力がバイト列ではありません。',

  'deadline-reached': '実行全体の制限時間に達しました。--deadline を大きくしてください。',
  'budget-exhausted': '接続数の上限に達しました。--max-connections を大きくしてください。',
  'target-lost': '以前は応答した ClientHello にも、対象が応答しなくなりました。--delay で間隔を空けてください。',
  aborted: '中断されました。',
  'no-control': '応答のある ClientHello がまだ見つかっていません。',
  'no-evidence': '根拠のない検出項目が作られました。ルールの不具合です。',
  'bad-endpoint': '接続先が IP アドレスとポート番号ではありません。',
  'bad-credential': 'クライアント証明書の秘密鍵を読み取れないか、証明書と対になっていません。',
  'bad-tls-option': 'この環境の TLS ライブラリでは使えない値が指定されています。',
  'out-of-resources':
    'このマシンのファイルディスクリプターまたはメモリが足りません。ulimit -n などの上限を確認してください。',
  'cannot-listen': 'ラボのヘッドエンドがこのアドレスで待ち受けられません。このマシンのアドレスを指定してください。',

  'missing-ability': 'このマシンまたはユーザーでは使えない機能が必要です。helloprobe doctor で確認できます。',
  'no-namespaces': 'このマシンではラボを作成できません。理由と対処は helloprobe doctor で確認できます。',
  'not-permitted':
    '加工したパケットは、このマシン、ラボ、自分が管理する対象にのみ送信します。自分の管理する対象であれば --i-own-this-target を指定してください。',
  'bad-segments': '指定されたセグメントまたはフラグメントは送信できません。',
  'unknown-scenario': 'そのシナリオはありません。一覧は helloprobe lab --list で表示できます。',
  'bad-fault': 'ラボの障害の値が範囲外か、ほかの障害と組み合わせられません。',
  'unknown-interface': 'その名前のネットワークインターフェイスはノードにありません。',
  'unknown-node': 'その名前のノードはラボにありません。',
  'lab-setup': 'ラボのネットワークを構成できません。',
  'lab-ended': 'ラボはすでに終了しています。',
  'lab-task': 'ラボの中で呼び出した関数がエラーになりました。',
  'cannot-start': 'ラボの中でプログラムを起動できません。名前を確認してください。',
  'no-such-function': 'その名前の関数はモジュールにありません。',
} as const satisfies Readonly<Record<UsageCode, string>> & Readonly<Record<string, string>>;

/** By the code of an error of commander, which reads the command line. */
export const commanderTextsJa = {
  'commander.unknownOption': 'そのオプションはありません。',
  'commander.unknownCommand': 'そのコマンドはありません。',
  'commander.missingArgument': '必要な引数がありません。',
  'commander.optionMissingArgument': 'オプションに値がありません。',
  'commander.excessArguments': '引数が多すぎます。',
  'commander.help': 'コマンドが指定されていません。',
} as const satisfies Readonly<Record<string, string>>;

export const otherUsageJa = 'コマンドラインの指定に誤りがあります。';
export const internalErrorJa =
  '内部エラーが発生しました。コマンドと出力を添えて報告してください (--debug でスタックを表示します)。';
