/** OpenVPN over TCP: every packet stands behind its length in two bytes. */

import { u16 } from '../bytes.ts';
import { type Interest, interest } from '../flow/index.ts';
import { looksLikeTlsStart } from '../tls/look.ts';
import type { CarriedTls, CarrierStream, Direction } from './carrier.ts';
import { mostPacketBytes, OpenVpnChannel, type PieceSink, unknownLength } from './openvpn-channel.ts';
import { isKnownOpcode, opcodeOf, readReset, resetHmac } from './openvpn-packet.ts';

const lengthBytes = 2;
/** With so many bytes `looksLikeOpenVpn` is sure. */
const decisive = 3;

class Half {
  /** Bytes of the packet that is not whole yet, and of its length before. */
  held: Uint8Array = new Uint8Array(lengthBytes);
  have = 0;
  /** Bytes to come of a packet that is not looked into. */
  skip = 0;
  /** Bytes are missing: the next packet is looked for at the beginning of segments. */
  lost = false;
  wanted: Interest = interest.stream;
}

/** 2: a hard reset begins here, by its length. 1: as far as the bytes go. 0: it does not. */
export function looksLikeOpenVpn(bytes: Uint8Array, start: number, end: number): 0 | 1 | 2 {
  if (bytes[start] !== 0) return 0;
  if (end - start < decisive) return 1;
  return resetHmac(opcodeOf(bytes[start + lengthBytes] as number), u16(bytes, start)) === null ? 0 : 2;
}

export class OpenVpnStream implements CarrierStream, PieceSink {
  readonly isPast = false;
  readonly #tls: CarriedTls;
  readonly #halves: readonly [Half, Half] = [new Half(), new Half()];
  #channel: OpenVpnChannel | null = null;
  #isOver = false;

  /** @param seen bits of the directions whose beginning has gone by */
  constructor(tls: CarriedTls, seen: number) {
    this.#tls = tls;
    for (const direction of [0, 1] as const) this.#halves[direction].lost = (seen & (1 << direction)) !== 0;
  }

  bytes(direction: Direction, bytes: Uint8Array, start: number, end: number): Interest | null {
    const half = this.#halves[direction];
    if (half.lost && !isPackets(bytes, start, end)) return half.wanted;
    half.lost = false;
    for (let at = start; at < end && !this.#isOver; ) {
      const length = half.have === 0 && end - at >= lengthBytes ? u16(bytes, at) : Number.NaN;
      if (half.skip > 0) {
        const passed = Math.min(half.skip, end - at);
        half.skip -= passed;
        at += passed;
      } else if (at + lengthBytes + length <= end) {
        at += lengthBytes;
        this.#packet(direction, bytes, at, at + length);
        at += length;
      } else {
        half.held[half.have++] = bytes[at++] as number;
        this.#gather(direction, half);
      }
    }
    if (this.#isOver) return this.#tls.hasBegun ? interest.none : null;
    return half.wanted;
  }

  /** The packets have numbers, which tell what is missing of TLS. */
  hole(direction: Direction, missing: number): Interest {
    const half = this.#halves[direction];
    if (missing <= half.skip) half.skip -= missing;
    else {
      half.lost = true;
      half.have = 0;
      half.skip = 0;
    }
    return half.wanted;
  }

  end(): void {
    this.#channel?.end();
  }

  piece(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#tls.hasBegun) {
      const kind = looksLikeTlsStart(bytes, start, end);
      this.#isOver = kind !== 1 && kind !== 2;
      if (this.#isOver) return;
      this.#tls.begin(direction);
    }
    this.#halves[direction].wanted = this.#tls.feed(direction, bytes, start, end, false);
  }

  lost(direction: Direction): void {
    if (this.#tls.hasBegun) this.#halves[direction].wanted = this.#tls.hole(direction, unknownLength);
  }

  /** One more byte of a packet that is spread over segments. */
  #gather(direction: Direction, half: Half): void {
    const { have, held } = half;
    if (have < lengthBytes) return;
    const whole = lengthBytes + u16(held, 0);
    if (have === lengthBytes) {
      if (whole - lengthBytes > mostPacketBytes) {
        half.have = 0;
        half.skip = whole - lengthBytes;
        return;
      }
      half.held = new Uint8Array(whole);
      half.held.set(held.subarray(0, lengthBytes));
    }
    if (have < whole) return;
    const packet = half.held;
    half.held = new Uint8Array(lengthBytes);
    half.have = 0;
    this.#packet(direction, packet, lengthBytes, whole);
  }

  #packet(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    if (this.#channel === null) {
      const hmac = readReset(bytes, start, end);
      this.#isOver = hmac === null;
      if (hmac !== null) this.#channel = new OpenVpnChannel(hmac, 0, this);
    }
    this.#channel?.packet(direction, bytes, start, end);
  }
}

/** Behind missing bytes: packets begin here that lead from one to the next, up to the end of the segment. */
function isPackets(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at + decisive <= end && isKnownOpcode(opcodeOf(bytes[at + lengthBytes] as number)))
    at += lengthBytes + u16(bytes, at);
  return at === end;
}
