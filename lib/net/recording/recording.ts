/** A capture of our own connections as pcapng: exact packets where a transport has them, otherwise what sockets showed, told as packets. */

import { linkType, PcapngWriter, type WrittenPacket } from '../../capture/write/index.ts';
import type { DialOutcome } from '../outcome.ts';
import { retold, type SocketEvent } from './retold.ts';
import type { End, Tap, TapSubject } from './tap.ts';

export interface RecordingOptions {
  /** Takes the next bytes of the file. What it throws, `close` throws; nothing is written after it. */
  write(bytes: Uint8Array): void;
  /** Program that records, as the file names it. */
  readonly application?: string;
  /** Clock: milliseconds since 1970, with a fraction. */
  readonly now?: () => number;
}

/** Interfaces of the file. */
const interfaces = [
  { linkType: linkType.rawIp, name: 'packets' },
  { linkType: linkType.rawIp, name: 'sockets' },
] as const;
const exact = 0;
const reconstructed = 1;

/** In the comment of every packet that was never seen as one. */
export const reconstructionComment =
  'reconstructed from socket data: payload and its times are real; headers, segment boundaries and acknowledgements are not';

const sectionComment =
  'Connections of helloprobe. Interface "packets": exact packets. Interface "sockets": packets reconstructed from socket data, which is not what was on the wire.';

/**
 * Collects what taps are told, and writes the packets in the order of their times. A packet is written when no connection that began
 * before it is still open: secrets must stand before what they open, and are known late.
 */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #writer: PcapngWriter;
  readonly #open = new Set<ConnectionTap>();
  #waiting: Written[] = [];
  #connections = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(options: RecordingOptions) {
    this.#options = options;
    const { application } = options;
    this.#writer = new PcapngWriter({
      interfaces,
      section: { comment: sectionComment, ...(application === undefined ? {} : { application }) },
    });
    this.#write(() => this.#writer.header());
  }

  /** Follows the connection that `work` makes and talks over. */
  async follow<T>(subject: TapSubject, work: (tap: Tap) => Promise<T>): Promise<T> {
    const tap = new ConnectionTap(subject, this.#connections++ * sequenceStride, this.#options.now ?? preciseNow);
    this.#open.add(tap);
    try {
      return await work(tap);
    } finally {
      this.#open.delete(tap);
      // Secrets are written with the first packet of their connection, which has been held back for them.
      const [first, ...others] = tap.packets();
      if (first !== undefined)
        this.#waiting.push({ packet: first, secrets: tap.secrets }, ...others.map(withoutSecrets));
      this.#flush();
    }
  }

  /** A packet that was seen whole by other means than a tap, e.g. at the interface. */
  packet(bytes: Uint8Array, time: number): void {
    this.#waiting.push(withoutSecrets({ interface: exact, time, bytes }));
  }

  /** Writes what is left. @throws what `write` threw */
  close(): void {
    this.#flush(Number.POSITIVE_INFINITY);
    if (this.#failure !== null) throw this.#failure.error;
  }

  #flush(until = Math.min(...[...this.#open].map(({ startedAt }) => startedAt))): void {
    const ready = this.#waiting.filter(({ packet }) => packet.time < until);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ packet }) => packet.time >= until);
    // The sort is stable: packets of one moment stay in the order in which they were told.
    for (const { packet, secrets } of ready.sort((a, b) => a.packet.time - b.packet.time)) {
      if (secrets !== '') this.#write(() => this.#writer.keyLog(secrets));
      this.#write(() => this.#writer.packet(packet));
    }
  }

  #write(bytes: () => Uint8Array): void {
    if (this.#failure !== null) return;
    try {
      this.#options.write(bytes());
    } catch (error) {
      this.#failure = { error };
    }
  }
}

interface Written {
  readonly packet: WrittenPacket;
  /** Key log of the connection, to be written before the packet; empty for none. */
  readonly secrets: string;
}

const withoutSecrets = (packet: WrittenPacket): Written => ({ packet, secrets: '' });

/** Sequence numbers between the starts of two connections: more than one ever transfers. */
const sequenceStride = 2 ** 24;

/** Finer than Date, and in step with it. */
const preciseNow = (): number => performance.timeOrigin + performance.now();

class ConnectionTap implements Tap {
  readonly startedAt: number;
  /** Key log so far; empty for none. */
  secrets = '';
  readonly #subject: TapSubject;
  readonly #sequence: number;
  readonly #now: () => number;
  readonly #events: SocketEvent[] = [];
  readonly #packets: WrittenPacket[] = [];
  #local: End | null = null;
  #remote: End;
  #end: { readonly at: number; readonly outcome: DialOutcome } | null = null;

  constructor(subject: TapSubject, sequence: number, now: () => number) {
    this.#subject = subject;
    this.#remote = subject.remote;
    this.#sequence = sequence;
    this.#now = now;
    this.startedAt = now();
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

  ended(outcome: DialOutcome): void {
    this.#end ??= { at: this.#now(), outcome };
  }

  /** What is to be written of the connection; nothing of one that never began. */
  packets(): WrittenPacket[] {
    const [first, ...others] = this.#packets.length > 0 ? this.#packets : this.#retold();
    if (first === undefined) return [];
    const comment = [`attempt ${this.#subject.attempt}`, ...(first.comment === undefined ? [] : [first.comment])];
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
function asInPackets({ address, port }: End): End {
  return { address: address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, ''), port };
}
