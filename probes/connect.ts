/** connect: finds a hello that this server answers, the control of everything that follows, or shows how it ends instead. */

import type { Attempt, ConnectValue } from '../lib/evidence/index.ts';
import { type HelloPlan, type HelloSpec, helloLength, makePreset, padTo, planOf, withSni } from '../lib/hello/index.ts';
import type { Exchange } from '../lib/live/index.ts';
import { holdOpen } from '../lib/net/index.ts';
import {
  compare,
  defineProbe,
  inconclusive,
  isAnswered,
  isSilence,
  type ProbeContext,
  smallestMss,
  suitesFor,
} from '../lib/probe/index.ts';
import { groups } from '../lib/wire/index.ts';

/** A hello to try, by the name under which the report shows it. */
interface Candidate {
  readonly preset: string;
  readonly hello: HelloSpec;
}

/** Most addresses of a name to try. */
const maxAddresses = 4;

export const connect = defineProbe({
  id: 'connect',
  title: { en: 'A hello that is answered', ja: '応答が得られる hello の探索' },
  uses: [],
  run: async (ctx) => {
    const realistic = { preset: 'openssl-3', hello: makePreset('openssl-3', { sni: ctx.sni, random: ctx.random }) };
    const first = await firstReachable(ctx, realistic);
    if (first === null) return unresolved(ctx, realistic);
    if (isAnswered(first.attempt)) return established(ctx, realistic, first, null);
    if (first.attempt.evidence.connect !== 'ok') return nothing;
    const value = await otherwise(ctx, realistic, first);
    // The client of many users fails here, whatever is well with the rest: nothing is clean unless a finding says why.
    return value.control === null ? value : inconclusive(`usual-hello-failed: ${first.attempt.id}`, value);
  },
});

/** After the realistic hello has failed: in small packets, or with ever plainer hellos. */
async function otherwise(ctx: ProbeContext, realistic: Candidate, first: Exchange): Promise<ConnectValue> {
  if (isFlightLost(first.attempt)) {
    const small = await inSmallPackets(ctx, realistic, first);
    if (small !== null) return small;
  }
  for (const candidate of plainerHellos(ctx)) {
    const exchange = await ctx.attempt({ ...candidate, goal: 'server-flight', alone: true });
    if (isAnswered(exchange.attempt)) return established(ctx, candidate, exchange, first);
    // Whoever is silent to a long and to a short hello is not asked a third time: each asking costs a whole time-out.
    if (isSilence(exchange.attempt) && isSilence(first.attempt)) break;
    if (exchange.attempt.evidence.end === 'not-tls' && first.attempt.evidence.end === 'not-tls') break;
  }
  return nothing;
}

const nothing: ConnectValue = { control: null, preset: null, concurrent: null, serverName: null };

/** Ever plainer hellos. The first is short and names no server: the two things that most often matter. */
function* plainerHellos(ctx: ProbeContext): Generator<Candidate> {
  const only = (preset: string, version: number): Candidate => ({
    preset,
    hello: ctx.hello({ versions: [version], cipherSuites: suitesFor(version).codes.slice(0, 40), sni: null }),
  });
  yield { preset: 'tls12-minimal', hello: makePreset('tls12-minimal', { sni: null, random: ctx.random }) };
  yield only('tls13-only', 0x0304);
  const everyGroup = [...groups.entries()].map(([code]) => code);
  const manySuites = suitesFor(0x0303).codes.slice(0, 100);
  yield {
    preset: 'every-group',
    hello: ctx.hello({ versions: [0x0303], cipherSuites: manySuites, groups: everyGroup }),
  };
  yield only('tls10-only', 0x0301);
  yield only('sslv3-only', 0x0300);
}

/** The hello was acknowledged and nothing came: a mute server, or a flight whose packets are too large for the path. */
function isFlightLost(attempt: Attempt): boolean {
  const { sent, path } = attempt.evidence;
  return isSilence(attempt) && path.sendMss !== null && sent.acked !== null && sent.acked >= sent.bytes;
}

/**
 * A short hello, and an announced MSS that lets no large packet come. If it is answered and the realistic hello is too, the path
 * had swallowed the flight, and the run goes on in small packets; if not, the server is asked with plainer ones as usual, which
 * null stands for.
 */
