/** One TCP connection of the kernel's: write, listen until enough came, and say exactly what happened. */

import { setMaxListeners } from 'node:events';
import type { ConnectOutcome } from '../evidence/index.ts';
import { HarnessError } from '../wire/index.ts';
import { checkEndpoint } from './endpoint.ts';
import { KernelSocket, socketWithMss } from './kernel-socket.ts';
import { Ledger } from './ledger.ts';
import { type LibcState, requireLibc, systemLibc } from './libc.ts';
import { connectOutcomeOf, type DialEnd, type DialOutcome, endOf, lossTexts, sentenceOf } from './outcome.ts';
import type { DialRequest, Endpoint } from './request.ts';

export type { DialRequest, Endpoint, Line, Timeouts } from './request.ts';

/**
 * Connects, writes, reads until `onBytes` has enough, the peer ends, or a deadline passes. What the peer does is data;
 * when the promise settles, socket, timers and listeners are gone.
 *
 * After `enough` our FIN goes out before the socket is closed, so that the peer logs an ordinary end of the connection;
 * a RST follows only if it goes on sending, or if bytes of ours never arrived. Where the system's calls are there, `wire` tells what TCP_INFO showed.
 * @param libc the system's calls; replaced in tests
 * @throws HarnessError `bad-endpoint` when the address is no IP address or the port is not 1 to 65535,
 *   `out-of-resources` when this machine cannot open a socket, `missing-ability` when an MSS is asked for and cannot be set.
 */
export async function dial(
  endpoint: Endpoint,
  request: DialRequest,
  libc: LibcState | Promise<LibcState> = systemLibc(),
): Promise<DialOutcome> {
  const version = checkEndpoint(endpoint);
  const state = await libc;
  const { mss } = request;
  const socket = mss === undefined ? new KernelSocket(state.libc) : socketWithMss(requireLibc(state), version, mss);
  return new Promise((resolve, reject) => new Connection(socket, endpoint, request, resolve, reject).open());
}

/** Between two looks at TCP_INFO; one takes some microseconds. */
const watchMs = 10;

/** Everything that one connection has to remember, and the one place (`#settle`) where it ends. */
class Connection {
  readonly #endpoint: Endpoint;
  readonly #request: DialRequest;
  readonly #resolve: (outcome: DialOutcome) => void;
  readonly #reject: (error: unknown) => void;
  readonly #socket: KernelSocket;
  readonly #ledger = new Ledger();
  /** Lengths of the writes that the kernel took whole. */
  readonly #taken: number[] = [];
  /** True once the kernel took bytes, also of a write that is not whole yet. */
  #leaving = false;
  #settled = false;

