/**
 * TDS, the protocol of Microsoft SQL Server (MS-TDS §2.2.6.5): up to version 7.4 it carries the messages of the TLS handshake in packets of its
 * own, behind PRELOGIN messages in clear; what follows the handshake is records alone. TDS 8.0 begins with TLS and needs nothing of this.
 */

import { contentType, tlsVersion } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { type Interest, interest } from '../flow/index.ts';
import { looksLikeTlsStart } from '../tls/look.ts';
import type { CarriedTls, CarrierStream, Direction } from './carrier.ts';

/** Types of packets: what asks for TLS, and carries it; what answers, in which old and some other servers carry it, too. */
export const tdsPacket = { preLogin: 0x12, reply: 0x04 } as const;
const headerLength = 8;
/** With so many bytes `looksLikeTds` is sure: the header, and three of what the packet holds. */
const decisive = 11;
/** Segments that are looked at for the start of a packet, where bytes are missing. */
const mostMisses = 64;
/** The head of a packet does not tell yet. */
const undecided = -1;

/** `packets`: packets of TDS. `lost`: bytes are missing, packets are looked for. `past`: whatever comes is for TLS to judge. */
type Place = 'packets' | 'lost' | 'past';

/** How far one direction is. */
class Half {
  place: Place = 'packets';
  /** Type of packets that hold records; 0 before the first of them. */
  type = 0;
  /** Of a header, and before there are records also what tells what the packet holds. */
  readonly head = new Uint8Array(decisive);
  have = 0;
  /** Bytes of the packet that are to come. */
  remaining = 0;
  misses = 0;
}

export const tdsFirsts: readonly number[] = Object.values(tdsPacket);

/** 2: a packet begins here that holds PRELOGIN options or TLS records. 1: as far as the bytes go. 0: it does not. */
export function looksLikeTds(bytes: Uint8Array, start: number, end: number): 0 | 1 | 2 {
  const known = Math.min(end - start, decisive);
  for (let i = 0; i < known; i++) if (!fits(bytes, start, i)) return 0;
  return known === decisive ? 2 : 1;
}

/** Whether byte `i` of a packet is as it should be; those before it are. */
function fits(bytes: Uint8Array, start: number, i: number): boolean {
  const byte = bytes[start + i] as number;
  const hasOptions = bytes[start + headerLength] === 0;
  switch (i) {
    case 0:
      return tdsFirsts.includes(byte);
    case 1: // Status: the last packet of a message, or not.
      return byte <= 1;
    case 3:
      return u16(bytes, start + 2) >= decisive;
    case 7: // Window, which is not used.
      return byte === 0;
    case 8: // The first option is the version; or the record is one of those that a handshake has.
      return byte === 0 || byte === contentType.handshake || byte === contentType.alert;
    case 9:
      return byte === (hasOptions ? 0 : tlsVersion.SSLv3 >> 8);
    case 10: // Behind n options of five bytes and an end of one stands what the first is about; or the minor version.
      return hasOptions ? byte > 1 && byte % 5 === 1 : byte <= (tlsVersion['TLSv1.3'] & 0xff);
    default: // Process and packet number.
      return true;
  }
}

export class TdsStream implements CarrierStream {
  readonly #tls: CarriedTls;
  readonly #halves: readonly [Half, Half] = [new Half(), new Half()];

  /** @param seen bits of the directions whose beginning has gone by */
  constructor(tls: CarriedTls, seen: number) {
    this.#tls = tls;
    for (const direction of [0, 1] as const)
      if ((seen & (1 << direction)) !== 0) this.#halves[direction].place = 'lost';
  }

  get isPast(): boolean {
    return this.#halves[0].place === 'past' && this.#halves[1].place === 'past';
  }

  bytes(direction: Direction, bytes: Uint8Array, start: number, end: number): Interest | null {
    const half = this.#halves[direction];
    if (half.place === 'lost' && !this.#finds(half, bytes, start, end)) {
      if (++half.misses <= mostMisses) return interest.stream;
      if (!this.#tls.hasBegun) return null;
      half.place = 'past';
    }
    let wanted: Interest = interest.stream;
    let continues = false;
    const feed = (from: Uint8Array, first: number, last: number): void => {
      wanted = this.#tls.feed(direction, from, first, last, continues);
      continues = true;
    };
    let at = start;
    while (at < end) {
      if (half.place === 'past') {
        feed(bytes, at, end);
        break;
      }
      if (half.remaining > 0) {
        const next = Math.min(at + half.remaining, end);
        if (half.type !== 0) feed(bytes, at, next);
        half.remaining -= next - at;
        at = next;
      } else if (half.have === 0 && half.type !== 0 && bytes[at] !== half.type) {
        // Records alone; or TDS in clear, where only the login is encrypted.
        half.place = 'past';
      } else {
        half.head[half.have++] = bytes[at++] as number;
        const records = this.#header(direction, half);
        if (records === null) return null;
        if (records === undecided) continue;
        const held = half.have - records;
        half.have = 0;
        if (at - held < start) feed(half.head, records, records + held);
        else {
          // All of it is in this segment: TLS looks for beginnings in whole segments.
          at -= held;
          if (half.place === 'packets') half.remaining += held;
        }
      }
    }
    return wanted;
  }

  hole(direction: Direction, missing: number): Interest {
    const half = this.#halves[direction];
    if (half.place === 'packets' && missing <= half.remaining) {
      half.remaining -= missing;
      return half.type === 0 ? interest.stream : this.#tls.hole(direction, missing);
    }
    if (half.place === 'packets') half.place = 'lost';
    half.have = 0;
    half.remaining = 0;
    return this.#tls.hasBegun ? this.#tls.hole(direction, missing) : interest.stream;
  }

  /**
   * One more byte of the head of a packet.
   * @returns where in `head` begins what is for TLS, once that is decided; null when there is no TLS
   */
  #header(direction: Direction, half: Half): number | null {
    const { head, have, type } = half;
    if (type !== 0 && have < headerLength) return undecided;
    const isPacket = type === 0 ? looksLikeTds(head, 0, have) !== 0 : u16(head, 2) >= headerLength;
    if (!isPacket) {
      // In place of an answer to a hello, or between records: TLS knows what to say of it.
      half.place = 'past';
      return type !== 0 || this.#tls.hasBegun ? 0 : null;
    }
    if (type === 0 && have < decisive) return undecided;
    half.remaining = u16(head, 2) - have;
    if (type !== 0 || head[headerLength] === 0) return have;
    half.type = head[0] as number;
    if (!this.#tls.hasBegun) this.#tls.begin(direction);
    return headerLength;
  }

  /** Behind missing bytes: the segment begins with a packet, or with a record. */
  #finds(half: Half, bytes: Uint8Array, start: number, end: number): boolean {
    if (looksLikeTds(bytes, start, end) === 2) half.place = 'packets';
    else if (this.#tls.hasBegun && looksLikeTlsStart(bytes, start, end) !== 0) half.place = 'past';
    return half.place !== 'lost';
  }
}
