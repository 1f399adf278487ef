/**
 * The fast lane: what nine of ten packets are, in one short loop-free function. A TCP segment of a known flow over IPv4 in untagged
 * Ethernet that is simply the next one, or only acknowledges, and that nobody wants to look into, changes four numbers of its
 * flow's row. Everything else goes the long way (dissector, tracker), which comes to the same for these packets too.
 */

import type { Packet } from '../packet.ts';
import { interest } from './handler.ts';
import { mark, number, state, word } from './layout.ts';
import type { FlowTable } from './table.ts';

// See layout.ts for why these are copied.
const stride = word.stride;
const stateWord = word.state;
const lastPacketWord = word.lastPacket;
const direction0 = word.direction0;
const directionWords = word.directionWords;
const highWord = word.high;
const ackedWord = word.acked;
const markWord = word.mark;
const limitsWord = word.limits;
const numberStride = number.stride;
const lastTimeNumber = number.lastTime;
const over = state.dead | state.version6;
const interestBits = mark.interest;
const none = interest.none;
/** Of `handshakes` and `laterHandshakes`. */
const onlyHandshakes = interest.handshakes & interest.laterHandshakes;
/** The sender's place is known, and nothing else is the matter. */
const plain = mark.open | mark.seen;
const plainBits = plain | mark.waiting | mark.fin | mark.provisional;
/** The other side's place is known, something of it was acknowledged before, and nobody waits for more of it. */
const plainAckBits = mark.open | mark.acked | mark.ackedFar | mark.candidates;
const plainAck = mark.open | mark.acked;

/** Ethernet, IPv4 without options, TCP without options. */
const headers = 54;
const ethernet = 14;
/** EtherType of IPv4, version 4 and 20 bytes of header; the low byte is the type of service. */
const ipv4Start = 0x08004500 | 0;
/** No-operation twice and timestamps (RFC 7323, appendix A): what nearly every segment has. */
const timestamps = 0x0101080a;
const handshakeRecord = 0x16;

/** True when the packet was taken into account; false: nothing was changed, the packet must go the long way. */
export function takePlain(table: FlowTable, packet: Packet): boolean {
  const { start, view } = packet;
  const captured = packet.end - start;
  if (captured < headers || (view.getInt32(start + 12) & ~0xff) !== ipv4Start) return false;
  const total = view.getUint16(start + 16);
  // Not a fragment, TCP, and all of it captured.
  if ((view.getInt32(start + 20) & 0x3fff00ff) !== 6 || total + ethernet > captured) return false;
  const control = view.getInt32(start + 46);
  const header = (control >>> 26) & 0x3c;
  const length = total - 20 - header;
  // FIN, SYN, RST.
  if ((control & 0x00070000) !== 0 || header < 20 || length < 0) return false;
  const key = table.find4(view.getInt32(start + 26), view.getInt32(start + 30), view.getInt32(start + 34));
  if (key < 0) return false;
  const flow = key >> 1;
  const { words } = table;
  const row = flow * stride;
  const side = row + direction0 + (key & 1) * directionWords;
  const marks = words[side + markWord]!;
  if ((words[row + stateWord]! & over) !== 0 || (marks & plain) !== plain) return false;
  const seq = view.getInt32(start + 38);
  const limits = words[side + limitsWord]!;
  const next = (seq + length) | 0;
  if (length > 0) {
    // Sequence numbers that pass a quarter of their range, and segments larger than those before, are told elsewhere.
    if (
      (marks & plainBits) !== plain ||
      seq !== words[side + highWord] ||
      (seq ^ next) >>> 30 !== 0 ||
      length > (limits & 0xffff)
    )
      return false;
    const wanted = marks & interestBits;
    if (wanted !== none && ((wanted & onlyHandshakes) === 0 || view.getUint8(start + 34 + header) === handshakeRecord))
      return false;
  }
  if ((control & 0x00100000) !== 0) {
    const ack = view.getInt32(start + 42);
    const peer = row + direction0 + (1 - (key & 1)) * directionWords;
    const peerMarks = words[peer + markWord]!;
    if ((peerMarks & plainAckBits) !== plainAck) return false;
    const high = words[peer + highWord]!;
    const acked = words[peer + ackedWord]!;
    if (high !== ack && header > 20 && (header !== 32 || view.getInt32(start + 54) !== timestamps)) return false;
    if (ack !== acked) {
      const left = (high - ack) | 0;
      if (left < 0 || left >= ((high - acked) | 0)) return false;
      words[peer + ackedWord] = ack;
    }
  }
  if (length > 0) words[side + highWord] = next;
  words[row + lastPacketWord] = packet.number;
  table.numbers[flow * numberStride + lastTimeNumber] = packet.time;
  words[side + limitsWord] = (control << 16) | (limits & 0xffff);
  return true;
}
