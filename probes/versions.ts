/** versions: one hello per TLS version that offers nothing else; in a quick run fewer, and only repeats that fit. */

import type { VersionName, VersionRow } from '../lib/evidence/index.ts';
import type { HelloSpec } from '../lib/hello/index.ts';
import type { Exchange } from '../lib/live/index.ts';
import {
  compare,
  defineProbe,
  inconclusive,
  type ProbeContext,
  partsOf,
  repeat,
  repeatsForClaim,
  speaksOfOffer,
  suitesFor,
} from '../lib/probe/index.ts';
import { tlsVersions } from '../lib/wire/index.ts';

/** Versions to ask for. */
const versionNames: readonly VersionName[] = ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export const versions = defineProbe({
  id: 'versions',
  title: { en: 'TLS versions', ja: 'TLS バージョン' },
  run: async (ctx) => {
    const { quick } = ctx.run.settings;
    // SSLv3, which no client of today speaks, is left out of a quick run.
    const names = versionNames.filter((name) => name !== 'SSLv3' || !quick);
    const known = new Map<VersionName, VersionRow>();
    const note = (row: VersionRow): VersionRow => {
      known.set(row.version, row);
      ctx.keep(names.map((version) => known.get(version) ?? { version, supported: null, why: '' }));
      return row;
    };
    const asked = quick
      ? await quickRows(ctx, note)
      : await Promise.all(names.map(async (name) => note(await rowFor(ctx, name))));
    const rows = asked.map((row) => contradicted(ctx, row));
    const open = rows.filter(({ supported }) => supported === null);
    if (open.length === 0) return rows;
    const cut = open.filter(({ why }) => isCut.test(why)).map(({ version }) => version);
    if (cut.length > 0) return inconclusive(`quick-run: ${cut.join(', ')}`, rows);
    const unsteady = open.filter(({ why }) => why.endsWith(notEachTime)).map(({ version }) => version);
    return inconclusive(unsteady.length > 0 ? `unsteady: ${unsteady.join(', ')}` : 'some-versions-unknown', rows);
  },
});

/**
 * In the few connections of a quick run: what clients speak comes first. TLS 1.1 and 1.0 are asked for once each, and where both are
 * met with an alert that has to repeat, they share the repeats. One hello for both would not do: GnuTLS without TLS 1.1 refuses it
 * with protocol_version, and has TLS 1.0.
 */
async function quickRows(ctx: ProbeContext, note: (row: VersionRow) => VersionRow): Promise<VersionRow[]> {
  const tls13 = note(await rowFor(ctx, 'TLSv1.3'));
  const tls12 = note(await rowFor(ctx, 'TLSv1.2'));
  const old: { row: VersionRow; last: Exchange | undefined }[] = [];
  for (const version of ['TLSv1.0', 'TLSv1.1'] as const)
    old.push({ row: note(await rowFor(ctx, version, false)), last: ctx.exchanges.at(-1) });
  const open = old.filter(({ row, last }) => row.why.endsWith(notRepeated) && last?.attempt.evidence.end === 'alert');
  const alike = new Set(open.map(({ last }) => last?.flight.alert?.code)).size === 1;
  // Together as many as a claim takes, and each version at least twice.
  const times = open.length === 2 && alike ? 1 : repeatsForClaim - 1;
  if (open.length === 0 || !fits(ctx, times * open.length)) return [...old.map(({ row }) => row), tls12, tls13];
  const again = await repeat(times, async () => {
    const ends: Exchange[] = [];
    for (const { row } of open)
      for (const hello of hellosFor(ctx, row.version).slice(0, 1)) ends.push(await ctx.attempt({ hello, alone: true }));
    return ends;
  });
  const all = [...open.flatMap(({ last }) => last ?? []), ...again.flat()];
  const ids = all.map(({ attempt }) => attempt.id).join(', ');
  const refused = all.every(({ attempt }) => attempt.evidence.end === 'alert');
  if (!refused) ctx.steadiness.wavered = true;
  const settled = (row: VersionRow): VersionRow => {
    if (!open.some((one) => one.row === row)) return row;
    const why = refused ? `${ids}: alert each time` : `${ids}: alert${notEachTime}`;
    return note({ version: row.version, supported: refused ? false : null, why });
  };
  return [...old.map(({ row }) => settled(row)), tls12, tls13];
}

/** Hellos that offer nothing but the version, with all of its suites between them. */
function hellosFor(ctx: ProbeContext, version: VersionName): HelloSpec[] {
  const code = tlsVersions.codeOf(version) ?? 0;
  const helloFor = (cipherSuites: readonly number[]): HelloSpec => ctx.hello({ versions: [code], cipherSuites });
  return partsOf(ctx.control, suitesFor(code).codes, helloFor).map(helloFor);
}

