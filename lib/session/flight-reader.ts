/** Reads a server's first flight out of bytes that arrive in pieces of any size, and stops as soon as the goal is reached. */

import type { AlertEvidence, EndOutcome, LooksLike, MessageName, ReceivedMessage } from '../evidence/index.ts';
import type { Flight, FlightGoal, StreamEnd } from './flight.ts';
import { HandshakeFlight } from './handshake-flight.ts';
import { defaultFlightLimits, type FlightLimits } from './limits.ts';
import { Malformed } from './malformed.ts';
import { alertLength, MessageStream, type StreamEvent } from './message-stream.ts';
import type { Offer } from './offer.ts';
import { messageName } from './server-messages.ts';

export interface FlightReaderOptions {
  readonly goal: FlightGoal;
  readonly limits?: Partial<FlightLimits>;
  /** What our hello offered; a ServerHello that chooses something else is `malformed`. Null: not known, not checked. */
  readonly offer?: Offer | null;
}

export interface FlightReader {
  /** What was read so far; final after `enough` or `end`. */
  readonly flight: Flight;
  /** Takes the next bytes, received at that time. Never throws for what they hold. */
  push(bytes: Uint8Array, at: Date): 'more' | 'enough';
  /** The stream is over; returns the final flight. */
  end(reason: StreamEnd): Flight;
}

/** The result depends on the bytes alone, not on how they were cut (but for the times). */
export function createFlightReader(options: FlightReaderOptions): FlightReader {
  return new Reader(options);
}

class Reader implements FlightReader {
  readonly #goal: FlightGoal;
  readonly #stream: MessageStream;
  readonly #content: HandshakeFlight;
  readonly #messages: ReceivedMessage[] = [];
  #at = new Date(0);
  #over = false;
  #alert: AlertEvidence | null = null;
  #looksLike: LooksLike | null = null;
  #end: EndOutcome | null = null;
  #detail: string | null = null;

  constructor({ goal, limits: given, offer }: FlightReaderOptions) {
    const limits = { ...defaultFlightLimits, ...given };
    this.#goal = goal;
    this.#stream = new MessageStream(limits);
    this.#content = new HandshakeFlight(goal, offer ?? null, limits);
  }

  get flight(): Flight {
    const {
      serverHello,
      helloRetryRequest,
      negotiated,
      certificates,
      serverKeyExchange,
      certificateRequest,
      resumed,
      note,
    } = this.#content;
    return {
      messages: [...this.#messages],
      serverHello,
      helloRetryRequest,
      negotiated,
      certificates,
      serverKeyExchange,
      certificateRequest,
      resumed,
      alert: this.#alert,
      looksLike: this.#looksLike,
      end: this.#end,
      detail: this.#detail ?? note,
      bytes: this.#stream.bytes,
    };
  }

  push(bytes: Uint8Array, at: Date): 'more' | 'enough' {
    if (this.#over) return 'enough';
    this.#at = at;
    this.#take(this.#stream.push(bytes));
    return this.#over ? 'enough' : 'more';
  }

  end(reason: StreamEnd): Flight {
    if (!this.#over) this.#take(this.#stream.end());
    if (this.#over) return this.flight;
    this.#detail = this.#stream.interrupted;
    if (reason === 'limit') this.#finish('malformed', 'The server sent more than is read of one connection.');
    else if (reason === 'silent') this.#finish('silent', this.#detail);
    else if (reason !== 'closed' && reason !== 'reset') this.#over = true;
    else this.#finish(this.#messages.at(-1)?.message === 'alert' ? 'alert' : reason, this.#detail);
    return this.flight;
  }

  #take(events: Iterable<StreamEvent>): void {
    try {
      for (const event of events) {
        this.#takeOne(event);
        if (this.#over) return;
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#finish('malformed', error.message);
    }
  }

  #takeOne(event: StreamEvent): void {
    switch (event.kind) {
      case 'not-tls':
        this.#looksLike = event.looksLike;
        return this.#finish('not-tls', event.detail);
      case 'alert':
        this.#alert = event.alert;
        this.#note('alert', alertLength);
        if (event.ends) this.#finish('alert');
        else if (this.#goal === 'reply') this.#finish('stopped');
        return;
      case 'change-cipher-spec': {
        const progress = this.#content.changeCipherSpec();
        this.#note('change-cipher-spec', event.bytes);
        if (progress !== 'more') this.#finish(progress);
        return;
      }
      case 'message': {
        const progress = this.#content.take(event.message);
        const isRetry = this.#content.helloRetryRequest !== null;
        this.#note(isRetry ? 'hello-retry-request' : messageName(event.message.type), event.message.raw.length);
        if (progress !== 'more') this.#finish(progress);
        return;
      }
      case 'application-data':
        return;
    }
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