  constructor(
    socket: KernelSocket,
    endpoint: Endpoint,
    request: DialRequest,
    resolve: (outcome: DialOutcome) => void,
    reject: (error: unknown) => void,
  ) {
    this.#socket = socket;
    this.#endpoint = endpoint;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  open(): void {
    const { connectTimeoutMs = 5000, totalTimeoutMs = 10_000, signal } = this.#request;
    if (signal?.aborted) return this.#onAbort();
    if (signal !== undefined) {
      // One signal stops many connections at once; node would take more than 10 listeners for a leak and print a warning.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', this.#onAbort);
    }
    const connectDeadline = Math.min(connectTimeoutMs, totalTimeoutMs);
    this.#ledger.after(connectDeadline, () => {
      if (this.#ledger.connectMs === null)
        this.#fail('timeout', `No answer to the connection request within ${connectDeadline} ms.`);
    });
    this.#ledger.after(totalTimeoutMs, () => {
      this.#settle('silent', `Not finished within ${totalTimeoutMs} ms (${this.#ledger.bytesRead} bytes had come).`);
    });
    this.#socket
      .setNoDelay(true)
      .on('data', (chunk) => this.#onData(chunk))
      .on('end', () => this.#onEnd())
      .on('error', (error) => this.#onError(error))
      .once('connect', () => this.#onConnect())
      .connect({ host: this.#endpoint.address, port: this.#endpoint.port });
  }

  #onConnect(): void {
    this.#ledger.connectMs = this.#ledger.elapsed();
    this.#socket.watch();
    this.#ledger.after(watchMs, this.#look);
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = this.#socket;
    this.#request.tap?.connected(
      { address: localAddress, port: localPort },
      { address: remoteAddress, port: remotePort },
    );
    void this.#write();
    try {
      this.#request.onConnect?.({
        send: (bytes, flushed) => void this.#converse(bytes, flushed),
        finish: () => this.#settle('enough'),
      });
    } catch (error) {
      this.#settle('aborted', null, error);
    }
  }

  async #write(): Promise<void> {
    const { writes, gapMs = 0, firstReplyTimeoutMs = 3000 } = this.#request;
    for (const [index, bytes] of writes.entries()) {
      if (index > 0 && gapMs > 0) await new Promise<void>((resolve) => this.#ledger.after(gapMs, resolve));
      await this.#poll();
      if (!(await this.#send(bytes))) return;
    }
    this.#ledger.sentAt = this.#ledger.elapsed();
    if (this.#ledger.isAnswered) return;
    this.#ledger.after(firstReplyTimeoutMs, () => {
      if (!this.#ledger.isAnswered)
        this.#settle('silent', `No reply within ${firstReplyTimeoutMs} ms of the last byte sent.`);
    });
  }

  /**
   * Lets the event loop look at the socket once, so that what already came (an alert, an end) is read before the next
   * write: a write that fails would destroy the socket with unread bytes in it.
   */
  #poll(): Promise<void> {
    return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }

  /** False when the kernel did not take the bytes; they count only whole. */
  #send(bytes: Uint8Array): Promise<boolean> {
    if (this.#settled) return Promise.resolve(false);
    return new Promise((resolve) => {
      // A write that the kernel refuses fails at once; one that takes longer has filled its buffer.
      const underWay = setImmediate(() => (this.#leaving = true));
      this.#socket.write(bytes, (error) => {
        clearImmediate(underWay);
        if (!error) {
          this.#leaving = true;
          this.#taken.push(bytes.length);
          this.#request.tap?.sent(bytes);
        }
        resolve(!error);
      });
    });
  }

  async #converse(bytes: Uint8Array, flushed: (taken: boolean) => void): Promise<void> {
    const taken = await this.#send(bytes);
    // In a conversation the hello is what was sent before the peer's first byte.
    if (!this.#ledger.isAnswered) this.#ledger.sentAt = this.#ledger.elapsed();
    flushed(taken);
  }

  readonly #look = (): void => {
    this.#socket.look();
    const lost = this.#request.stopWhenLost === true ? this.#socket.lost : null;
    if (lost !== null) this.#settle('silent', lossTexts[lost]);
    else this.#ledger.after(watchMs, this.#look);
  };

  #onData(chunk: Buffer): void {
    if (this.#settled) return;
    const { maxBytes = 2 ** 20 } = this.#request;
    // A plain array: Buffer's `slice` shares memory where Uint8Array's copies, and readers count on the copy.
    const length = Math.min(chunk.length, maxBytes - this.#ledger.bytesRead);
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, length);
    const at = this.#ledger.received(length);
    this.#request.tap?.received(bytes);
    try {
      const answer = this.#request.onBytes(bytes, at);
      if (answer === 'enough') this.#settle('enough');
      else if (this.#ledger.bytesRead >= maxBytes)
        this.#settle('limit', `The peer sent ${maxBytes} bytes, as much as is read of one connection.`);
    } catch (error) {
      this.#settle('aborted', null, error);
    }
  }

  /**
   * libuv reports bytes that are followed at once by a RST as bytes and an end. An empty write sends nothing, and fails when
   * the connection was reset.
   */
  #onEnd(): void {
    if (this.#settled) return;
    if (this.#socket.writableLength > 0) return this.#settle('closed');
    this.#socket.write(new Uint8Array(), (error) => {
      if (!error) this.#settle('closed');
    });
  }

  #onError(error: Error): void {
    if (this.#settled) return;
    if (this.#ledger.connectMs === null) {
      const connect = connectOutcomeOf(error);
      if (connect instanceof HarnessError) return this.#settle('not-connected', null, connect);
      if (connect !== 'ok') return this.#fail(connect, sentenceOf(error));
      this.#ledger.connectMs = this.#ledger.elapsed();
    }
    this.#settle(endOf(error), sentenceOf(error));
  }

  readonly #onAbort = (): void => {
    if (this.#ledger.connectMs === null) this.#fail('unseen', 'Stopped by the caller.', 'aborted');
    else this.#settle('aborted', 'Stopped by the caller.');
  };

  #fail(connect: ConnectOutcome, detail: string, end: DialEnd = 'not-connected'): void {
    this.#settle(end, detail, undefined, connect);
  }

  /** First call wins. The promise follows once the socket is closed. */
  #settle(end: DialEnd, detail: string | null = null, thrown?: unknown, connect: ConnectOutcome = 'ok'): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#socket.look();
    const outcome: DialOutcome = {
      connect,
      ...this.#ledger.figures,
      bytesSent: this.#taken.reduce((sum, length) => sum + length, 0),
      end,
      endedBeforeHello: (end === 'reset' || end === 'closed') && !this.#leaving,
      detail,
      wire: this.#socket.view(this.#taken),
    };
    const finish = (): void => {
      this.#ledger.close();
      this.#request.signal?.removeEventListener('abort', this.#onAbort);
      if (thrown === undefined) this.#resolve(outcome);
      else this.#reject(thrown);
    };
    this.#socket.once('close', finish);
    if (end === 'enough' && this.#socket.writableLength === 0) this.#socket.end(() => this.#socket.destroy());
    else if (end === 'silent') this.#socket.abandon();
    else this.#socket.destroy();
  }
}
