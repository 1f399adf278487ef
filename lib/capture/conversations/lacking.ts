/** What a capture may lack of a handshake: nothing is claimed of what it does not show. */

import type { Completeness, MessageName, Side } from '../../evidence/index.ts';
import { dtlsVersion } from '../../wire/index.ts';
import { shortestFinished } from '../tls/completion.ts';
import type { TlsFacts } from '../tls/facts.ts';
import type { TransportFacts } from './transport.ts';

export function completenessOf(tls: TlsFacts, transport: TransportFacts): Completeness {
  if (transport.snapped) return 'snapped';
  if (transport.oneSided) return 'one-sided';
  // With the SYN in the capture, a beginning that is missing was lost: by the path, or by the capture.
  const beginsLate = (tls.midStream.client || tls.midStream.server) && transport.captureLost;
  return transport.connect === 'unseen' || beginsLate || lacksHello(tls) ? 'mid-stream' : 'full';
}

/** DTLS has no SYN to begin with: without a hello the capture began later, or has it in a packet that is cut. */
function lacksHello({ protocol, clientHellos, gap, cut }: TlsFacts): boolean {
  return protocol === 'dtls' && clientHellos.length === 0 && !gap.client && !cut.client;
}

/** Bytes that never arrived are the path's doing; bytes that the receiver acknowledged are missing in the capture alone. */
export function hasHoles(tls: TlsFacts, transport: TransportFacts): boolean {
  return completenessOf(tls, transport) !== 'full' || transport.captureLost || lacksSynAck(transport);
}

/** Without the SYN-ACK it is not known where the answer begins: its first segment may have been captured behind the second. */
export function isFromMiddle(transport: TransportFacts, from: Side): boolean {
  return from === 'server' && lacksSynAck(transport);
}

/**
 * The handshake may have been finished, or answered, in what the capture does not hold. Of packets that are missing within a carrier nobody
 * knows how much they held: it may have been the rest.
 */
export function mayBeOver(tls: TlsFacts, transport: TransportFacts): boolean {
  return transport.carrier !== null || mayHaveFinished(tls, transport) || lacksAnswer(tls, transport);
}

/** Both sides may have sent their Finished, each where it can be seen or among the bytes that the capture does not hold. */
export function mayHaveFinished(tls: TlsFacts, { unseen, missing }: TransportFacts): boolean {
  const { changeCipherSpec, encryptedHandshakes, clientMessages, received, gap } = tls;
  const went = (side: Side): boolean => changeCipherSpec[side] || encryptedHandshakes[side] > 0;
  const exchanged = clientMessages.some(({ message }) => message === 'client-key-exchange');
  const clientMay = went('client') || exchanged || unseen.client >= shortestFinished;
  // A server that had said all says more than an alert only to a client that went on.
  const saidAll = !gap.server && received.some(({ message }) => message === 'server-hello-done');
  if (saidAll && missing.server >= shortestFinished) return true;
  return clientMay && (went('server') || unseen.server >= shortestFinished);
}

function lacksAnswer({ received }: TlsFacts, transport: TransportFacts): boolean {
  return received.length === 0 && (transport.missing.server > 0 || lacksSynAck(transport));
}

function lacksSynAck({ protocol, path, connect }: TransportFacts): boolean {
  return protocol === 'tcp' && connect !== 'refused' && path.synAck === null;
}

/** DTLS has no numbers that tell of lost datagrams, but nobody goes on without the flight that he answers. */
export function lacksFlight({ protocol, negotiated, changeCipherSpec, applicationData, received }: TlsFacts): boolean {
  if (protocol !== 'dtls') return false;
  // Nor does anybody send data before both have finished, as far as it is data: DTLS 1.3 hides more in it.
  const isHidden = Number(negotiated?.version ?? Number.NaN) === dtlsVersion['DTLSv1.3'];
  if (!isHidden && applicationData.client + applicationData.server > 0) return true;
  if (!changeCipherSpec.client && !changeCipherSpec.server) return false;
  const has = (name: MessageName): boolean => received.some(({ message }) => message === name);
  if (!changeCipherSpec.client) return has('server-hello-done');
  return !has('server-hello');
}
