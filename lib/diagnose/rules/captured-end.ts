/** How a captured handshake ended before it was finished, and what that can mean. What is not in the capture proves nothing. */

import {
  type AlertEvidence,
  type Conversation,
  type EndOutcome,
  isSftunnel,
  transportOf,
} from '../../evidence/index.ts';
import { alerts } from '../../wire/index.ts';
import type { CaptureView, Facts } from '../facts/facts.ts';
import { isAnswered } from '../facts/outcome.ts';
import {
  giveUpMs,
  hasExchangedKeys,
  hasNoCertificate,
  isClientsTurn,
  isFlightWhole,
  isHelloInPart,
  isInClear,
  isResumption,
  isRetryUnanswered,
  isServersTurn,
  lateForClient,
  lostToClient,
  mayHaveCertificate,
  mayPassOver,
  missedByServer,
  serverIsDone,
  stoppedInFlight,
  waitedMs,
} from '../facts/turns.ts';
import { type Witness, witnessEvidence } from '../facts/witness.ts';
import type { FindingId } from '../findings/catalogue.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { RemedyId } from '../findings/remedies.ts';
import type { Say } from '../messages/index.ts';
import { certificateRules } from './certificates.ts';
import { complaintIn, explains, isAboutCertificates, sftunnelRemediesFor } from './complaint.ts';
import { fitsUsualPaths, instead, mendedAt, ruledOut } from './handshake.ts';
import { areResetsInjected } from './injected.ts';
import { isExplainedByPath } from './path.ts';
import type { Rule } from './rule.ts';
import { sftunnelChainRules } from './sftunnel.ts';
import { sftunnelPairRules } from './sftunnel-pair.ts';
import { trustRules } from './trust.ts';
import { refusesInSsl2, refusesVersion, speakSsl2 } from './versions.ts';

const capturedEnd: Rule = (facts, say) => {
  const { capture } = facts;
  // A hello that was made to find out how it fails is not judged by its failure.
  if (capture === null || capture.conversation.own?.probing === true) return [];
  const { evidence } = capture.witness;
  // A fatal alert in clear ended a handshake in any view; everything else needs the whole one (rule 5 of inference).
  if (evidence.end === 'alert') return byAlert(facts, capture, say);
  if (evidence.completeness !== 'full' || isExplainedByPath(facts, capture.witness)) return [];
  if (capture.conversation.protocol === 'tls' && evidence.connect !== 'ok') return [];
  switch (evidence.end) {
    case 'reset':
      return areResetsInjected(facts, say) ? [] : byEnding(capture, evidence.end, say);
    case 'closed':
      return byEnding(capture, evidence.end, say);
    case 'silent':
      return bySilence(capture, say);
    case 'not-tls':
      // What the server's bytes look like is known; what a client sends in place of TLS is no fault of the port.
      if (evidence.looksLike === null || (speakSsl2(capture) && !refusesInSsl2(capture.witness))) return [];
      if (evidence.imitated === true) return [imitation(capture, evidence.end, say)];
      return [{ ...draftOf(capture, evidence.end, say), ...instead([capture.witness]) }];
    case 'malformed':
      if (evidence.imitated === true) return [imitation(capture, evidence.end, say)];
      return [{ ...draftOf(capture, evidence.end, say), ...mendedAt(evidence.brokenBy ?? null) }];
    default:
      return [];
  }
};

/** The server ended the handshake of a client that had no certificate to send. It was asked for one, and its list was empty. */
const clientCertificateMissing: Rule = ({ capture }, say) => {
  if (capture === null || !lacksCertificate(capture)) return [];
  const { conversation, witness } = capture;
  const { authorities } = conversation.certificateRequest ?? { authorities: [] };
  return [
    {
      id: 'tls.client-certificate-required',
      severity: 'high',
      confidence: witness.evidence.alert?.code === alerts.codeOf('certificate_required') ? 'proven' : 'likely',
      evidence: [
        witnessEvidence(say, witness),
        witnessEvidence(say, witness, say.inConversation(witness, say.certificateDemanded({ authorities, types: [] }))),
      ],
      excluded: [{ id: 'tls.no-common-version', why: say.whyServerHello() }],
      ...(isSftunnel(conversation)
        ? { remedies: ['read-sftunnel-log', 'check-registration', 'copy-sftunnel-certificates'] }
        : {}),
    },
  ];
};

