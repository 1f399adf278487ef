/** Whose packet it is: IP packets in, segments and ICMP errors to the connections that they belong to. Pure. */

import {
  addressText,
  Counters,
  type Datagram,
  Dissector,
  defaultCaptureLimits,
  IcmpError,
  linkType,
  Packet,
  readIcmp,
} from '../../capture/index.ts';
import type { IcmpEvidence } from '../../evidence/index.ts';
import { type HeardSegment, readSegment } from './segment.ts';

/** The four numbers of a connection; addresses in the form of `addressText`. */
export interface Pair {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

export interface Listener {
  /** A segment from the peer. @param packet the whole packet (its last fragment, where there are several), valid during the call */
  segment(segment: HeardSegment, packet: Uint8Array): void;
  /** An error about a packet of ours. @param sequence of the segment that it quotes; -1 when that is cut off */
  icmp(error: IcmpEvidence, sequence: number, packet: Uint8Array): void;
}

export class Demux {
  readonly #listeners = new Map<string, Listener>();
  readonly #ports = new Map<string, number>();
  readonly #packet = new Packet();
  readonly #icmp = new IcmpError();
  readonly #dissector = new Dissector({
    limits: { ...defaultCaptureLimits, fragmentBytes: 2 ** 18 },
    counters: new Counters(),
    sink: { datagram: (d) => this.#datagram(d), arp: () => {}, incomplete: () => {} },
  });
  #current = new Uint8Array(0);

  /** Our ports in use. */
  get ports(): number[] {
    return [...new Set(this.#ports.values())];
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  add(pair: Pair, listener: Listener): void {
    const key = keyOf(pair);
    this.#listeners.set(key, listener);
    this.#ports.set(key, pair.sourcePort);
  }

  remove(pair: Pair): void {
    const key = keyOf(pair);
    this.#listeners.delete(key);
    this.#ports.delete(key);
  }

  /** An IP packet that was heard; kept by nobody. @param time milliseconds since 1970 */
  heard(bytes: Uint8Array<ArrayBuffer>, time: number): void {
    const packet = this.#packet;
    packet.setBuffer(bytes);
    packet.start = 0;
    packet.end = bytes.length;
    packet.length = bytes.length;
    packet.linkType = linkType.rawIp;
    packet.time = time;
    this.#current = bytes;
    this.#dissector.packet(packet);
  }

  #datagram(d: Datagram): void {
    if (d.protocol === 6) this.#segment(d);
    else if (readIcmp(d, this.#icmp)) this.#error(d);
  }

  #segment(d: Datagram): void {
    const segment = readSegment(d);
    if (segment === null) return;
    const listener = this.#listeners.get(
      keyOf({
        source: destinationOf(d),
        sourcePort: segment.destinationPort,
        destination: sourceOf(d),
        destinationPort: segment.sourcePort,
      }),
    );
    listener?.segment(segment, this.#current);
  }

  #error(d: Datagram): void {
    const quoted = this.#icmp;
    if (quoted.protocol !== 6 || quoted.sourcePort < 0) return;
    const listener = this.#listeners.get(
      keyOf({
        source: sourceOf(quoted),
        sourcePort: quoted.sourcePort,
        destination: destinationOf(quoted),
        destinationPort: quoted.destinationPort,
      }),
    );
    const { type, code, mtu, sequence } = quoted;
    listener?.icmp({ type, code, from: sourceOf(d), mtu: mtu === 0 ? null : mtu }, sequence, this.#current);
  }
}

type Addressed = Pick<
  Datagram,
  'source0' | 'source1' | 'source2' | 'source3' | 'destination0' | 'destination1' | 'destination2' | 'destination3'
>;

function sourceOf(d: Addressed): string {
  return addressText(d.source0, d.source1, d.source2, d.source3);
}

function destinationOf(d: Addressed): string {
  return addressText(d.destination0, d.destination1, d.destination2, d.destination3);
}

function keyOf({ source, sourcePort, destination, destinationPort }: Pair): string {
  return `${source} ${sourcePort} ${destination} ${destinationPort}`;
}
