/** What connections that never came up or were ended before a word, and addresses without a reply to ARP, say of the hosts and ports that somebody asked for. */

import { type FailedConnections, type Judgement, sftunnelPort, type UnansweredArp } from '../../evidence/index.ts';
import { factsOfFailed, type NeverUp } from '../facts/conversation.ts';
import { giveUpMs } from '../facts/turns.ts';
import { endpointText } from '../facts/witness.ts';
import type { Claims } from '../findings/claims.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import { rules } from '../rules/index.ts';
import type { PortsUp } from './ports-up.ts';

/** Addresses without a reply to ARP that have findings of their own. */
const fewAddresses = 5;

/** Ports of one address at which connections failed that look like a scan: nobody misses services at so many. */
const scannedPorts = 8;

/** Connections that the server ended before the hello, as often as a fault is and chance is not. */
const oftenEnded = 3;
/** Single SYNs that nobody answers: fewer may be all that a capture holds of a connection. */
const oftenTried = 3;

/** What is known beside them. */
interface Surroundings {
  readonly say: Say;
  readonly judgement: Judgement;
  /** False: connections that nobody answered say nothing. */
  readonly hasAnswers: boolean;
  readonly portsUp: PortsUp;
}

export class CapturedFailures {
  readonly #failed: FailedConnections[] = [];
  /** Ports at which connections failed, by address. */
  readonly #portsFailed = new Map<string, Set<number>>();
  readonly #arp: UnansweredArp[] = [];

  failed(connections: FailedConnections): void {
    const { address, port } = connections.server;
    const ports = this.#portsFailed.get(address) ?? new Set();
    if (ports.size < scannedPorts) this.#portsFailed.set(address, ports.add(port));
    if (connections.judged) this.#failed.push(connections);
  }

  arp(unanswered: UnansweredArp): void {
    this.#arp.push(unanswered);
  }

  /** Once, when everything was told. */
  show(claims: Claims, { say, judgement, hasAnswers, portsUp }: Surroundings): void {
    for (const connections of this.#failed) {
      const { server, kind, count, sentOnce } = connections;
      if (kind === 'unanswered' && !hasAnswers) continue;
      // A filter is one reason among others then: lost packets, a full queue, a limit of connections.
      const portUp = kind === 'unanswered' && portsUp.has(server);
      const drafts = isNeverUp(connections)
        ? rules.flatMap((rule) => rule(factsOfFailed(connections, judgement, portUp), say))
        : emptyDrafts(connections, say);
      const scanned = (this.#portsFailed.get(server.address)?.size ?? 0) >= scannedPorts;
      const weight = {
        ...(scanned ? ({ severity: 'low' } as const) : {}),
        ...(portUp || (sentOnce === true && count < oftenTried) ? ({ confidence: 'possible' } as const) : {}),
      };
      for (const draft of drafts) claims.add({ ...draft, ...weight, subject: endpointText(server), count });
    }
    for (const unanswered of this.#arp) if (unanswered.packets.length > 0) claims.add(this.#arpDraft(unanswered, say));
  }

  /**
   * Somebody tried to connect there in vain: then it is likely the reason. By itself it may be any host that is not there, and
   * replies are sent to the asker alone, so that a capture elsewhere does not hold them.
   */
  #arpDraft({ address, count, packets }: UnansweredArp, say: Say): FindingDraft {
    const wanted = this.#failed.some(({ server, kind }) => server.address === address && kind === 'unanswered');
    const text = say.arpUnanswered({ address, count });
    return {
      id: 'policy.arp-unanswered',
      ...(wanted
        ? { confidence: 'likely' }
        : { severity: 'low', confidence: 'possible', alternatives: ['policy.port-filtered'] }),
      // Many addresses that do not answer are a network with few hosts, or a scan.
      ...(wanted || this.#arp.length <= fewAddresses ? { subject: address } : {}),
      evidence: packets.map((packet) => ({
        kind: 'packet',
        ref: String(packet),
        text,
      })),
      count,
    };
  }
}

function isNeverUp(connections: FailedConnections): connections is NeverUp {
  const { kind } = connections;
  return kind === 'refused' || kind === 'unanswered' || kind === 'unreachable';
}

/**
 * The server accepted and hung up before it could have heard anything. A client that does so itself, and a server that hung up after a wait,
 * ended a connection that was not used. Who hung up in the server's name is not seen, nor whether the client meant to speak TLS.
 */
function emptyDrafts({ server, kind, endedBy, lastedMs, ...told }: FailedConnections, say: Say): FindingDraft[] {
  if ((kind !== 'closed' && kind !== 'reset') || endedBy !== 'server') return [];
  if (lastedMs === undefined || lastedMs === null || lastedMs.most > giveUpMs) return [];
  const besideTls = told.besideTls === true;
  const all = say.endedEmpty({ ...told, server: endpointText(server), how: kind, withinMs: lastedMs.most, besideTls });
  const isForSftunnel = server.port === sftunnelPort && !besideTls;
  return [
    {
      id: isForSftunnel ? 'sftunnel.peer-refuses' : `handshake.${kind}`,
      key: 'empty',
      severity: told.count >= oftenEnded && !besideTls ? 'medium' : 'low',
      confidence: 'possible',
      evidence: told.packets.map((packet, i) => ({
        kind: 'packet',
        ref: String(packet),
        text: i === 0 ? all : say.anotherOfThem(),
      })),
      excluded: [{ id: 'policy.port-filtered', why: say.whyConnected() }],
      remedies: [isForSftunnel ? 'check-registration' : 'read-server-log', 'capture-at-both-ends'],
    },
  ];
}
