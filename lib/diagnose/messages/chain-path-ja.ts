/** Sentences about the path from a certificate to its root, in Japanese. */

import type { ChainObjection } from '../../evidence/index.ts';
import type { chainPathEn } from './chain-path-en.ts';
import { listed } from './words-ja.ts';

export const chainPathJa: typeof chainPathEn = {
  orderNeeded: ({ told, subjects }) => `${told}。発行順: ${listed(subjects)}`,
  pathObjection: (objection) =>
    `${placeOf(objection)}(${objection.subject ?? '名前を読み取れません'})${faultOf(objection)}`,
};

function placeOf({ position, length, root }: ChainObjection): string {
  if (root) return 'パスのルート証明書';
  if (position === 0) return 'サーバー証明書';
  return `パス ${length} 枚中 ${(position ?? 0) + 1} 枚目の証明書`;
}

/** By id of the evaluator. */
function faultOf({ id, detail }: ChainObjection): string {
  const said = detail === null ? '' : `(${detail})`;
  const fault = faults[id];
  return fault === undefined ? `はパス検証で拒否されます。理由: ${id}${said}` : fault(detail ?? '不明');
}

const faults: Readonly<Record<string, (detail: string) => string>> = {
  'not-a-ca': () => 'はパス内の証明書を発行していますが、basicConstraints では CA ではありません',
  'basic-constraints-missing': () =>
    'はパス内の証明書を発行していますが、CA であることを示す basicConstraints がありません',
  'cert-sign-missing': () => 'はパス内の証明書を発行していますが、keyUsage に keyCertSign がありません',
  'path-length': (length) => `の上位 CA はパス長を ${length} に制限しており、その下の CA の数が超過しています`,
  'name-constraint': (name) => `の名前 ${name} は、上位 CA の名前制約で許可されていません`,
  'name-constraint-unsupported': (name) => `には上位 CA の名前制約の対象で、照合できない名前があります(${name})`,
  'signature-algorithm-mismatch': () => 'は、署名対象の内側と外側で署名アルゴリズムが異なります',
  'critical-extension': (name) =>
    `にはクリティカル拡張 ${name} があり、これを解釈できないクライアントは拒否しなければなりません`,
  'extension-unreadable': (name) => `には読み取れない拡張があります(${name})`,
  'extension-duplicate': (name) => `には拡張 ${name} が重複しています`,
  'name-constraints-invalid': (problem) => `の名前制約は形式が正しくありません(${problem})`,
  'key-unreadable': () => 'の公開鍵を読み取れません',
  'key-unsupported': (kind) => `の鍵は、多くのクライアントが対応していない種類です(${kind})`,
  'policy-missing': () => 'を含むパスは証明書ポリシーを必須としていますが、パス全体で有効なポリシーがありません',
  'policy-mapping': () => 'のポリシーマッピングに anyPolicy が含まれています',
  'wrong-usage': (usages) =>
    `の extendedKeyUsage に serverAuth がなく(${usages})、発行した証明書もこの用途に限られます`,
  'wrong-usage-root': (usages) =>
    `の extendedKeyUsage に serverAuth がありません(${usages})。これを検査するクライアントもあります`,
  'wrong-key-usage': () =>
    'の keyUsage に digitalSignature、keyEncipherment、keyAgreement のいずれもありません。これを検査するクライアントもあります',
  expired: (at) => `は ${at} に期限切れになっています`,
  'not-yet-valid': (at) => `の有効期間は ${at} からです`,
};
