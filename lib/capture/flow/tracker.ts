/** TCP flows: from the segments of a capture to what each direction carried, in order, and what became of the connection. */

import { u32 } from '../bytes.ts';
import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import type { CaptureLimits } from '../limits.ts';
import type { IcmpError } from '../link/icmp.ts';
import type { Packet } from '../packet.ts';
import { ControlSegments } from './control.ts';
import { isEmpty, isUnacknowledged } from './empty.ts';
import type { TcpFacts } from './facts.ts';
import { Flows } from './flows.ts';
import type { Interest, StreamHandler } from './handler.ts';
import { Lane, type LaneExits } from './lane.ts';
import { mark, number, state, word } from './layout.ts';
import { acknowledge, noteSack } from './losses.ts';
import { NextSegments, outcome } from './next.ts';
import { highOffset } from './offsets.ts';
import { onlyTimestamps, readOptions, TcpOptions } from './options.ts';
import { Pairs } from './pairs.ts';
import { type PlainFlow, readPlain } from './plain.ts';
import { Reassembly } from './reassembly.ts';
import { begin, initiatorOf } from './setup.ts';
import { factsOf } from './snapshot.ts';
import { FlowTable } from './table.ts';

type Direction = 0 | 1;

const fin = 0x01;
const syn = 0x02;
const rst = 0x04;
const ackFlag = 0x10;
const minHeader = 20;

// See layout.ts for why these are copied.
const stride = word.stride;
const direction0 = word.direction0;
const directionWords = word.directionWords;
const stateWord = word.state;
const lastPacketWord = word.lastPacket;
const highWord = word.high;
const markWord = word.mark;
const limitsWord = word.limits;
const numberStride = number.stride;
const lastTimeNumber = number.lastTime;
const dead = state.dead;
const paired = state.paired;
const openMark = mark.open;
const seenMark = mark.seen;

/**
 * Sequence numbers are taken from SYNs, or from the first segment seen; checksums are not checked, since captures of a host's own
 * packets have none yet.
 *
 * Counts what it gives up: `tcp-malformed`, `header-cut`, `before-start` (data from before the first segment seen), `data-after-fin`,
 * `out-of-window`, `reset-out-of-window`, `syn-ack-unexpected`, `flow-evicted`, `unordered-limit` (data was waited for no longer).
 */
export class TcpTracker {
  readonly #packet: Packet;
  readonly #counters: Counters;
  readonly #table: FlowTable;
  readonly #reassembly: Reassembly;
  readonly #flows: Flows;
  readonly #next: NextSegments;
  readonly #control: ControlSegments;
  readonly #pairs: Pairs;
  readonly #options = new TcpOptions();

  /** @param options.packet the packet whose datagrams are handed to `segment`: its number and time go into the facts */
  constructor(
    handler: StreamHandler,
    options: { readonly packet: Packet; readonly limits: CaptureLimits; readonly counters: Counters },
  ) {
    this.#packet = options.packet;
    this.#counters = options.counters;
    this.#table = new FlowTable(options.limits.flows);
    this.#next = new NextSegments(this.#table, handler, options.packet);
    this.#reassembly = new Reassembly(this.#table, handler, options);
    this.#pairs = new Pairs(this.#table, options.packet);
    this.#flows = new Flows(this.#table, this.#reassembly, handler, { ...options, pairs: this.#pairs });
    this.#control = new ControlSegments(this.#table, this.#reassembly, this.#flows, { ...options, pairs: this.#pairs });
  }

  /** Flows ever seen. */
  get flows(): number {
    return this.#flows.count;
  }

