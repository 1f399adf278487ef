/** The time at the beginning of a line, in the forms that syslog and the tools write. */

/** As it is written: the year and the zone may be missing. */
export interface Stamp {
  readonly year: number | null;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Milliseconds since midnight. */
  readonly time: number;
  /** Minutes east of UTC; null where it is not written. */
  readonly zone: number | null;
}

export interface Stamped {
  readonly stamp: Stamp | null;
  /** Where the message begins. */
  readonly end: number;
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `<38>Sep 20 04:10:47 …` (RFC 3164 §4.1.2), also with a year, as ASA writes it with timestamps on. */
const bsd =
  /^(?:<\d{1,3}>)?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (UTC|GMT))?:? ?/;

/** `2024-09-20T04:10:47.123+09:00` (RFC 5424 §6.2.3), and with a blank, as tools write it. */
const iso =
  /^(?:<\d{1,3}>\d{0,2} ?)?\[?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?\]?:? ?/;

/** Never throws; what is no time of a calendar is none. */
export function stampOf(line: string): Stamped {
  const first = line.charCodeAt(0);
  if (first === 60 || (first >= 65 && first <= 83)) {
    const found = bsd.exec(line);
    if (found !== null) {
      const [whole, name = '', day, year, h, m, s, fraction, zone] = found;
      const month = months.indexOf(name) / 3 + 1;
      const stamp = checked(year, month, day, h, m, s, fraction, zone);
      if (stamp !== null) return { stamp, end: whole.length };
    }
  }
  if (first === 60 || first === 91 || (first >= 48 && first <= 57)) {
    const found = iso.exec(line);
    if (found !== null) {
      const [whole, year, month, day, h, m, s, fraction, zone] = found;
      const stamp = checked(year, Number(month), day, h, m, s, fraction, zone);
      if (stamp !== null) return { stamp, end: whole.length };
    }
  }
  return noStamp;
}

const noStamp: Stamped = { stamp: null, end: 0 };

function checked(
  year: string | undefined,
  month: number,
  day: string | undefined,
  h: string | undefined,
  m: string | undefined,
  s: string | undefined,
  fraction: string | undefined,
  zone: string | undefined,
): Stamp | null {
  const [d, hours, minutes, seconds] = [Number(day), Number(h), Number(m), Number(s)];
  // 60: a leap second. The 29th of February is left to the year.
  if (month < 1 || month > 12 || d < 1 || d > (daysOf[month - 1] ?? 0) || hours > 23 || minutes > 59 || seconds > 60)
    return null;
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  return {
    year: year === undefined ? null : Number(year),
    month,
    day: d,
    time: ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms,
    zone: zoneOf(zone),
  };
}

const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function zoneOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const found = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
}