export const capturedEndRules: readonly Rule[] = [capturedEnd, clientCertificateMissing];

/** Alerts that name their cause have a finding of their own; the others may mean several things. */
function byAlert(facts: Facts, capture: CaptureView, say: Say): FindingDraft[] {
  const { witness } = capture;
  const { alert } = witness.evidence;
  if (alert === null) return [];
  if (isFarewell(alert)) return byEnding(capture, 'closed', say, alert.from);
  if (refusesVersion(witness) || lacksCertificate(capture) || isExplained(facts, witness, alert, say)) return [];
  return [{ ...draftOf(capture, 'alert', say), ...meantBy(capture, alert) }];
}

/** Not knowing what is wrong, for certificates of the other side everything that this alert can mean. */
function meantBy({ conversation }: CaptureView, alert: AlertEvidence): Pick<FindingDraft, 'remedies' | 'alternatives'> {
  if (isSftunnel(conversation))
    return { remedies: isAboutCertificates(alert) ? sftunnelRemediesFor(alert) : ['read-sftunnel-log'] };
  return isAboutCertificates(alert) ? { remedies: ['read-server-log'], alternatives: suspects(alert) } : {};
}

function suspects({ from, code }: AlertEvidence): FindingId[] {
  if (from === 'server') return ['tls.client-certificate-required'];
  return code === alerts.codeOf('certificate_expired')
    ? ['cert.expired']
    : ['cert.untrusted-root', 'cert.name-mismatch'];
}

/** The certificates that the alert is about have a fault of the kind it tells. */
function isExplained(facts: Facts, witness: Witness, alert: AlertEvidence, say: Say): boolean {
  const side = alert.from === 'client' ? 'server' : 'client';
  if (complaintIn(witness, side) === null) return false;
  const accused: Facts = { ...facts, chains: facts.chains.filter((row) => row.side === side) };
  return (
    [...certificateRules, ...trustRules, ...sftunnelChainRules].some((rule) =>
      rule(accused, say).some((draft) => explains(draft, alert)),
    ) || sftunnelPairRules.some((rule) => rule(facts, say).some((draft) => explains(draft, alert)))
  );
}

/** close_notify and user_canceled are ways to hang up (RFC 8446 §6.1). */
export function isFarewell({ code }: AlertEvidence): boolean {
  return code === alerts.codeOf('close_notify') || code === alerts.codeOf('user_canceled');
}

/** An alert that is encrypted is an end on purpose; what it says, one of the sides knows, or its keys tell. */
function behindAlert({ conversation, witness }: CaptureView): Pick<FindingDraft, 'remedies'> {
  const { sealedAlerts = [] } = witness.evidence;
  if (sealedAlerts.length === 0) return {};
  return { remedies: [...logOf(conversation, sealedAlerts), 'give-key-log', 'capture-at-both-ends'] };
}

/** Both ends of an sftunnel can be asked; of others the server is one's own, if any. */
function logOf(conversation: Conversation, alertsFrom: readonly string[]): readonly RemedyId[] {
  if (isSftunnel(conversation)) return ['read-sftunnel-log'];
  return alertsFrom.includes('server') ? ['read-server-log'] : [];
}

/** What speaks first speaks another protocol, or TLS only when it is asked to in that (STARTTLS). */
function hasGreeted({ witness: { evidence } }: CaptureView): boolean {
  return (evidence.greeted ?? 0) > 0;
}

function behindGreeting(capture: CaptureView): Pick<FindingDraft, 'remedies'> {
  return hasGreeted(capture) ? { remedies: ['check-port', 'read-server-log'] } : {};
}

