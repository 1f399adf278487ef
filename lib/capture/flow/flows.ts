/** How flows come and go: each takes a row of the table when its first segment comes, and leaves it when it ends or room is needed. */

import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import type { Packet } from '../packet.ts';
import type { EndReason, StreamHandler } from './handler.ts';
import { coldNumber, coldWord, mark, number, state, word, wordsOf } from './layout.ts';
import type { Pairs } from './pairs.ts';
import type { Reassembly } from './reassembly.ts';
import type { FlowTable } from './table.ts';

/** Counts flows that had to go for others: `flow-evicted`. */
export class Flows {
  /** Ever seen. */
  count = 0;
  readonly #table: FlowTable;
  readonly #reassembly: Reassembly;
  readonly #handler: StreamHandler;
  readonly #packet: Packet;
  readonly #counters: Counters;
  readonly #pairs: Pairs;
  /** Once the capture is over: the flows in the order in which they end, and how many of them have. */
  #order: Float64Array | null = null;
  #finished = 0;

  constructor(
    table: FlowTable,
    reassembly: Reassembly,
    handler: StreamHandler,
    { packet, counters, pairs }: { readonly packet: Packet; readonly counters: Counters; readonly pairs: Pairs },
  ) {
    this.#table = table;
    this.#reassembly = reassembly;
    this.#handler = handler;
    this.#packet = packet;
    this.#counters = counters;
    this.#pairs = pairs;
  }

  /** A flow whose first segment is in `d`. @param ports source << 16 | destination @returns its key, see `FlowTable` */
  open(d: Datagram, ports: number): number {
    const table = this.#table;
    this.count++;
    if (!table.full) {
      const flow = table.add(d, ports);
      this.#noteFirst(flow);
      return flow << 1;
    }
    const flow = table.quietest();
    if (!this.is(flow, state.dead | state.resetSeen)) this.#counters.drop('flow-evicted');
    this.end(flow, 'evicted');
    this.#pairs.forget(flow);
    table.replace(flow, d, ports);
    this.#noteFirst(flow);
    return flow << 1;
  }

  /** Another connection begins on the same ports. */
  reuse(flow: number, d: Datagram, ports: number): void {
    this.end(flow, 'reused');
    const other = this.#pairs.otherOf(flow);
    this.#table.replace(flow, d, ports);
    if (other >= 0) this.#pairs.join(flow, other);
    this.#noteFirst(flow);
    this.count++;
  }

  /** Another connection begins on the same ports, while this one goes on. @returns its flow */
  beside(flow: number, d: Datagram, ports: number): number {
    const other = this.open(d, ports) >> 1;
    this.#pairs.join(flow, other);
    return other;
  }

  /** Whether any of these bits of its `state` is set. */
  is(flow: number, bits: number): boolean {
    return (this.#table.words[flow * word.stride + word.state]! & bits) !== 0;
  }

  /** A flow that was reset ends by that, whatever lets it go. */
  end(flow: number, reason: EndReason): void {
    if (this.is(flow, state.dead)) return;
    this.#reassembly.flush(flow);
    this.#handler.ended(flow, this.is(flow, state.resetSeen) ? 'reset' : reason);
    const { words } = this.#table;
    const at = flow * word.stride + word.state;
    words[at] = words[at]! | state.dead;
    this.#reassembly.forget(flow);
  }

  /** Ends a flow of which both sides sent a FIN, and all that is wanted was handed over. */
  endIfClosed(flow: number): void {
    const { words } = this.#table;
    if ((words[wordsOf(flow, 0) + word.mark]! & words[wordsOf(flow, 1) + word.mark]! & mark.fin) === 0) return;
    if (!this.#isSettled(flow)) this.#handler.waits?.(flow);
    if (this.#isSettled(flow)) this.end(flow, 'closed');
  }

  /** See `TcpTracker`. */
  finish(most: number): boolean {
    const order = (this.#order ??= this.#table.byFirstPacket());
    const { size } = this.#table;
    const until = Math.min(order.length, this.#finished + most);
    // As an integer, which is what code for flows was made for.
    while (this.#finished < until) this.end((order[this.#finished++]! % size) | 0, 'capture-end');
    return this.#finished === order.length;
  }

  #isSettled(flow: number): boolean {
    return this.#reassembly.settled(flow, 0) && this.#reassembly.settled(flow, 1);
  }

  #noteFirst(flow: number): void {
    const { words, numbers, coldWords, coldNumbers } = this.#table;
    const { number: packet, time } = this.#packet;
    words[flow * word.stride + word.lastPacket] = packet;
    numbers[flow * number.stride + number.lastTime] = time;
    coldWords[flow * coldWord.stride + coldWord.firstPacket] = packet;
    coldNumbers[flow * coldNumber.stride + coldNumber.firstTime] = time;
  }
}
