/** The two directions of a path through the kernel's TCP with a chosen MSS: which hellos go out, and how packets are limited. */

import { type Attempt, everyPathBytes, headerBytes, type PathSweep } from '../evidence/index.ts';
import { type HelloPlan, type HelloSpec, padTo, planOf } from '../hello/index.ts';
import { recordHeaderLength } from '../wire/index.ts';
import type { Sender } from './parts.ts';
import { type Trial, type Try, usualMtus } from './path-search.ts';
import { type Judged, sweepPath, unknown } from './path-sweep.ts';
import { type InboundTrial, inboundTrial, outboundTrial, overheadOf } from './path-trial.ts';

/** What is known of the line before anything is measured. */
export interface Line {
  readonly address: string;
  /** A connection with the MSS that the system chooses, and what TCP_INFO says of it. */
  readonly reference: Attempt;
  /** The first such connection of the run. */
  readonly earliest: Attempt;
  /** Limit of the other direction, where one was found: the likeliest of this one. */
  readonly likely: number | null;
}

/** Largest packet that is tried: what jumbo frames carry. To loopback, as much as Ethernet does: there is no path. */
const largestTried = 9000;
const ethernet = 1500;
/** How much longer than a full segment the outward hello is: the rest follows in a packet that passes everywhere, and is SACKed. */
const tailBytes = 128;
/** How much less is allowed to see whether a server fills its packets. */
const pieceOfTest = 24;
/**
 * No longer than it takes to know that packets are lost: Linux and others send again what is not acknowledged after 0.2 s on a fast
 * line, and again after 0.4 s more. Where replies take longer, the run waits longer.
 */
const untilLost = { hint: true, stopWhenLost: true, leastReplyMs: 800 } as const;

/** The MSS with which packets pass on every path. */
export function smallestMss(address: string): number {
  return everyPathBytes(address) - headerBytes(address);
}