/** Both sides went on with what is no TLS, so that they understand each other in it: no fault of either. */
function imitation(capture: CaptureView, end: 'malformed' | 'not-tls', say: Say): FindingDraft {
  const { id, confidence, evidence } = draftOf(capture, end, say);
  return { id, confidence, evidence, key: 'imitated', severity: 'info', remedies: ['name-the-program'] };
}

/** RST or FIN. A client that hangs up early may have had its reasons, which are no fault of anybody. */
function byEnding(
  capture: CaptureView,
  how: 'reset' | 'closed',
  say: Say,
  by = capture.witness.evidence.endedBy ?? null,
): FindingDraft[] {
  const { conversation, witness } = capture;
  // A FIN comes in order, and acknowledges what came before it: the server waited in vain, too.
  if (isHelloInPart(witness.evidence))
    return by === 'client' && !gaveUp(conversation) ? [] : [helloInPart(capture, how, say)];
  if (by === 'server') {
    if (how === 'closed' && wasSentInVain(capture)) return bySilence(capture, say);
    // It only closed what the client had ended.
    const { received, sealedAlerts = [] } = witness.evidence;
    if (sealedAlerts.includes('client') && !sealedAlerts.includes('server'))
      return [{ ...draftOf(capture, how, say), ...behindAlert(capture), severity: 'medium' }];
    // It waited in vain, too, for the client to go on.
    if ((isClientsTurn(witness) || isRetryUnanswered(capture)) && gaveUp(conversation)) return bySilence(capture, say);
    if (missedByServer(witness.evidence))
      return [{ ...draftOf(capture, how, say), alternatives: ['path.blackhole-outbound'] }];
    // A host that closes when it has not read everything sends a RST in place of a FIN (RFC 1122 §4.2.2.13): the same, if at the same point.
    const deed = `server ends it after ${received.findLast(({ message }) => message !== 'alert')?.message ?? 'the hello'}`;
    const draft = { ...draftOf(capture, how, say), deed, ...behindAlert(capture), ...behindGreeting(capture) };
    return [
      hasExchangedKeys(witness.evidence) && hasNoCertificate(capture) ? missingPerhaps(draft, capture, say) : draft,
    ];
  }
  if (by === 'client' && !heardAnswer(capture)) return gaveUp(conversation) ? bySilence(capture, say) : [];
  if (isAnswered(witness)) {
    if (by === 'client' && cameInPart(capture)) return [stoppedInPart(capture, say)];
    // It may have refused the server, or been refused: nothing but the encrypted alert says what and why.
    const { sealedAlerts = [] } = witness.evidence;
    if (sealedAlerts.includes('server')) return [{ ...draftOf(capture, how, say), ...behindAlert(capture) }];
    const draft = { ...draftOf(capture, how, say), ...behindAlert(capture), severity: 'medium' } as const;
    if (sealedAlerts.includes('client')) return [draft];
    // Many clients refuse a certificate without an alert.
    if (by === 'client' && isServersTurn(witness) && gaveUp(conversation)) return bySilence(capture, say);
    const refuses = by === 'client' && !wentOn(capture) && mayHaveCertificate(capture);
    return [refuses ? { ...draft, ...distrust(conversation, ['cert.untrusted-root', 'cert.name-mismatch']) } : draft];
  }
  if (by === null) return [{ ...draftOf(capture, how, say), severity: 'medium' }];
  const waited = gaveUp(conversation) || wasSentInVain(capture);
  return waited && witness.evidence.received.length === 0 ? bySilence(capture, say) : [];
}

/** The client may have refused the server's certificate without a word; names and public roots play no part in sftunnel. */
function distrust(
  conversation: Conversation,
  alternatives: readonly FindingId[],
): Pick<FindingDraft, 'remedies' | 'alternatives'> {
  return isSftunnel(conversation) ? { remedies: sftunnelRemediesFor(null) } : { alternatives };
}

