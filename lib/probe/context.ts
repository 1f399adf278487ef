/** What a probe sees of the run: the target, the control hello, what earlier probes found, and a way to send hellos. */

import type { Attempt, ProbeValues, Target } from '../evidence/index.ts';
import { buildHello, type HelloOptions, type HelloPlan, type HelloSpec, planOf } from '../hello/index.ts';
import {
  type AttemptOptions,
  type Exchange,
  type Handshake,
  type HandshakeOptions,
  handshake,
  type TlsSession,
  type TlsSessionOptions,
  tlsSession,
  unresolvedAttempt,
} from '../live/index.ts';
import type { AbilityId, Endpoint } from '../net/index.ts';
import { HarnessError } from '../wire/index.ts';
import type { Control, ExchangeRequest, Run, Steadiness } from './run.ts';
import { ProbeStopped } from './stop.ts';
import { offeredGroups } from './suites.ts';

/** One hello to send. */
export interface AttemptRequest extends ExchangeRequest {
  /** A spec, or a plan where record or segment boundaries matter. */
  readonly hello: HelloSpec | HelloPlan;
  /** Name of the preset that `hello` was made from, for the report. */
  readonly preset?: string;
}

/** One handshake to finish. */
export type SessionRequest = TlsSessionOptions & Pick<ExchangeRequest, 'via'>;

/** One handshake of our own client. */
export interface HandshakeRequest
  extends Pick<HandshakeOptions, 'goal' | 'credential'>,
    Pick<ExchangeRequest, 'via' | 'controlRef'> {
  readonly hello: HelloSpec | HelloPlan;
}

/** One conversation over a connection that the run opens. */
type Talk<T> = (endpoint: Endpoint, given: AttemptOptions) => Promise<T>;

export class ProbeContext {
  readonly probe: string;
  readonly run: Run;
  readonly #attempts: Attempt[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #kept: unknown = null;

  constructor(probe: string, run: Run) {
    this.probe = probe;
    this.run = run;
  }

  get target(): Target {
    return { ...this.run.settings.target, address: this.run.address === '' ? null : this.run.address };
  }

  /** Server name to send; null for none. */
  get sni(): string | null {
    return this.run.sni;
  }

  get random(): (length: number) => Uint8Array {
    return this.run.settings.random;
  }

  /** A hello with this run's server name and randomness; what is not given is as an ordinary client has it. */
  hello(options: Omit<HelloOptions, 'random' | 'sni'> & { readonly sni?: string | null }): HelloSpec {
    // As many groups as real servers have, so that a suite or version is never missed for want of one; few where length matters.
    const groups = this.run.control?.maxHelloLength == null ? { groups: offeredGroups } : {};
    return buildHello({ sni: this.sni, ...groups, ...options, random: this.random });
  }

  /** The attempts of this probe so far. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  /** Value so far, reported when the run stops this probe early. */
  get kept(): unknown {
    return this.#kept;
  }

  keep(value: unknown): void {
    this.#kept = value;
  }

  /** What an earlier probe found, null when it did not get that far. */
  value<Id extends keyof ProbeValues>(id: Id): ProbeValues[Id] | null {
    return (this.run.observations.get(id)?.value ?? null) as ProbeValues[Id] | null;
  }

  /** The hello this server is known to answer. @throws HarnessError `no-control` when there is none; a probe that uses `connect` is not run then. */
  get control(): Control {
    const { control } = this.run;
    if (control === null) throw new HarnessError('no-control', 'No hello of this run has been answered yet.');
    return control;
  }

  /** Whether this machine has an ability, for a probe that can do with less; what it cannot do without stands in `needs`. */
  async can(id: AbilityId): Promise<boolean> {
    return (await this.run.ability(id)).available;
  }

  /** Whether this target answers alike what is alike; shared by the whole run. */
  get steadiness(): Steadiness {
    return this.run.steadiness;
  }

  /** Exchanges of the whole run so far, in the order they ended. */
  get exchanges(): readonly Exchange[] {
    return this.run.exchanges;
  }

  /** Sends one hello and records the attempt. @throws ProbeStopped */
  attempt(request: AttemptRequest): Promise<Exchange> {
    const { hello, preset } = request;
    const plan = 'message' in hello ? hello : planOf(hello, preset === undefined ? {} : { preset });
    return this.#follow(this.run.exchange(plan, request, (attempt) => this.#record(attempt)));
  }

  /**
   * Completes a handshake with node:tls, as the second opinion and for what only a finished handshake shows. One that fell
   * silent beside another connection is repeated with none open (rule 3 of inference), until that showed silence too.
   * @throws ProbeStopped
   */
  session(options: SessionRequest): Promise<TlsSession> {
    return this.#heard((endpoint, given) => tlsSession(endpoint, { ...given, ...options }));
  }

  /**
   * Goes on with our own client to the end of the server's flight, or of the handshake; repeated after silence as `session` is.
   * @throws ProbeStopped
   */
  handshake({ hello, ...options }: HandshakeRequest): Promise<Handshake> {
    const { keepHex } = this.run.settings;
    return this.#heard((endpoint, given) => handshake(endpoint, hello, { keepHex, ...given, ...options }));
  }

  /** Silence beside another connection is asked about again with none open. */
  async #heard<T extends { readonly attempt: Attempt }>(talk: Talk<T>): Promise<T> {
    const { run } = this;
    const first = await this.#talk(talk, false);
    if (first.attempt.evidence.end !== 'silent' || run.sessionsFallSilent) return first;
    const last = first.attempt.concurrent === 0 ? first : await this.#talk(talk, true);
    if (last.attempt.evidence.end === 'silent') run.sessionsFallSilent = true;
    else run.goOnSerially();
    return last;
  }

  #talk<T extends { readonly attempt: Attempt }>(talk: Talk<T>, alone: boolean): Promise<T> {
    const work = this.run.connection(alone, async (passage, signal) => {
      const id = this.run.nextId();
      const { timeouts, target } = this.run.settings;
      const endpoint = { address: this.run.address, port: target.port };
      const via = this.run.via === null ? {} : { via: this.run.via };
      const result = await this.run.recorded(id, (tap) => talk(endpoint, { ...via, id, timeouts, signal, tap }));
      const attempt = { ...result.attempt, concurrent: passage.others };
      this.#record(attempt);
      return { ...result, attempt };
    });
    return this.#follow(work);
  }

  /** For a probe whose control hello failed in a comparison: checks it again, with nothing else open. @throws ProbeStopped when it is answered no more */
  async doubt(): Promise<void> {
    await this.run.confirmControl();
    if (this.run.stopped !== null) throw new ProbeStopped(this.run.stopped);
  }

  /** Records a hello that never left because the target's name has no address. */
  recordUnresolved(plan: HelloPlan): void {
    const { keepHex, resolveError } = this.run.settings;
    this.#record(unresolvedAttempt(plan, resolveError, { id: this.run.nextId(), keepHex }));
  }

  /** Resolves when none of the probe's connections is under way, so that no attempt comes after its observation. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #follow<T>(work: Promise<T>): Promise<T> {
    const followed = work.finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
    return followed;
  }

  #record(attempt: Attempt): void {
    this.#attempts.push(attempt);
    this.run.settings.observer({ type: 'attempt', probe: this.probe, attempt });
  }
}
