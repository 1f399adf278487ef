/** Sentences about files with certificates, about fetched issuers, and about one server seen from two places, in Japanese. */

import type { ChainAssessment, FetchedIssuers, FiledRole } from '../../evidence/index.ts';
import { fileProblemText } from '../../x509/names.ts';
import type { certificateFilesEn } from './certificate-files-en.ts';
import { instantOf } from './names.ts';
import { listed } from './words-ja.ts';

const roles: Readonly<Record<FiledRole, string>> = {
  server: 'サーバー用の証明書',
  authority: 'CA 証明書',
  sftunnel: 'sftunnel の証明書',
  other: '証明書',
};

const ends: Readonly<Record<ChainAssessment['trust'], string>> = {
  trusted: '信頼するルートに到達します',
  incomplete: 'まだ発行者の証明書が足りません',
  'untrusted-root': '信頼していないルートに到達します',
  'self-signed': '自己署名です',
  'bad-signature': '署名が一致しません',
  unverified: '署名を検証できません',
  invalid: '信頼済みルートに至りますが、パス検証の規則に違反しています',
  unreadable: '証明書を読み取れません',
};

const outcomes: Readonly<Record<FetchedIssuers['fetches'][number]['outcome'], string>> = {
  found: '発行者の証明書を取得',
  'not-the-issuer': 'この証明書の発行者ではない証明書',
  'no-certificate': '証明書なし',
  'http-error': 'HTTP エラー',
  'too-large': '証明書として大きすぎる応答',
  timeout: '時間内に応答なし',
  unreachable: '接続できず',
  'bad-url': '問い合わせず (http:// のアドレスではない)',
  'forbidden-address': '問い合わせず (このマシン自身などのアドレス)',
};

export const certificateFilesJa: typeof certificateFilesEn = {
  inFile: ({ role }) => roles[role],
  orderInFile: ({ subjects }) => `並び順: ${listed(subjects)}`,
  fileProblem: (problem) => fileProblemText(problem, 'ja'),
  issuersFetched: ({ fetches, trust, roots }) => {
    const asked = fetches.map(
      ({ url, outcome, subject }) => `${url}: ${outcomes[outcome]}${subject === null ? '' : ` (${subject})`}`,
    );
    const found = fetches.some(({ outcome }) => outcome === 'found');
    const end = found
      ? `取得した証明書を加えると、${ends[trust]} (信頼するルート ${roots} 件)`
      : '発行者の証明書は得られませんでした';
    return `発行者の証明書の取得先: ${asked.join('、')}。${end}`;
  },
  seenFrom: ({ at, address, subject, issuer, notBefore, trust }) =>
    `${instantOf(at)}、${address ?? 'アドレス不明'}: ${subject}、発行者 ${issuer}、有効期間の開始 ${instantOf(notBefore) ?? '読み取れない日付'}。${ends[trust]}`,
  otherCaDidNotSign: ({ subject, place }) =>
    `この CA は発行者と同じ名前 (${subject}) ですが、${place} の証明書に署名した鍵ではありません。どちらかが更新前のものである可能性があります`,
};