/** The client waited; of two connections that are tried at once, the slower one is left at once (RFC 8305 §5). */
function gaveUp(conversation: Conversation): boolean {
  return (waitedMs(conversation) ?? 0) >= giveUpMs;
}

/**
 * The hello went out three times, and the connection's own time-outs had passed: that is as long as this line takes, or more. Copies of one
 * packet that mirror ports and captures of several interfaces make come at once.
 */
function wasSentInVain({ conversation, witness }: CaptureView): boolean {
  if ((waitedMs(conversation) ?? 0) < twoTimeOutsMs) return false;
  return isDropped(conversation, witness) && wasSentThrice(witness);
}

function wasSentThrice({ evidence: { sent } }: Witness): boolean {
  return (sent.retransmitted ?? 0) >= 2 * sent.bytes;
}

/** Of hosts that wait 200 ms the first time, and twice as long the second, less what a shorter first probe takes (RFC 8985 §7). */
const twoTimeOutsMs = 400;

/** False when the client never acknowledged the answer: it had hung up before all of it came, or none of it arrived. */
function heardAnswer({ conversation, witness }: CaptureView): boolean {
  const { inbound, received } = witness.evidence;
  if (conversation.protocol !== 'tls' || received.length === 0 || inbound === null || inbound === undefined)
    return true;
  if (lateForClient(witness.evidence) > 0) return false;
  return (inbound.acked ?? 0) > 0 || inbound.tailSacked === true;
}

/** Bytes of the answer never came, though later ones did; or the client waited for the rest of a flight. */
function cameInPart({ conversation, witness: { evidence } }: CaptureView): boolean {
  return lostToClient(evidence) > 0 || (stoppedInFlight(evidence) && gaveUp(conversation));
}

/** A client that had not got the whole answer cannot have refused what is in it. */
function stoppedInPart(capture: CaptureView, say: Say): FindingDraft {
  return {
    ...draftOf(capture, 'silent', say),
    ...(gaveUp(capture.conversation) ? {} : { severity: 'medium' as const }),
    alternatives: ['path.blackhole-inbound'],
  };
}

/** No fault of the server: the rest of the hello, or the one it asked for, was never sent, or was lost before it came here. */
function helloInPart(capture: CaptureView, how: 'reset' | 'closed' | 'silent', say: Say): FindingDraft {
  return { ...draftOf(capture, how, say), severity: 'medium', alternatives: ['path.blackhole-outbound'] };
}

/** Up to TLS 1.2, where alerts are in clear, more than hellos from the client is its key exchange: it had accepted the server. */
function wentOn({ conversation, witness }: CaptureView): boolean {
  const { clientHello, moreClientHellos } = conversation;
  const hellos = [clientHello, ...moreClientHellos].flatMap((hello) => (hello === null ? [] : [hello.length]));
  // Records of a hello in pieces: it has fewer than one for each hundred of its bytes.
  const most = hellos.reduce((sum, length) => sum + length + 5 * Math.ceil(length / 100), 0);
  return serverIsDone(witness.evidence) && isInClear(conversation) && witness.evidence.sent.bytes > most;
}

