/** Which InternalCA the plan is about, and how long it has. */

import type { Certificate } from '../../evidence/index.ts';
import { sftunnelShape } from '../../x509/names.ts';
import type { ExpiryState, PlanAuthority, PlanInput, PlanWarning, SeenCertificate } from './types.ts';

const dayMs = 86_400_000;
/** The files of a run are made within seconds of the time in its folder's name; clocks are read to the second. */
const slackMs = 60_000;

export interface AuthorityReading {
  readonly authority: PlanAuthority;
  /** SHA-256 of the CA that the FMC has now, where it is known. */
  readonly current: string | null;
  /** UUID of the FMC, from the CA. */
  readonly uuid: string | null;
  /** Where another CA of this FMC was seen than the one that it has now; `expired`: one of them has ended, or a peer said so. */
  readonly others: { readonly sources: readonly string[]; readonly expired: boolean };
  readonly warnings: readonly PlanWarning[];
}

/** A run of generate_certs.pl that made certificates; `at` ISO 8601, null where it is not known when. */
export interface GenerateRun {
  readonly at: string | null;
}

interface Known extends SeenCertificate {
  readonly source: string;
  readonly uuid: string | null;
}

/** @param run the last run that made certificates, null when there was none. */
export function readAuthority(input: PlanInput, run: GenerateRun | null): AuthorityReading {
  const now = Date.parse(input.now);
  const all = authoritiesOf(input);
  const wanted = input.given?.fmcUuid?.toLowerCase();
  const own = all.filter(({ place }) => place === 'fmc');
  const inQuestion = (own.length > 0 ? own : all).filter(({ uuid }) => wanted === undefined || uuid === wanted);
  const uuids = [...new Set(inQuestion.map(({ uuid }) => uuid))];
  // Of two FMCs the one with the shortest time left decides what must not be done.
  const perFmc = uuids.map((uuid) => ({ uuid, of: all.filter((known) => known.uuid === uuid) }));
  const chosen = perFmc.toSorted((a, b) => sooner(latest(a.of), latest(b.of)))[0];
  const pool = chosen === undefined ? [] : preferred(chosen.of);
  const newest = latest(pool);
  const madeBy = (known: Known): boolean | null => (run === null ? false : isNew(known, input, run));
  const subject = latest(pool.filter((known) => madeBy(known) === false));
  const current = run === null ? newest : latest(pool.filter((known) => madeBy(known) === true));
  const authority = judged(input, subject, run !== null, now);
  const warnings: PlanWarning[] = [];
  if (uuids.length > 1) warnings.push({ id: 'several-authorities', subjects: uuids.map((uuid) => uuid ?? '?') });
  if (newest !== undefined && startOf(newest) > now) warnings.push({ id: 'not-yet-valid', subjects: [newest.source] });
  const saying = saidExpired(input, newest);
  if (saying.length > 0 && isValid(authority.state)) warnings.push({ id: 'expired-said', subjects: saying });
  const ends = endsOf(input, subject, run !== null);
  if (ends.some(({ end }) => end - (ends[0]?.end ?? end) > slackMs))
    warnings.push({ id: 'dates-contradict', subjects: [...new Set(ends.map(({ source }) => source))] });
  const others =
    run === null && newest !== undefined
      ? (chosen?.of ?? []).filter(({ certificate }) => certificate.sha256 !== newest.certificate.sha256)
      : [];
  return {
    authority,
    current: current?.certificate.sha256 ?? null,
    uuid: wanted ?? chosen?.uuid ?? null,
    others: {
      sources: [...new Set(others.map(({ source }) => source))],
      expired: saying.length > 0 || others.some((known) => endOf(known) <= now),
    },
    warnings,
  };
}

/** True for a CA that is known not to have expired. */
export function isValid(state: ExpiryState): boolean {
  return state !== 'expired' && state !== 'unknown';
}

/** @param notAfter milliseconds. The bounds belong to the shorter time, as in the document's own command. */
export function expiryState(notAfter: number, now: number): ExpiryState {
  if (notAfter <= now) return 'expired';
  if (notAfter <= now + 30 * dayMs) return 'within-30-days';
  return notAfter <= now + 90 * dayMs ? 'within-90-days' : 'fine';
}

function judged(input: PlanInput, subject: Known | undefined, replaced: boolean, now: number): PlanAuthority {
  const ends = endsOf(input, subject, replaced);
  const [first] = ends;
  const dated = (notAfter: number, sources: readonly string[]): PlanAuthority => ({
    state: expiryState(notAfter, now),
    confidence: ends.every(({ end }) => end - notAfter <= slackMs) ? 'proven' : 'likely',
    uuid: subject?.uuid ?? null,
    sha256: subject?.certificate.sha256 ?? null,
    notAfter: new Date(notAfter).toISOString(),
    daysLeft: Math.floor((notAfter - now) / dayMs),
    replaced,
    sources,
  });
  if (first !== undefined) return dated(first.end, [first.source]);
  // A device certificate is made after its CA and both for ten years, so that its end is not expected before the CA's own.
  const leaf = deviceCertificates(input).find(({ certificate }) => endOf({ certificate }) <= now);
  const counted = replaced ? undefined : (input.dates ?? []).find(({ value: { daysLeft } }) => daysLeft !== null);
  const concluded = leaf === undefined ? saidExpired(input, undefined) : [leaf.source];
  if (counted !== undefined) concluded.unshift(counted.source);
  const days = counted?.value.daysLeft ?? null;
  return {
    // Days are counted from when the script ran, which is not told; they are taken as of now.
    state:
      days === null ? (concluded.length > 0 ? 'expired' : 'unknown') : expiryState(now + (days + 0.5) * dayMs, now),
    confidence: 'likely',
    uuid: subject?.uuid ?? null,
    sha256: subject?.certificate.sha256 ?? null,
    notAfter: null,
    daysLeft: days,
    replaced,
    sources: concluded,
  };
}

