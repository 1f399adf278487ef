/** Diagnostics and problems of files in words. */

import type { Language } from '../../evidence/index.ts';
import type { InventoryProblem, InventoryProblemId } from './inventory-types.ts';
import type { Diagnostic, DiagnosticId } from './types.ts';

/** One sentence: `Line 6: unknown word; "proxy_crl" is probably meant.` */
export function diagnosticText({ line, id, detail }: Diagnostic, language: Language = 'en'): string {
  const more = detail === undefined ? '' : details[language](id, detail);
  return language === 'en'
    ? `Line ${line}: ${diagnostics.en[id]}${more}.`
    : `${line} 行目: ${diagnostics.ja[id]}${more}。`;
}

/** One sentence: `/var/sf/peers/…/sftunnel-key.pem: the private key belongs to another certificate.` */
export function inventoryProblemText({ id, path, line, detail }: InventoryProblem, language: Language = 'en'): string {
  const more = detail === null ? '' : language === 'en' ? ` (${detail})` : `(${detail})`;
  const place = line === null ? path : language === 'en' ? `${path}, line ${line}` : `${path} ${line} 行目`;
  return `${place}: ${problems[language][id]}${more}${language === 'en' ? '.' : '。'}`;
}

/** One sentence of what was left out of a tree or an archive: `3 left out: folders too deep.` */
export function droppedText(reason: string, count: number, language: Language = 'en'): string {
  const why = (dropped[language] as Readonly<Record<string, string>>)[reason] ?? reason;
  return language === 'en' ? `${count} left out: ${why}.` : `${count} 件を省略しました: ${why}。`;
}

const dropped = {
  en: {
    'unreadable-folder': 'the folder cannot be read',
    'unreadable-file': 'the file cannot be read',
    'too-deep': 'folders too deep',
    'too-many': 'too many entries',
    'too-many-folders': 'too many folders of peers',
    'too-much': 'more content than is kept',
    'too-long': 'the archive unpacks to more than is read; its rest',
    'bad-gzip': 'the compressed data is damaged; its rest',
    'bad-header': 'a header of the archive is damaged; its rest',
    'long-header': 'a header of the archive is too long',
    'cut-off': 'the archive ends in the middle of a file',
  },
  ja: {
    'unreadable-folder': 'フォルダを読み取れません',
    'unreadable-file': 'ファイルを読み取れません',
    'too-deep': 'フォルダの階層が深すぎます',
    'too-many': '項目が多すぎます',
    'too-many-folders': 'ピアのフォルダが多すぎます',
    'too-much': '内容の合計が上限を超えました',
    'too-long': '展開後のサイズが上限を超えたため、残りを読んでいません',
    'bad-gzip': '圧縮データが壊れているため、残りを読んでいません',
    'bad-header': 'アーカイブのヘッダーが壊れているため、残りを読んでいません',
    'long-header': 'アーカイブのヘッダーが長すぎます',
    'cut-off': 'アーカイブがファイルの途中で終わっています',
  },
} as const;

const details: Record<Language, (id: DiagnosticId, detail: string) => string> = {
  en: (id, detail) => (id === 'unknown-key' ? `; "${detail}" is probably meant` : ` (${detail})`),
  ja: (id, detail) => (id === 'unknown-key' ? `。"${detail}" の誤りと思われます` : `(${detail})`),
};

const diagnostics: Record<Language, Record<DiagnosticId, string>> = {
  en: {
    'not-understood': 'not understood, so not used',
    'cut-off': 'cut off before it is complete',
    'not-closed': 'a block is not opened or not closed',
    'unknown-key': 'unknown word',
    annotation: 'text behind the value that is no part of the file',
    'bad-value': 'a value that cannot stand here',
    repeated: 'stands here a second time',
    'wrong-columns': 'too few columns',
    'too-long': 'longer than any real line, so not read',
    'too-many': 'there is more than is read; the rest was left out',
    'more-problems': 'there are further problems, which are not listed',
  },
  ja: {
    'not-understood': '解釈できないため使用しません',
    'cut-off': '途中で切れています',
    'not-closed': 'ブロックの開始または終了がありません',
    'unknown-key': '未知の語です',
    annotation: '値の後に、ファイルの一部ではない文字があります',
    'bad-value': 'ここに置けない値です',
    repeated: '重複しています',
    'wrong-columns': '列が足りません',
    'too-long': '行が長すぎるため読みません',
    'too-many': '読み取りの上限を超えたため、残りを省略しました',
    'more-problems': 'ほかにも問題がありますが、表示を省略しました',
  },
};

const problems: Record<Language, Record<InventoryProblemId, string>> = {
  en: {
    'key-mismatch': 'the private key belongs to another certificate',
    'ca-mismatch': 'the certificate was not signed by the CA that goes with it',
    'missing-file': 'a file is missing',
    'empty-file': 'the file is empty',
    damaged: 'the PEM block is damaged',
    'wrong-content': 'holds something else than its name says',
    several: 'holds more than one certificate or key',
    'wrong-owner': 'does not belong to root',
    'writable-by-others': 'others than its owner may write it',
    'key-readable-by-others': 'others than its owner may read the private key; Cisco’s own listing has -rw-r--r--',
    'stray-file': 'a name with characters that do not belong in it, probably a slip of the keyboard',
    'not-a-file': 'is no regular file',
    'too-large': 'larger than such a file can be, so not read',
  },
  ja: {
    'key-mismatch': '秘密鍵が別の証明書のものです',
    'ca-mismatch': '証明書が、対応する CA によって署名されていません',
    'missing-file': 'ファイルがありません',
    'empty-file': 'ファイルが空です',
    damaged: 'PEM ブロックが壊れています',
    'wrong-content': 'ファイル名と内容が一致しません',
    several: '証明書または鍵が複数あります',
    'wrong-owner': '所有者が root ではありません',
    'writable-by-others': '所有者以外が書き込めます',
    'key-readable-by-others': '所有者以外が秘密鍵を読み取れます。Cisco の文書の一覧では -rw-r--r-- です',
    'stray-file': '名前に余分な文字が含まれています。入力の誤りと思われます',
    'not-a-file': '通常のファイルではありません',
    'too-large': 'この種のファイルとしては大きすぎるため読みません',
  },
};