/** How large our packets and the peer's may be on this line; null where the transport does not say. */
export function ceilingsOf({ address, reference }: Line): { outbound: number; inbound: number } | null {
  const { sendMss, announcedMss, peerMss } = reference.evidence.path;
  if (sendMss === null || announcedMss === null) return null;
  const most = isLoopback(address) ? ethernet : largestTried;
  // What a peer announces says what its own line takes only above Ethernet's size: below, it is often set by hand.
  const peer = Math.max(peerMss ?? announcedMss, ethernet - headerBytes(address));
  const inbound = Math.min(announcedMss, peer) + headerBytes(address);
  return { outbound: Math.min(most, sendMss + overheadOf(reference, address)), inbound: Math.min(most, inbound) };
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function guessesOf({ likely }: Line): number[] {
  return likely === null ? [...usualMtus] : [likely, ...usualMtus];
}

/**
 * From here to the target: one hello for all sizes, so that only the packets differ, a little longer than the largest packet.
 * A server that dislikes it acknowledges it all the same.
 */
export async function outboundSweep(ctx: Sender, line: Line, spec: HelloSpec, ceiling: number): Promise<PathSweep> {
  const { address } = line;
  const plan = planOf(padTo(spec, ceiling - headerBytes(address) + tailBytes - recordHeaderLength), {
    preset: 'control',
  });
  const attempt: Try = async (asked, alone) => {
    const { attempt: made } = await ctx.attempt({
      hello: plan,
      via: { kind: 'tcp', mss: asked - headerBytes(address) },
      goal: 'server-hello',
      controlRef: ctx.control.attempt,
      alone,
      ...untilLost,
    });
    return outboundTrial({ attempt: made, asked, address });
  };
  const judge = {
    adjusted: async ({ to, learned }: { to: number; learned: number | null }): Promise<Judged> =>
      learned === null
        ? unknown(`packets-limited: this system sends packets of ${to} bytes at most, and does not say why`)
        : { verdict: 'reduced', pathMtu: learned, reason: null },
  };
  const sweep = await sweepPath({ floor: everyPathBytes(address), ceiling, guesses: guessesOf(line) }, attempt, judge);
  return sweep.verdict === 'clear' && hasPeerLearned(line)
    ? {
        ...sweep,
        ...unknown(`peer-limited: since the server has learned the path's MTU we may send ${ceiling} bytes at most`),
      }
    : sweep;
}

/**
 * From the target to here: a small hello that draws a flight of more than one packet, whose size the announced MSS limits.
 * @param hellos in the order of preference; the first whose flight fills a packet of the largest size is used
 */
export async function inboundSweep(
  ctx: Sender,
  line: Line,
  hellos: readonly HelloPlan[],
  ceiling: number,
): Promise<PathSweep> {
  const { address } = line;
  const trying =
    (hello: HelloPlan): FlightTry =>
    async (asked, alone) => {
      const { attempt: made, flight } = await ctx.attempt({
        hello,
        via: { kind: 'tcp', mss: asked - headerBytes(address) },
        goal: 'server-flight',
        controlRef: ctx.control.attempt,
        alone,
        ...untilLost,
      });
      return inboundTrial({ attempt: made, asked, address }, flight.bytes);
    };
  const { hello, trials } = await chooseFlight(hellos, ceiling, trying);
  if (hello === null) {
    const why = trials.some(({ outcome }) => outcome === 'passed')
      ? 'flight-too-small'
      : (trials[0]?.why ?? 'no-flight');
    const sweep = await sweepPath({ floor: everyPathBytes(address), ceiling, guesses: [] }, noMore, noJudge, trials);
    return { ...sweep, ...unknown(reasonOf(why, trials)) };
  }
  const attempt = trying(hello);
  const others = hellos.filter((other) => other !== hello).map(trying);
  const sweep = await sweepPath(
    { floor: everyPathBytes(address), ceiling, guesses: guessesOf(line) },
    attempt,
    { adjusted: ({ to }, made) => judgeSmaller(line, { to, ceiling }, { attempt, others }, made) },
    trials,
  );
  return sweep.verdict === 'clear' && hasPeerLearned(line)
    ? { ...sweep, verdict: 'reduced', pathMtu: sweep.largestPassing }
    : sweep;
}

type FlightTry = (asked: number, alone: boolean) => Promise<InboundTrial>;

/** The peer announces less than at the beginning of the run: our first connection made it learn an MTU of the path (Linux announces that). */
function hasPeerLearned({ earliest, reference }: Line): boolean {
  const before = earliest.evidence.path;
  const now = reference.evidence.path;
  return now.peerMss !== null && before.sendMss !== null && before.sendMss > (now.sendMss ?? 0);
}

/** The first hello whose flight tells something of the largest packet; null when no flight is large enough. */
async function chooseFlight(
  hellos: readonly HelloPlan[],
  ceiling: number,
  trying: (hello: HelloPlan) => FlightTry,
): Promise<{ hello: HelloPlan | null; trials: Trial[] }> {
  const tried: InboundTrial[] = [];
  for (const hello of hellos) {
    const trial = await trying(hello)(ceiling, true);
    if (trial.outcome !== 'undecided' && trial.smaller !== 'flight-too-small') return { hello, trials: [trial] };
    tried.push(trial);
  }
  const largest = tried.filter(({ outcome }) => outcome === 'passed').sort((a, b) => b.size - a.size);
  return { hello: null, trials: largest.length > 0 ? largest.slice(0, 1) : tried.slice(0, 1) };
}

function reasonOf(why: string, [trial]: readonly Trial[]): string {
  if (why !== 'flight-too-small' || trial === undefined) return why;
  return `flight-too-small: the server's flight fills packets of ${trial.size} bytes at most, ${trial.asked} would be allowed`;
}

const noMore: Try = () => Promise.reject(new Error('no trial is left to make'));
const noJudge = { adjusted: async (): Promise<Judged> => unknown('flight-too-small') };

/**
 * The flight is long enough and its packets are smaller than we allow. Whether the server fills its packets at all shows
 * where we allow a little less. If it does, something limits them: its own line, when it announces as much; else an MTU
 * that it has learned of the path. A server that writes its flight in pieces looks the same; its pieces are as long in another
 * flight only by chance.
 */
async function judgeSmaller(
  line: Line,
  { to, ceiling }: { readonly to: number; readonly ceiling: number },
  { attempt, others }: { readonly attempt: Try; readonly others: readonly FlightTry[] },
  trials: Trial[],
): Promise<Judged> {
  const { address, reference } = line;
  const less = to - pieceOfTest;
  if (less <= everyPathBytes(address)) return unknown('smaller-segments: the server does not fill its packets');
  const trial = await attempt(less, true);
  trials.push(trial);
  if (trial.outcome !== 'passed' || trial.size !== less) {
    return unknown('smaller-segments: the server does not fill its packets');
  }
  const { sendMss, pathMtu } = reference.evidence.path;
  // What limits our segments is a lower bound of what the server announces.
  const announced = (sendMss ?? 0) + overheadOf(reference, address);
  if (announced <= to && pathMtu !== to) return { verdict: 'clear', pathMtu: null, reason: null };
  if (pathMtu === to || hasPeerLearned(line) || (await isLimitOf(to, ceiling, others)))
    return { verdict: 'reduced', pathMtu: to, reason: null };
  return unknown('smaller-segments: the server may write its flight in pieces');
}

/** Whether the first other flight that says anything is cut at the same size. */
async function isLimitOf(to: number, ceiling: number, others: readonly FlightTry[]): Promise<boolean> {
  for (const other of others) {
    const { outcome, size, smaller } = await other(ceiling, true);
    if (outcome === 'passed' && smaller !== 'flight-too-small') return size === to;
  }
  return false;
}
