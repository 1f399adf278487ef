/** Our own client over a connection: a hello of ours goes on to the end of the server's flight, or of the handshake. */

import { performance } from 'node:perf_hooks';
import type { Attempt } from '../evidence/index.ts';
import {
  codeNumber,
  decodeHello,
  firstFlight,
  type HelloPlan,
  type HelloSpec,
  planOf,
  writesOf,
} from '../hello/index.ts';
import { type DialRequest, dialVia, type Endpoint, type Line } from '../net/index.ts';
import {
  type ClientCredential,
  type ClientFlight,
  type ClientGoal,
  createTlsClient,
  type FlightLimits,
  helloFacts,
  type TlsClient,
} from '../session/index.ts';
import { nodeClientPrimitives } from '../session/node.ts';
import { alertDescription, extensionType, tlsVersion, toHex } from '../wire/index.ts';
import { type AttemptOptions, attemptOf, confirmMsFor, dialTimeouts, refusals } from './attempt.ts';

export interface HandshakeOptions extends AttemptOptions {
  readonly goal: ClientGoal;
  /** Client certificate and key; `nodeCredential` of lib/session makes one. */
  readonly credential?: ClientCredential | null;
  readonly limits?: Partial<FlightLimits>;
  /** Cap on bytes read, default 1 MiB. */
  readonly maxBytes?: number;
  /** End early what is lost, as `DialRequest` says. */
  readonly stopWhenLost?: boolean;
  /** Is told each line of the key log. The lines are secrets. */
  readonly onSecret?: (line: string) => void;
}

export interface Handshake {
  readonly attempt: Attempt;
  readonly flight: ClientFlight;
  /** Whether the server insists on a certificate; null where the handshake did not get far enough to tell. */
  readonly clientCertificateRequired: boolean | null;
}

/**
 * Sends the hello with key shares of our own and goes on to the goal. What the peer does is data. With the goal `server-flight`
 * nothing is sent that would finish the handshake: the server sees a client that went away.
 * @param hello a spec, or a plan where record or segment boundaries of the first hello matter
 * @throws HarnessError `bad-hello-spec`, `bad-split`, and as `dialVia` does; DecodeError for a plan whose bytes are no ClientHello
 */
export async function handshake(
  endpoint: Endpoint,
  hello: HelloSpec | HelloPlan,
  options: HandshakeOptions,
): Promise<Handshake> {
  const { goal, credential = null, limits, tap, onSecret } = options;
  const given = 'message' in hello ? hello : planOf(hello);
  const spec = given.spec ?? decodeHello(given.message);
  const client = createTlsClient({
    hello: spec,
    goal,
    primitives: await nodeClientPrimitives(groupsOf(spec)),
    credential,
    ...(limits === undefined ? {} : { limits }),
    onSecret(label, clientRandom, secret) {
      const line = `${label} ${toHex(clientRandom)} ${toHex(secret)}\n`;
      tap?.secret(line);
      onSecret?.(line);
    },
  });
  const { message: _, spec: __, ...cuts } = given;
  const plan = planOf(client.hello, cuts);
  const writes = writesOf(plan);
  const driver = new Driver(client);
  const outcome = await dialVia(endpoint, requestOf(plan, writes, driver, options), options.via);
  driver.stop();
  const flight = client.end(outcome.end);
  return {
    attempt: attemptOf(firstFlight(plan), outcome, flight, helloFacts(plan.message), options, {
      preset: plan.preset,
      segments: writes.map(({ length }) => length),
      messageLength: plan.message.length,
    }),
    flight,
    clientCertificateRequired: requiredOf(flight),
  };
}

function requestOf(
  plan: HelloPlan,
  writes: readonly Uint8Array[],
  driver: Driver,
  { maxBytes, timeouts, signal, stopWhenLost, tap }: HandshakeOptions,
): DialRequest {
  return {
    writes,
    ...dialTimeouts(timeouts),
    ...(plan.gapMs === undefined ? {} : { gapMs: plan.gapMs }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(signal === undefined ? {} : { signal }),
    ...(stopWhenLost === undefined ? {} : { stopWhenLost }),
    tap,
    onConnect: (line) => driver.connected(line),
    onBytes: (chunk, at) => driver.receive(chunk, at),
  };
}

/** Every group that the hello has, for its shares and for those of a second hello. */
function groupsOf({ extensions }: HelloSpec): number[] {
  return (extensions ?? []).flatMap((extension) => ('groups' in extension ? extension.groups.map(codeNumber) : []));
}

/** Sends what the client wants sent, and decides when a finished handshake has been waited on long enough. */
class Driver {
  readonly #client: TlsClient;
  readonly #startedAt = performance.now();
  #line: Line | null = null;
  #confirmMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #leaving = false;

  constructor(client: TlsClient) {
    this.#client = client;
  }

  connected(line: Line): void {
    this.#line = line;
    this.#confirmMs = confirmMsFor(performance.now() - this.#startedAt);
  }

  receive(chunk: Uint8Array, at: Date): 'more' | 'enough' {
    const { send, progress } = this.#client.push(chunk, at);
    if (send.length > 0) this.#line?.send(send, () => undefined);
    if (progress === 'more') return 'more';
    const { flight } = this.#client;
    if (!flight.finished || flight.end === 'alert' || flight.end === 'malformed') return 'enough';
    if (progress === 'enough' || isJudged(flight, this.#client.hello)) this.#leave();
    // What was sent may be judged in turn, as an answer to post-handshake authentication is.
    else if (this.#timer === undefined || send.length > 0) this.#wait();
    return 'more';
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#leave(), this.#confirmMs);
  }

  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    clearTimeout(this.#timer);
    this.#line?.send(this.#client.farewell(), () => this.#line?.finish());
  }
}

/** Whether there is nothing left to wait for. Where the hello offers post-handshake authentication, the request may follow tickets. */
function isJudged({ accepted }: ClientFlight, { extensions }: HelloSpec): boolean {
  const mayAskLater = extensions?.some(({ type }) => codeNumber(type) === extensionType.post_handshake_auth) === true;
  return accepted && !mayAskLater;
}

function requiredOf(flight: ClientFlight): boolean | null {
  const { alert, certificateRequest, clientCertificates, finished, accepted, after } = flight;
  if (alert?.code === alertDescription.certificate_required) return true;
  // With a certificate of ours the question is not put.
  if (clientCertificates.length > 0) return null;
  const asked = certificateRequest ?? after.certificateRequest;
  if (alert !== null) return asked !== null && answered(flight) && refusals.has(alert.code) ? true : null;
  if (!finished || (asked !== null && !accepted)) return null;
  // What it makes of our answer to a request after the handshake, only a refusal tells.
  return after.certificateRequest === null ? false : null;
}

/** Whether our list of certificates went out: an alert before that is about something else. */
function answered({ finished, messages, gap, after, negotiated }: ClientFlight): boolean {
  if (after.certificateRequest !== null || finished) return true;
  const isTls13 = (negotiated?.version ?? 0) >= tlsVersion['TLSv1.3'];
  return !isTls13 && gap === null && messages.some(({ message }) => message === 'server-hello-done');
}
