/** A capture of our own connections as pcapng: exact packets where they can be had, otherwise what sockets showed, told as packets. */

import { linkType, PcapngWriter, type WrittenPacket } from '../../capture/index.ts';
import { Claims, portsOf } from './claims.ts';
import { asInPackets, ConnectionTap, exact } from './connection-tap.ts';
import type { HearPacket, Sniffer } from './sniffer.ts';
import type { Tap, TapSubject } from './tap.ts';

export interface RecordingOptions {
  /** Takes the next bytes of the file. What it throws, `close` throws; nothing is written after it. */
  write(bytes: Uint8Array): void;
  /** Program that records, as the file names it. */
  readonly application?: string;
  /** Gives exact packets (`openSniffer`), or null where there are none; asked at the first connection. Default: none. */
  readonly sniff?: (hear: HearPacket) => Promise<Sniffer | null>;
  /** Clock: milliseconds since 1970, with a fraction. */
  readonly now?: () => number;
}

/** Interfaces of the file, by their numbers. */
const interfaces = [
  { linkType: linkType.rawIp, name: 'packets' },
  { linkType: linkType.rawIp, name: 'sockets' },
] as const;
const sectionComment =
  'Connections of helloprobe. Interface "packets": exact packets; checksums that were left to the network card are filled in. Interface "sockets": packets reconstructed from socket data, which is not what was on the wire.';

/**
 * Collects what taps are told, and writes the packets in the order of their times. A packet is written when no connection that began
 * before it is still open: secrets must stand before what they open, and are known late.
 */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #writer: PcapngWriter;
  readonly #open = new Set<ConnectionTap>();
  readonly #claims = new Claims();
  #sniffer: Sniffer | null = null;
  #opening: Promise<void> | undefined;
  #waiting: WrittenPacket[] = [];
  #secrets = '';
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
    this.#opening ??= this.#openSniffer();
    await this.#opening;
    const sniffer = this.#sniffer;
    sniffer?.watch(asInPackets(subject.remote).address);
    const tap = new ConnectionTap(subject, this.#connections++ * sequenceStride, this.#options.now ?? preciseNow);
    this.#open.add(tap);
    try {
      return await work(tap);
    } finally {
      this.#open.delete(tap);
      this.#secrets += tap.secrets;
      if (sniffer === null) this.#waiting.push(...tap.packets());
      else this.#claim(sniffer, tap, subject);
      this.#flush();
    }
  }

  /** Writes what is left. @throws what `write` threw */
  close(): void {
    this.#sniffer?.close();
    this.#flush();
    if (this.#failure !== null) throw this.#failure.error;
  }

  #claim(sniffer: Sniffer, { localPort, startedAt, comment }: ConnectionTap, { remote }: TapSubject): void {
    sniffer.drain();
    if (localPort !== null) return this.#claims.claim(localPort, remote, comment);
    const heard = this.#waiting.filter(({ time }) => time >= startedAt - clockSlackMs);
    this.#claims.claimUntold(
      heard.map(({ bytes }) => bytes),
      remote,
      comment,
    );
  }

  async #openSniffer(): Promise<void> {
    this.#sniffer = (await this.#options.sniff?.(this.#hear)) ?? null;
  }

  readonly #hear: HearPacket = (bytes, time) => {
    this.#waiting.push({ interface: exact, time, bytes });
  };

  #flush(): void {
    const until = Math.min(...[...this.#open].map(({ startedAt }) => startedAt)) - clockSlackMs;
    const ready = this.#waiting.filter(({ time }) => time < until);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ time }) => time >= until);
    const secrets = this.#secrets;
    this.#secrets = '';
    if (secrets !== '') this.#write(() => this.#writer.keyLog(secrets));
    // The sort is stable: packets of one moment stay in the order in which they were told.
    for (const packet of ready.sort((a, b) => a.time - b.time)) {
      const ours = packet.interface === exact && this.#sniffer !== null ? this.#asOurs(packet) : packet;
      if (ours !== null) this.#write(() => this.#writer.packet(ours));
    }
  }

  /** A packet that was heard, with the comment where it opens a connection; null when it is not ours. A later fragment may be anybody's. */
  #asOurs(packet: WrittenPacket): WrittenPacket | null {
    const ports = portsOf(packet.bytes);
    if (ports === null) return packet;
    const comment = this.#claims.commentOf(ports);
    if (comment === null) return null;
    return ports.isSyn ? { ...packet, comment } : packet;
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

/** Sequence numbers between the starts of two connections: more than one ever transfers. */
const sequenceStride = 2 ** 24;

/** The clock of packets and ours differ while one of them is being set right. */
const clockSlackMs = 20;

/** Finer than Date, and in step with it. */
const preciseNow = (): number => performance.timeOrigin + performance.now();
