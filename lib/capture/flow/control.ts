/** Segments with SYN, FIN or RST: connections that come up, close or are reset. */

import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import type { Packet } from '../packet.ts';
import { noteFin } from './closing.ts';
import type { Flows } from './flows.ts';
import { coldWord, mark, number, state, word, wordsOf } from './layout.ts';
import { Lingering } from './lingering.ts';
import { acknowledge, countRetransmission } from './losses.ts';
import { readOptions, TcpOptions } from './options.ts';
import type { Pairs } from './pairs.ts';
import type { Reassembly } from './reassembly.ts';
import {
  isAnsweredBefore,
  noteReset,
  resetFits,
  synAckStartsAnew,
  synStartsAnew,
  takeSyn,
  takeSynAck,
} from './setup.ts';
import type { FlowTable } from './table.ts';

type Direction = 0 | 1;

const fin = 0x01;
const syn = 0x02;
const rst = 0x04;
const ackFlag = 0x10;
const minHeader = 20;

/**
 * A RST that its receiver could accept does not end a flow at once: what the other side had in flight, or its real answer when the RST
 * was forged, still comes. Such a flow ends 2 s of capture time later, found when a segment with SYN, FIN or RST or of an ended flow
 * comes, or when 4,096 of them wait; a refused SYN has nothing that could follow and ends at once. FINs after a RST are not noted.
 */
export class ControlSegments {
  readonly #table: FlowTable;
  readonly #reassembly: Reassembly;
  readonly #flows: Flows;
  readonly #packet: Packet;
  readonly #counters: Counters;
  readonly #pairs: Pairs;
  readonly #options = new TcpOptions();
  readonly #lingering = new Lingering();

  constructor(
    table: FlowTable,
    reassembly: Reassembly,
    flows: Flows,
    { packet, counters, pairs }: { readonly packet: Packet; readonly counters: Counters; readonly pairs: Pairs },
  ) {
    this.#table = table;
    this.#reassembly = reassembly;
    this.#flows = flows;
    this.#packet = packet;
    this.#counters = counters;
    this.#pairs = pairs;
  }

  /** Segments with SYN, FIN or RST, and all of a flow that is over. */
  segment(d: Datagram, known: number, sender: Direction, header: number, ports: number): void {
    this.#endLingering();
    let flow = known;
    let direction = sender;
    const { bytes, payload: at } = d;
    const flags = bytes[at + 13]!;
    const seq = (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!;
    const ack = (bytes[at + 8]! << 24) | (bytes[at + 9]! << 16) | (bytes[at + 10]! << 8) | bytes[at + 11]!;
    const acks = (flags & ackFlag) !== 0;
    const opens = (flags & (syn | rst | fin)) === syn;
    const { words, numbers } = this.#table;
    const fresh = ((words[wordsOf(flow, 0) + word.mark]! | words[wordsOf(flow, 1) + word.mark]!) & mark.seen) === 0;
    if (opens && !fresh && this.#startsAnew(flow, direction, seq, acks ? ack : null)) {
      if (!acks && this.#pairs.mayBegin(flow, direction)) flow = this.#flows.beside(flow, d, ports);
      else this.#flows.reuse(flow, d, ports);
      direction = 0;
    } else if (opens && acks && this.#pairs.mayAnswer(flow, direction, seq, ack)) {
      flow = this.#flows.beside(flow, d, ports);
      this.#pairs.shareSyn(known, flow);
      direction = 0;
    }
    const row = flow * word.stride;
    const side = wordsOf(flow, direction);
    words[row + word.lastPacket] = this.#packet.number;
    numbers[flow * number.stride + number.lastTime] = this.#packet.time;
    words[side + word.mark] = words[side + word.mark]! | mark.seen;
    if ((words[row + word.state]! & state.dead) !== 0) return;
    const window = (bytes[at + 14]! << 8) | bytes[at + 15]!;
    if ((flags & rst) !== 0) return this.#reset(d, flow, direction, seq, acks ? ack : null, window);
    words[side + word.limits] = (window << 16) | (words[side + word.limits]! & 0xffff);
    const other = (1 - direction) as Direction;
    let first = seq;
    if (opens) {
      readOptions(bytes, at + minHeader, Math.min(at + header, d.end), this.#options);
      const isRefused = !acks && isAnsweredBefore(this.#table, flow, direction, seq);
      if (!acks) takeSyn(this.#table, flow, direction, seq, this.#packet, this.#options);
      else if (!takeSynAck(this.#table, flow, direction, seq, ack, this.#packet, d, this.#options)) {
        return this.#counters.drop('syn-ack-unexpected');
      }
      first = (seq + 1) | 0;
      if (isRefused) {
        words[row + word.state] = words[row + word.state]! | state.refused;
        return this.#flows.end(flow, 'reset');
      }
    }
    if (acks && (words[wordsOf(flow, other) + word.mark]! & mark.open) !== 0) {
      acknowledge(this.#table, flow, other, ack);
    }
    const length = d.end - at - header + d.missing;
    if (length > 0) {
      if (opens && !acks) words[row + word.state] = words[row + word.state]! | state.synData;
      this.data(d, flow, direction, first, header);
    }
    if ((flags & (syn | fin)) === fin && !this.#flows.is(flow, state.dead | state.resetSeen))
      this.#fin(flow, direction, (first + length) | 0, acks ? ack : null, length);
  }

  /** Data that is not simply the next, or of a segment that does more than carry data. */
  data(d: Datagram, flow: number, direction: Direction, seq: number, header: number): void {
    const start = Math.min(d.payload + header, d.end);
    this.#reassembly.segment(flow, direction, seq, d.bytes, start, d.end, d.missing - (d.payload + header - start));
    this.#flows.endIfClosed(flow);
  }

  #startsAnew(flow: number, direction: Direction, seq: number, ack: number | null): boolean {
    return ack === null
      ? synStartsAnew(this.#table, flow, direction, seq)
      : synAckStartsAnew(this.#table, flow, direction, seq, ack);
  }

  #reset(d: Datagram, flow: number, direction: Direction, seq: number, ack: number | null, window: number): void {
    if (this.#flows.is(flow, state.resetSeen)) return;
    if (!resetFits(this.#table, flow, direction, seq, ack)) return this.#counters.drop('reset-out-of-window');
    noteReset(this.#table, flow, direction, seq, ack, this.#packet, d, window);
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

  #fin(flow: number, direction: Direction, seq: number, ack: number | null, length: number): void {
    const { words } = this.#table;
    const side = wordsOf(flow, direction);
    const again = (words[side + word.mark]! & mark.fin) !== 0;
    if (!this.#reassembly.fin(flow, direction, seq)) return;
    if (again) {
      if (length === 0) countRetransmission(this.#table, flow, direction);
      return;
    }
    noteFin(this.#table, flow, direction, (seq + 1) | 0, ack);
    this.#flows.endIfClosed(flow);
  }
}
