/** Validity of a certificate at the judgement's time, and for captures at theirs (rule 6 of inference). */

import type { Confidence, DatedCertificate, Severity } from '../../evidence/index.ts';
import type { Say } from '../messages/index.ts';

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
export function validityOf(
  { notBefore, notAfter, status, daysLeft }: Omit<DatedCertificate, 'sha256' | 'subject'>,
  now: string,
): Validity {
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

/** What is wrong with a certificate's validity, told at the times that matter. */
export interface ValidityFault {
  readonly state: Exclude<Validity['state'], 'valid'>;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly text: string;
}

/**
 * Null when the certificate is valid. In a capture its own time comes first: what was wrong then is proven. What has become
 * wrong since only may be: the certificate may have been replaced.
 * @param times `now`: the judgement's clock. `at`: when a capture shows the certificate; null for a live attempt.
 */
export function validityFault(
  certificate: DatedCertificate,
  { now, at }: { readonly now: string; readonly at: string | null },
  say: Say,
): ValidityFault | null {
  const { subject, notBefore, notAfter } = certificate;
  const today = validityOf(certificate, now);
  const clock = at === null ? 'usable' : captureClock(at, now);
  if (at === null || clock !== 'usable') {
    const { state, days, severity } = today;
    const texts = {
      expired: () => say.expired({ subject, notAfter, days }),
      expiring: () => say.expiring({ subject, notAfter, days }),
      'not-yet-valid': () => say.notYetValid({ subject, notBefore, days }),
    };
    const later = at !== null && clock === 'later' ? validityOf(certificate, at).state : null;
    if (state === 'valid' || later === 'valid' || (later === 'expiring' && state === 'not-yet-valid')) return null;
    // Of a capture without a clock it is known only that it is not from the future; of two clocks that contradict each other, what both say.
    const sure = at === null || (later === null ? state === 'not-yet-valid' : state === later);
    return sure
      ? { state, severity, confidence: 'proven', text: texts[state]() }
      : { state, severity: state === 'expired' ? 'medium' : severity, confidence: 'possible', text: texts[state]() };
  }
  const then = validityOf(certificate, at);
  if (then.state === 'expired') {
    const text = say.expiredAtCapture({ subject, notAfter, days: then.days });
    return { state: 'expired', severity: 'high', confidence: 'proven', text };
  }
  if (then.state === 'not-yet-valid') {
    // By now it is valid: it may have been the capturing machine whose clock was behind.
    const still = today.state === 'not-yet-valid';
    const text = say.notYetValidAtCapture({ subject, notBefore, days: then.days });
    return {
      state: 'not-yet-valid',
      severity: still ? 'high' : 'medium',
      confidence: still ? 'proven' : 'possible',
      text,
    };
  }
  if (today.state === 'expired') {
    const text = say.expiredSince({ subject, notAfter, daysThen: then.days, days: today.days });
    return { state: 'expired', severity: 'medium', confidence: 'possible', text };
  }
  const soonest = today.state === 'expiring' ? today : then;
  if (soonest.state !== 'expiring') return null;
  const text = say.expiringAtCapture({ subject, notAfter, daysThen: then.days, days: today.days });
  const confidence = then.state === 'expiring' ? 'proven' : 'possible';
  return { state: 'expiring', severity: soonest.severity, confidence, text };
}

/** There was no TLS before SSL 2.0: earlier times are those of a clock that was not set. */
const firstTls = Date.UTC(1995, 0);

/** Nothing was captured after the judgement: one of the clocks was wrong then; a day is for time zones. */
function lastOf(now: string): number {
  const last = Date.parse(now) + day;
  return Number.isNaN(last) ? Number.POSITIVE_INFINITY : last;
}

/** Whether the time of a packet may be right: not of a clock that was never set, nor more than a day after the judgement. */
export function captureClock(at: string, now: string): 'usable' | 'not-set' | 'later' {
  const time = Date.parse(at);
  if (!(time >= firstTls)) return 'not-set';
  return time <= lastOf(now) ? 'usable' : 'later';
}

/** Times between which the state of these certificates does not change, around `at`; all in milliseconds since 1970. */
export function unchangedAround(
  certificates: readonly DatedCertificate[],
  at: number,
  now: string,
): { from: number; until: number } {
  const last = lastOf(now);
  let from = at < firstTls ? Number.NEGATIVE_INFINITY : at > last ? last : firstTls - 1;
  let until = at < firstTls ? firstTls : at > last ? Number.POSITIVE_INFINITY : last + 1;
  for (const { notBefore, notAfter } of certificates) {
    const end = Date.parse(notAfter ?? '');
    for (const mark of [Date.parse(notBefore ?? ''), end, end - urgent.days * day, end - soon.days * day]) {
      if (mark < at) from = Math.max(from, mark);
      else if (mark > at) until = Math.min(until, mark);
      else if (mark === at) return { from: at, until: at };
    }
  }
  return { from, until };
}

const known: ReadonlySet<string> = new Set(['valid', 'expiring', 'expired', 'not-yet-valid']);

function severityFor(state: Validity['state'], daysLeft: number): Severity {
  if (state !== 'expiring') return state === 'valid' ? 'info' : 'high';
  return daysLeft <= urgent.days ? urgent.severity : soon.severity;
}