/** @param mayRepeat false leaves a version unknown that one hello does not decide. */
async function rowFor(ctx: ProbeContext, version: VersionName, mayRepeat = true): Promise<VersionRow> {
  const code = tlsVersions.codeOf(version) ?? 0;
  const seen = exchangeIn(ctx, version);
  if (seen !== undefined) return { version, supported: true, why: `${seen.attempt.id}: server-hello` };
  const hellos = hellosFor(ctx, version);
  if (!fits(ctx, 1)) return { version, supported: null, why: 'not asked' };
  let last: VersionRow | null = null;
  // An alert may mean the version or the suites: only after every suite was refused is the version refused.
  for (const [index, hello] of hellos.entries()) {
    const exchange = await ctx.attempt({ hello, goal: 'server-flight', controlRef: ctx.control.attempt });
    const row = judged(version, code, exchange) ?? (await repeated(ctx, version, hello, exchange, mayRepeat));
    if (row.supported !== false || !isAboutSuites(exchange)) return row;
    const left = hellos.length - 1 - index;
    if (left > 0 && (!mayRepeat || !fits(ctx, left)))
      return { ...row, supported: null, why: `${row.why}, other suites not asked` };
    last = row;
  }
  return last ?? { version, supported: null, why: 'no suite is registered for it' };
}

/** Ends what is said of a version that was refused at one time and not at another. */
const notEachTime = ', not each time';

/** Ends what is said of a version whose answer has to repeat to count, and was not. */
const notRepeated = ', not repeated';

/** How it ends what is said of a version that a quick run leaves open. */
const isCut = /not (?:asked|repeated)$/;

/** Whether a quick run has so many connections left, but for the one that a certificate still needs; any other run has plenty. */
function fits({ run }: ProbeContext, connections: number): boolean {
  const certificate = run.exchanges.some(({ flight }) => flight.certificates.length > 0) ? 0 : 1;
  return !run.settings.quick || connections + certificate <= run.connectionsLeft;
}

/** The row, or a better one where the version was refused to one hello and chosen for another: machines behind one address may differ. */
function contradicted(ctx: ProbeContext, row: VersionRow): VersionRow {
  const seen = row.supported === false ? exchangeIn(ctx, row.version) : undefined;
  if (seen === undefined) return row;
  ctx.steadiness.wavered = true;
  return { version: row.version, supported: true, why: `${seen.attempt.id}: server-hello` };
}

/** An exchange in which the server chose the version. */
function exchangeIn(ctx: ProbeContext, version: VersionName): Exchange | undefined {
  const code = tlsVersions.codeOf(version);
  return ctx.exchanges.find(({ flight }) => flight.negotiated?.version === code);
}

/** Null when the reply decides nothing by itself. */
function judged(version: VersionName, code: number, exchange: Exchange): VersionRow | null {
  const { attempt, flight } = exchange;
  const { id, evidence } = attempt;
  const chosen = flight.negotiated?.version ?? null;
  if (chosen === code) return { version, supported: true, why: `${id}: ${evidence.reply}` };
  if (chosen !== null) return { version, supported: false, why: `${id}: server chose ${tlsVersions.nameOf(chosen)}` };
  if (flight.alert !== null && speaksOfOffer(exchange))
    return { version, supported: false, why: `${id}: alert ${flight.alert.code} ${flight.alert.name}` };
  return null;
}

/** handshake_failure and insufficient_security speak of the suites (RFC 8446 §6.2); other alerts end the question. */
function isAboutSuites({ flight }: Exchange): boolean {
  return flight.alert?.code === 40 || flight.alert?.code === 71;
}

/**
 * A reset or a FIN refuses the version when it repeats beside an answered control, an alert about something else when it
 * repeats at all: who sends one has read the hello. Silence leaves the version unknown (rule 2 of inference). What is answered
 * when it is repeated was refused for the moment only.
 */
async function repeated(
  ctx: ProbeContext,
  version: VersionName,
  hello: HelloSpec,
  { attempt }: Exchange,
  mayRepeat: boolean,
): Promise<VersionRow> {
  const { end, reply } = attempt.evidence;
  const why = `${attempt.id}: ${reply ?? 'no reply'}`;
  if (end !== 'reset' && end !== 'closed' && end !== 'alert') return { version, supported: null, why };
  const byAlert = end === 'alert' && !ctx.steadiness.wavered;
  if (!mayRepeat || !fits(ctx, byAlert ? repeatsForClaim - 1 : 2 * repeatsForClaim))
    return { version, supported: null, why: `${why}${notRepeated}` };
  if (byAlert) {
    const again = await repeat(repeatsForClaim - 1, () => ctx.attempt({ hello, alone: true }));
    const ids = [attempt, ...again.map((exchange) => exchange.attempt)].map(({ id }) => id);
    if (again.every((exchange) => exchange.attempt.evidence.end === 'alert'))
      return { version, supported: false, why: `${ids.join(', ')}: alert each time` };
  } else {
    const { verdict, attempts } = await compare(ctx, hello);
    if (verdict === 'fails')
      return { version, supported: false, why: `${attempts.join(', ')}: ${reply} each time, control answered` };
  }
  ctx.steadiness.wavered = true;
  const answer = exchangeIn(ctx, version);
  return answer === undefined
    ? { version, supported: null, why: `${why}${notEachTime}` }
    : { version, supported: true, why: `${answer.attempt.id}: server-hello` };
}
