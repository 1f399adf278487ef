/** One run against one target: what all its probes share. Connections start here and nowhere else. */

import type { Attempt, ConnectValue, HandshakeEvidence, Observation } from '../evidence/index.ts';
import { answered, ownConnectionOf, ownConnectionText } from '../evidence/index.ts';
import type { HelloPlan } from '../hello/index.ts';
import { type Exchange, type ExchangeOptions, exchange } from '../live/index.ts';
import { type Ability, type AbilityId, abilityOf, type KernelVia, type Tap, type Via } from '../net/index.ts';
import { Gate, type Passage } from './gate.ts';
import { mayDisturb, requireConsent } from './safety.ts';
import type { RunSettings } from './settings.ts';
import { ProbeStopped, type StopReason } from './stop.ts';

/** The hello that this server answers; every differential test starts from it. */
export interface Control {
  readonly plan: HelloPlan;
  /** Attempt in which it was answered first. */
  readonly attempt: string;
  /** Longest hello message to use in enumerations when longer ones were not answered; null when size made no difference. */
  readonly maxHelloLength: number | null;
}

/** What is known of a target's constancy. */
export interface Steadiness {
  /** True once the same hello was answered at one time and not at another: from then on claims take more repeats. */
  wavered: boolean;
}

/** What one connection is for. */
export interface ExchangeRequest {
  readonly goal?: 'reply' | 'server-hello' | 'server-flight';
  /** Attempt that is the control of this one. */
  readonly controlRef?: string | null;
  /** Run with no other connection of ours open. */
  readonly alone?: boolean;
  /** Silence is only a hint here and will be looked into: do not repeat it alone at once. */
  readonly hint?: boolean;
  /** Wait as long as the time-outs allow, however fast earlier replies were. */
  readonly patient?: boolean;
  /** Least milliseconds to wait for the first byte, default 1,000; for those who know what they wait for. */
  readonly leastReplyMs?: number;
  /** Most milliseconds to wait for it, within the configured limit. */
  readonly mostReplyMs?: number;
  /** Before others that wait, default 0: for the longest of several chains that run side by side. */
  readonly urgency?: number;
  /** Transport, and what it is told; default the kernel's TCP. */
  readonly via?: Via;
  /** End early once the same first bytes were lost three times, instead of waiting for the time-out (`DialRequest`). */
  readonly stopWhenLost?: boolean;
}

/** Shortest time we wait for a reply to a later hello, however fast the earlier replies were: two retransmissions of a lost segment fit in. */
const shortestReplyMs = 1000;

export class Run {
  readonly settings: RunSettings;
  readonly gate: Gate;
  readonly observations = new Map<string, Observation>();
  /** Every finished exchange, so that later probes need not ask again for what was already seen. */
  readonly exchanges: Exchange[] = [];
  address: string;
  /** Server name to send: the target's, or null once the target was seen to refuse it. */
  sni: string | null;
  control: Control | null = null;
  /** Transport of connections that ask for none. Set where the path was seen to lose large packets: in smaller ones the rest can be measured. */
  via: KernelVia | null = null;
  readonly steadiness: Steadiness = { wavered: false };
  /** True once a handshake fell silent with nothing else open: then it is the server's way, and not tried again for each. */
  sessionsFallSilent = false;
  /** Checks that the control hello is still answered, and stops the run when it is not; set by the runner. */
  confirmControl: () => Promise<void> = () => Promise.resolve();
  /** Why no further connection may start; set once. */
  stopped: StopReason | null = null;
  readonly #abilities = new Map<AbilityId, Promise<Ability>>();
  #attempts = 0;
  #connections = 0;
  #slowestReplyMs: number | null = null;
  readonly #shown = new Set<'outbound' | 'inbound'>();
  readonly #abort = new AbortController();
  readonly #deadline: NodeJS.Timeout;
  readonly #onAbort = (): void => this.stop('aborted');

