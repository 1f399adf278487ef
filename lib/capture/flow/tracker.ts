/** TCP flows: from the segments of a capture to what each direction carried, in order, and what became of the connection. */

import { u32 } from '../bytes.ts';
import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import type { CaptureLimits } from '../limits.ts';
import type { IcmpError } from '../link/icmp.ts';
import type { Packet } from '../packet.ts';
import type { TcpFacts } from './facts.ts';
import { Flows } from './flows.ts';
import type { Interest, StreamHandler } from './handler.ts';
import { Lane, type LaneExits } from './lane.ts';
import { coldWord, mark, number, state, word } from './layout.ts';
import { Lingering } from './lingering.ts';
import { acknowledge, countRetransmission, noteSack } from './losses.ts';
import { NextSegments, outcome } from './next.ts';
import { highOffset } from './offsets.ts';
import { onlyTimestamps, readOptions, TcpOptions } from './options.ts';
import { type PlainFlow, readPlain } from './plain.ts';
import { Reassembly } from './reassembly.ts';
import {
  begin,
  initiatorOf,
  noteReset,
  resetFits,
  synAckStartsAnew,
  synStartsAnew,
  takeSyn,
  takeSynAck,
} from './setup.ts';
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
const resetSeen = state.resetSeen;
const openMark = mark.open;
const seenMark = mark.seen;

/**
 * Sequence numbers are taken from SYNs, or from the first segment seen; checksums are not checked, since captures of a host's own
 * packets have none yet.
 *
 * A RST that its receiver could accept does not end a flow at once: what the other side had in flight, or its real answer when the RST
 * was forged, still comes. Such a flow ends 2 s of capture time later, found when a segment with SYN, FIN or RST or of an ended flow
 * comes, or when 4,096 of them wait; a refused SYN has nothing that could follow and ends at once. FINs after a RST are not noted.
 *
 * Counts what it gives up: `tcp-malformed`, `header-cut`, `before-start` (data from before the first segment seen), `data-after-fin`,
 * `out-of-window`, `reset-out-of-window`, `syn-ack-unexpected`, `flow-evicted`, `unordered-limit` (data was waited for no longer).
 */
export class TcpTracker {
  readonly #handler: StreamHandler;
  readonly #packet: Packet;
  readonly #counters: Counters;
  readonly #table: FlowTable;
  readonly #reassembly: Reassembly;
  readonly #flows: Flows;
  readonly #next: NextSegments;
  readonly #options = new TcpOptions();
  readonly #lingering = new Lingering();

