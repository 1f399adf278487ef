/** Validity dates: UTCTime and GeneralizedTime (RFC 5280 §4.1.2.5), also in the encodings that DER forbids but certificates have. */

import { latin1 } from './text.ts';
import { contentOf, type Tlv, tags } from './tlv.ts';

export interface CertificateTime {
  /** Null when the bytes say no date. */
  readonly date: Date | null;
  /** What is wrong with the encoding, for the list of deviations; null for RFC 5280 form. */
  readonly problem: string | null;
}

const day = 86_400_000;
const utcTime =
  /^(?<year>\d\d)(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?(?<zone>Z|[+-]\d{4})$/;
const generalizedTime =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?:(?<minute>\d\d)(?:(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?)?(?<zone>Z|[+-]\d{4})?$/;

/** Reads a validity date. Never throws: an unreadable one has `date` null and says why. */
export function readTime(bytes: Uint8Array, tlv: Tlv): CertificateTime {
  const isUtc = tlv.tag === tags.utcTime;
  if (!isUtc && tlv.tag !== tags.generalizedTime) return { date: null, problem: 'neither UTCTime nor GeneralizedTime' };
  const kind = isUtc ? 'UTCTime' : 'GeneralizedTime';
  if (tlv.end - tlv.content > 40) return { date: null, problem: `${kind} of ${tlv.end - tlv.content} bytes` };
  const groups = (isUtc ? utcTime : generalizedTime).exec(latin1(contentOf(bytes, tlv)))?.groups;
  const date = groups === undefined ? null : dateOf(groups, isUtc);
  if (groups === undefined || date === null) return { date: null, problem: `${kind} that says no date` };
  return { date, problem: problemOf(groups, isUtc, kind, date) };
}

/** Whole days from `now` to `end`, rounded down: negative once `end` has passed. */
export function daysBetween(now: Date, end: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / day);
}

function problemOf(groups: Record<string, string>, isUtc: boolean, kind: string, date: Date): string | null {
  if (groups['zone'] === undefined) return `${kind} without a time zone`;
  if (groups['zone'] !== 'Z') return `${kind} with an offset instead of Z`;
  if (groups['second'] === undefined) return `${kind} without seconds`;
  if (groups['fraction'] !== undefined) return `${kind} with a fraction`;
  if (!isUtc && date.getUTCFullYear() < 2050) return 'GeneralizedTime before 2050';
  return null;
}

function dateOf(groups: Record<string, string>, isUtc: boolean): Date | null {
  const part = (name: string): number => Number(groups[name] ?? 0);
  let year = part('year');
  // RFC 5280 §4.1.2.5.1: two digits from 50 on mean 19YY.
  if (isUtc) year += year >= 50 ? 1900 : 2000;
  const [month, dayOfMonth, hour, minute, second] = [
    part('month'),
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  date.setUTCHours(hour, minute, second, Math.floor(Number(`0.${groups['fraction'] ?? 0}`) * 1000));
  const exact =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === dayOfMonth &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  if (!exact) return null;
  const zone = groups['zone'] ?? 'Z';
  if (zone === 'Z') return date;
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  const shifted = new Date(date.getTime() - (zone.startsWith('-') ? -offset : offset) * 60_000);
  // An offset may push the year out of the four digits that ISO 8601 text has.
  return shifted.getUTCFullYear() < 0 || shifted.getUTCFullYear() > 9999 ? null : shifted;
}
