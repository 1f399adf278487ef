/**
 * Live handshakes that end early whatever the hello: none was answered, or no answer was whole. What caused it is not claimed.
 * Those of a capture, whose hellos are not ours to vary, have rules of their own.
 */

import type { EndOutcome, Side } from '../../evidence/index.ts';
import type { Facts } from '../facts/facts.ts';
import { isAnswered, isFailure, least } from '../facts/outcome.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingId } from '../findings/catalogue.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import { areResetsInjected } from './injected.ts';
import { isLostBy, pathFault } from './path-fault.ts';
import type { Rule } from './rule.ts';
import { versionsRefused } from './versions.ts';

/** Payload that fits into one packet on every IPv4 path: 576 - 40. */
export const fitsEveryPath = 536;
/** Payload that all usual lines carry in one packet. */
export const fitsUsualPaths = 1200;

const kinds = [
  ['silent', 'handshake.silent'],
  ['reset', 'handshake.reset'],
  ['closed', 'handshake.closed'],
  ['alert', 'handshake.alert'],
  ['not-tls', 'handshake.not-tls'],
  ['malformed', 'handshake.malformed'],
] as const satisfies readonly (readonly [EndOutcome, FindingId])[];

/** One finding for each way in which hellos ended. */
const neverAnswered: Rule = (facts, say) => {
  const attempts = refusedHellos(facts);
  if (facts.capture !== null || isDropped(attempts)) return [];
  const findings: FindingDraft[] = [];
  const isLost = lostOnPath(facts);
  for (const [end, id] of kinds) {
    const ended = attempts.filter((attempt) => attempt.evidence.end === end && !isLost(attempt));
    if (end === 'reset' && areResetsInjected(facts, say)) continue;
    // The alert protocol_version names its cause, which has a finding of its own.
    if (ended.length === 0 || (end === 'alert' && versionsRefused(facts) !== null)) continue;
    findings.push({
      id,
      confidence: 'proven',
      evidence: ended.map((attempt) => witnessEvidence(say, attempt)),
      excluded: ruledOut(end, ended, attempts, say),
      ...(end === 'malformed' ? mendedAt('server') : {}),
      ...(end === 'not-tls' ? instead(ended) : {}),
      // An answer that is lost looks like one that was never sent.
      ...(end === 'silent' && ended.every(hasArrived) ? { alternatives: ['path.blackhole-inbound'] as const } : {}),
    });
  }
  return findings;
};

/** TCP came up, and of hellos of different sizes not one byte was acknowledged. */
const handshakeDropped: Rule = (facts, say) => {
  const attempts = refusedHellos(facts);
  if (facts.capture !== null || !isDropped(attempts)) return [];
  return [
    {
      id: 'policy.handshake-dropped',
      confidence: 'likely',
      evidence: attempts.map((attempt) => witnessEvidence(say, attempt)),
      excluded: [
        { id: 'policy.port-filtered', why: say.whyConnected() },
        { id: 'handshake.silent', why: say.whyNothingAcknowledged() },
        ...notSize(attempts, say),
      ],
    },
  ];
};

/** Hellos are answered, but no flight of the server was ever whole; or some were, and no handshake that went on from there was finished. */
const neverComplete: Rule = (facts, say) => {
  const attempts = [...facts.witnesses.values()];
  const whole = attempts.filter(({ evidence }) => evidence.end === 'complete');
  if (facts.capture !== null || whole.some(wentOn)) return [];
  const begun = attempts.filter(
    (attempt) =>
      attempt.evidence.hello !== null &&
      isAnswered(attempt) &&
      (whole.length === 0 || (wentOn(attempt) && !asksForCertificate(attempt))),
  );
  const isLost = lostOnPath(facts);
  return kinds.flatMap(([end, id]): FindingDraft[] => {
    const ended = begun.filter((attempt) => attempt.evidence.end === end && isTelling(attempt) && !isLost(attempt));
    if (ended.length === 0) return [];
    return [
      {
        id,
        confidence: 'proven',
        evidence: ended.map((attempt) => witnessEvidence(say, attempt)),
        excluded: [{ id: 'tls.no-common-version', why: say.whyServerHello() }],
        ...(end === 'malformed' ? mendedAt('server') : {}),
        ...(end === 'silent' ? { alternatives: ['path.blackhole-inbound'] as const } : {}),
      },
    ];
  });
};

/** What a path that loses large packets explains has a finding of its own. */
function lostOnPath(facts: Facts): (attempt: Witness) => boolean {
  const faults = [pathFault(facts, 'outbound'), pathFault(facts, 'inbound')];
  return (attempt) => faults.some((fault) => isLostBy(facts, fault, attempt));
}

/** TCP at the other end acknowledged the whole hello. */
export function hasArrived({ evidence, hello }: Pick<Witness, 'evidence' | 'hello'>): boolean {
  // How long one is of which only the beginning was seen, nobody knows.
  return hello.length > 0 && (evidence.sent.acked ?? 0) >= hello.firstFlight;
}

