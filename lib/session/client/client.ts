/** The client: from the server's bytes to what is to be sent, what is known, and when it is enough. Pure, but for the primitives. */

import type { AlertEvidence, EndOutcome, LooksLike, MessageName, ReceivedMessage } from '../../evidence/index.ts';
import { encodeHello, type HelloSpec } from '../../hello/index.ts';
import {
  alert,
  alertDescription,
  alertLevel,
  concat,
  contentType,
  DecodeError,
  EncodeError,
  encode,
  encodeRecord,
  type FramedHandshake,
  fromHex,
  handshakeType,
  suiteTraits,
  tlsVersion,
} from '../../wire/index.ts';
import type { StreamEnd } from '../flight.ts';
import { HandshakeFlight, ianaName } from '../handshake-flight.ts';
import type { SecretLabel } from '../key-log.ts';
import { defaultFlightLimits, type FlightLimits } from '../limits.ts';
import { Malformed } from '../malformed.ts';
import { alertLength, MessageStream, type StreamEvent } from '../message-stream.ts';
import { helloFacts, type Offer } from '../offer.ts';
import { messageName } from '../server-messages.ts';
import type { ClientFlight, ClientGap, ClientGoal } from './flight.ts';
import { type OwnHello, retryHello, withOwnKeys } from './own-hello.ts';
import type { ClientCredential, ClientPrimitives } from './primitives.ts';
import { beginTls12, beginTls13, checkSecondHello, refuseDowngrade } from './server-hello.ts';
import { type ClientState, handshakeRecords, initialFacts, type Outcome, type Phase } from './state.ts';
import { Transcript } from './transcript.ts';

export interface ClientOptions {
  /** What to offer; its key shares give way to ones of the client's own where their groups can be made. */
  readonly hello: HelloSpec;
  readonly goal: ClientGoal;
  readonly primitives: ClientPrimitives;
  /** For servers that ask; without it, or where its key fits no scheme that the server takes, an empty list answers. */
  readonly credential?: ClientCredential | null;
  readonly limits?: Partial<FlightLimits>;
  /** Is told each secret for a key log (draft-ietf-tls-keylogfile). */
  readonly onSecret?: (label: SecretLabel, clientRandom: Uint8Array, secret: Uint8Array) => void;
}

/** `finished`: the handshake is over on our side; what the server says to that may still come. `enough`: nothing more is wanted. */
export type ClientProgress = 'more' | 'finished' | 'enough';

export interface ClientStep {
  /** Bytes to send now; often none. */
  readonly send: Uint8Array;
  readonly progress: ClientProgress;
}

export interface TlsClient {
  /** The hello to send first, with shares of our own: the driver cuts it into records and writes as it likes. */
  readonly hello: HelloSpec;
  /** What was learned so far; final after `enough` or `end`. */
  readonly flight: ClientFlight;
  /** Takes the next bytes, received at that time. Never throws for what they hold. */
  push(bytes: Uint8Array, at: Date): ClientStep;
  /** close_notify, where the handshake is finished; sent before the connection is closed. */
  farewell(): Uint8Array;
  /** The stream is over; returns the final flight. */
  end(reason: StreamEnd): ClientFlight;
}

/**
 * A client for one connection. The result depends on the bytes and the primitives alone, not on how the bytes were cut.
 * @throws HarnessError `bad-hello-spec` and as `encodeHello` does
 */
export function createTlsClient(options: ClientOptions): TlsClient {
  return new Client(options);
}

class Client implements TlsClient {
  readonly hello: HelloSpec;
  readonly #state: ClientState;
  readonly #offer: Offer | null;
  readonly #messages: ReceivedMessage[] = [];
  #own: OwnHello;
  /** The part in clear; a second one after a HelloRetryRequest. */
  #clear: HandshakeFlight;
  #retry: HandshakeFlight | null = null;
  #keyExchange: Uint8Array | null = null;
  #phase: Phase | null = null;
  #at = new Date(0);
  #over = false;
  #alert: AlertEvidence | null = null;
  #looksLike: LooksLike | null = null;
  #end: EndOutcome | null = null;
  #detail: string | null = null;

