/** Headends whose certificate or chain is at fault (pattern 1); everything else about them is good. */

import type { HeadendSpec, LeafRecipe } from '../headend.ts';

function withCertificate(
  id: string,
  title: HeadendSpec['title'],
  recipe: LeafRecipe,
  expect: readonly string[],
  mayReport: readonly string[] = [],
): HeadendSpec {
  return { id, title, behaviour: { kind: 'tls', certificates: [recipe] }, expect, mayReport, verdictHint: 'findings' };
}

export const expired = withCertificate(
  'expired',
  { en: 'Certificate expired two days ago', ja: '2 日前に期限切れになった証明書' },
  { validFromDays: -367, validToDays: -2 },
  ['cert.expired'],
);

export const notYetValid = withCertificate(
  'not-yet-valid',
  { en: 'Certificate valid from 30 days ahead', ja: '30 日後に有効になる証明書' },
  { validFromDays: 30, validToDays: 395 },
  ['cert.not-yet-valid'],
);

export const expiring = withCertificate(
  'expiring',
  { en: 'Certificate expires in 20 days', ja: 'あと 20 日で期限切れになる証明書' },
  { validFromDays: -345, validToDays: 20 },
  ['cert.expiring'],
);

export const wrongName = withCertificate(
  'wrong-name',
  { en: 'Certificate for another name', ja: '別の名前の証明書' },
  { names: ['other.example.test'] },
  ['cert.name-mismatch'],
);

export const missingIntermediate = withCertificate(
  'missing-intermediate',
  { en: 'Leaf sent without its intermediates', ja: '中間証明書を送らないヘッドエンド' },
  // The name does not resolve anywhere (RFC 6761 §6.2), so nothing is fetched.
  { chain: 'leaf-only', caIssuers: ['http://pki.example.test/lab-issuing-ca.crt'] },
  ['cert.chain-incomplete'],
);

export const misorderedChain = withCertificate(
  'misordered-chain',
  { en: 'Intermediates sent in the wrong order', ja: '中間証明書の順序が誤っているヘッドエンド' },
  { chain: 'swapped' },
  ['cert.chain-misordered'],
);

export const pathTooLong = withCertificate(
  'path-too-long',
  { en: 'One CA more than the path length allows', ja: 'パス長の制限を超える CA を含むチェーン' },
  { issuedBy: 'branch' },
  ['cert.chain-invalid'],
);

export const unknownRoot = withCertificate(
  'unknown-root',
  { en: 'Chain up to a root that the client does not trust', ja: 'クライアントが信頼しないルートまでのチェーン' },
  { issuedBy: 'stranger', chain: 'with-root' },
  ['cert.untrusted-root'],
);

export const selfSigned = withCertificate(
  'self-signed',
  { en: 'Self-signed certificate', ja: '自己署名証明書' },
  { issuedBy: 'self' },
  ['cert.self-signed'],
  ['cert.untrusted-root'],
);

export const weakKey = withCertificate(
  'weak-key',
  { en: 'RSA key of 1024 bits', ja: '1024 ビットの RSA 鍵' },
  { key: 'RSA-1024' },
  ['cert.weak-key'],
);

export const weakSignature = withCertificate(
  'weak-signature',
  { en: 'Certificate signed with SHA-1', ja: 'SHA-1 で署名された証明書' },
  { digest: 'sha1' },
  ['cert.weak-signature'],
);

export const wrongUsage = withCertificate(
  'wrong-usage',
  { en: 'Certificate for client authentication only', ja: 'クライアント認証専用の証明書' },
  { extendedKeyUsage: ['clientAuth'] },
  ['cert.wrong-usage'],
);