interface KnownEnd {
  /** Milliseconds. */
  readonly end: number;
  readonly source: string;
}

/**
 * The ends that the CA itself and programs on the FMC give it, the earliest first, which counts where they differ: an end that is
 * taken for too late costs channels. The certificate goes before a program that says the same. What `openssl` prints after a run
 * may be of the new one.
 */
function endsOf(input: PlanInput, subject: Known | undefined, replaced: boolean): KnownEnd[] {
  const given = [
    ...(subject === undefined ? [] : [{ source: subject.source, end: endOf(subject) }]),
    ...(input.generated ?? []).map(({ source, value }) => ({ source, end: Date.parse(value.currentCa?.at ?? '') })),
    ...(replaced ? [] : (input.dates ?? [])).map(({ source, value }) => ({
      source,
      end: Date.parse(value.notAfter ?? ''),
    })),
  ].filter(({ end }) => Number.isFinite(end));
  return given.toSorted((a, b) => a.end - b.end);
}

/** The copies at the FMC itself where there are any: those on devices and on the wire may be older. */
function preferred(of: readonly Known[]): readonly Known[] {
  const own = of.filter(({ place }) => place === 'fmc');
  return own.length > 0 ? own : of;
}

/** Was this CA made by the run? Without the time of the run the end of the CA that it replaced tells; null where nothing does. */
function isNew(known: Known, input: PlanInput, { at }: GenerateRun): boolean | null {
  if (at !== null) return startOf(known) >= Date.parse(at) - slackMs;
  const ends = (input.generated ?? [])
    .map(({ value }) => Date.parse(value.currentCa?.at ?? ''))
    .filter(Number.isFinite);
  return ends.length === 0 ? null : ends.every((end) => endOf(known) > end + slackMs);
}

function authoritiesOf(input: PlanInput): Known[] {
  return seenCertificates(input).flatMap((seen) => {
    const shape = sftunnelShape(seen.certificate);
    if (shape === null || (shape.role !== 'InternalCA' && !seen.certificate.selfIssued)) return [];
    return [{ ...seen, uuid: shape.uuid?.toLowerCase() ?? null }];
  });
}

function deviceCertificates(input: PlanInput): readonly (SeenCertificate & { readonly source: string })[] {
  return seenCertificates(input).filter(
    ({ certificate }) => sftunnelShape(certificate)?.role === 'sftunnel' && !certificate.selfIssued,
  );
}

function seenCertificates(input: PlanInput): (SeenCertificate & { readonly source: string })[] {
  const given = (input.certificates ?? []).map(({ source, value }) => ({ ...value, source }));
  const lying = (input.inventories ?? []).flatMap(({ source, value: inventory }) => {
    const own = new Set(
      inventory.folders.filter(({ kind }) => kind === 'fmc-own').flatMap(({ ca }) => ca?.certificates ?? []),
    );
    return inventory.certificates.map((certificate) => {
      const place = inventory.side === 'fmc' && own.has(certificate.sha256) ? ('fmc' as const) : ('device' as const);
      return { certificate, place, source };
    });
  });
  return [...given, ...lying];
}

/** Who said that a certificate had expired, after the CA at hand was made. */
function saidExpired(input: PlanInput, authority: Known | undefined): string[] {
  const since = authority === undefined ? Number.NEGATIVE_INFINITY : startOf(authority);
  const saying = (input.sightings ?? []).filter(
    ({ value: { at, expiredSaid } }) => expiredSaid && !(at !== null && Date.parse(at) < since),
  );
  return [...new Set(saying.map(({ source }) => source))];
}

function latest(of: readonly Known[]): Known | undefined {
  return of.toSorted((a, b) => startOf(b) - startOf(a))[0];
}

function startOf({ certificate }: { readonly certificate: Certificate }): number {
  return certificate.notBefore === null ? Number.NEGATIVE_INFINITY : Date.parse(certificate.notBefore);
}

/** Unreadable dates last. */
function sooner(a: Known | undefined, b: Known | undefined): number {
  const [first, second] = [endOf(a), endOf(b)].map((end) => (Number.isNaN(end) ? Number.MAX_SAFE_INTEGER : end));
  return (first ?? 0) - (second ?? 0);
}

/** NaN where it cannot be read. */
function endOf(known: { readonly certificate: Certificate } | undefined): number {
  return Date.parse(known?.certificate.notAfter ?? '');
}
