/** What measurements say in English behind the id of a reason, in Japanese. */

/** A detail that is not known here, an id or a number for example, is shown as it is. */
export function detailJa(detail: string): string {
  for (const [pattern, words] of details) {
    const found = pattern.exec(detail);
    if (found !== null) return words(...found.slice(1));
  }
  return detail;
}

const details: readonly (readonly [RegExp, (...parts: readonly (string | undefined)[]) => string])[] = [
  [
    /^the server's flight fills packets of (\d+) bytes at most, (\d+) would be allowed$/,
    (size, asked) => `サーバーの応答のパケットは最大 ${size} バイト、上限は ${asked} バイト`,
  ],
  [
    /^this system sends packets of (\d+) bytes at most, and does not say why$/,
    (size) => `この OS が送るパケットは最大 ${size} バイトで、理由は示されません`,
  ],
  [
    /^since the server has learned the path's MTU we may send (\d+) bytes at most$/,
    (size) => `サーバーが経路の MTU を学習したため、送信できるのは最大 ${size} バイト`,
  ],
  [
    /^the same packet size passed at one time and not at another$/,
    () => '同じサイズのパケットが、届くときと届かないときがあります',
  ],
  [/^no SYN-ACK came$/, () => 'SYN-ACK が届きません'],
  [/^the hello in one raw packet was not answered$/, () => '1 個の raw パケットで送った hello に応答がありません'],
  [/^the name is not known$/, () => '名前が登録されていません'],
  [/^no name server answered$/, () => 'ネームサーバーが応答しません'],
  [/^it is not a host name$/, () => 'ホスト名として正しくありません'],
  [/^it has no address$/, () => 'アドレスが登録されていません'],
];