/** Nothing more came. Whether a hello that was acknowledged met a mute server or its answer was lost cannot be seen from here. */
function bySilence(capture: CaptureView, say: Say): FindingDraft[] {
  const { conversation, witness } = capture;
  const { sent } = witness.evidence;
  if (isDropped(conversation, witness)) return [dropped(capture, say)];
  if (isHelloInPart(witness.evidence) || isRetryUnanswered(capture)) return [helloInPart(capture, 'silent', say)];
  const draft = draftOf(capture, 'silent', say);
  // It is the client that did not go on: perhaps a user was asked about the certificate.
  if (isFlightWhole(witness.evidence) && heardAnswer(capture) && !hasExchangedKeys(witness.evidence))
    return [
      {
        ...draft,
        severity: 'medium',
        ...(isResumption(conversation) ? {} : distrust(conversation, ['cert.untrusted-root'])),
      },
    ];
  // Whoever says why it ends has not lost the answer.
  if ((witness.evidence.sealedAlerts ?? []).length > 0) return [{ ...draft, ...behindAlert(capture) }];
  if (hasGreeted(capture)) return [{ ...draft, ...behindGreeting(capture) }];
  if (mayPassOver(witness.evidence)) {
    const passedOver = { ...draft, remedies: ['read-server-log', 'capture-at-both-ends', 'wait-longer'] } as const;
    return [hasNoCertificate(capture) ? missingPerhaps(passedOver, capture, say) : passedOver];
  }
  const heard = isAnswered(witness) || (sent.acked ?? 0) >= witness.hello.firstFlight;
  return [heard ? { ...draft, alternatives: ['path.blackhole-inbound'] } : draft];
}

/** Sent again and again, and not one byte acknowledged. */
function isDropped({ protocol }: Conversation, { evidence: { sent, received } }: Witness): boolean {
  const heard = sent.acked !== 0 || sent.tailSacked === true || received.length > 0;
  return protocol === 'tls' && !heard && (sent.retransmitted ?? 0) > 0;
}

function dropped({ witness }: CaptureView, say: Say): FindingDraft {
  const bytes = witness.hello.firstFlight;
  const fits = bytes <= fitsUsualPaths;
  return {
    id: 'policy.handshake-dropped',
    // A line that loses one packet in four loses two in a row every 16th time.
    confidence: fits && wasSentThrice(witness) ? 'likely' : 'possible',
    evidence: [witnessEvidence(say, witness)],
    excluded: [
      { id: 'policy.port-filtered', why: say.whyConnected() },
      { id: 'handshake.silent', why: say.whyNothingAcknowledged() },
      ...(fits ? [{ id: 'path.blackhole-outbound' as const, why: say.whyFitsUsualPaths({ bytes }) }] : []),
    ],
    ...(fits ? {} : { alternatives: ['path.blackhole-outbound'] as const }),
  };
}

/** 40 and 42 may mean more; after an empty Certificate they mean the certificate (RFC 5246 §7.4.6). GnuTLS sends 50 there. */
function lacksCertificate({ conversation, witness }: CaptureView): boolean {
  const { end, alert } = witness.evidence;
  return (
    end === 'alert' &&
    alert?.from === 'server' &&
    hasNoCertificate({ conversation, witness }) &&
    missingAlerts.some((name) => alerts.codeOf(name) === alert.code)
  );
}

const missingAlerts = ['handshake_failure', 'bad_certificate', 'certificate_required', 'decode_error'];

/** Some servers only hang up on a client without a certificate; over DTLS, that of GnuTLS says nothing more. */
function missingPerhaps(draft: FindingDraft, { conversation, witness }: CaptureView, say: Say): FindingDraft {
  const { authorities } = conversation.certificateRequest ?? { authorities: [] };
  const asked = `${say.certificateDemanded({ authorities, types: [] })}; ${say.noCertificateSent()}`;
  return {
    ...draft,
    evidence: [...draft.evidence, witnessEvidence(say, witness, say.inConversation(witness, asked))],
    alternatives: ['tls.client-certificate-required'],
  };
}

/** The end itself, which is proven, and what it cannot have meant. */
function draftOf(
  { conversation, witness }: CaptureView,
  end: Exclude<EndOutcome, 'complete' | 'stopped'>,
  say: Say,
): FindingDraft {
  return {
    id: `handshake.${end}`,
    confidence: 'proven',
    evidence: [witnessEvidence(say, witness)],
    excluded: isAnswered(witness)
      ? [{ id: 'tls.no-common-version', why: say.whyServerHello() }]
      : ruledOut(
          end,
          [witness],
          [witness],
          say,
          transportOf(conversation) === 'udp' ? say.whyHeard() : say.whyConnected(),
        ),
  };
}
