/** What a live run shows of the path (pattern 4), whose packets were ours to vary: what is lost, adjusted, clamped, not told. */

import { headerBytes, type IcmpEvidence, timestampBytes } from '../../evidence/index.ts';
import type { Facts } from '../facts/facts.ts';
import { isAnswered, isFailure } from '../facts/outcome.ts';
import { ethernet, fragmentationNeeded, headersOf } from '../facts/packets.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingId } from '../findings/catalogue.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import type { PathDirection } from './path.ts';
import { type PathFault, pathFault, subjectOf } from './path-fault.ts';
import { type Rule, repeatsForClaim } from './rule.ts';

const blackhole =
  (direction: PathDirection): Rule =>
  (facts, say) => {
    const fault = pathFault(facts, direction);
    return fault === null ? [] : [draftOf(facts, fault, say)];
  };

/** Three packets that were too large, a proven loss, and nobody said so (contracts): it goes with the black hole, never stands for it. */
const icmpFiltered: Rule = (facts, say) => {
  const told = facts.value('pmtud');
  const fault = pathFault(facts, 'outbound');
  if (fault?.confidence !== 'proven' || told?.icmpSeen !== false || told.oversize < repeatsForClaim) return [];
  const [first, ...others] = fault.fails;
  if (first === undefined) return [];
  return [
    {
      id: 'path.icmp-filtered',
      confidence: 'proven',
      evidence: [
        witnessEvidence(say, first, say.noIcmp({ oversize: told.oversize })),
        ...others.map((witness) => witnessEvidence(say, witness)),
      ],
    },
  ];
};

/** ICMP was heard, or the route's MTU is below the interface's, and hellos are answered: that is how it should be. */
const mtuReduced: Rule = (facts, say) => {
  const witnesses = [...facts.witnesses.values()];
  if (facts.capture !== null || pathFault(facts, 'outbound') !== null || !witnesses.some(isAnswered)) return [];
  const learned = witnesses.flatMap((witness) => {
    const what = learnedMtu(facts, witness);
    return what === null ? [] : [{ witness, ...what }];
  });
  const told = facts.value('pmtud');
  const isTold = told?.icmpSeen === true;
  const from = (isTold ? told.from : null) ?? learned.find((one) => one.from !== null)?.from ?? null;
  const mtu = (isTold ? told.mtu : null) ?? learned.find((one) => one.mtu !== null)?.mtu ?? null;
  const shown = learned.length > 0 ? learned.map(({ witness }) => witness) : isTold ? facts.attemptsOf('pmtud') : [];
  if (shown.length === 0) return reducedInbound(facts, say);
  if (mtu === null && from === null) return [];
  const text = mtu !== null ? say.mtuLearned({ mtu, from }) : say.mtuTold({ from: from ?? '' });
  return [
    {
      id: 'path.mtu-reduced',
      // A route may have been given its MTU by hand; what fell during a connection, or came by ICMP, was learned.
      confidence: from !== null || learned.some(({ duringConnection }) => duringConnection) ? 'proven' : 'likely',
      ...(mtu === null ? {} : { subject: `MTU ${mtu}` }),
      evidence: shown.map((witness) => witnessEvidence(say, witness, text)),
    },
  ];
};

/** The server fills smaller packets than both ends allow, so that the path told it; ours have not been too large. */
function reducedInbound(facts: Facts, say: Say): FindingDraft[] {
  const { mtu = null, shown = [] } = learnedByPeer(facts) ?? {};
  if (mtu === null || shown.length === 0) return [];
  return [
    {
      id: 'path.mtu-reduced',
      confidence: 'likely',
      subject: `MTU ${mtu}`,
      evidence: shown.map((witness) => witnessEvidence(say, witness, say.peerMtuLearned({ mtu }))),
    },
  ];
}

