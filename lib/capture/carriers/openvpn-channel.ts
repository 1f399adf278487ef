/** The reliable layer of OpenVPN: both directions of one TLS session, from control packets in any order to pieces in order. */

import type { Direction } from './carrier.ts';
import { ControlPacket, keyIdOf, opcodeOf, openVpnOpcode, readControl } from './openvpn-packet.ts';

/** In place of the length of lost pieces, for TLS: more than is missing of any record, so that what follows is not put in its place. */
export const unknownLength = 2 ** 16;

/** Receives the pieces of TLS. */
export interface PieceSink {
  /** The next one of a direction; used only during the call. */
  piece(direction: Direction, bytes: Uint8Array, start: number, end: number): void;
  /** One or more did not come, and will not; how long they were nobody knows. */
  lost(direction: Direction): void;
}

/** Sessions that are followed at once over TCP, and over UDP: packets that came too early are held. */
export const mostOpenVpn = 1_000;
/** Control packets are no longer than the tunnel's MTU. */
export const mostPacketBytes = 2_048;
/** Packets on the way at once are less (TLS_RELIABLE_N_SEND_BUFFERS). */
const mostHeld = 8;
/** One that goes further ahead belongs to another session, or is none. */
const farthest = 1_024;

class Half {
  /** Packet id of the next piece: the reset before had id 0. */
  next = 1;
  readonly held = new Map<number, Uint8Array>();
}

export class OpenVpnChannel {
  /** Pieces that each direction sent again. */
  readonly retransmissions: [number, number] = [0, 0];
  readonly keyId: number;
  readonly #hmac: number;
  readonly #sink: PieceSink;
  readonly #halves: readonly [Half, Half] = [new Half(), new Half()];
  readonly #packet = new ControlPacket();

  /** @param hmac length of it in every packet, 0 without tls-auth */
  constructor(hmac: number, keyId: number, sink: PieceSink) {
    this.#hmac = hmac;
    this.keyId = keyId;
    this.#sink = sink;
  }

  /** A packet of any kind; those without a piece of this session are passed over. */
  packet(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const first = bytes[start] as number;
    if (opcodeOf(first) !== openVpnOpcode.control || keyIdOf(first) !== this.keyId) return;
    const packet = this.#packet;
    if (!readControl(bytes, start, end, this.#hmac, packet) || packet.piece === end) return;
    if (end - start > mostPacketBytes) return;
    const { id, piece } = packet;
    const half = this.#halves[direction];
    if (id < half.next || half.held.has(id)) this.retransmissions[direction]++;
    else if (id === half.next) {
      half.next++;
      this.#sink.piece(direction, bytes, piece, end);
      this.#release(direction);
    } else if (id - half.next < farthest) {
      half.held.set(id, bytes.slice(piece, end));
      if (half.held.size > mostHeld) this.#skip(direction);
    }
  }

  /** Nothing more comes. */
  end(): void {
    for (const direction of [0, 1] as const) while (this.#halves[direction].held.size > 0) this.#skip(direction);
  }

  #skip(direction: Direction): void {
    const half = this.#halves[direction];
    half.next = Math.min(...half.held.keys());
    this.#sink.lost(direction);
    this.#release(direction);
  }

  #release(direction: Direction): void {
    const half = this.#halves[direction];
    for (let bytes = half.held.get(half.next); bytes !== undefined; bytes = half.held.get(half.next)) {
      half.held.delete(half.next++);
      this.#sink.piece(direction, bytes, 0, bytes.length);
    }
  }
}
