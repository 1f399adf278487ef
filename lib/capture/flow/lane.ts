/**
 * The fast lane of nine of ten packets: TCP segments over IPv4 in untagged Ethernet, and UDP that nobody reads. Segments are worked on
 * some packets later, in their order: with thousands of flows each row of the table is a cache miss (at three loads of them stood 70 %
 * of a profile of the lane when it took packets one by one), and misses that nothing waits for overlap.
 */

import { Datagram } from '../datagram.ts';
import type { Packet } from '../packet.ts';
import { type NextSegments, outcome } from './next.ts';
import type { FlowTable } from './table.ts';

const ethernetLink = 1;
/** Ethernet, IPv4 without options, TCP without options. */
const headers = 54;
const ethernet = 14;
const above = 34;
const tcpHeader = 20;
/** The same with UDP. */
const udpHeaders = 42;
/** EtherType of IPv4, version 4 and 20 bytes of header; the low byte is the type of service. */
const ipv4Start = 0x08004500 | 0;
/** IPv4 among the words of an IPv6 address (RFC 4291 §2.5.5.2), as in `Datagram`. */
const mapped4 = 0xffff;
const tcp = 6;
const udp = 17;

const other = outcome.other;
const done = outcome.done;

/** Packets that wait: enough for misses to overlap, few enough that they and their rows stay in the first cache. */
const most = 64;

export interface LaneExits {
  /** Takes what is not for the lane: through the dissector to the tracker. */
  longWay(packet: Packet): void;
  /** A UDP datagram, whose header begins at `at`, and which is whole. True when nobody would look into it. */
  unread(bytes: Uint8Array, at: number, end: number): boolean;
}

interface Exits extends LaneExits {
  /** A flow whose first segment is in `d`. @returns its key */
  open(d: Datagram, ports: number): number;
}

export class Lane {
  readonly #table: FlowTable;
  readonly #next: NextSegments;
  readonly #packet: Packet;
  readonly #exits: Exits;
  readonly #datagram = new Datagram();
  /** Of the packets that wait. */
  readonly #hashes = new Int32Array(most);
  readonly #starts = new Int32Array(most);
  readonly #ends = new Int32Array(most);
  readonly #lengths = new Uint32Array(most);
  readonly #numbers = new Uint32Array(most);
  readonly #times = new Float64Array(most);
  #count = 0;

  /** @param packet what is offered, and what goes the long way */
  constructor(table: FlowTable, next: NextSegments, packet: Packet, exits: Exits) {
    this.#table = table;
    this.#next = next;
    this.#packet = packet;
    this.#exits = exits;
    this.#datagram.source2 = mapped4;
    this.#datagram.destination2 = mapped4;
  }

  /**
   * Takes the packet, which is Ethernet, with the next `settle` at the latest. False: it is not for the lane, nothing was done, and
   * `settle` must be called before it goes the long way.
   */
  offer(): boolean {
    const packet = this.#packet;
    const { start, end, view } = packet;
    const captured = end - start;
    if (captured < udpHeaders || (view.getInt32(start + 12) & ~0xff) !== ipv4Start) return false;
    const total = view.getUint16(start + 16);
    if (total + ethernet > captured) return false;
    // Fragments are neither.
    const protocol = view.getInt32(start + 20) & 0x3fff00ff;
    if (protocol !== tcp)
      return protocol === udp && this.#exits.unread(packet.bytes, start + above, start + ethernet + total);
    // FIN, SYN, RST.
    if (captured < headers || (view.getUint8(start + 47) & 7) !== 0) return false;
    const at = this.#count++;
    this.#hashes[at] = this.#table.hash4(
      view.getInt32(start + 26),
      view.getInt32(start + 30),
      view.getInt32(start + 34),
    );
    this.#starts[at] = start;
    this.#ends[at] = end;
    this.#lengths[at] = packet.length;
    this.#numbers[at] = packet.number;
    this.#times[at] = packet.time;
    if (at === most - 1) this.settle();
    return true;
  }

  /** Works on what waits: called before anything else happens to flows, and before the packets' buffer is filled anew. */
  settle(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    const packet = this.#packet;
    const { number, time, start, end, length, linkType } = packet;
    packet.linkType = ethernetLink;
    this.#table.prefetch(this.#hashes, count);
    for (let at = 0; at < count; at++) this.#take(at);
    packet.number = number;
    packet.time = time;
    packet.start = start;
    packet.end = end;
    packet.length = length;
    packet.linkType = linkType;
  }

  #take(at: number): void {
    const packet = this.#packet;
    const { view, bytes } = packet;
    const start = this.#starts[at]!;
    packet.number = this.#numbers[at]!;
    packet.time = this.#times[at]!;
    let key = this.#table.findHashed4(
      view.getInt32(start + 26),
      view.getInt32(start + 30),
      view.getInt32(start + 34),
      this.#hashes[at]!,
    );
    const end = start + ethernet + view.getUint16(start + 16);
    if (key < 0) key = this.#open(start, end);
    const became = key < 0 ? other : this.#next.take(key, view, start + above, end);
    if (became === done) return;
    if (became !== other) return this.#next.give(key, bytes, start + above, end);
    packet.start = start;
    packet.end = this.#ends[at]!;
    packet.length = this.#lengths[at]!;
    this.#exits.longWay(packet);
  }

  /** A flow for a segment that is not malformed; -1 when it is. */
  #open(start: number, end: number): number {
    const { view } = this.#packet;
    const header = (view.getUint8(start + 46) >> 4) << 2;
    if (header < tcpHeader || start + above + header > end) return -1;
    const d = this.#datagram;
    d.source3 = view.getUint32(start + 26);
    d.destination3 = view.getUint32(start + 30);
    return this.#exits.open(d, view.getInt32(start + above));
  }
}