  constructor(settings: RunSettings) {
    this.settings = settings;
    this.address = settings.addresses[0] ?? '';
    this.sni = settings.target.sni;
    // One connection at a time until the server has been seen to serve two (rule 3 of inference).
    this.gate = new Gate(1, settings.delayMs);
    this.#deadline = setTimeout(() => this.stop('deadline-reached'), settings.timeouts.deadlineMs);
    if (settings.signal?.aborted === true) this.stop('aborted');
    settings.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** True when raw packets may go to this target. */
  get mayDisturb(): boolean {
    return mayDisturb(this.address, this.settings);
  }

  /** What this machine can do; asked once in a run. */
  ability(id: AbilityId): Promise<Ability> {
    let asked = this.#abilities.get(id);
    if (asked === undefined) {
      asked = (this.settings.abilityOf ?? abilityOf)(id);
      this.#abilities.set(id, asked);
    }
    return asked;
  }

  /** Number of connections started so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Number of connections that may still start. */
  get connectionsLeft(): number {
    return Math.max(0, this.settings.maxConnections - this.#connections);
  }

  /** Ends what is running and lets nothing more start. */
  stop(reason: StopReason): void {
    this.stopped ??= reason;
    // A lost target ends future connections only; the one that found out is already over.
    if (reason === 'deadline-reached' || reason === 'aborted') this.#abort.abort();
  }

  /** Releases the deadline's timer and the caller's signal. */
  close(): void {
    clearTimeout(this.#deadline);
    this.settings.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** How long to wait for the first reply byte: 10 times the slowest reply so far, between `least` (default 1 s) and the configured limit. */
  replyTimeoutMs(least = shortestReplyMs): number {
    const limit = this.settings.timeouts.firstReplyMs;
    if (this.control === null || this.#slowestReplyMs === null) return limit;
    return Math.min(limit, Math.max(least, 10 * this.#slowestReplyMs));
  }

  /**
   * Sends one hello on a connection of its own. Silence that was met while another connection was open is not believed: the
   * hello is sent again with none open, and if it is answered then, the rest of the run goes on serially.
   * @param record receives each attempt made, in order.
   * @throws ProbeStopped when the run may open no further connection.
   */
  async exchange(plan: HelloPlan, request: ExchangeRequest, record: (attempt: Attempt) => void): Promise<Exchange> {
    if (request.via?.kind === 'raw') requireConsent(this.address, this.settings);
    const first = await this.#once(plan, request, request.alone === true, record);
    if (this.#isWorthShowing(first.attempt, request))
      await this.#once(plan, { ...request, stopWhenLost: false, patient: true }, request.alone === true, record);
    if (request.hint === true || !isSilence(first.attempt) || first.attempt.concurrent === 0) return first;
    const second = await this.#once(plan, request, true, record);
    if (!isSilence(second.attempt)) this.goOnSerially();
    return second;
  }

  /**
   * In a recording, the first loss in each direction is shown at length: whoever reads it later, without the differential, needs to see
   * that retransmissions did not help.
   */
  #isWorthShowing({ evidence }: Attempt, { stopWhenLost = false }: ExchangeRequest): boolean {
    if (this.settings.recording === undefined || !stopWhenLost || evidence.end !== 'silent') return false;
    const direction = lossDirection(evidence);
    if (direction === null || this.#shown.has(direction)) return false;
    this.#shown.add(direction);
    return true;
  }

  /** The server was seen to leave a second connection waiting: from here on there is one at a time, and the report says so. */
  goOnSerially(): void {
    this.gate.limit = 1;
    const connect = this.observations.get('connect');
    const value = connect?.value as ConnectValue | null | undefined;
    if (connect != null && value != null) {
      this.observations.set('connect', { ...connect, value: { ...value, concurrent: false } });
    }
  }

  /** The id of the next attempt; taken when its connection starts, so that ids follow that order. */
  nextId(): string {
    return `a${++this.#attempts}`;
  }

  /** Makes the connection of an attempt, in view of the run's recording where it has one. */
  recorded<T extends { readonly attempt: Attempt }>(
    attempt: string,
    work: (tap: Tap | undefined) => Promise<T>,
  ): Promise<T> {
    const { recording, target } = this.settings;
    if (recording === undefined) return work(undefined);
    return recording.follow({ attempt, remote: { address: this.address, port: target.port } }, async (tap) => {
      const result = await work(tap);
      tap.remark(ownConnectionText(ownConnectionOf(result.attempt)));
      return result;
    });
  }

  /** Passes the gate and counts a connection; for transports other than `exchange`. One that sends no hello is no attempt and takes no id. */
  connection<T>(alone: boolean, work: (passage: Passage, signal: AbortSignal) => Promise<T>, urgency = 0): Promise<T> {
    return this.gate.pass(
      alone,
      async (passage) => {
        if (this.stopped === null && this.#connections >= this.settings.maxConnections)
          this.stopped = 'budget-exhausted';
        if (this.stopped !== null) throw new ProbeStopped(this.stopped);
        this.#connections++;
        const result = await work(passage, this.#abort.signal);
        if (this.#abort.signal.aborted) throw new ProbeStopped(this.stopped ?? 'aborted');
        return result;
      },
      urgency,
    );
  }

  async #once(
    plan: HelloPlan,
    request: ExchangeRequest,
    alone: boolean,
    record: (attempt: Attempt) => void,
  ): Promise<Exchange> {
    return this.connection(
      alone,
      async (passage, signal) => {
        const id = this.nextId();
        const { timeouts, target, keepHex } = this.settings;
        const usualMs = request.patient === true ? timeouts.firstReplyMs : this.replyTimeoutMs(request.leastReplyMs);
        const firstReplyMs = Math.min(usualMs, request.mostReplyMs ?? usualMs);
        const endpoint = { address: this.address, port: target.port };
        const via = request.via ?? this.via ?? undefined;
        const options: ExchangeOptions = {
          goal: request.goal ?? 'server-hello',
          id,
          timeouts: { connectMs: timeouts.connectMs, firstReplyMs, totalMs: timeouts.totalMs },
          signal,
          controlRef: request.controlRef ?? null,
          keepHex,
          ...(via === undefined ? {} : { via }),
          ...(request.stopWhenLost === undefined ? {} : { stopWhenLost: request.stopWhenLost }),
        };
        const result = await this.recorded(id, (tap) => exchange(endpoint, plan, { ...options, tap }));
        const made: Exchange = { ...result, attempt: { ...result.attempt, concurrent: passage.others } };
        const { replyMs } = made.attempt;
        if (replyMs !== null) this.#slowestReplyMs = Math.max(this.#slowestReplyMs ?? 0, replyMs);
        this.exchanges.push(made);
        record(made.attempt);
        return made;
      },
      request.urgency,
    );
  }
}

/** True when nothing at all came back: no answer to the SYN, or none to the hello. */
export function isSilence({ evidence }: Attempt): boolean {
  return evidence.connect === 'timeout' || (evidence.end === 'silent' && evidence.received.length === 0);
}

/** Where bytes are missing for good, by what came from behind them. */
function lossDirection({ sent, inbound }: HandshakeEvidence): 'outbound' | 'inbound' | null {
  if (sent.tailSacked === true) return 'outbound';
  return inbound?.tailSacked === true ? 'inbound' : null;
}

/** True when the server chose something: the hello was understood. */
export function isAnswered({ evidence }: Attempt): boolean {
  return answered(evidence);
}
