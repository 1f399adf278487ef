/**
 * What the packets of one connection show of the path (pattern 4): large ones that disappear, a smaller MTU that is announced, a
 * clamp, lost fragments. Live runs vary sizes and so know more: see path-sweep.ts.
 */

import type { IcmpEvidence, StreamEvidence } from '../../evidence/index.ts';
import type { Facts } from '../facts/facts.ts';
import { clampNameOf } from '../facts/mss.ts';
import { isAnswered } from '../facts/outcome.ts';
import { ethernet, everyPath, fragmentationNeeded, headersOf, smallestLine } from '../facts/packets.ts';
import { giveUpMs, waitedMs } from '../facts/turns.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Rule } from './rule.ts';

export type PathDirection = 'outbound' | 'inbound';

/** A direction whose large packets do not arrive while smaller ones do. */
export interface PathLoss {
  readonly direction: PathDirection;
  readonly confidence: 'proven' | 'likely' | 'possible';
  /** Payload of the segment that is lost again and again; null where the capture stands behind the place that loses it. */
  readonly lost: number | null;
  /** Bytes that never came to where it was seen; null where they were seen, and where only that there is a gap is known. */
  readonly missing: number | null;
  /** Payload of the largest segment that arrived; null where none did. */
  readonly passed: number | null;
  /** The receiver has bytes from behind the gap (RFC 2018). */
  readonly sacked: boolean;
  /** Header bytes of each packet: payload plus these is the packet's size. */
  readonly headers: number;
  /** "Fragmentation needed" that was heard, and did not help. */
  readonly icmp: IcmpEvidence | null;
}

const blackhole =
  (direction: PathDirection): Rule =>
  (facts, say) =>
    capturedWitnesses(facts).flatMap((witness): FindingDraft[] => {
      const loss = pathLoss(facts, witness, direction);
      if (loss === null) return [];
      return [
        {
          id: `path.blackhole-${direction}`,
          confidence: loss.confidence,
          evidence: [witnessEvidence(say, witness, say.inConversation(witness, say.largeLost(loss)))],
          excluded: [
            { id: 'policy.port-filtered', why: say.whyConnected() },
            ...(loss.sacked || (loss.passed ?? 0) > 0
              ? [{ id: 'policy.handshake-dropped' as const, why: say.whySmallerArrived() }]
              : []),
          ],
          ...(loss.confidence === 'proven' ? {} : { alternatives: ['handshake.silent'] as const }),
        },
      ];
    });

/** "Fragmentation needed" came, and the handshake went on: that is how it should be. */
const mtuReduced: Rule = (facts, say) =>
  capturedWitnesses(facts).flatMap((witness): FindingDraft[] => {
    const heard = fragmentationNeeded(witness);
    if (heard === null || isStuck(facts, witness) || !wentOn(witness)) return [];
    return [
      {
        id: 'path.mtu-reduced',
        confidence: 'proven',
        evidence: [witnessEvidence(say, witness, say.inConversation(witness, say.mtuAnnounced(heard)))],
      },
    ];
  });

/**
 * One SYN announces less than the other, and less than Ethernet has room for. Where both announce the same, a router between may
 * have set both, or both hosts have such an MTU: a usual value is worth telling. Another value may be the host's own. A learned MTU explains either better (contracts).
 */
const mssClamped: Rule = (facts, say) =>
  capturedWitnesses(facts).flatMap((witness): FindingDraft[] => {
    const { announcedMss: syn, peerMss: synAck } = witness.evidence.path;
    if (syn === null || synAck === null || fragmentationNeeded(witness) !== null) return [];
    // Ours by choice; some servers answer with no more.
    if ((witness.mss ?? null) !== null) return [];
    const lower = Math.min(syn, synAck);
    if (lower >= ethernet - headersOf(facts, witness, false)) return [];
    const isUsual = clampNameOf(lower) !== null;
    if (syn === synAck && !isUsual) return [];
    return [
      {
        id: 'path.mss-clamped',
        confidence: syn !== synAck && isUsual ? 'likely' : 'possible',
        subject: `MSS ${lower}`,
        evidence: [witnessEvidence(say, witness, say.inConversation(witness, say.mssDiffers({ syn, synAck })))],
      },
    ];
  });

/** Datagrams in pieces of which some never came. */
const fragmentsDropped: Rule = (facts, say) => {
  const confidence = fragmentLoss(facts);
  if (facts.capture === null || confidence === null) return [];
  const { conversation, witness } = facts.capture;
  return [
    {
      id: 'path.fragments-dropped',
      confidence,
      ...(confidence === 'possible' ? { severity: 'low' as const } : {}),
      evidence: [
        witnessEvidence(say, witness, say.inConversation(witness, say.fragmentsMissing(conversation.loss.fragments))),
      ],
    },
  ];
};

export const pathRules: readonly Rule[] = [
  blackhole('outbound'),
  blackhole('inbound'),
  mtuReduced,
  mssClamped,
  fragmentsDropped,
];

function capturedWitnesses({ capture }: Facts): Witness[] {
  return capture === null ? [] : [capture.witness];
}

/**
 * Size-selective loss in one direction, null where there is none. Before the place of the loss a capture shows the same
 * segment sent again and again; behind it the segment never comes, and the receiver asks for it with SACK. Random loss is
 * repaired by the retransmissions; a segment of the same size that arrived rules the size out.
 */
