/** The handshake messages of a server's first flight: their order, and what is worth knowing of each. */

import {
  certificateTls12,
  DecodeError,
  decode,
  type FramedHandshake,
  type HelloRetryRequest,
  handshakeType,
  handshakeTypes,
  helloRequest,
  isHelloRetryRequest,
  type ServerHello,
  serverHello,
  serverHelloDone,
  tlsVersion,
} from '../wire/index.ts';
import type { CertificateRequestFacts, FlightGoal, Negotiated, ServerKeyExchangeFacts } from './flight.ts';
import type { FlightLimits } from './limits.ts';
import { Malformed } from './malformed.ts';
import { choiceOf, type Offer, violationOf } from './offer.ts';
import { certificateRequestFacts, missingMessage, placeInFlight, serverKeyExchangeFacts } from './server-messages.ts';

/** Whether more is wanted after a message: `complete` after the last of the flight, `stopped` when the goal is reached before. */
export type Progress = 'more' | 'complete' | 'stopped';

export class HandshakeFlight {
  serverHello: ServerHello | null = null;
  helloRetryRequest: HelloRetryRequest | null = null;
  negotiated: Negotiated | null = null;
  certificates: readonly Uint8Array[] = [];
  serverKeyExchange: ServerKeyExchangeFacts | null = null;
  certificateRequest: CertificateRequestFacts | null = null;
  resumed = false;
  /** One sentence when something was left out, else null. */
  note: string | null = null;
  readonly #goal: FlightGoal;
  readonly #offer: Offer | null;
  readonly #limits: FlightLimits;
  #last: number | null = null;
  #helloRequests = 0;

  constructor(goal: FlightGoal, offer: Offer | null, limits: FlightLimits) {
    this.#goal = goal;
    this.#offer = offer;
    this.#limits = limits;
  }

  /** @throws Malformed when the message is out of order, cannot be decoded, or breaks the protocol */
  take({ type, body }: FramedHandshake): Progress {
    try {
      return this.#take(type, body);
    } catch (error) {
      throw error instanceof DecodeError
        ? new Malformed(`The ${ianaName(type)} message cannot be read: ${error.message}.`)
        : error;
    }
  }

  /** change_cipher_spec says that the rest is encrypted: right only where a session is resumed (RFC 5246 §7.3). @throws Malformed */
  changeCipherSpec(): Progress {
    if (this.serverHello === null) return 'more';
    if (this.#last !== handshakeType.server_hello && this.#last !== handshakeType.new_session_ticket) {
      throw new Malformed(`change_cipher_spec came after ${ianaName(this.#last ?? 0)}.`);
    }
    this.resumed = true;
    return 'stopped';
  }

  #take(type: number, body: Uint8Array): Progress {
    if (type === handshakeType.hello_request) return this.#takeHelloRequest(body);
    this.#checkOrder(type);
    this.#last = type;
    if (type === handshakeType.server_hello) return this.#takeServerHello(body);
    const { negotiated } = this;
    if (negotiated !== null) {
      if (type === handshakeType.certificate) this.#takeCertificates(body);
      if (type === handshakeType.server_key_exchange) {
        this.serverKeyExchange = serverKeyExchangeFacts(body, negotiated);
        this.negotiated = { ...negotiated, group: this.serverKeyExchange?.group ?? null };
      }
      if (type === handshakeType.certificate_request)
        this.certificateRequest = certificateRequestFacts(body, negotiated);
    }
    if (type !== handshakeType.server_hello_done) return 'more';
    decode(serverHelloDone, body);
    const missing = negotiated === null ? null : missingMessage(negotiated, this);
    if (missing !== null) throw new Malformed(missing);
    return 'complete';
  }

  /** A client ignores it while it shakes hands (RFC 5246 §7.4.1.1). */
  #takeHelloRequest(body: Uint8Array): Progress {
    decode(helloRequest, body);
    const { helloRequests } = this.#limits;
    if (++this.#helloRequests > helloRequests)
      throw new Malformed(`The server sent more than ${helloRequests} HelloRequests.`);
    return 'more';
  }

  #takeServerHello(body: Uint8Array): Progress {
    const hello = decode(serverHello, body);
    if (isHelloRetryRequest(hello)) this.helloRetryRequest = hello;
    else this.serverHello = hello;
    const violation = violationOf(hello, this.#offer);
    if (violation !== null) throw new Malformed(violation);
    this.negotiated = choiceOf(hello);
    const restIsReadable = this.serverHello !== null && this.negotiated.version < tlsVersion['TLSv1.3'];
    return this.#goal === 'server-flight' && restIsReadable ? 'more' : 'stopped';
  }

  #takeCertificates(body: Uint8Array): void {
    const { certificateList } = decode(certificateTls12, body);
    const { certificates } = this.#limits;
    if (certificateList.length === 0) throw new Malformed('The certificate message holds no certificate.');
    if (certificateList.length > certificates) {
      this.note = `The server sent ${certificateList.length} certificates; the first ${certificates} were kept.`;
    }
    this.certificates = certificateList.slice(0, certificates);
  }

  #checkOrder(type: number): void {
    const last = this.#last === null ? -1 : (placeInFlight(this.#last) ?? Number.POSITIVE_INFINITY);
    const place = type === handshakeType.new_session_ticket && last === 0 ? last + 1 : (placeInFlight(type) ?? -1);
    if (place > last && (last >= 0 || type === handshakeType.server_hello)) return;
    throw new Malformed(
      this.#last === null
        ? `${ianaName(type)} came before server_hello.`
        : `${ianaName(type)} came after ${ianaName(this.#last)}.`,
    );
  }
}

/** As the registry has it, or its number. */
export function ianaName(type: number): string {
  return handshakeTypes.has(type) ? handshakeTypes.nameOf(type) : `Handshake message type ${type}`;
}