/** MTU of the path that the server has learned: it respects it, and announces it too from then on. */
function learnedByPeer(facts: Facts): { readonly mtu: number; readonly shown: readonly Witness[] } | null {
  const inbound = facts.value('mss')?.inbound;
  if (inbound?.verdict === 'reduced' && inbound.pathMtu !== null) {
    return { mtu: inbound.pathMtu, shown: facts.named(inbound.rows.flatMap(({ attempts }) => attempts)) };
  }
  return announcedLater(facts);
}

/** Its SYN-ACK left more room at the beginning of the run, and less from some connection on: what clamps does so from the first one on. */
function announcedLater(facts: Facts): { readonly mtu: number; readonly shown: readonly Witness[] } | null {
  const seen = [...facts.witnesses.values()].filter(isUnlimited);
  const [earliest] = seen;
  const latest = seen.at(-1)?.evidence.path.peerMss ?? null;
  if (earliest === undefined || latest === null || roomOf(earliest) <= latest) return null;
  const shown = seen.filter(({ evidence }) => evidence.path.peerMss === latest);
  // Behind one address there may be several servers, each with an MSS of its own.
  const since = seen.indexOf(shown[0] as Witness);
  if (seen.slice(since).some((witness) => roomOf(witness) > latest)) return null;
  return { mtu: latest + headersOf(facts, earliest, false), shown };
}

/** No MSS of ours limits what the kernel tells of the peer's. */
function isUnlimited({ mss = null, evidence: { connect, path } }: Witness): boolean {
  return mss === null && connect === 'ok' && path.sendMss !== null;
}

/** What the peer announced at least: the MSS in use, and the options that it leaves room for. */
function roomOf({ evidence: { path } }: Witness): number {
  return path.peerMss ?? (path.sendMss ?? 0) + (path.timestamps === true ? timestampBytes : 0);
}

/** The SYN-ACK leaves less room than our interface has, on a connection that had learned nothing yet (contracts). */
const mssClamped: Rule = (facts, say) => {
  if (facts.capture !== null) return [];
  const byMss = new Map<number, { witness: Witness; local: number }[]>();
  const learned = learnedByPeer(facts)?.mtu ?? null;
  const unlimited = [...facts.witnesses.values()].filter(isUnlimited);
  for (const witness of facts.witnesses.values()) {
    const { announcedMss: local, peerMss: peer } = witness.evidence.path;
    // A smaller MSS that we announce on purpose limits what we send, and some servers answer with no more.
    if (local === null || peer === null || (witness.mss ?? null) !== null) continue;
    const headers = headersOf(facts, witness, false);
    if (peer >= local || peer >= ethernet - headers || learnedMtu(facts, witness) !== null) continue;
    // A router that lowers the MSS does so on every connection.
    if (peer + headers === learned || unlimited.some((other) => roomOf(other) > peer)) continue;
    byMss.set(peer, [...(byMss.get(peer) ?? []), { witness, local }]);
  }
  return [...byMss].map(([peer, seen]) => ({
    id: 'path.mss-clamped',
    confidence: 'likely',
    subject: `MSS ${peer}`,
    evidence: seen.map(({ witness, local }) => witnessEvidence(say, witness, say.synAckMss({ local, peer }))),
  }));
};

/** Hellos in IP fragments: never answered, while whole packets beside them are. */
const fragmentsDropped: Rule = (facts, say) => {
  const value = facts.value('fragments');
  if (value === null || value.verdict !== 'dropped' || value.answered > 0) return [];
  const attempts = facts.attemptsOf('fragments');
  // What was acknowledged had arrived, in however many pieces.
  const unanswered = attempts.filter((witness) => isFailure(witness) && (witness.evidence.sent.acked ?? 0) === 0);
  // The first ones may have looked for a hello that is answered whole.
  const fails = unanswered.slice(-value.sent);
  const whole = [...new Set([...attempts, ...facts.witnesses.values()])].filter(isAnswered);
  if (fails.length < repeatsForClaim || whole.length === 0) return [];
  const beside = attempts.filter(isAnswered);
  const [first, ...others] = fails;
  if (first === undefined) return [];
  return [
    {
      id: 'path.fragments-dropped',
      confidence: beside.length >= repeatsForClaim ? 'proven' : 'likely',
      evidence: [
        witnessEvidence(say, first, say.fragmentsUnanswered({ sent: fails.length, whole: whole.length })),
        ...[...others, ...beside].map((witness) => witnessEvidence(say, witness)),
      ],
      excluded: [{ id: 'policy.handshake-dropped', why: say.whyWholeAnswered({ times: whole.length }) }],
    },
  ];
};