export function pathLoss(facts: Facts, witness: Witness, direction: PathDirection): PathLoss | null {
  const { evidence } = witness;
  const stream = direction === 'outbound' ? evidence.sent : evidence.inbound;
  if (stream === null || stream === undefined || evidence.connect !== 'ok') return null;
  const headers = headersOf(facts, witness, evidence.path.timestamps === true);
  const lost = stream.lostSegment ?? null;
  const passed = stream.largestAcked ?? null;
  const sacked = stream.tailSacked === true;
  const icmp = fragmentationNeeded(witness);
  const common = { direction, passed, sacked, headers, icmp } as const;
  if (lost !== null) {
    const selective = sacked || (passed ?? 0) > 0;
    if (!selective || lost + headers <= everyPath(facts, witness) || (passed ?? 0) >= lost) return null;
    const whole = sacked || facts.capture === null || lost + headers >= largestPacket(witness, direction, headers);
    if (!sacked && facts.capture !== null && isSmallLost(stream, lost, passed ?? 0)) return null;
    // Whoever drops this one segment for what is in it looks the same; and small ones that were lost are put together when they are sent again.
    return {
      ...common,
      lost,
      missing: null,
      confidence: whole && lost + headers > smallestLine ? 'likely' : 'possible',
    };
  }
  // What never came because its fragments did not says nothing of whole packets.
  const missing = fragmentLoss(facts) === null ? missingIn(facts, witness, direction) : null;
  if (!sacked || (passed ?? 0) + headers >= largestPacket(witness, direction, headers)) return null;
  const heard = direction === 'inbound' && evidence.sent.acked !== null && evidence.sent.acked >= witness.hello.length;
  if (missing === null) {
    // TCP_INFO tells that something came behind a gap, and not how long the gap is.
    const isGap = facts.capture === null && heard && evidence.end === 'silent';
    return isGap ? { ...common, lost: null, missing, confidence: 'likely' } : null;
  }
  if (missing + headers <= everyPath(facts, witness) || !neverFilled(facts, witness, stream, missing)) return null;
  // More than one packet: they have in common that they are large, and nothing of what is in them.
  const several = missing + headers > largestPacket(witness, direction, headers);
  return { ...common, lost: null, missing, confidence: heard && several && icmp === null ? 'proven' : 'likely' };
}

/**
 * What was sent behind the lost segment does not fill segments of its size: its last one is no larger than one that arrived, and was not
 * selectively acknowledged. Nothing arrives any more, whatever its size, as behind a firewall that forgot the connection.
 */
function isSmallLost({ bytes, acked }: StreamEvidence, lost: number, passed: number): boolean {
  const last = (bytes - (acked ?? 0)) % lost;
  return last > 0 && last <= passed;
}

/**
 * Whether fragments of the conversation are lost on the way. One piece of each datagram and never a second is what a filter
 * makes of it that cannot tell the port of later fragments: one on the way, or that of the capture, unless it has such fragments. A single
 * loss may be the capture's own.
 */
function fragmentLoss({ capture }: Facts): 'likely' | 'possible' | null {
  if (capture === null || capture.witness.evidence.completeness === 'snapped') return null;
  const { seen, incomplete, later } = capture.conversation.loss.fragments;
  if (incomplete === 0) return null;
  return incomplete > 1 && seen === incomplete && later === true ? 'likely' : 'possible';
}

/** True when the path explains why the handshake did not go on. */
export function isExplainedByPath(facts: Facts, witness: Witness): boolean {
  if (fragmentLoss(facts) === 'likely') return true;
  return (['outbound', 'inbound'] as const).some((direction) => {
    const loss = pathLoss(facts, witness, direction);
    return loss !== null && loss.confidence !== 'possible';
  });
}

/** Size of a full packet in a direction: what the receiver's MSS allows, else Ethernet's. */
function largestPacket({ evidence: { path } }: Witness, direction: PathDirection, headers: number): number {
  const mss = direction === 'outbound' ? path.peerMss : path.announcedMss;
  // The timestamps option takes its bytes from the segment (RFC 6691).
  return mss === null ? ethernet : mss + (path.timestamps === true ? headers - 12 : headers);
}

function missingIn({ capture }: Facts, { evidence }: Witness, direction: PathDirection): number | null {
  if (direction === 'inbound') return evidence.missingInbound;
  return capture?.conversation.loss.missingBytes.client ?? null;
}

/** The gap outlasted the retransmissions: the other side waited, in vain, for longer than several of them take. */
function neverFilled(facts: Facts, witness: Witness, stream: StreamEvidence, missing: number): boolean {
  const { completeness, end } = witness.evidence;
  if (completeness !== 'full' || stream.acked === null || stream.acked >= stream.bytes + missing) return false;
  if (end === 'silent') return true;
  const waited = facts.capture === null ? null : waitedMs(facts.capture.conversation);
  return (end === 'reset' || end === 'closed') && waited !== null && waited >= giveUpMs;
}

function isStuck(facts: Facts, witness: Witness): boolean {
  return (['outbound', 'inbound'] as const).some((direction) => pathLoss(facts, witness, direction) !== null);
}

function wentOn(witness: Witness): boolean {
  return witness.evidence.end === 'complete' || isAnswered(witness);
}
