/** The validity of certificates in tables: a word, its colour, and which rows come first. */

import type { Certificate, CertificateStatus } from '../evidence/index.ts';
import type { Page } from './page.ts';

/** A date that cannot be read decides nothing: null where the other one does not decide either. @param status at some time */
export function knownStatus(
  { notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>,
  status: CertificateStatus,
): CertificateStatus | null {
  const decided = status === 'expired' || status === 'not-yet-valid';
  return decided || (notBefore !== null && notAfter !== null) ? status : null;
}

export function statusText({ words: { capture } }: Page, certificate: Certificate): string {
  const status = knownStatus(certificate, certificate.status);
  return status === null ? capture.outcome.unknown : capture.status[status];
}

export function statusPaint({ palette }: Page, certificate: Certificate | undefined): (line: string) => string {
  const status = certificate === undefined ? 'valid' : knownStatus(certificate, certificate.status);
  if (status === 'valid') return (line) => line;
  return status === 'expiring' ? palette.yellow : palette.red;
}

/** Most urgent first. */
const order: readonly (CertificateStatus | null)[] = [null, 'expired', 'not-yet-valid', 'expiring', 'valid'];

/** Certificates as a reader wants them: those of which nothing is known, those that ended, then by the day they end. */
export function byUrgency<C extends Certificate>(certificates: readonly C[]): C[] {
  const rank = (one: C): number => order.indexOf(knownStatus(one, one.status));
  const end = ({ notAfter }: C): string => notAfter ?? '';
  return [...certificates].sort((a, b) => rank(a) - rank(b) || (end(a) < end(b) ? -1 : end(a) > end(b) ? 1 : 0));
}
