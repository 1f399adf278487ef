/**
 * How long a certificate is good for, in the words of the script that Cisco gives for the InternalCA of an FMC (222464, "one-liner"),
 * and what an FMC with VDB 399 or later says of it (the same document, "notified in the future").
 */

import type { ExpiryNotice, Language } from '../evidence/index.ts';

export interface ExpiryInput {
  /** ISO 8601; null where it cannot be read. */
  readonly notAfter: string | null;
  readonly now: Date;
  /** The certificate is an InternalCA: sftunnel depends on it, and the FMC watches it. */
  readonly internalCa: boolean;
}

const day = 86_400_000;

/** The notice. Days are whole days, as the script counts them. */
export function expiryNotice({ notAfter, now, internalCa }: ExpiryInput, language: Language = 'en'): ExpiryNotice {
  const end = Date.parse(notAfter ?? '');
  if (Number.isNaN(end) || Number.isNaN(now.getTime()))
    return { state: 'unknown', days: null, text: [], fmcAlert: null };
  const left = end - now.getTime();
  const days = Math.floor(Math.abs(left) / day);
  const state =
    left < 0 ? 'expired' : left <= 30 * day ? 'within-30-days' : left <= 90 * day ? 'within-90-days' : 'later';
  const words = texts[language];
  const text =
    state === 'expired'
      ? [words.expired(days), ...(internalCa ? [words.actNow] : [])]
      : state === 'within-30-days'
        ? [words.soon, words.only(days), words.recommended]
        : [words.more, words.valid(days), words.noNeed];
  const fmcAlert =
    internalCa && state !== 'later'
      ? ({ task: 'error', health: state === 'expired' ? 'error' : 'warning' } as const)
      : null;
  return { state, days, text: fmcAlert === null ? text : [...text, words.alert(fmcAlert.health)], fmcAlert };
}

const en = {
  expired: (days: number) => `The certificate has expired ${days} days ago.`,
  actNow:
    'In case the sftunnel communication with the FTD is not yet lost, you need to take action immediately in renewing the certificate.',
  soon: 'The certificate will expire within the next 30 days!',
  only: (days: number) => `It is ONLY valid for ${days} more days.`,
  recommended: 'It is recommended to take action in renewing the certificate as quickly as possible.',
  more: 'The certificate is valid for more than 30 days.',
  valid: (days: number) => `It is valid for ${days} more days.`,
  noNeed: 'There is no immediate need to perform action but this depends on how far the expiry date is in the future.',
  alert: (health: 'warning' | 'error') =>
    `An FMC with VDB 399 or later says so itself, from 90 days before the end: in the Task tab (always as an error) and as a health alert (${health === 'error' ? 'an error, since it has expired' : 'a warning; an error once it has expired'}).`,
};

const ja: typeof en = {
  expired: (days) => `証明書の期限は ${days} 日前に切れています。`,
  actNow: 'FTD との sftunnel 通信がまだ失われていない場合は、ただちに証明書を更新する必要があります。',
  soon: '証明書の期限は 30 日以内に切れます。',
  only: (days) => `有効期間は残り ${days} 日しかありません。`,
  recommended: 'できるだけ早く証明書を更新することを推奨します。',
  more: '証明書の有効期間は 30 日を超えて残っています。',
  valid: (days) => `有効期間は残り ${days} 日です。`,
  noNeed: 'ただちに対処する必要はありませんが、期限までの残り期間によります。',
  alert: (health) =>
    `VDB 399 以降の FMC は、期限の 90 日前から自ら通知します: [タスク] タブ (常にエラー) と、ヘルスアラート (${health === 'error' ? '期限切れのためエラー' : '警告。期限が切れるとエラー'})。`,
};

const texts: Record<Language, typeof en> = { en, ja };
