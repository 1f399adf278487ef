/** RSTs that another host sent in the server's name (pattern 5), by what their packets and those of the server look like. */

import type { Confidence, TraceRow } from '../../evidence/index.ts';
import type { Facts } from '../facts/facts.ts';
import { isAlive, isCaptured, isFailure, least } from '../facts/outcome.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import type { Rule } from './rule.ts';

/**
 * The server went on sending after the RST that bears its address, or the RST came over another number of hops than the SYN-ACK of the
 * same connection, or it answers a hello that cannot have reached the server. Nothing else about a RST tells who sent it; some hosts
 * send theirs with a TTL that starts higher, so the same distance is no proof of two hosts.
 */
const resetInjected: Rule = (facts, say) => {
  const injected = injectedIn(facts);
  const near = nearResets(facts, say);
  const confidence = confidenceOf(injected, near);
  if (confidence === null) return [];
  return [
    {
      id: 'policy.reset-injected',
      confidence,
      evidence: [...near, ...injected.flatMap((witness) => evidenceOf(witness, say))],
      excluded: injected.some(isAlive) ? [] : [{ id: 'handshake.alert', why: say.whyNoAlertFirst() }],
    },
  ];
};

export const injectedRules: readonly Rule[] = [resetInjected];

/** Somebody else sends the RSTs, at least likely: that they end handshakes is no finding beside it. */
export function areResetsInjected(facts: Facts, say: Say): boolean {
  const confidence = confidenceOf(injectedIn(facts), nearResets(facts, say));
  return confidence === 'proven' || confidence === 'likely';
}

/** Each has an innocent explanation once in a while: a host with another TTL for RSTs, one that resets idle connections. */
function confidenceOf(injected: readonly Witness[], near: FindingDraft['evidence']): Confidence | null {
  if (injected.length === 0 && near.length === 0) return null;
  const isFar = injected.some(isFromOtherDistance);
  const isOdd = injected.some(isContradicted) || near.length > 0;
  return isFar && isOdd ? 'proven' : isFar || isOdd ? 'likely' : 'possible';
}

function injectedIn(facts: Facts): Witness[] {
  return [...facts.witnesses.values()].filter((witness) => isContradicted(witness) || isResetFromElsewhere(witness));
}

function evidenceOf(witness: Witness, say: Say): FindingDraft['evidence'] {
  const sure = isFromOtherDistance(witness);
  const contradicted = isContradicted(witness);
  return [
    ...(contradicted ? [witnessEvidence(say, witness, say.inConversation(witness, say.sentAfterReset()))] : []),
    ...(sure || !contradicted ? [witnessEvidence(say, witness, say.resetFromElsewhere(witness, { sure }))] : []),
  ];
}

/** A RST to a hello that expired on the way, or whose TTL was too small for the server's distance. */
function nearResets(facts: Facts, say: Say): FindingDraft['evidence'] {
  const rows = (facts.value('trace') ?? []).filter(({ reply }) => reply === 'reset');
  const attempts = facts.attemptsOf('trace').filter(({ evidence }) => evidence.end === 'reset');
  const [shown] = attempts;
  if (shown === undefined) return [];
  const expired = rows.find(hasExpired);
  if (expired !== undefined) return [witnessEvidence(say, shown, say.resetOnTheWay({ ttl: expired.ttl }))];
  // Seen from the server's SYN-ACK; the way there may be another.
  const away = least(attempts.flatMap(({ evidence: { path } }) => (path.synAck === null ? [] : hops(path.synAck.ttl))));
  const nearest = least(rows.map(({ ttl }) => ttl));
  if (!Number.isFinite(away) || nearest > away) return [];
  return [witnessEvidence(say, shown, say.resetTooNear({ ttl: nearest, hops: away }))];
}

/** Time exceeded in transit: ICMP type 11 code 0 (RFC 792), ICMPv6 type 3 code 0 (RFC 4443 §3.3). */
function hasExpired({ icmp, from }: TraceRow): boolean {
  if (icmp === null || icmp.code !== 0) return false;
  return icmp.type === ((from ?? '').includes(':') ? 3 : 11);
}

function isContradicted({ evidence }: Witness): boolean {
  return evidence.path.reset?.contradicted === true;
}

/** By its TTL, where nothing of the server's came. */
function isResetFromElsewhere(witness: Witness): boolean {
  const { end, path } = witness.evidence;
  return (
    end === 'reset' &&
    !isAlive(witness) &&
    (!isCaptured(witness) || isFailure(witness)) &&
    path.synAck !== null &&
    path.reset !== null &&
    path.synAck.ttl !== path.reset.ttl
  );
}

function isFromOtherDistance({ evidence: { path } }: Witness): boolean {
  return path.synAck !== null && path.reset !== null && hops(path.synAck.ttl) !== hops(path.reset.ttl);
}

/** Routers passed, when the sender began with a usual TTL. */
function hops(ttl: number): number {
  return ([64, 128, 255].find((initial) => ttl <= initial) ?? ttl) - ttl;
}
