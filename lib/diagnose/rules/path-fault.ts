/**
 * Whether a direction of the path of a live run loses large packets, and how sure that is: counted from the attempts of the probe
 * `mss`, and from what other attempts show by themselves.
 */

import type { IcmpEvidence, PathSweep } from '../../evidence/index.ts';
import { type Facts, startOf } from '../facts/facts.ts';
import { isAlive, isAnswered, isFailure, least } from '../facts/outcome.ts';
import { everyPath, fragmentationNeeded, headersOf, packetSize } from '../facts/packets.ts';
import type { Witness } from '../facts/witness.ts';
import { type PathDirection, pathLoss } from './path.ts';
import { repeatsForClaim } from './rule.ts';

export interface PathFault {
  readonly direction: PathDirection;
  readonly confidence: 'proven' | 'likely' | 'possible';
  /** IP packet sizes; null where nobody varied them. */
  readonly sizes: { readonly passing: number; readonly failing: number } | null;
  /** Bytes, where it is exact. */
  readonly pathMtu: number | null;
  /** Attempts whose large packets were lost. */
  readonly fails: readonly Witness[];
  /** Attempts whose packets arrived, being smaller. */
  readonly passes: readonly Witness[];
  /** Hellos as long as those that were lost, which arrived in packets that the path carries: their length is not what fails. */
  readonly split: readonly Witness[];
  /** ICMP that told of a smaller MTU, and did not help. */
  readonly icmp: Pick<IcmpEvidence, 'from' | 'mtu'> | null;
}

/** Null where nothing is lost, and for a capture, whose single conversation is judged by itself. */
export function pathFault(facts: Facts, direction: PathDirection): PathFault | null {
  if (facts.capture !== null) return null;
  const sweep = facts.value('mss')?.[direction] ?? null;
  const measured = sweep === null ? null : bySizes(facts, direction, sweep);
  // Packets of all sizes arrive: what single attempts lost was lost for another reason than its size.
  return measured ?? (sweep?.verdict === 'clear' ? null : byAttempts(facts, direction));
}

/** What a finding about it names: the MTU, where it is exact, or between what it lies. The same in every language. */
export function subjectOf({ pathMtu, sizes }: PathFault): string | undefined {
  if (pathMtu !== null) return `MTU ${pathMtu}`;
  if (sizes === null) return undefined;
  const { passing, failing } = sizes;
  // Neighbours, and yet not exact: what the headers take was not known.
  return failing - passing === 1 ? `MTU ≈ ${passing}` : `MTU ${passing}-${failing - 1}`;
}

/** True when the attempt came to nothing because the path lost packets of its hello, or of the answer. */
export function isLostBy(facts: Facts, fault: PathFault | null, witness: Witness): boolean {
  if (fault === null || fault.confidence === 'possible') return false;
  if (fault.fails.includes(witness)) return true;
  const { end, sent, connect } = witness.evidence;
  if (connect !== 'ok' || end !== 'silent') return false;
  const { firstFlight } = witness.hello;
  if (fault.direction === 'inbound') return sent.acked === null || sent.acked >= firstFlight;
  if (sent.acked !== null && sent.acked >= firstFlight) return false;
  const most = fault.sizes?.passing ?? everyPath(facts, witness);
  return packetSize(facts, witness) > most;
}

/** Rule 1 of inference: only the size of the packets was changed; three times lost, three times not, and not lost again after the first loss. */
function bySizes(facts: Facts, direction: PathDirection, sweep: PathSweep): PathFault | null {
  const { largestPassing, smallestFailing, verdict } = sweep;
  if (verdict !== 'blackhole' || largestPassing === null || smallestFailing === null) return null;
  if (smallestFailing <= largestPassing) return null;
  const [isFail, isPass] = direction === 'outbound' ? [isHelloLost, hasHelloArrived] : [isAnswerLost, hasAnswerArrived];
  const attemptsOf = (wanted: (size: number) => boolean): readonly Witness[] =>
    facts.named(sweep.rows.filter(({ size }) => wanted(size)).flatMap(({ attempts }) => attempts));
  const large = attemptsOf((size) => size >= smallestFailing);
  // A larger packet that arrived rules the size out.
  if (large.some(isPass)) return null;
  const fails = large.filter(isFail);
  const passes = attemptsOf((size) => size <= largestPassing).filter(isPass);
  const [first] = fails;
  if (first === undefined || smallestFailing <= everyPath(facts, first)) return null;
  if (fails.length < repeatsForClaim || passes.length < repeatsForClaim) return null;
  const firstFailure = least(fails.map(startOf));
  if (!passes.some((pass) => startOf(pass) > firstFailure)) return null;

  const split = direction === 'outbound' ? splitOf(facts, fails, largestPassing) : [];
  const icmp = icmpOf(facts, direction, fails);
  // TCP at the other end acknowledges whatever arrives, also what the server behind it does not like.
  const isSeen = fails.every(({ evidence }) => evidence.sent.acked !== null);
  const notContent = direction === 'inbound' || split.length >= repeatsForClaim;
  return {
    direction,
    confidence: isSeen && notContent && icmp === null ? 'proven' : isSeen || notContent ? 'likely' : 'possible',
    sizes: { passing: largestPassing, failing: smallestFailing },
    pathMtu: sweep.pathMtu,
    fails,
    passes,
    split,
    icmp,
  };
}

