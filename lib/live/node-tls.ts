/** node:tls as second opinion: finished handshakes, and the certificates that TLS 1.3 encrypts. */

import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { AlertEvidence, Attempt } from '../evidence/index.ts';
import { type DialOutcome, type DialRequest, dialVia, type Endpoint } from '../net/index.ts';
import type { Flight } from '../session/index.ts';
import { alertDescription, alerts, groups, HarnessError, tlsVersion } from '../wire/index.ts';
import { type AttemptOptions, attemptOf, confirmMsFor, dialTimeouts, refusals } from './attempt.ts';
import { Conversation, helloMessage } from './conversation.ts';

export type TlsVersionName = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface TlsSessionOptions {
  /** Server name to send; null for none. */
  readonly servername: string | null;
  /** Default TLSv1. */
  readonly minVersion?: TlsVersionName;
  /** Default TLSv1.3. */
  readonly maxVersion?: TlsVersionName;
  /** OpenSSL cipher list; security level 0 is appended, so that old parameters can be seen. Default `DEFAULT`. */
  readonly ciphers?: string;
  /** OpenSSL signature algorithm list, e.g. `ECDSA+SHA256`: selects which certificate the server shows. */
  readonly sigalgs?: string;
  /** OpenSSL group list, e.g. `X25519:P-256`. */
  readonly groups?: string;
  readonly alpn?: readonly string[];
  /** Session of an earlier handshake to resume. */
  readonly session?: Uint8Array;
  /** PEM roots instead of node's own, for `authorizationError`. */
  readonly ca?: readonly string[];
}

export interface TlsSession {
  readonly attempt: Attempt;
  /** What was readable of the server's side without keys. */
  readonly flight: Flight;
  /** True when the handshake finished on our side. In TLS 1.3 the server may still refuse the client: see `clientCertificateRequired`. */
  readonly connected: boolean;
  readonly protocol: string | null;
  /** IANA name of the suite. */
  readonly cipher: string | null;
  /** IANA name of the group of the key exchange; null when there was none. */
  readonly group: string | null;
  readonly alpn: string | null;
  /** DER. */
  readonly chain: readonly Uint8Array[];
  /** Why node would not trust the chain, e.g. `CERT_HAS_EXPIRED`; null when it would. */
  readonly authorizationError: string | null;
  readonly sessionReused: boolean;
  /** To resume with, if the server gave one. */
  readonly session: Uint8Array | null;
  /** True when alert certificate_required (or handshake_failure after our flight in TLS 1.2) came; null when not told. */
  readonly clientCertificateRequired: boolean | null;
  /** OpenSSL's code (`ERR_SSL_…`), or how the connection ended; null when the handshake finished and nothing was said against it. */
  readonly error: { readonly code: string; readonly message: string; readonly alert: AlertEvidence | null } | null;
}

/**
 * Completes a handshake with node:tls, and reads the server's flight from the same bytes. What the peer does is data.
 *
 * `chain` is the Certificate message as sent, order and superfluous certificates included, in every version. Only where a
 * TLS 1.3 flight cannot be opened (a suite or a compressed Certificate that we do not know) it is what node reconstructs by
 * following issuers: then order, and certificates that no issuer link reaches, are lost.
 * @throws HarnessError `bad-tls-option` when node:tls refuses the options; and as `dialVia` does
 */
export async function tlsSession(endpoint: Endpoint, options: TlsSessionOptions & AttemptOptions): Promise<TlsSession> {
  const { servername, alpn, session, signal, tap } = options;
  const conversation = new Conversation({
    secureContext: contextOf(options),
    tls: {
      // Addresses are no server names (RFC 6066 §3).
      ...(servername === null || isIP(servername) !== 0 ? { checkServerIdentity: () => undefined } : { servername }),
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
      ...(session === undefined ? {} : { session: Buffer.from(session) }),
    },
    onSecret: (line) => tap?.secret(line),
  });
  const start = performance.now();
  const request: DialRequest = {
    writes: [],
    ...dialTimeouts(options.timeouts),
    ...(signal === undefined ? {} : { signal }),
    tap,
    onConnect: (line) => conversation.begin(line, confirmMsFor(performance.now() - start)),
    onBytes(chunk, at) {
      conversation.receive(chunk, at);
      return 'more';
    },
  };
  const outcome = await dialVia(endpoint, request, options.via);
  await conversation.close();
  return resultOf(conversation, outcome, options);
}

