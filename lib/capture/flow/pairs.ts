/**
 * Two connections between the same ports at once. Firewalls such as ASA and FTD change sequence numbers: a capture of both of their sides has
 * each connection twice, with other numbers, and mixed. Segments go to the one whose numbers are nearer.
 */

import { u32 } from '../bytes.ts';
import type { Datagram } from '../datagram.ts';
import type { Packet } from '../packet.ts';
import { coldNumber, coldWord, coldWordsOf, mark, state, word, wordsOf } from './layout.ts';
import { ackedOffset, highOffset } from './offsets.ts';
import { begin } from './setup.ts';
import type { FlowTable } from './table.ts';

const syn = 0x02;
const ackFlag = 0x10;

/** A SYN that comes so long after that of the other is of another connection: clocks of captures that are put together differ by less, or by much more. */
const togetherMs = 3_000;
/** Sooner than a host sends a SYN again (RFC 6298 §2). */
const againMs = 200;

export class Pairs {
  readonly #table: FlowTable;
  readonly #packet: Packet;
  /** Both ways. */
  readonly #others = new Map<number, number>();

  constructor(table: FlowTable, packet: Packet) {
    this.#table = table;
    this.#packet = packet;
  }

  /** Whether a SYN of `direction` that is not of this flow begins another one beside it: the client's, and this one has just begun. */
  mayBegin(flow: number, direction: 0 | 1): boolean {
    const { words, coldNumbers } = this.#table;
    const before = words[flow * word.stride + word.state]!;
    if ((before & (state.dead | state.resetSeen | state.paired | state.synSeen)) !== state.synSeen) return false;
    if ((before & state.initiator) !== direction + 1) return false;
    const since = this.#packet.time - coldNumbers[flow * coldNumber.stride + coldNumber.firstTime]!;
    return Math.abs(since) <= togetherMs;
  }

  /**
   * The same for a SYN-ACK that answers the known SYN with another number. As long as the first one is not used it may be of a listener without
   * state, which chooses another one when the SYN comes again.
   */
  mayAnswer(flow: number, direction: 0 | 1, seq: number, ack: number): boolean {
    const { words, coldWords, coldNumbers } = this.#table;
    const before = words[flow * word.stride + word.state]!;
    const answered = state.synSeen | state.synAckSeen;
    if ((before & (state.dead | state.paired | answered)) !== answered) return false;
    const client = 1 - direction;
    if ((before & state.initiator) !== client + 1) return false;
    const firstOf = (side: number): number => coldWords[coldWordsOf(flow, side) + coldWord.base]!;
    if (firstOf(client) !== ack || firstOf(direction) === ((seq + 1) | 0)) return false;
    const unused = highOffset(this.#table, flow, direction) === 0 && ackedOffset(this.#table, flow, direction) < 0;
    if (!unused) return true;
    const since = this.#packet.time - coldNumbers[flow * coldNumber.stride + coldNumber.synAckTime]!;
    return (before & state.resetSeen) === 0 && Math.abs(since) <= againMs;
  }

  /** The SYN of a flow is that of the other one as well, whose first packet is the SYN-ACK. */
  shareSyn(from: number, to: number): void {
    if (from === to) return;
    const { words, coldWords } = this.#table;
    const ofSyn = words[from * word.stride + word.state]! & (state.synSeen | state.synTimestamps | state.synSack);
    const client = (words[from * word.stride + word.state]! & state.initiator) === 1 ? 0 : 1;
    const row = to * word.stride;
    words[row + word.state] = words[row + word.state]! | ofSyn | 2;
    begin(this.#table, to, 1, coldWords[coldWordsOf(from, client) + coldWord.base]!, mark.syn);
    const cold = to * coldWord.stride;
    const known = from * coldWord.stride;
    for (const at of [coldWord.syns, coldWord.synPacket]) coldWords[cold + at] = coldWords[known + at]!;
    coldWords[cold + coldWord.mss + 1] = coldWords[known + coldWord.mss + client]!;
  }

  join(flow: number, other: number): void {
    if (flow === other) return;
    this.#others.set(flow, other).set(other, flow);
    for (const each of [flow, other]) this.#mark(each, state.paired);
  }

  /** The other one of its pair; -1: there is none. */
  otherOf(flow: number): number {
    return this.#others.get(flow) ?? -1;
  }

  /** The row is about to be of a flow between other ports. */
  forget(flow: number): void {
    const other = this.#others.get(flow);
    if (other === undefined) return;
    this.#others.delete(flow);
    this.#others.delete(other);
    for (const each of [flow, other]) this.#mark(each, 0);
  }

  /** @param key of either flow of a pair, as the table knows the segment @returns that of the flow which it belongs to */
  choose(key: number, d: Datagram): number {
    const flow = key >> 1;
    const other = this.#others.get(flow);
    if (other === undefined) return key;
    const { words } = this.#table;
    const [row, otherRow] = [flow * word.stride, other * word.stride];
    const isAligned =
      words[row + word.ports] === words[otherRow + word.ports] && words[row + word.a] === words[otherRow + word.a];
    const otherKey = (other << 1) | (isAligned ? key & 1 : 1 - (key & 1));
    const distance = this.#distance(key, d);
    const otherDistance = this.#distance(otherKey, d);
    const isSyn = (d.bytes[d.payload + 13]! & (syn | ackFlag)) === syn;
    // A third connection takes the place of the first.
    if (isSyn && distance > 0 && otherDistance > 0) return this.#isLater(other, flow) ? key : otherKey;
    if (distance !== otherDistance) return distance < otherDistance ? key : otherKey;
    return this.#isLater(other, flow) ? otherKey : key;
  }

  /** How far a segment is from what its flow expects next. */
  #distance(key: number, d: Datagram): number {
    const { words } = this.#table;
    const side = wordsOf(key >> 1, key & 1);
    const peer = wordsOf(key >> 1, 1 - (key & 1));
    const { bytes, payload: at } = d;
    const flags = bytes[at + 13]!;
    const from = (at: number, row: number): number =>
      (words[row + word.mark]! & mark.open) === 0 ? 0 : Math.abs((u32(bytes, at) - words[row + word.high]!) | 0);
    const sent = (flags & syn) === 0 ? from(at + 4, side) : Math.max(0, from(at + 4, side) - 1);
    return (flags & ackFlag) === 0 ? sent : Math.max(sent, from(at + 8, peer));
  }

  /** Of two that a RST fits it is for the one that has none, of others for the one that began last. */
  #isLater(flow: number, than: number): boolean {
    const { words, coldWords } = this.#table;
    const over = (each: number): boolean =>
      (words[each * word.stride + word.state]! & (state.dead | state.resetSeen)) !== 0;
    if (over(flow) !== over(than)) return over(than);
    const firstOf = (each: number): number => coldWords[each * coldWord.stride + coldWord.firstPacket]! >>> 0;
    return firstOf(flow) > firstOf(than);
  }

  #mark(flow: number, bit: number): void {
    const { words } = this.#table;
    const at = flow * word.stride + word.state;
    words[at] = (words[at]! & ~state.paired) | bit;
  }
}