/** Without sizes to compare: connections whose head is lost while what follows it arrives. Never more than likely. */
function byAttempts(facts: Facts, direction: PathDirection): PathFault | null {
  const lost = [...facts.witnesses.values()].flatMap((witness) => {
    const loss = pathLoss(facts, witness, direction);
    return loss === null ? [] : [{ witness, loss }];
  });
  const [first] = lost;
  // What is lost in packets that every path carries is not lost for its size.
  if (first === undefined || [...facts.witnesses.values()].some((each) => isLostThoughSmall(facts, each, direction)))
    return null;
  const fails = lost.map(({ witness }) => witness);
  const payload = least(lost.map(({ loss }) => loss.lost ?? Number.POSITIVE_INFINITY));
  const passes = [...facts.witnesses.values()].filter(direction === 'outbound' ? hasHelloArrived : hasAnswerArrived);
  if (direction === 'outbound' && passes.some((pass) => largestArrived(pass) >= payload)) return null;
  return {
    direction,
    confidence: lost.some(({ loss }) => loss.confidence !== 'possible') ? 'likely' : 'possible',
    sizes: null,
    pathMtu: null,
    fails,
    passes,
    split: direction === 'outbound' ? splitOf(facts, fails, payload + first.loss.headers - 1) : [],
    icmp: icmpOf(facts, direction, fails),
  };
}

function isLostThoughSmall(facts: Facts, witness: Witness, direction: PathDirection): boolean {
  const { sent, inbound } = witness.evidence;
  const most = everyPath(facts, witness);
  if (direction === 'outbound')
    return sent.acked !== null && isHelloLost(witness) && packetSize(facts, witness) <= most;
  const { mss = null } = witness;
  const isSmall = mss !== null && mss + headersOf(facts, witness, false) <= most;
  return isSmall && inbound?.tailSacked === true && isAnswerLost(witness);
}

/** Sent, and not all of it acknowledged; where nobody could count that, not answered with nothing else open. */
function isHelloLost(witness: Witness): boolean {
  const { connect, end, sent } = witness.evidence;
  if (connect !== 'ok' || end !== 'silent' || isAnswered(witness)) return false;
  return sent.acked === null ? isFailure(witness) : sent.acked < witness.hello.firstFlight;
}

function hasHelloArrived(witness: Witness): boolean {
  const { connect, sent } = witness.evidence;
  return isAlive(witness) || (connect === 'ok' && sent.acked !== null && sent.acked >= witness.hello.firstFlight);
}

/** The hello arrived, and its answer did not, or not whole. Beside other connections only packets behind the gap show that (rule 3). */
function isAnswerLost(witness: Witness): boolean {
  const { connect, end, sent, inbound, missingInbound } = witness.evidence;
  if (connect !== 'ok' || end !== 'silent') return false;
  if (sent.acked !== null && sent.acked < witness.hello.firstFlight) return false;
  return witness.concurrent === 0 || inbound?.tailSacked === true || (missingInbound ?? 0) > 0;
}

function hasAnswerArrived(witness: Witness): boolean {
  const { end } = witness.evidence;
  return isAnswered(witness) && (end === 'complete' || end === 'stopped');
}

/** Payload of a segment of ours that is known to have arrived. */
function largestArrived({ segmentsConfirmed = null, evidence }: Witness): number {
  return evidence.sent.largestAcked ?? Math.max(0, ...(segmentsConfirmed ?? []));
}

function splitOf(facts: Facts, fails: readonly Witness[], largestPassing: number): Witness[] {
  const needed = least(fails.map(({ hello }) => hello.length));
  return [...facts.witnesses.values()].filter(
    (witness) =>
      witness.hello.length >= needed && hasHelloArrived(witness) && packetSize(facts, witness) <= largestPassing,
  );
}

function icmpOf(facts: Facts, direction: PathDirection, fails: readonly Witness[]): PathFault['icmp'] {
  const heard = fails.map(fragmentationNeeded).find((icmp) => icmp !== null);
  if (heard !== undefined) return heard;
  // What we hear is about packets of ours.
  const told = direction === 'outbound' ? facts.value('pmtud') : null;
  return told?.icmpSeen === true && told.from !== null ? { from: told.from, mtu: told.mtu } : null;
}
