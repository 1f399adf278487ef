/** What is known of a handshake so far, whether it is complete, and the snapshot of it that others see. */

import type { CapturedCertificateRequest, LooksLike } from '../../evidence/index.ts';
import { certificateAbsence } from './absence.ts';
import { AlertList } from './alert-list.ts';
import { Completion } from './completion.ts';
import type { TlsContext } from './context.ts';
import type { Sides, TlsFacts } from './facts.ts';
import { Negotiation } from './negotiation.ts';
import { Side } from './side.ts';

/** Directions of a conversation: that of its first packet, and the other. */
export type Direction = 0 | 1;

/** Filled by `Handshake`. */
export class HandshakeState {
  client: Direction | null = null;
  readonly protocol: 'tls' | 'dtls';
  readonly negotiation: Negotiation;
  readonly sides: readonly [Side, Side] = [new Side(), new Side()];
  readonly completion = new Completion();
  readonly alerts: AlertList;
  request: CapturedCertificateRequest | null = null;
  serverHelloDone = false;
  clientKeyExchange = false;
  resumed = false;
  renegotiated = false;
  opened = false;
  notTls: { readonly direction: Direction; readonly looksLike: LooksLike; readonly detail: string } | null = null;
  malformed: { readonly direction: Direction; readonly detail: string } | null = null;

  constructor(context: TlsContext, protocol: 'tls' | 'dtls') {
    this.protocol = protocol;
    this.negotiation = new Negotiation(context);
    this.alerts = new AlertList(context);
  }
}

/** Both sides are known to have finished. */
export function isComplete(state: HandshakeState): boolean {
  const [a, b] = state.sides;
  const { serverHelloCount, isTls13, earlyData } = state.negotiation;
  const { turns, serverWentOn } = state.completion;
  if (serverHelloCount === 0) return turns >= 3;
  if (!isTls13) return (a.applicationData > 0 && b.applicationData > 0) || (hasFinished(a) && hasFinished(b));
  if (a.finished > 0 && b.finished > 0) return state.sides[state.client === 1 ? 0 : 1].fatalAlerts === 0;
  // The client's early data may look like its Finished.
  return serverWentOn && (!earlyData || turns >= 4);
}

/** A snapshot. */
export function factsOf(state: HandshakeState): TlsFacts {
  const client = state.sides[state.client === 1 ? 1 : 0];
  const server = state.sides[state.client === 1 ? 0 : 1];
  const { clientHellos, serverHellos, retry, hello, negotiated, isTls13, isOlder, preSharedKey } = state.negotiation;
  const notTls = state.notTls;
  const malformed = state.malformed;
  const { messagesBeforeFinished } = state.negotiation;
  const reopened = client.encryptedHandshakes > 1 + messagesBeforeFinished || server.encryptedHandshakes > 2;
  const renegotiated = state.renegotiated || (isOlder && reopened);
  const resumed = state.resumed || preSharedKey;
  return {
    protocol: state.protocol,
    clientHellos: [...clientHellos],
    serverHellos: [...serverHellos],
    helloRetryRequest: retry,
    hello,
    negotiated,
    certificates: { client: client.certificates ?? [], server: server.certificates ?? [] },
    certificateAbsence: certificateAbsence({
      known: both(client.certificates !== null, server.certificates !== null),
      unread: both(client.unread || client.midStream, server.unread || server.midStream),
      stopped: both(client.gap || client.faulty, server.gap || server.faulty),
      notTls: notTls !== null,
      negotiated: negotiated !== null,
      isTls13,
      resumed,
      renegotiated,
      requested: state.request !== null,
      serverHelloDone: state.serverHelloDone,
      clientKeyExchange: state.clientKeyExchange,
      progressed: state.clientKeyExchange || hasGoneOn(client) || hasGoneOn(server),
      postHandshakeAuth: state.negotiation.postHandshakeAuth,
      finishedOpened: both(client.finished > 0, server.finished > 0),
    }),
    certificateRequest: state.request,
    certificateVerify: both(client.certificateVerify, server.certificateVerify),
    alerts: state.alerts.captured(state.client ?? 0),
    alertCount: both(client.alerts, server.alerts),
    received: server.received,
    clientMessages: client.received,
    messages: both(client.messages, server.messages),
    lastPacket: both(client.lastPacket, server.lastPacket),
    changeCipherSpec: both(client.changeCipherSpecs > 0, server.changeCipherSpecs > 0),
    encryptedHandshakes: both(client.encryptedHandshakes, server.encryptedHandshakes),
    applicationData: both(client.applicationData, server.applicationData),
    endsLikeAlert: both(endsLikeAlert(state, client), endsLikeAlert(state, server)),
    clientAnswered: isTls13 && (state.completion.clientAnswered || client.finished > 0),
    clientAhead: state.completion.clientAhead && state.negotiation.serverHelloCount > 0,
    complete: isComplete(state),
    resumed,
    renegotiated,
    decrypted: state.opened,
    midStream: both(client.midStream, server.midStream),
    gap: both(client.gap, server.gap),
    cut: both(client.cut, server.cut),
    notTls: notTls && { from: sideOf(state, notTls.direction), looksLike: notTls.looksLike, detail: notTls.detail },
    imitated:
      client.leftTls &&
      (server.leftTls || (notTls?.looksLike === 'binary' && sideOf(state, notTls.direction) === 'server')),
    malformed: malformed && { from: sideOf(state, malformed.direction), detail: malformed.detail },
  };
}

function sideOf(state: HandshakeState, direction: Direction): 'client' | 'server' {
  return direction === (state.client ?? 0) ? 'client' : 'server';
}

function endsLikeAlert(state: HandshakeState, { lastDataLength }: Side): boolean {
  return state.negotiation.isTls13 && !state.opened && lastDataLength === sealedAlert;
}

/** An alert in TLS 1.3: two bytes, content type, tag. */
const sealedAlert = 19;

function both<T>(client: T, server: T): Sides<T> {
  return { client, server };
}

/** change_cipher_spec, and then the Finished that it announces, opened or not. */
function hasFinished(side: Side): boolean {
  return side.changeCipherSpecs > 0 && side.encryptedHandshakes + side.finished > 0;
}

/** Went on as a side does only after a ServerHello. */
function hasGoneOn(side: Side): boolean {
  return side.encryptedHandshakes > 0 || side.applicationData > 0;
}