  /** A fast lane for packets. */
  lane(exits: LaneExits): Lane {
    return new Lane(this.#table, this.#next, this.#packet, {
      ...exits,
      open: (d, ports) => this.#flows.open(d, ports),
    });
  }

  /**
   * A datagram whose protocol is TCP. Never throws.
   * @param simply false: it goes the way of unusual segments, which comes to the same (tests see to that)
   */
  segment(d: Datagram, simply = true): void {
    const { bytes, payload: at, end } = d;
    if (end - at < minHeader) return this.#counters.drop(d.missing > 0 ? 'header-cut' : 'tcp-malformed');
    const header = (bytes[at + 12]! >> 4) << 2;
    if (header < minHeader || header > end - at + d.missing) return this.#counters.drop('tcp-malformed');
    const ports = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    let key = d.version === 4 ? this.#table.find4(d.source3, d.destination3, ports) : this.#table.find6(d, ports);
    if (key < 0) key = this.#flows.open(d, ports);
    if ((this.#table.words[(key >> 1) * stride + stateWord]! & paired) !== 0) key = this.#pairs.choose(key, d);
    const packet = this.#packet;
    if (simply && d.missing === 0) {
      const view =
        bytes === packet.bytes ? packet.view : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const became = this.#next.take(key, view, at, end);
      if (became === outcome.wanted) this.#next.give(key, bytes, at, end);
      if (became !== outcome.other) return;
    }
    const flow = key >> 1;
    const direction = (key & 1) as Direction;
    const flags = bytes[at + 13]!;
    const { words, numbers } = this.#table;
    const row = flow * stride;
    if ((flags & (syn | fin | rst)) !== 0 || (words[row + stateWord]! & dead) !== 0) {
      return this.#control.segment(d, flow, direction, header, ports);
    }
    const side = row + direction0 + direction * directionWords;
    words[row + lastPacketWord] = packet.number;
    numbers[flow * numberStride + lastTimeNumber] = packet.time;
    words[side + limitsWord] = (bytes[at + 14]! << 24) | (bytes[at + 15]! << 16) | (words[side + limitsWord]! & 0xffff);
    words[side + markWord] = words[side + markWord]! | seenMark;
    const seq = u32(bytes, at + 4) | 0;
    const peer = row + direction0 + (1 - direction) * directionWords;
    if ((flags & ackFlag) !== 0 && (words[peer + markWord]! & openMark) !== 0) {
      const ack = u32(bytes, at + 8) | 0;
      const peerDirection = (1 - direction) as Direction;
      acknowledge(this.#table, flow, peerDirection, ack);
      if (header > minHeader && words[peer + highWord] !== ack) this.#sack(d, header, flow, peerDirection, ack);
    }
    if (end - at - header + d.missing > 0) this.#control.data(d, flow, direction, seq, header);
    else if ((words[side + markWord]! & openMark) === 0) begin(this.#table, flow, direction, seq, mark.provisional);
  }

  /**
   * The capture is over: what waits is handed over, and flows end, in the order in which they started.
   * @param most flows that end now @returns true when none is left
   */
  finish(most: number = Number.POSITIVE_INFINITY): boolean {
    return this.#flows.finish(most);
  }

  /** The flow that an ICMP error quotes a segment of; -1 when it is not known or over. */
  flowOf(icmp: IcmpError): number {
    const { sourcePort, destinationPort } = icmp;
    if (sourcePort < 0 || destinationPort < 0) return -1;
    const ports = (sourcePort << 16) | destinationPort;
    const key =
      icmp.version === 4 ? this.#table.find4(icmp.source3, icmp.destination3, ports) : this.#table.find6(icmp, ports);
    return key >= 0 && !this.#flows.is(key >> 1, dead) ? key >> 1 : -1;
  }

  /** Tells what is wanted of a direction from now on, where that does not follow from bytes of its own. */
  want(flow: number, direction: Direction, wanted: Interest): void {
    this.#reassembly.want(flow, direction, wanted);
  }

  /** Direction of the SYN; null when neither it nor a SYN-ACK was seen. */
  initiatorOf(flow: number): Direction | null {
    return initiatorOf(this.#table, flow);
  }

  /** False as long as the SYN has no answer: no SYN-ACK, no data. True when the flow's beginning was not seen. */
  cameUp(flow: number): boolean {
    const initiator = initiatorOf(this.#table, flow);
    if (initiator === null || (this.#table.words[flow * stride + stateWord]! & state.synAckSeen) !== 0) return true;
    return highOffset(this.#table, flow, 1 - initiator) > 0;
  }

  /** True when it came up and was ended, and no byte went either way, neither seen nor told by the numbers of FIN, RST or acknowledgements. */
  isEmpty(flow: number): boolean {
    return isEmpty(this.#table, flow);
  }

  /** True when the SYN was answered, three times at least, and its sender said nothing to that. */
  isUnacknowledged(flow: number): boolean {
    return isUnacknowledged(this.#table, flow);
  }

  /** Lowest 32 bits of the address of an endpoint: a, which sent the first packet seen, is 0. */
  addressOf(flow: number, endpoint: Direction): number {
    return this.#table.words[flow * stride + (endpoint === 0 ? word.a : word.b)]! >>> 0;
  }

  /** Bytes of a direction so far, those that the capture lacks among them. */
  reached(flow: number, direction: Direction): number {
    return highOffset(this.#table, flow, direction);
  }

  portOf(flow: number, endpoint: Direction): number {
    const ports = this.#table.words[flow * stride + word.ports]!;
    return endpoint === 0 ? ports >>> 16 : ports & 0xffff;
  }

  /** A snapshot. @param flow index that the handler was called with, until it was told that the flow ended */
  facts(flow: number): TcpFacts {
    return factsOf(this.#table, this.#reassembly, flow);
  }

  /** @returns false for a flow that `TcpFacts` would tell more of; see plain.ts */
  readPlain(flow: number, plain: PlainFlow): boolean {
    return readPlain(this.#table, this.#reassembly, flow, plain);
  }

  #sack(d: Datagram, header: number, flow: number, direction: Direction, ack: number): void {
    const at = d.payload + minHeader;
    const end = Math.min(d.payload + header, d.end);
    if (onlyTimestamps(d.bytes, at, end)) return;
    const options = this.#options;
    readOptions(d.bytes, at, end, options);
    if (options.sackLength > 0) noteSack(this.#table, flow, direction, ack, d.bytes, options.sack, options.sackLength);
  }
}
