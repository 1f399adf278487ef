/** Validity of a certificate at the judgement's time. */

import type { Certificate, Severity } from '../../evidence/index.ts';

const day = 24 * 60 * 60 * 1000;
/** Days before the end at which a certificate needs attention, and at which it is urgent (rule 6 of inference). */
const soon = { days: 90, severity: 'low' } as const;
const urgent = { days: 30, severity: 'medium' } as const;

export interface Validity {
  readonly state: 'valid' | 'expiring' | 'expired' | 'not-yet-valid';
  /** Whole days since the end, until the end, or until the beginning, as the state says; null when the dates are not known. */
  readonly days: number | null;
  readonly severity: Severity;
}

/**
 * Judges by the certificate's dates and the clock; what its reader made of them stands in where either is not known.
 * @param now ISO 8601.
 */
export function validityOf({ notBefore, notAfter, status, daysLeft }: Certificate, now: string): Validity {
  const [clock, begin, end] = [now, notBefore ?? '', notAfter ?? ''].map((time) => Date.parse(time)) as [
    number,
    number,
    number,
  ];
  if (Number.isNaN(clock + begin + end)) {
    const state = known.has(status) ? status : 'valid';
    return { state, days: daysLeft === null ? null : Math.abs(daysLeft), severity: severityFor(state, daysLeft ?? 0) };
  }
  if (clock > end) return { state: 'expired', days: Math.floor((clock - end) / day), severity: 'high' };
  if (clock < begin) return { state: 'not-yet-valid', days: Math.ceil((begin - clock) / day), severity: 'high' };
  const left = (end - clock) / day;
  const state = left <= soon.days ? 'expiring' : 'valid';
  return { state, days: Math.floor(left), severity: severityFor(state, left) };
}

const known: ReadonlySet<string> = new Set(['valid', 'expiring', 'expired', 'not-yet-valid']);

function severityFor(state: Validity['state'], daysLeft: number): Severity {
  if (state !== 'expiring') return state === 'valid' ? 'info' : 'high';
  return daysLeft <= urgent.days ? urgent.severity : soon.severity;
}