async function inSmallPackets(ctx: ProbeContext, realistic: Candidate, first: Exchange): Promise<ConnectValue | null> {
  const { run } = ctx;
  const small = { kind: 'tcp', mss: smallestMss(run.address) } as const;
  const short = {
    preset: 'tls12-minimal',
    hello: makePreset('tls12-minimal', { sni: null, random: ctx.random }),
  } as const;
  const tried = await ctx.attempt({ ...short, goal: 'server-flight', alone: true, via: small });
  if (isSilence(tried.attempt)) return nothing;
  // Once it has answered, the next replies need not be waited for as long as the first.
  const control = { plan: planOf(short.hello, short), attempt: tried.attempt.id, maxHelloLength: null };
  run.control = isAnswered(tried.attempt) ? control : null;
  const again = await ctx.attempt({ ...realistic, goal: 'server-flight', alone: true, via: small });
  if (isAnswered(again.attempt)) {
    run.via = small;
    return established(ctx, realistic, again, null);
  }
  if (run.control === null) return null;
  const plain = await ctx.attempt({ ...short, goal: 'server-flight', alone: true });
  if (!isAnswered(plain.attempt)) run.via = small;
  return established(ctx, short, isAnswered(plain.attempt) ? plain : tried, first);
}

async function firstReachable(ctx: ProbeContext, { preset, hello }: Candidate): Promise<Exchange | null> {
  let last: Exchange | null = null;
  const addresses = ctx.run.settings.addresses.slice(0, maxAddresses);
  for (const address of addresses) {
    ctx.run.address = address;
    last = await ctx.attempt({ hello, preset, goal: 'server-flight', alone: true, stopWhenLost: true });
    if (last.attempt.evidence.connect === 'ok') return last;
  }
  ctx.run.address = addresses[0] ?? '';
  return last;
}

/** No address, no connection; the report still says so in the place where it says how every connection ended. */
function unresolved(ctx: ProbeContext, { preset, hello }: Candidate): ConnectValue {
  ctx.recordUnresolved(planOf(hello, { preset }));
  return nothing;
}

async function established(
  ctx: ProbeContext,
  { preset, hello }: Candidate,
  exchange: Exchange,
  failed: Exchange | null,
): Promise<ConnectValue> {
  const { run } = ctx;
  const { id } = exchange.attempt;
  run.control = { plan: planOf(hello, { preset }), attempt: id, maxHelloLength: null };
  if (run.settings.quick) return quickly(ctx, { preset, hello }, failed);
  let serverName: ConnectValue['serverName'] = null;
  if (failed !== null && ctx.sni !== null) {
    const named = withSni(hello, ctx.sni);
    const { verdict, attempts, controls } = await compare(ctx, named);
    serverName = { verdict, attempts, controls };
    // Which certificate a server sends may depend on the name: the hellos that follow carry it, unless it is refused.
    if (verdict === 'passes')
      run.control = { ...run.control, plan: planOf(named, { preset }), attempt: attempts[0] ?? id };
    else run.sni = null;
  }
  if (failed !== null && failed.attempt.evidence.end !== 'alert') await limitLength(ctx, failed.attempt.hello.length);
  const concurrent = await shortAndParallel(ctx, exchange);
  if (concurrent === true) run.gate.limit = run.settings.concurrency;
  return { control: run.control.attempt, preset: run.control.plan.preset, concurrent, serverName };
}

/**
 * A quick run does not look into what the realistic hello failed for, which takes more connections than it has: it goes on
 * in hellos that are no longer than the one that was answered, with the name where it is answered with it.
 */