  constructor({ hello, goal, primitives, credential = null, limits: given, onSecret }: ClientOptions) {
    const limits = { ...defaultFlightLimits, ...given };
    this.#own = withOwnKeys(hello, primitives);
    this.hello = this.#own.spec;
    const message = encodeHello(this.hello);
    this.#offer = helloFacts(message)?.offer ?? null;
    this.#clear = new HandshakeFlight('server-flight', this.#offer, limits);
    const clientRandom = fromHex(hello.random);
    this.#state = {
      primitives,
      credential,
      goal,
      limits,
      stream: new MessageStream(limits),
      transcript: new Transcript(),
      hello: this.hello,
      clientRandom,
      negotiated: null,
      facts: initialFacts(),
      out: [],
      changedCipherSpec: false,
      secret: (label, secret) => onSecret?.(label, clientRandom, secret),
    };
    this.#state.transcript.add(message);
  }

  get flight(): ClientFlight {
    const { serverHello, serverKeyExchange, certificateRequest, resumed, note } = this.#clear;
    const { facts, negotiated, stream } = this.#state;
    const { certificates, note: encryptedNote, ...known } = facts;
    return {
      messages: [...this.#messages],
      serverHello,
      helloRetryRequest: (this.#retry ?? this.#clear).helloRetryRequest,
      negotiated: negotiated ?? this.#clear.negotiated,
      serverKeyExchange,
      resumed,
      ...known,
      certificates: certificates.length > 0 ? certificates : this.#clear.certificates,
      certificateRequest: facts.certificateRequest ?? certificateRequest,
      alert: this.#alert,
      looksLike: this.#looksLike,
      end: this.#end,
      detail: this.#detail ?? encryptedNote ?? note,
      bytes: stream.bytes,
    };
  }

  push(bytes: Uint8Array, at: Date): ClientStep {
    this.#at = at;
    if (!this.#over) this.#take(this.#state.stream.push(bytes));
    const send = concat(...this.#state.out.splice(0));
    return { send, progress: this.#over ? 'enough' : this.#state.facts.finished ? 'finished' : 'more' };
  }

  farewell(): Uint8Array {
    const sealer = this.#state.facts.finished ? this.#phase?.sealer : null;
    if (sealer == null) return new Uint8Array();
    const bytes = encode(alert, { level: alertLevel.warning, description: alertDescription.close_notify });
    const { type, version, fragment } = sealer.seal(contentType.alert, bytes);
    return encodeRecord(type, version, fragment);
  }

  end(reason: StreamEnd): ClientFlight {
    if (!this.#over) this.#take(this.#state.stream.end());
    if (this.#over) return this.flight;
    const { facts, stream } = this.#state;
    // A server that has nothing to say to a finished handshake has not refused it.
    if (facts.finished && reason !== 'reset' && reason !== 'aborted') this.#finish('complete');
    else if (reason === 'limit') this.#finish('malformed', 'The server sent more than is read of one connection.');
    else if (reason === 'silent') this.#finish('silent', stream.interrupted);
    else if (reason !== 'closed' && reason !== 'reset') this.#over = true;
    else this.#finish(this.#messages.at(-1)?.message === 'alert' ? 'alert' : reason, stream.interrupted);
    return this.flight;
  }

  #take(events: Iterable<StreamEvent>): void {
    try {
      for (const event of events) {
        this.#takeOne(event);
        if (this.#over) return;
      }
    } catch (error) {
      if (error instanceof Malformed) this.#finish('malformed', error.message);
      else throw error;
    }
  }

  #takeOne(event: StreamEvent): void {
    switch (event.kind) {
      case 'not-tls':
        this.#looksLike = event.looksLike;
        return this.#finish('not-tls', event.detail);
      case 'alert':
        return this.#takeAlert(event.alert, event.ends);
      case 'change-cipher-spec':
        return this.#takeChangeCipherSpec(event.bytes);
      case 'message':
        return this.#takeMessage(event.message);
      case 'application-data': {
        const { facts } = this.#state;
        facts.accepted = true;
        facts.after = { ...facts.after, dataBytes: facts.after.dataBytes + event.fragment.length };
        if (facts.after.dataBytes === event.fragment.length) this.#note('application-data', event.fragment.length);
        return;
      }
    }
  }

  #takeAlert(told: AlertEvidence, ends: boolean): void {
    const farewell = this.#state.facts.finished && told.code === alertDescription.close_notify;
    if (!farewell) this.#alert = told;
    this.#note('alert', alertLength);
    if (ends) this.#finish(farewell ? 'complete' : 'alert');
  }

  #takeChangeCipherSpec(bytes: number): void {
    if (this.#phase !== null) this.#phase.changeCipherSpec();
    else if (this.#clear.changeCipherSpec() === 'stopped') this.#lack('resumption');
    this.#note('change-cipher-spec', bytes);
  }

  #takeMessage(message: FramedHandshake): void {
    const phase = this.#phase;
    const outcome = phase === null ? this.#takeClear(message) : this.#protectedOutcome(phase, message);
    const isRetry = phase === null && this.#clear.helloRetryRequest !== null;
    this.#note(isRetry ? 'hello-retry-request' : messageName(message.type), message.raw.length);
    if (isRetry) this.#answerRetry();
    else if (outcome !== 'more') this.#finish(outcome);
  }

  #protectedOutcome(phase: Phase, { type, body, raw }: FramedHandshake): Outcome {
    try {
      return phase.take(type, body, raw);
    } catch (error) {
      throw error instanceof DecodeError
        ? new Malformed(`The ${ianaName(type)} message cannot be read: ${error.message}.`)
        : error;
    }
  }

  #takeClear(message: FramedHandshake): Outcome {
    const { type, body, raw } = message;
    const progress = this.#clear.take(message);
    // HelloRequest is no part of the handshake (RFC 5246 §7.4.1.1).
    if (type === handshakeType.hello_request) return 'more';
    const { serverHello, negotiated, helloRetryRequest } = this.#clear;
    this.#state.negotiated = negotiated;
    if (helloRetryRequest !== null || negotiated === null) {
      if (this.#retry !== null) throw new Malformed('A second HelloRetryRequest came.');
      this.#state.transcript.replaceFirstHello(this.#hashOf(helloRetryRequest?.cipherSuite ?? 0));
      this.#state.transcript.add(raw);
      return 'more';
    }
    this.#state.transcript.add(raw);
    if (type === handshakeType.server_key_exchange) this.#keyExchange = body;
    if (type === handshakeType.server_hello && serverHello !== null) {
      if (this.#retry !== null) checkSecondHello(this.#retry, this.#clear);
      if (negotiated.version >= tlsVersion['TLSv1.3'])
        return this.#enter(beginTls13(this.#state, this.#own, serverHello));
      if (this.#offer?.versions.includes(tlsVersion['TLSv1.3']) === true) refuseDowngrade(serverHello.random);
    }
    if (progress !== 'complete') return 'more';
    return this.#enter(beginTls12(this.#state, this.#clear, this.#keyExchange));
  }

  /** Goes on in the phase; where there is none, the goal is reached, or something is lacking. */
  #enter(phase: Phase | ClientGap | null): Outcome {
    if (phase === null) return 'complete';
    if (typeof phase === 'string') {
      this.#state.facts.gap = phase;
      return 'stopped';
    }
    this.#phase = phase;
    return 'more';
  }

  #answerRetry(): void {
    const retry = this.#clear.helloRetryRequest;
    if (retry === null) return;
    const { primitives, transcript, out, limits } = this.#state;
    const second = retryHello(this.#own, retry, primitives);
    if (second === null) return this.#lack('group');
    this.#own = second;
    this.#state.hello = second.spec;
    this.#retry = this.#clear;
    this.#clear = new HandshakeFlight('server-flight', this.#offer, limits);
    const message = encodedRetry(second.spec);
    transcript.add(message);
    const version = tlsVersion['TLSv1.2'];
    // For middleboxes (RFC 8446 §D.4).
    if (second.spec.sessionId !== '') {
      this.#state.changedCipherSpec = true;
      out.push(encodeRecord(contentType.change_cipher_spec, version, Uint8Array.of(1)));
    }
    out.push(handshakeRecords([message], version, null));
  }

  #hashOf(cipherSuite: number): 'SHA256' | 'SHA384' {
    return suiteTraits(cipherSuite)?.hash === 'SHA384' ? 'SHA384' : 'SHA256';
  }

  #lack(gap: ClientGap): void {
    this.#state.facts.gap = gap;
    this.#finish('stopped');
  }

  #note(message: MessageName, bytes: number): void {
    this.#messages.push({ message, at: this.#at.toISOString(), bytes });
  }

  #finish(end: EndOutcome, detail: string | null = null): void {
    this.#over = true;
    this.#end = end;
    this.#detail = detail;
  }
}

/** @throws Malformed where the cookie, which may have 65,535 bytes, leaves no room for the rest of a hello */
function encodedRetry(spec: HelloSpec): Uint8Array {
  try {
    return encodeHello(spec);
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    throw new Malformed('The cookie of the HelloRetryRequest is so long that no hello can repeat it.');
  }
}