/** With an alert, before any of the hello was sent again: what the path lost would have been. */
export function isAnsweredAtOnce({ evidence: { end, alert, sent } }: Pick<Witness, 'evidence'>): boolean {
  return end === 'alert' && alert?.from === 'server' && sent.retransmitted === 0;
}

/** More than the hello was sent: our side of the handshake went on. */
function wentOn({ hello, evidence }: Witness): boolean {
  return evidence.sent.bytes > hello.firstFlight;
}

/** A server may end the handshake of a client without a certificate as it likes. */
function asksForCertificate({ evidence }: Witness): boolean {
  return evidence.received.some(({ message }) => message === 'certificate-request');
}

/** Silence beside another connection tells nothing (rule 3 of inference); an alert is about the hello only where nothing else was sent. */
function isTelling({ hello, evidence, concurrent }: Witness): boolean {
  if (evidence.end === 'silent') return concurrent === 0;
  return evidence.end !== 'alert' || evidence.sent.bytes === hello.firstFlight;
}

export const handshakeRules: readonly Rule[] = [neverAnswered, handshakeDropped, neverComplete];

/** Attempts whose hello was not accepted, when no hello of the whole run was; empty otherwise. */
export function refusedHellos(facts: Facts): Witness[] {
  const attempts = [...facts.witnesses.values()];
  return attempts.some(isAnswered) ? [] : attempts.filter(isFailure);
}

/**
 * Needs the count of acknowledged bytes, which kernel TCP does not always give, and hellos of more than one size, one of which is no
 * large packet. Where later bytes arrive (SACK) not everything is dropped.
 */
function isDropped(attempts: readonly Witness[]): boolean {
  return (
    new Set(attempts.map(({ hello }) => hello.length)).size > 1 &&
    attempts.some(({ hello }) => hello.firstFlight <= fitsUsualPaths) &&
    attempts.every(({ evidence: { end, sent } }) => end === 'silent' && sent.acked === 0 && sent.tailSacked !== true)
  );
}

/** A server of SSL 2.0 may be the right one, and too old. */
export function instead(ended: readonly Witness[]): Pick<FindingDraft, 'alternatives'> {
  return ended.some(({ evidence }) => evidence.looksLike === 'ssl2') ? { alternatives: ['tls.no-common-version'] } : {};
}

/** What is broken is mended where it was sent, or before that. */
export function mendedAt(side: Side | null): Pick<FindingDraft, 'remedies'> {
  if (side === null) return {};
  return { remedies: [side === 'client' ? 'update-sender' : 'update-terminator', 'capture-at-both-ends'] };
}

/** What an end that comes before any answer cannot have meant. */
export function ruledOut(
  end: EndOutcome,
  ended: readonly Witness[],
  all: readonly Witness[],
  say: Say,
  connected: string = say.whyConnected(),
): { id: FindingId; why: string }[] {
  switch (end) {
    case 'silent':
    case 'reset':
    case 'closed':
      return [{ id: 'policy.port-filtered', why: connected }, ...notSize(ended, say), ...notName(all, say)];
    case 'alert':
      // A server asks for the certificate only after its ServerHello, which never came.
      return [{ id: 'tls.client-certificate-required', why: say.whyBeforeServerHello() }, ...notSize(ended, say)];
    default:
      return [];
  }
}

/** The size is ruled out when a clearly smaller hello, or one that fits into any packet, ended the same way. */
function notSize(attempts: readonly Witness[], say: Say): { id: FindingId; why: string }[] {
  const lengths = attempts.map(({ hello }) => hello.length);
  const smallest = least(lengths);
  const largest = -least(lengths.map((length) => -length));
  const excluded: { id: FindingId; why: string }[] = [];
  if (smallest < largest) {
    excluded.push({ id: 'tls.hello-size-intolerant', why: say.whySmallerFailedToo({ smallest, largest }) });
  }
  const flight = attempts.some(({ hello }) => hello.length === 0)
    ? Number.POSITIVE_INFINITY
    : least(attempts.map(({ hello }) => hello.firstFlight));
  const arrived = attempts.filter(hasArrived);
  if (arrived.length > 0) {
    excluded.push({ id: 'path.blackhole-outbound', why: say.whyArrived({ times: arrived.length }) });
  } else if (attempts.every(isAnsweredAtOnce)) {
    excluded.push({ id: 'path.blackhole-outbound', why: say.whyItArrived() });
  } else if (flight <= fitsEveryPath) {
    excluded.push({ id: 'path.blackhole-outbound', why: say.whyFitsEveryPath({ bytes: flight }) });
  }
  return excluded;
}

/** The name is ruled out when hellos with and without one failed. */
function notName(attempts: readonly Witness[], say: Say): { id: FindingId; why: string }[] {
  const names = new Set(attempts.map(({ evidence }) => evidence.hello?.sni ?? null));
  const name = [...names].find((sni) => sni !== null);
  return names.has(null) && name !== undefined && name !== null
    ? [{ id: 'policy.sni-filtered', why: say.whyWithoutNameToo({ name }) }]
    : [];
}