async function quickly(
  ctx: ProbeContext,
  { preset, hello }: Candidate,
  failed: Exchange | null,
): Promise<ConnectValue> {
  const { run, control } = ctx;
  const found = (attempt: string): ConnectValue => ({ control: attempt, preset, concurrent: null, serverName: null });
  if (failed === null) return found(control.attempt);
  const { attempt } = failed;
  const named = ctx.sni === null ? hello : withSni(hello, ctx.sni);
  let kept = control;
  ctx.keep(found(control.attempt));
  if (ctx.sni !== null) {
    const again = await ctx.attempt({ hello: named, preset, goal: 'server-flight', alone: true });
    if (isAnswered(again.attempt)) kept = { ...control, plan: planOf(named, { preset }), attempt: again.attempt.id };
    else run.sni = null;
  }
  run.control = attempt.evidence.end === 'alert' ? kept : { ...kept, maxHelloLength: helloLength(named) };
  return found(kept.attempt);
}

/**
 * Two questions in one connection: does the server answer a hello with only what it chose (sweeps need a control below 255
 * bytes), and does it answer while another connection of ours is open?
 */
async function shortAndParallel(ctx: ProbeContext, exchange: Exchange): Promise<boolean | null> {
  const { run, control } = ctx;
  const short = shortHello(ctx, exchange);
  if (short === null) return (await besideAnother(ctx, control.plan)).concurrent;
  const plan = planOf(short, { preset: 'control' });
  const { answeredIn, concurrent } = await besideAnother(ctx, plan);
  if (answeredIn === null) return (await besideAnother(ctx, control.plan)).concurrent;
  run.control = { ...control, plan, attempt: answeredIn };
  return concurrent;
}

function shortHello(ctx: ProbeContext, { attempt: { evidence } }: Exchange): HelloSpec | null {
  const { spec } = ctx.control.plan;
  const { negotiated } = evidence;
  if (negotiated === null || spec === null || helloLength(spec) < 255) return null;
  const groups = negotiated.group === null ? {} : { groups: [Number(negotiated.group)] };
  // An empty key_share list makes a TLS 1.3 server answer with a short HelloRetryRequest.
  return ctx.hello({
    versions: [Number(negotiated.version)],
    cipherSuites: [Number(negotiated.cipherSuite)],
    ...groups,
    keyShares: [],
  });
}

/**
 * Where the realistic hello failed: was it the length? If the control fails too when it is padded to it, enumerations stay below
 * the longest of a few lengths that is answered. Nothing is claimed by this; `hello-size` finds the edge and repeats it.
 */
async function limitLength(ctx: ProbeContext, failing: number): Promise<void> {
  const { run, control } = ctx;
  const { spec } = control.plan;
  if (spec === null || spec.extensions === null) return;
  const own = helloLength(spec);
  for (const length of [failing, failing - 24, 255, own + 4]) {
    if (length > failing || length < own + 4) continue;
    const { attempt } = await ctx.attempt({ hello: padTo(spec, length), controlRef: control.attempt, alone: true });
    if (!isAnswered(attempt)) continue;
    run.control = { ...control, maxHelloLength: length === failing ? null : length };
    return;
  }
  run.control = { ...control, maxHelloLength: own };
}

/**
 * Sends a hello while another connection of ours is open. Rule 3 of inference: until that is answered, the run opens one
 * connection at a time. A server that serves one at a time answers as soon as the other is closed.
 */
async function besideAnother(
  ctx: ProbeContext,
  hello: HelloPlan,
): Promise<{ answeredIn: string | null; concurrent: boolean | null }> {
  const { run } = ctx;
  const held = await run.connection(true, () =>
    holdOpen({ address: run.address, port: ctx.target.port }, run.settings.timeouts.connectMs),
  );
  let closed = held === null;
  const close = (): void => {
    closed = true;
    held?.close();
  };
  const timer = setTimeout(close, patienceMs(ctx));
  try {
    const { attempt } = await ctx.attempt({ hello, controlRef: ctx.control.attempt });
    const answeredIn = isAnswered(attempt) ? attempt.id : null;
    return { answeredIn, concurrent: held === null || answeredIn === null ? null : !closed };
  } finally {
    clearTimeout(timer);
    close();
  }
}

/** How long to wait beside the held connection: long against the replies seen, short for a person. */
function patienceMs(ctx: ProbeContext): number {
  const slowest = Math.max(...ctx.attempts.map(({ connectMs, replyMs }) => (connectMs ?? 0) + (replyMs ?? 0)));
  return Math.min(1000, 30 + 3 * slowest);
}