export const pathSweepRules: readonly Rule[] = [
  blackhole('outbound'),
  blackhole('inbound'),
  icmpFiltered,
  mtuReduced,
  mssClamped,
  fragmentsDropped,
];

/** The finding that a fault makes. Other rules that come upon the same fault make it with their evidence, and all become one. */
export function draftOf(
  facts: Facts,
  fault: PathFault,
  say: Say,
  evidence: FindingDraft['evidence'] = evidenceOf(fault, say),
): FindingDraft {
  const { direction, confidence, pathMtu } = fault;
  const subject = subjectOf(fault);
  const isIpv4 = facts.target.address !== null && !facts.target.address.includes(':');
  return {
    id: `path.blackhole-${direction}`,
    confidence,
    ...(subject === undefined ? {} : { subject }),
    evidence,
    excluded: excludedBy(fault, say),
    ...(pathMtu === null ? {} : { values: { mtu: pathMtu, mss: isIpv4 ? pathMtu - headerBytes('') : null } }),
    ...(confidence === 'proven' ? {} : { alternatives: alternativesTo(fault) }),
  };
}

/** One sentence for all, then one of each kind, then the rest. */
function evidenceOf(fault: PathFault, say: Say): FindingDraft['evidence'] {
  const { fails, passes, split } = fault;
  const [first] = fails;
  if (first === undefined) return [];
  const inTurn = [fails[0], passes.at(-1), split.at(-1), ...fails, ...passes, ...split];
  const each = new Set(inTurn.filter((witness) => witness !== undefined));
  return [
    witnessEvidence(say, first, say.sizesLost(fault)),
    ...[...each].map((witness) => witnessEvidence(say, witness)),
  ];
}

function excludedBy({ direction, passes, split, confidence }: PathFault, say: Say): { id: FindingId; why: string }[] {
  const connected = { id: 'policy.port-filtered', why: say.whyConnected() } as const;
  if (direction === 'inbound') {
    if (confidence !== 'proven') return [connected];
    const why = say.whySmallerArrivesBack({ times: passes.length });
    return [connected, { id: 'policy.handshake-dropped', why }];
  }
  if (split.length < repeatsForClaim) return [connected];
  const length = Math.min(...split.map(({ hello }) => hello.length));
  const why = say.whySameArrived({ length, times: split.length });
  return [connected, { id: 'tls.hello-size-intolerant', why }];
}

function alternativesTo({ direction, split }: PathFault): FindingId[] {
  if (direction === 'inbound') return ['handshake.silent'];
  return split.length < repeatsForClaim ? ['tls.hello-size-intolerant'] : [];
}

interface LearnedMtu {
  readonly mtu: number | null;
  readonly from: IcmpEvidence['from'] | null;
  /** The SYN still had room for more. */
  readonly duringConnection: boolean;
}

/** What the connection knew of the path's MTU; null when no more than its interface's. */
function learnedMtu(facts: Facts, witness: Witness): LearnedMtu | null {
  const { connect, path } = witness.evidence;
  if (connect !== 'ok') return null;
  const icmp = fragmentationNeeded(witness);
  if (icmp !== null) return { mtu: icmp.mtu, from: icmp.from, duringConnection: true };
  const { pathMtu, interfaceMtu = null, announcedMss } = path;
  if (pathMtu === null || interfaceMtu === null || pathMtu >= interfaceMtu) return null;
  const room = announcedMss === null ? 0 : announcedMss + headersOf(facts, witness, false);
  return { mtu: pathMtu, from: null, duringConnection: pathMtu < room };
}
