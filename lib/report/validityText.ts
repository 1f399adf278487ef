/** Dates and validity of certificates in words. */

import type { DatedCertificate } from '../evidence/index.ts';
import type { Messages } from './messages/index.ts';

/** How long a certificate is good for, seen from the clock of the judgement. */
export function validityText(
  words: Messages,
  { status, notBefore, notAfter, daysLeft }: Omit<DatedCertificate, 'sha256' | 'subject'>,
): string {
  if (status === 'not-yet-valid') return words.startsLater(day(notBefore));
  if (daysLeft === null || (notBefore === null && status !== 'expired')) return words.datesUnreadable;
  return words.daysLeft(daysLeft, day(notAfter));
}

/** The date of an ISO time, `?` for an unreadable one. */
export function day(time: string | null): string {
  return time?.slice(0, 10) ?? '?';
}
