/**
 * The fast lane of nine of ten packets: TCP segments over IPv4 in untagged Ethernet, and UDP that nobody reads. They go from their bytes to
 * the row of their flow without a datagram in between.
 */

import { Datagram } from '../datagram.ts';
import type { Packet } from '../packet.ts';
import { type NextSegments, outcome } from './next.ts';
import type { FlowTable } from './table.ts';

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

export interface LaneExits {
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

  /** @param packet what is offered */
  constructor(table: FlowTable, next: NextSegments, packet: Packet, exits: Exits) {
    this.#table = table;
    this.#next = next;
    this.#packet = packet;
    this.#exits = exits;
    this.#datagram.source2 = mapped4;
    this.#datagram.destination2 = mapped4;
  }

  /** Takes the packet, which is Ethernet. False: it is not for the lane and goes the long way; a flow may have begun, nothing else was done. */
  offer(): boolean {
    const { start, end, view, bytes } = this.#packet;
    const captured = end - start;
    if (captured < udpHeaders || (view.getInt32(start + 12) & ~0xff) !== ipv4Start) return false;
    const total = view.getUint16(start + 16);
    if (total + ethernet > captured) return false;
    const last = start + ethernet + total;
    // Fragments are neither.
    const protocol = view.getInt32(start + 20) & 0x3fff00ff;
    if (protocol !== tcp) return protocol === udp && this.#exits.unread(bytes, start + above, last);
    // FIN, SYN, RST.
    if (captured < headers || (view.getUint8(start + 47) & 7) !== 0) return false;
    const ports = view.getInt32(start + above);
    let key = this.#table.find4(view.getInt32(start + 26), view.getInt32(start + 30), ports);
    if (key < 0) key = this.#open(start, last, ports);
    if (key < 0) return false;
    const became = this.#next.take(key, view, start + above, last);
    if (became === done) return true;
    if (became === other) return false;
    this.#next.give(key, bytes, start + above, last);
    return true;
  }

  /** A flow for a segment that is not malformed; -1 when it is. */
  #open(start: number, last: number, ports: number): number {
    const { view } = this.#packet;
    const header = (view.getUint8(start + 46) >> 4) << 2;
    if (header < tcpHeader || start + above + header > last) return -1;
    const d = this.#datagram;
    d.source3 = view.getUint32(start + 26);
    d.destination3 = view.getUint32(start + 30);
    return this.#exits.open(d, ports);
  }
}
