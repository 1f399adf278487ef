/** One raw connection from its SYN to its end: clock, deadlines, and what the caller is told. */

import { setMaxListeners } from 'node:events';
import type { ConnectOutcome, IcmpEvidence } from '../../evidence/index.ts';
import { Ledger } from '../ledger.ts';
import { type DialEnd, type DialOutcome, lossTexts } from '../outcome.ts';
import type { DialRequest } from '../request.ts';
import { type ConnectionEvents, type ConnectionOptions, RawConnection } from './connection.ts';
import type { Listener } from './demux.ts';
import type { Post } from './station.ts';

export class RawRun implements ConnectionEvents {
  readonly #request: DialRequest;
  readonly #options: ConnectionOptions;
  readonly #connection: RawConnection;
  readonly #ledger = new Ledger();
  #post: Post | null = null;
  /** For what the connection has to do next. */
  #tick: NodeJS.Timeout | undefined;
  #sendFailure: string | null = null;
  #outcome: Omit<DialOutcome, 'wire'> | null = null;
  #thrown: { readonly error: unknown } | null = null;
  #conclude: () => void = () => {};

  constructor(request: DialRequest, options: Omit<ConnectionOptions, 'writes' | 'gapMs'>) {
    this.#request = request;
    this.#options = { ...options, writes: request.writes, gapMs: request.gapMs ?? 0 };
    this.#connection = new RawConnection(this.#options, this);
  }