  /** @param options.packet the packet whose datagrams are handed to `segment`: its number and time go into the facts */
  constructor(
    handler: StreamHandler,
    options: { readonly packet: Packet; readonly limits: CaptureLimits; readonly counters: Counters },
  ) {
    this.#packet = options.packet;
    this.#counters = options.counters;
    this.#table = new FlowTable(options.limits.flows);
    this.#handler = handler;
    this.#next = new NextSegments(this.#table, handler, options.packet);
    this.#reassembly = new Reassembly(this.#table, handler, options);
    this.#flows = new Flows(this.#table, this.#reassembly, handler, options);
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
      return this.#control(d, flow, direction, header, ports);
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
    if (end - at - header + d.missing > 0) this.#data(d, flow, direction, seq, header);
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

  /** A snapshot. @param flow index that the handler was called with, until it was told that the flow ended */
  facts(flow: number): TcpFacts {
    return factsOf(this.#table, this.#reassembly, flow);
  }

  /** @returns false for a flow that `TcpFacts` would tell more of; see plain.ts */
  readPlain(flow: number, plain: PlainFlow): boolean {
    return readPlain(this.#table, this.#reassembly, flow, plain);
  }

  /** Data that is not simply the next, or of a segment that does more than carry data. */
  #data(d: Datagram, flow: number, direction: Direction, seq: number, header: number): void {
    const start = Math.min(d.payload + header, d.end);
    this.#reassembly.segment(flow, direction, seq, d.bytes, start, d.end, d.missing - (d.payload + header - start));
    this.#endIfClosed(flow);
  }

  #endIfClosed(flow: number): void {
    const { words } = this.#table;
    const side = flow * stride + direction0;
    if ((words[side + markWord]! & words[side + directionWords + markWord]! & mark.fin) === 0) return;
    if (!this.#isSettled(flow)) this.#handler.waits?.(flow);
    if (this.#isSettled(flow)) this.#flows.end(flow, 'closed');
  }

  #isSettled(flow: number): boolean {
    return this.#reassembly.settled(flow, 0) && this.#reassembly.settled(flow, 1);
  }

  #sack(d: Datagram, header: number, flow: number, direction: Direction, ack: number): void {
    const at = d.payload + minHeader;
    const end = Math.min(d.payload + header, d.end);
    if (onlyTimestamps(d.bytes, at, end)) return;
    const options = this.#options;
    readOptions(d.bytes, at, end, options);
    if (options.sackLength > 0) noteSack(this.#table, flow, direction, ack, d.bytes, options.sack, options.sackLength);
  }

  /** Segments with SYN, FIN or RST, and all of a flow that is over. */
  #control(d: Datagram, flow: number, sender: Direction, header: number, ports: number): void {
    this.#endLingering();
    let direction = sender;
    const { bytes, payload: at } = d;
    const flags = bytes[at + 13]!;
    const seq = (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!;
    const ack = (bytes[at + 8]! << 24) | (bytes[at + 9]! << 16) | (bytes[at + 10]! << 8) | bytes[at + 11]!;
    const acks = (flags & ackFlag) !== 0;
    const opens = (flags & (syn | rst | fin)) === syn;
    const { words, numbers } = this.#table;
    const first0 = flow * stride + direction0;
    const fresh = ((words[first0 + markWord]! | words[first0 + directionWords + markWord]!) & seenMark) === 0;
    if (opens && !fresh && this.#startsAnew(flow, direction, seq, acks ? ack : null)) {
      this.#flows.reuse(flow, d, ports);
      direction = 0;
    }
    const row = flow * stride;
    const side = row + direction0 + direction * directionWords;
    words[row + lastPacketWord] = this.#packet.number;
    numbers[flow * numberStride + lastTimeNumber] = this.#packet.time;
    words[side + markWord] = words[side + markWord]! | seenMark;
    if ((words[row + stateWord]! & dead) !== 0) return;
    const window = (bytes[at + 14]! << 8) | bytes[at + 15]!;
    if ((flags & rst) !== 0) return this.#reset(d, flow, direction, seq, acks ? ack : null, window);
    words[side + limitsWord] = (window << 16) | (words[side + limitsWord]! & 0xffff);
    const other = (1 - direction) as Direction;
    let first = seq;
    if (opens) {
      readOptions(bytes, at + minHeader, Math.min(at + header, d.end), this.#options);
      if (!acks) takeSyn(this.#table, flow, direction, seq, this.#packet, this.#options);
      else if (!takeSynAck(this.#table, flow, direction, seq, ack, this.#packet, d, this.#options)) {
        return this.#counters.drop('syn-ack-unexpected');
      }
      first = (seq + 1) | 0;
    }
    if (acks && (words[row + direction0 + other * directionWords + markWord]! & openMark) !== 0) {
      acknowledge(this.#table, flow, other, ack);
    }
    const length = d.end - at - header + d.missing;
    if (length > 0) this.#data(d, flow, direction, first, header);
    if ((flags & (syn | fin)) === fin && !this.#flows.is(flow, dead | resetSeen))
      this.#fin(flow, direction, (first + length) | 0, length);
  }

  #startsAnew(flow: number, direction: Direction, seq: number, ack: number | null): boolean {
    return ack === null
      ? synStartsAnew(this.#table, flow, direction, seq)
      : synAckStartsAnew(this.#table, flow, direction, seq, ack);
  }

  #reset(d: Datagram, flow: number, direction: Direction, seq: number, ack: number | null, window: number): void {
    if (this.#flows.is(flow, resetSeen)) return;
    if (!resetFits(this.#table, flow, direction, seq, ack)) return this.#counters.drop('reset-out-of-window');
    noteReset(this.#table, flow, direction, seq, this.#packet, d, window);
    if (this.#flows.is(flow, state.refused)) this.#flows.end(flow, 'reset');
    else this.#lingering.add(flow, this.#firstPacketOf(flow), this.#packet.time);
  }

  #endLingering(): void {
    const lingering = this.#lingering;
    while (lingering.due(this.#packet.time)) {
      lingering.takeFirst();
      if (this.#firstPacketOf(lingering.flow) === lingering.firstPacket) this.#flows.end(lingering.flow, 'reset');
    }
  }

  /** As it stands in the table: signed. */
  #firstPacketOf(flow: number): number {
    return this.#table.coldWords[flow * coldWord.stride + coldWord.firstPacket]!;
  }

  #fin(flow: number, direction: Direction, seq: number, length: number): void {
    const { words } = this.#table;
    const row = flow * stride;
    const side = row + direction0 + direction * directionWords;
    const again = (words[side + markWord]! & mark.fin) !== 0;
    if (!this.#reassembly.fin(flow, direction, seq)) return;
    if (again) {
      if (length === 0) countRetransmission(this.#table, flow, direction);
      return;
    }
    if ((words[row + stateWord]! & state.firstFin) === 0) {
      words[row + stateWord] = words[row + stateWord]! | ((direction + 1) << state.firstFinShift);
      const peer = row + direction0 + (1 - direction) * directionWords;
      this.#table.coldWords[flow * coldWord.stride + coldWord.peerAtFin] = words[peer + highWord]!;
    }
    this.#endIfClosed(flow);
  }
}
