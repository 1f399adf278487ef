/** The plan in Japanese. */

import { hotfixes, releasesOf } from '../knowledge/index.ts';
import type { PlanWords } from './words.ts';

const date = (iso: string | null): string => (iso === null ? '日時不明' : `${iso.slice(0, 16).replace('T', ' ')} UTC`);

const hotfixList = hotfixes
  .map((row) => `${releasesOf(row)}: ${row.hotfix === null ? 'なし' : `${row.hotfix.name} (${row.hotfix.build})`}`)
  .join('、');

export const planJa: PlanWords = {
  ways: {
    '1': {
      title: '手順 1: CA は期限切れではない',
      text: 'ホットフィックスをインストールし、generate_certs.pl を実行します。新しい InternalCA と証明書が作成され、チャネルが接続中のデバイスすべてに自動で送られます。ダウンタイムは見込まれません。',
    },
    '2a': {
      title: '手順 2a: CA は期限切れ、接続中のチャネルが残っている',
      text: '手順は期限前と同じです。証明書を入れ替える間もチャネルは接続されたままですが、その前に切れたチャネルは復旧しません。送信に失敗したデバイスには、手作業でファイルをコピーします。',
    },
    '2b': {
      title: '手順 2b: CA は期限切れ、接続中のチャネルはない',
      text: '手順は同じです。新しい証明書は作成されますが送信できないため、ホットフィックスに含まれるコピー用スクリプト、または手作業で各デバイスにコピーします。',
    },
  },
  undecided: (ways) => `まだ決まりません。候補は ${ways} です。どれに当たるかは最初の手順で確認します。`,
  likely: 'CA の期限切れは推定です。CA そのものからは読み取っていません',
  authority: ({ authority: { state, notAfter, daysLeft, replaced, confidence } }) => {
    const which = replaced ? '置き換え前の CA' : 'CA';
    if (state === 'unknown') return replaced ? '置き換え前の CA の期限は不明です。' : '不明です。';
    if (notAfter === null || daysLeft === null) {
      if (daysLeft === null)
        return `${which} は期限切れと見られます。その CA が署名した証明書の期限が切れているか、相手が期限切れと述べています。`;
      return daysLeft < 0
        ? `確認の時点で、${which} の期限は ${-daysLeft} 日前に切れています。`
        : `確認の時点で、${which} の期限まで ${daysLeft} 日です。`;
    }
    const when = date(notAfter);
    const text =
      daysLeft < 0 ? `${which} の期限は ${when} に切れました` : `${which} の期限は ${when} (残り ${daysLeft} 日)`;
    return confidence === 'proven' ? `${text}。` : `${text} (推定)。`;
  },
  tunnels: ({ tunnels: { state, up, down, unknown, complete, given } }) => {
    const counts = `接続 ${up}、切断 ${down}${unknown === 0 ? '' : `、不明 ${unknown}`}`;
    const all = complete ? '' : 'このほかにもデバイスがあるかもしれません。';
    const none = up + down + unknown === 0;
    if (state === 'unknown') return none ? '不明です。' : `判定できません (${counts})。${all}`;
    const said = { up: 'すべて接続中', partial: '一部が接続中', down: '接続中のものはない' }[state];
    if (given) return none ? `${said} (指定による)。` : `${said} (指定による。読み取れた範囲では、${counts})。`;
    return `${said} (${counts})。${all}`;
  },
  hotfix: ({ hotfix: { status, version, name, build, installed } }) => {
    const there = installed === true ? '、インストール済み' : installed === false ? '、未インストール' : '';
    const release = version ?? 'FMC';
    switch (status) {
      case 'listed':
        return `${release} 用は ${name} (${build})${there}。`;
      case 'none':
        return `${release} 用はありません (ソフトウェアメンテナンスが終了しています)。`;
      case 'not-listed':
        return installed === true
          ? `generate_certs.pl があります (${release})。`
          : `${release} は、Cisco の文書の一覧にありません。`;
      default:
        return installed === true ? 'インストール済み。' : `FMC のバージョンが不明です。${hotfixList}。`;
    }
  },
  phases: {
    prepare: '新しい証明書はまだ作成されていません。',
    transfer: '新しい証明書は作成済みですが、届いていないデバイスがあります。',
    verify: '新しい証明書は作成済みです。残るのは、全デバイスの接続確認です。',
    done: '新しい証明書は作成済みで、全デバイスが接続しています。',
  },
  states: { up: '接続', partial: '2 接続のうち 1 つだけ', down: '切断', unknown: '不明' },
  warnings: {
    'no-reboot-no-upgrade': () =>
      'FMC も FTD も、再起動やアップグレードを行わないでください。接続中の sftunnel も再起動しないでください。すべてのチャネルが切れて復旧せず、全デバイスを手作業で直すことになります。例外は一覧のホットフィックスだけです (FMC は再起動しません)。',
    'no-reboot-until-known': () =>
      '期限切れの CA で接続を保っているチャネルがないと分かるまで、FMC も FTD も、再起動やアップグレードを行わないでください。sftunnel も再起動しないでください。期限後に切れたチャネルは復旧しません。一覧のホットフィックスは FMC を再起動しません。',
    'upgrade-allowed': () =>
      '接続中のデバイスがないため、FMC をアップグレードしても切れるチャネルはありません。Cisco によれば、移すべきファイルの案内が改善されます。更新に必須ではありません。始める前に、今もそうであることを確認してください。1 台でも接続中なら行えません。',
    'up-proves-nothing': () =>
      '接続中のチャネルは、証明書が有効であることの証明になりません。期限が来てもチャネルには何も起こらず、次に切れたとき (ネットワーク、電源、トレースバックなど予定外のものを含む) に失われます。',
    'finish-before-expiry': (when) =>
      `CA の期限${when === '' ? '' : ` (${date(when)})`} までに終えてください。その後に切れたチャネルは復旧しません。`,
    'no-hotfix-exists': (release) =>
      `${release} 用のホットフィックスはありません (ソフトウェアメンテナンスが終了しています)。generate_certs.pl はホットフィックスで追加されるものです。`,
    'release-not-listed': (release) =>
      `${release} はホットフィックスの一覧にありません。不要という意味ではありません。generate_certs.pl があるか、Field Notice FN74214 に何と書かれているかを確認してください。`,
    'patch-beyond-list': (release) =>
      `一覧はそのリリースまでで、パッチ ${release} には触れていません。対象かどうかは、ホットフィックスのリリースノートで確認してください。`,
    'hotfix-contradicts-version': (release) =>
      `ホットフィックスはインストール済みとのことですが、${release} 用のものはありません。バージョンを確認してください。`,
    'ha-order': () =>
      'HA 構成: プライマリ FMC を先に、セカンダリ FMC を後に行います。InternalCA は FMC ごとに別なので、更新は両方で必要です。',
    'several-authorities': (uuids) =>
      `複数の InternalCA の証明書が読み込まれました (${uuids})。HA 構成では FMC ごとに 1 つあります。この計画は、先に期限が来るものを対象にしています。別のものは --fmc-uuid で選べます。`,
    'not-yet-valid': (source) =>
      `${source} の CA は、この計画の時刻ではまだ有効になっていません。FMC とデバイスの時計を確認してください。`,
    'expired-said': (source) =>
      `手元の CA は期限切れではありませんが、証明書を期限切れとした相手があります (${source})。古い写しを持っている、時計がずれている、自身の証明書が期限切れ、のいずれかが考えられます。そのデバイスのファイルを確認してください。`,
    'tunnels-contradict': (source) =>
      `接続中のチャネルはないとの指定ですが、${source} には接続中のものがあります。計画は読み取った内容に従います。古いものなら、入力から外してください。`,
    'status-of-device': (source) =>
      `${source} はデバイスで取得したもので、そのデバイスのことしか分かりません。ほかのデバイスの接続状態は、FMC の sftunnel_status.pl でしか確認できません。`,
    'other-ca': (names) =>
      `この FMC の現在の InternalCA とは別の InternalCA があります (${names})。ファイルの古い写しか、以前に作成された新しい証明書が届いていないかのどちらかです。後者なら、そのチャネルは接続中でも、一度切れると復旧しません。はっきりするまで、再起動、アップグレード、sftunnel の再起動を行わないでください。証明書の再作成もせず、前回の出力か FAILED_PUSH を渡して計画を作成し直してください。`,
    'old-files-do-not-return': () =>
      'FMC の CA は新しくなっています。古いファイルのままのデバイスは、接続中でも、チャネルが一度切れると復旧しません。新しいファイルが届くまで、そのデバイスも FMC も、再起動やアップグレードを行わないでください。そのデバイスの sftunnel も再起動しないでください。',
    'dates-contradict': (sources) =>
      `CA の期限が一致しません (${sources})。ここでは最も早いものを採ります。FMC で確認し直してください: openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem`,
    'unusual-path': (names) =>
      `${names} のパスは sftunnel のファイルのものではないため、コマンドを示していません。一覧の出所を確認してください。`,
    'generate-declined': (source) =>
      `generate_certs.pl の質問に no と答えています (${source})。何も作成されていません。`,
    'generate-cut-off': (source) =>
      `generate_certs.pl の出力 (${source}) が途中で切れており、その後の失敗が分かりません。FAILED_PUSH を確認してください。`,
    'failed-push-cut-off': (source) =>
      `${source} に途中で切れたレコードがあります。欠けた部分は通常の場所から補いました。広い端末でファイルを取り直してください。`,
    'too-many-devices': (most) => `デバイスが ${most} 台を超えたため、残りは計画に含まれていません。`,
  },
  steps: {
    'finish-primary': () => ({
      title: 'プライマリ FMC を先に',
      text: 'この FMC で作業する前に、プライマリ FMC の更新を終えてください。',
    }),
    'find-version': () => ({
      title: 'FMC のバージョンを確認する',
      text: `ホットフィックスはバージョンで決まります。${hotfixList}。`,
    }),
    'read-ca-dates': () => ({
      title: 'CA の期限を確認する',
      text: '見るのは notAfter です。その出力、または cacert.pem の写しを渡して、もう一度計画を作成してください。',
    }),
    'read-status': () => ({
      title: 'どのチャネルが接続中かを確認する',
      text: 'FMC で、全デバイスについて確認します。その出力を渡して (--status)、もう一度計画を作成してください。',
    }),
    'install-hotfix': ({ hotfix: { name, build, installed } }) => ({
      title:
        name === null ? 'ホットフィックスをインストールする' : `ホットフィックス ${name} (${build}) をインストールする`,
      text: `${installed === null ? 'インストール済みなら不要です。' : ''}generate_certs.pl とコピー用スクリプトが追加されます。FMC は再起動しません。`,
    }),
    'look-for-script': () => ({
      title: 'generate_certs.pl があるかを確認する',
      text: 'ホットフィックスの一覧にないバージョンです。スクリプトがあれば先へ、なければ次の手順へ進みます。',
    }),
    'upgrade-fmc': ({ authority: { state } }) => ({
      title: 'ホットフィックスのあるリリースへ FMC をアップグレードする',
      text:
        state === 'expired'
          ? '接続中のデバイスがないため可能です。失われるチャネルはありません。その後、新しいバージョンで計画を作り直してください。'
          : 'CA が有効なうちは、切れたチャネルは復旧するため、TAC への依頼に代わる方法になります。ホットフィックスと新しい証明書の作成まで、CA の期限前に終える必要があります (本ツールの推論で、文書には書かれていません)。その後、新しいバージョンで計画を作り直してください。',
    }),
    'ask-tac': () => ({
      title: 'Cisco TAC に依頼する',
      text: '文書は、TAC の介入を必要とするより手動の方法にも触れていますが、内容は書かれていません。',
    }),
    'backup-fmc': () => ({
      title: 'FMC をバックアップする',
      text: 'ホットフィックスの後、スクリプトの前に行います。スクリプトは CA とすべての証明書を置き換えます。',
    }),
    'status-before': () => ({
      title: 'どのチャネルが接続中かを確認する',
      text: '出力を保存します (--status)。この時点で切れているデバイスには、証明書が自動では届きません。',
    }),
    generate: () => ({
      title: '新しい証明書を作成し、送信する',
      text: '新しい InternalCA と証明書を作成し、チャネルが接続中のデバイスに送ります。質問は 2 回で、どちらも yes と答えます。出力を保存してください。',
      verify: '「Failed to push to …」の行と FAILED_PUSH のパス。どれもなければ、送信の失敗はありません。',
    }),
    inspect: () => ({
      title: '送信できなかったものを確認する',
      text: 'パスの数字は、スクリプトが表示する UNIX 時刻です。出力と FAILED_PUSH を渡してもう一度計画を作成すると、デバイスごとのファイルを一覧にします。',
    }),
    'copy-by-script': ({ ha }) => ({
      title: 'スクリプトでファイルをコピーする',
      text: `FMC から各デバイスへ SSH で接続できる場合の方法です。devices.csv は 1 台 1 行で、device_name,IP address,admin_username,admin_password の順です${ha === 'primary' ? ' (セカンダリ FMC の行も含めます)' : ''}。パスワードを含むため、作業後に削除してください。sftunnel はスクリプトが各デバイスで再起動します。`,
      verify: 'デバイスごとの「Successfully copied certificates to …」と「Restarting sftunnel for …」。',
    }),
    'copy-by-jump-server': ({ ha }) => ({
      title: 'ジャンプサーバーからファイルをコピーする',
      text: `FMC と各デバイスへ SSH で接続できるのが別のマシンだけの場合、FMC の /usr/local/sf/bin/copy_sftunnel_certs_jumpserver.py をそのマシンに置き、Python で実行します。devices.csv は${
        ha === 'secondary'
          ? 'セカンダリ FMC を最初に、続けてその FTD すべてを書きます'
          : ha === 'primary'
            ? 'プライマリ FMC を最初に、続けてその FTD すべてとセカンダリ FMC を書きます'
            : 'FMC を最初に、続けてその FTD すべてを書きます'
      }。パスワードを含むため、作業後に削除してください。`,
      verify: 'デバイスごとの「Successfully copied certificates to …」と「Restarting sftunnel for …」。',
    }),
    'copy-by-hand': ({ phase }) => ({
      title: '手作業でファイルをコピーする',
      text: `FMC で 3 つのファイルを表示し、デバイスで古いファイル (.backup として残します) の内容を書き換え、そのデバイスの sftunnel を再起動します。${
        phase === 'prepare'
          ? '必ずスクリプトの後に行います (今あるファイルは古いものです)。その出力を渡して計画を作成し直すと、デバイスごとのコマンドを示します。'
          : 'デバイスごとのコマンドは下にあります。バックアップは 1 回だけ作成します (2 回目は上書きされます)。'
      }1 つは秘密鍵です。ログやチケットに残さないでください。`,
      verify:
        'デバイスの ls -hal で、root root、-rw-r--r-- (文書のとおり)、サイズ 0 のファイルがないこと (およそ 1.3K、1.4K、1.7K)。再起動の後に接続状態。',
    }),
    'status-after': () => ({
      title: '全デバイスの接続を確認する',
      text: '出力を渡して (--status-after) もう一度計画を作成すると、残りの作業が分かります。',
    }),
    'then-secondary': () => ({
      title: 'セカンダリ FMC でも同じ作業を行う',
      text: 'InternalCA は別です。セカンダリ用の計画を作成してください (--ha secondary)。',
    }),
    'watch-expiry': () => ({
      title: '期限の通知を受けられるようにする',
      text: '今日の対応は不要です。VDB 399 以降では、期限の 90 日前から FMC がタスクとヘルスアラートで通知します。',
    }),
  },
  tasks: {
    none: 'なし (接続済み)',
    'push-expected': 'スクリプトが送信する',
    'push-will-fail': 'スクリプトの後にファイルをコピーする (スクリプトでは送信できない)',
    'push-open': 'チャネルの状態が不明',
    'copy-files': 'ファイルをコピーする',
    'restart-sftunnel': 'sftunnel を再起動する (pmtool restartbyid sftunnel)',
    'check-connection': '接続を確認する',
    inspect: '送信に失敗したかを確認する',
    blocked: 'このバージョン用のスクリプトがない (手順を参照)',
  },
  unknowns: {
    'fmc-version': 'FMC のバージョン (--fmc-version)。ホットフィックスはこれで決まります。',
    'ca-dates': 'CA の期限。FMC の cacert.pem、または openssl x509 -dates の出力。',
    'tunnel-state': 'どのチャネルが接続中か。FMC での sftunnel_status.pl の出力 (--status)。',
    'all-devices':
      'これが全デバイスかどうか。接続中のデバイスがないと言えるのは、FMC での sftunnel_status.pl の出力全体 (--status) がある場合だけです。',
    'push-results': 'どの送信が失敗したか。generate_certs.pl の出力全体、または FAILED_PUSH。',
  },
  join: (items) => items.join('、'),
};