function contextOf({
  minVersion = 'TLSv1',
  maxVersion = 'TLSv1.3',
  ciphers = 'DEFAULT',
  sigalgs,
  groups,
  ca,
}: TlsSessionOptions): SecureContext {
  try {
    return createSecureContext({
      minVersion,
      maxVersion,
      ciphers: `${hasOlderSuites(ciphers) ? ciphers : `${ciphers}:DEFAULT`}:@SECLEVEL=0`,
      // Old headends lack RFC 5746; what they show is wanted all the same.
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
      ...(sigalgs === undefined ? {} : { sigalgs }),
      ...(groups === undefined ? {} : { ecdhCurve: groups }),
      ...(ca === undefined ? {} : { ca: [...ca] }),
    });
  } catch (error) {
    throw new HarnessError('bad-tls-option', `node:tls refuses these options: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** node:tls takes no list that holds TLS 1.3 suites alone, though with `minVersion` TLSv1.3 nothing else is offered. */
function hasOlderSuites(ciphers: string): boolean {
  return ciphers.split(':').some((name) => !name.startsWith('TLS_'));
}

function resultOf(
  conversation: Conversation,
  outcome: DialOutcome,
  options: TlsSessionOptions & AttemptOptions,
): TlsSession {
  const { finished, firstFlight, error } = conversation;
  const alert = error === null ? null : alertOf(error);
  const { flight, opened } = flightOf(conversation, outcome, alert);
  return {
    attempt: attemptOf(firstFlight, outcome, flight, conversation.facts, options, {
      preset: null,
      messageLength: helloMessage(firstFlight)?.length ?? 0,
      segments: firstFlight.length === 0 ? [] : [firstFlight.length],
    }),
    flight,
    connected: finished !== null,
    protocol: finished?.protocol ?? null,
    cipher: finished?.cipher ?? null,
    group: finished === null || !flight.negotiated?.group ? null : groups.nameOf(flight.negotiated.group),
    alpn: finished?.alpn ?? null,
    chain: flight.certificates,
    authorizationError: finished?.authorizationError ?? null,
    sessionReused: finished?.sessionReused ?? false,
    session: conversation.session,
    clientCertificateRequired: requiredOf(conversation, flight, opened, alert),
    error: finished !== null && error === null ? null : errorOf(error, outcome, alert),
  };
}

/** The clear and the opened part of the server's flight, and how the whole handshake ended. `opened`: nothing of it is hidden. */
function flightOf(
  conversation: Conversation,
  outcome: DialOutcome,
  alert: AlertEvidence | null,
): { flight: Flight; opened: boolean } {
  const { finished } = conversation;
  const clear = conversation.clearFlight(outcome.end);
  const { negotiated, serverHello } = clear;
  const isTls13 = negotiated?.version === tlsVersion['TLSv1.3'];
  const sealed = isTls13 && serverHello !== null ? conversation.sealedFlight(negotiated.cipherSuite) : null;
  const opened = !isTls13 || sealed !== null;
  let flight = sealed === null ? clear : { ...clear, ...sealed, messages: [...clear.messages, ...sealed.messages] };
  if (!opened && finished !== null) flight = { ...flight, certificates: finished.chainByIssuers };
  if (alert !== null && flight.alert === null) {
    const message = { message: 'alert', at: conversation.lastAt.toISOString(), bytes: alertLength } as const;
    return { flight: { ...flight, messages: [...flight.messages, message], alert, end: 'alert' }, opened };
  }
  if (finished !== null) return { flight: { ...flight, resumed: finished.sessionReused, end: 'complete' }, opened };
  if (flight.end !== null && flight.end !== 'complete' && flight.end !== 'stopped') return { flight, opened };
  // What could be read of the server's flight was in order, and then the handshake ended.
  const { error } = conversation;
  if (error !== null && peerBrokeProtocol(error))
    return { flight: { ...flight, end: 'malformed', detail: reasonOf(error) }, opened };
  return { flight: { ...flight, end: endAfterFlight(outcome.end) }, opened };
}

function endAfterFlight(end: DialOutcome['end']): Flight['end'] {
  return end === 'closed' || end === 'reset' || end === 'silent' ? end : null;
}

/** OpenSSL's reasons that are about the bytes of the peer, and not about what our own side is willing to do. */
function peerBrokeProtocol({ code = '' }: NodeJS.ErrnoException): boolean {
  return protocolErrors.test(code);
}

const protocolErrors =
  /^ERR_SSL_(?:UNEXPECTED_|UNSOLICITED_|EXCESSIVE_|BAD_|INVALID_|CCS_RECEIVED_EARLY|DATA_LENGTH_TOO_LONG|DECRYPTION_FAILED|DIGEST_CHECK_FAILED|ENCRYPTED_LENGTH_TOO_LONG|LENGTH_|NOT_ON_RECORD_BOUNDARY|RECORD_|TOO_MANY_WARN_ALERTS)/;

const alertLength = 2;

function requiredOf(
  { finished, accepted }: Conversation,
  flight: Flight,
  opened: boolean,
  alert: AlertEvidence | null,
): boolean | null {
  const requested = flight.certificateRequest !== null;
  if (alert?.code === alertDescription.certificate_required) return true;
  if (alert !== null) return requested && refusals.has(alert.code) ? true : null;
  if (finished === null) return null;
  const judged = flight.negotiated?.version !== tlsVersion['TLSv1.3'] || accepted || (opened && !requested);
  return judged ? false : null;
}

/** OpenSSL ends the text of an error that an alert caused with `SSL alert number 40`. */
function alertOf(error: Error): AlertEvidence | null {
  const code = /SSL alert number (\d+)/.exec(error.message)?.[1];
  return code === undefined
    ? null
    : { from: 'server', level: 'fatal', code: Number(code), name: alerts.nameOf(Number(code)) };
}

function errorOf(
  error: NodeJS.ErrnoException | null,
  outcome: DialOutcome,
  alert: AlertEvidence | null,
): TlsSession['error'] {
  if (error?.code?.startsWith('ERR_SSL_')) return { code: error.code, message: reasonOf(error), alert };
  const code = outcome.connect === 'ok' ? outcome.end : outcome.connect;
  return { code, message: outcome.detail ?? `The connection ended before the handshake was finished: ${code}.`, alert };
}

/** OpenSSL's reason without file names and line numbers. */
function reasonOf(error: Error): string {
  const reason = (error as { reason?: unknown }).reason;
  return typeof reason === 'string' ? `OpenSSL: ${reason}.` : `${error.message}.`;
}