  /** What is heard for the connection goes here. */
  get listener(): Listener {
    return {
      segment: (segment, packet) => {
        if (this.#connection.isOver) return;
        this.#request.tap?.packet(packet);
        this.#step(() => this.#connection.heard(segment, this.#now()));
      },
      icmp: (error, sequence, packet) => {
        if (this.#connection.isOver) return;
        this.#request.tap?.packet(packet);
        this.#step(() => this.#connection.heardIcmp(error, sequence, this.#now()));
      },
    };
  }

  /** Runs the connection to its end. Rejects with what the caller's own functions throw. */
  async over(post: Post): Promise<DialOutcome> {
    const { signal } = this.#request;
    this.#post = post;
    if (signal !== undefined) {
      // One signal stops many connections at once; node would take more than 10 listeners for a leak and print a warning.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', this.#onAbort);
    }
    try {
      await new Promise<void>((resolve) => {
        this.#conclude = resolve;
        this.#step(() => this.#open());
      });
    } finally {
      signal?.removeEventListener('abort', this.#onAbort);
      clearTimeout(this.#tick);
      this.#ledger.close();
    }
    if (this.#thrown !== null) throw this.#thrown.error;
    return { ...(this.#outcome as Omit<DialOutcome, 'wire'>), wire: this.#connection.view() };
  }

  transmit(packets: readonly Uint8Array[]): void {
    for (const packet of packets) {
      this.#request.tap?.packet(packet);
      this.#post?.send(packet, (reason) => this.#onSendFailure(reason));
    }
  }

  connected(): void {
    const { tap, onConnect, firstReplyTimeoutMs = 3000 } = this.#request;
    const { source, sourcePort, destination, destinationPort } = this.#options;
    this.#ledger.connectMs = this.#ledger.elapsed();
    tap?.connected({ address: source, port: sourcePort }, { address: destination, port: destinationPort });
    this.#after(Math.max(0, this.#connection.lastDue - this.#now()), () => {
      this.#ledger.sentAt ??= this.#ledger.elapsed();
      if (this.#ledger.isAnswered) return;
      this.#after(firstReplyTimeoutMs, () => {
        if (!this.#ledger.isAnswered)
          this.#settle('silent', `No reply within ${firstReplyTimeoutMs} ms of the last byte sent.`);
      });
    });
    onConnect?.({
      send: (bytes, flushed) => this.#converse(bytes, flushed),
      finish: () => this.#step(() => this.#settle('enough')),
    });
  }

  deliver(bytes: Uint8Array): void {
    if (this.#outcome !== null) return;
    const { maxBytes = 2 ** 20, tap } = this.#request;
    const taken = bytes.subarray(0, maxBytes - this.#ledger.bytesRead);
    const at = this.#ledger.received(taken.length);
    tap?.received(taken);
    if (this.#request.onBytes(taken, at) === 'enough') this.#settle('enough');
    else if (this.#ledger.bytesRead >= maxBytes)
      this.#settle('limit', `The peer sent ${maxBytes} bytes, as much as is read of one connection.`);
  }

  ended(how: 'refused' | 'reset' | 'closed'): void {
    const { destination, destinationPort } = this.#options;
    if (how === 'refused') this.#fail('refused', `${destination}:${destinationPort} answered the SYN with RST.`);
    else this.#settle(how);
  }

  icmp(error: IcmpEvidence): void {
    const text = `ICMP type ${error.type} code ${error.code} came from ${error.from}.`;
    if (this.#ledger.connectMs === null) {
      const connect = refusalOf(error);
      if (connect !== null) this.#fail(connect, text);
    } else if (isTimeExceeded(error) && this.#request.stopWhenLost === true) {
      // The hello ends there. Whoever read it on the way may have something to say yet.
      this.#after(Math.max(50, 2 * this.#connection.roundTripMs), () => this.#settle('silent', text));
    }
  }

  #open(): void {
    const { connectTimeoutMs = 5000, totalTimeoutMs = 10_000, signal } = this.#request;
    if (signal?.aborted === true) return this.#onAbort();
    const connectDeadline = Math.min(connectTimeoutMs, totalTimeoutMs);
    this.#after(connectDeadline, () => {
      if (this.#ledger.connectMs === null)
        this.#fail('timeout', `No answer to the connection request within ${connectDeadline} ms.`);
    });
    this.#after(totalTimeoutMs, () =>
      this.#settle('silent', `Not finished within ${totalTimeoutMs} ms (${this.#ledger.bytesRead} bytes had come).`),
    );
    this.#connection.open(this.#now());
  }

  #converse(bytes: Uint8Array, flushed: (taken: boolean) => void): void {
    const open = this.#outcome === null;
    if (open) {
      this.#step(() => this.#connection.send(bytes, this.#now()));
      // In a conversation the hello is what was sent before the peer's first byte.
      if (!this.#ledger.isAnswered) this.#ledger.sentAt = this.#ledger.elapsed();
    }
    queueMicrotask(() => flushed(open));
  }

  #onSendFailure(reason: string): void {
    this.#sendFailure ??= reason;
    // Later ones are lost packets like others.
    if (this.#ledger.connectMs === null)
      this.#step(() => this.#fail('unreachable', `The system does not send the packet: ${reason}.`));
  }

  readonly #onAbort = (): void => {
    this.#step(() => {
      if (this.#ledger.connectMs === null) this.#fail('unseen', 'Stopped by the caller.', 'aborted');
      else this.#settle('aborted', 'Stopped by the caller.');
    });
  };

  #onTick(): void {
    const lost = this.#lostAt();
    if (lost !== null && this.#now() >= lost.time) this.#settle('silent', lossTexts[lost.direction]);
    this.#connection.tick(this.#now());
  }

  #lostAt(): ReturnType<RawConnection['lostAt']> {
    return this.#request.stopWhenLost === true && this.#outcome === null ? this.#connection.lostAt() : null;
  }

  /** Does something with the connection, and sets the clock for what follows from it. */
  #step(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#thrown ??= { error };
      this.#settle('aborted');
    }
    if (this.#outcome !== null && this.#connection.isOver) return this.#conclude();
    clearTimeout(this.#tick);
    const times = [this.#connection.deadline(), this.#lostAt()?.time ?? null].filter((time) => time !== null);
    if (times.length === 0) return;
    // A little late, never early: timers count whole milliseconds.
    const wait = Math.ceil(Math.max(0, Math.min(...times) - this.#now()));
    this.#tick = setTimeout(() => this.#step(() => this.#onTick()), wait);
  }

  #fail(connect: ConnectOutcome, detail: string, end: DialEnd = 'not-connected'): void {
    this.#settle(end, detail, connect);
  }

  /** First call wins; the connection then leaves in its own way. */
  #settle(end: DialEnd, detail: string | null = null, connect: ConnectOutcome = 'ok'): void {
    if (this.#outcome !== null) return;
    const failure = this.#sendFailure;
    this.#outcome = {
      connect,
      ...this.#ledger.figures,
      bytesSent: this.#connection.handed,
      end,
      endedBeforeHello: (end === 'reset' || end === 'closed') && !this.#connection.hasSentPayload,
      detail:
        end === 'silent' && failure !== null ? `${detail} The system refused to send a packet: ${failure}.` : detail,
    };
    this.#connection.finish(this.#now());
  }

  #now(): number {
    return performance.now();
  }

  #after(ms: number, act: () => void): void {
    this.#ledger.after(ms, () => this.#step(act));
  }
}

/** What an ICMP error says of our SYN, as Linux reads it for its own; null when it ends nothing. */
function refusalOf(error: IcmpEvidence): ConnectOutcome | null {
  const { type, code, from } = error;
  if (isTimeExceeded(error)) return 'unreachable';
  if (from.includes(':')) return type !== 1 ? null : code === 4 ? 'refused' : 'unreachable';
  if (type !== 3 || code === 4) return null;
  return code === 3 ? 'refused' : 'unreachable';
}

/** ICMP type 11 (RFC 792), ICMPv6 type 3 (RFC 4443 §3.3). */
function isTimeExceeded({ type, from }: IcmpEvidence): boolean {
  return type === (from.includes(':') ? 3 : 11);
}
