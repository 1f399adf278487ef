/** DTLS in captures: UDP tells nothing of a packet that is not answered, the client's patience does. */

import { isUnreachable } from '../../evidence/index.ts';
import { giveUpMs, waitedMs } from '../facts/turns.ts';
import { witnessEvidence } from '../facts/witness.ts';
import type { Rule } from './rule.ts';

/** Hellos sent again, after which neither a lost packet nor a slow server is the reason (RFC 6347 §4.2.4.1: after 1 s, then 2 s). */
const fewestRepeats = 2;

/**
 * A hello that is sent again and again got no answer that the client could take: where the capture has the packets of one direction only,
 * the next hello would be another one, with the cookie of the answer.
 */
const dtlsUnanswered: Rule = ({ capture }, say) => {
  if (capture === null || capture.conversation.own?.probing === true) return [];
  const { conversation, witness } = capture;
  const { clientHello, moreClientHellos, loss, protocol } = conversation;
  const { connect, inbound, received } = witness.evidence;
  if (protocol !== 'dtls' || clientHello === null || moreClientHellos.length > 0) return [];
  // Of an ICE candidate the answers of STUN came, if those of DTLS did not.
  if (connect === 'ok' || received.length > 0 || (inbound?.bytes ?? 0) > 0) return [];
  const refusals = (witness.evidence.path.icmp ?? []).filter(isUnreachable);
  // Clients that are told so give up at once. Of what came for a client that has gone its own host says it.
  if (refusals.some(({ from }) => from !== conversation.client.address))
    return [{ id: 'vpn.dtls-blocked', confidence: 'likely', evidence: [witnessEvidence(say, witness)] }];
  if (loss.retransmissions < fewestRepeats || (waitedMs(conversation) ?? 0) < giveUpMs) return [];
  return [{ id: 'vpn.dtls-blocked', confidence: 'possible', evidence: [witnessEvidence(say, witness)] }];
};

export const capturedDtlsRules: readonly Rule[] = [dtlsUnanswered];
