/** What one connection told of itself, and the packets that it makes. */

import type { WrittenPacket } from '../../capture/index.ts';
import type { DialOutcome } from '../outcome.ts';
import { retold, type SocketEvent } from './retold.ts';
import type { End, Tap, TapSubject } from './tap.ts';

/** Interfaces of the file: exact packets, and those made up from what sockets showed. */
export const exact = 0;
export const reconstructed = 1;

/** In the comment of every packet that was never seen as one. */
export const reconstructionComment =
  'reconstructed from socket data: payload and its times are real; headers, segment boundaries and acknowledgements are not';

export class ConnectionTap implements Tap {
  readonly startedAt: number;
  /** Key log so far; empty for none. */
  secrets = '';
  readonly #sequence: number;
  readonly #now: () => number;
  readonly #events: SocketEvent[] = [];
  readonly #packets: WrittenPacket[] = [];
  comment: string;
  #local: End | null = null;
  #remote: End;
  #end: { readonly at: number; readonly outcome: DialOutcome } | null = null;

  constructor(subject: TapSubject, sequence: number, now: () => number) {
    this.comment = `attempt ${subject.attempt}`;
    this.#remote = subject.remote;
    this.#sequence = sequence;
    this.#now = now;
    this.startedAt = now();
  }

  /** Null until the connection stands. */
  get localPort(): number | null {
    return this.#local?.port ?? null;
  }

  connected(local: End, remote: End): void {
    this.#local = local;
    this.#remote = remote;
    this.#events.push({ kind: 'connected', at: this.#now() });
  }

  sent(bytes: Uint8Array): void {
    this.#events.push({ kind: 'sent', at: this.#now(), bytes: bytes.slice() });
  }

  received(bytes: Uint8Array): void {
    this.#events.push({ kind: 'received', at: this.#now(), bytes: bytes.slice() });
  }

  packet(bytes: Uint8Array, time = this.#now()): void {
    // The clock of the capture may be another one; before the connection began nothing can have passed.
    this.#packets.push({ interface: exact, time: Math.max(time, this.startedAt), bytes: bytes.slice() });
  }

  secret(line: string): void {
    this.secrets += `${line.trimEnd()}\n`;
  }

  remark(text: string): void {
    this.comment = text;
  }

  ended(outcome: DialOutcome): void {
    this.#end ??= { at: this.#now(), outcome };
  }

  /** What is to be written of the connection; nothing of one that never began. */
  packets(): WrittenPacket[] {
    const [first, ...others] = this.#packets.length > 0 ? this.#packets : this.#retold();
    if (first === undefined) return [];
    const comment = [this.comment, ...(first.comment === undefined ? [] : [first.comment])];
    return [{ ...first, comment: comment.join('; ') }, ...others];
  }

  #retold(): WrittenPacket[] {
    if (this.#end === null) return [];
    const remote = asInPackets(this.#remote);
    return retold({
      local: this.#local === null ? unspecified(remote) : asInPackets(this.#local),
      remote,
      initialSequence: this.#sequence,
      startedAt: this.startedAt,
      events: this.#events,
      endedAt: this.#end.at,
      outcome: this.#end.outcome,
    }).map((packet) => ({ ...packet, interface: reconstructed, comment: reconstructionComment }));
  }
}

/** The system tells no local end of a connection that never stood. */
function unspecified({ address }: End): End {
  return { address: address.includes(':') ? '::' : '0.0.0.0', port: 0 };
}

/** `fe80::1%eth0` and `::ffff:192.0.2.1` as the packets have them. */
export function asInPackets({ address, port }: End): End {
  return { address: address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, ''), port };
}
