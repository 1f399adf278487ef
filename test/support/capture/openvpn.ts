/** The control channel of OpenVPN: a session between a client and a server, whose packets a test sends as it likes. */

import { concat } from '../../../lib/wire/index.ts';
import type { Side } from './hosts.ts';

/** Opcodes, as OpenVPN numbers them. */
const opcode = { client: 7, server: 8, control: 4, ack: 5, data: 9 } as const;

export interface OpenVpnOptions {
  /** Length of the HMAC of tls-auth; default 0, without. */
  readonly hmac?: number;
  readonly keyId?: number;
  /** Bytes of TLS in a packet at most; default 1,100. */
  readonly size?: number;
}

export class OpenVpnSession {
  readonly #hmac: number;
  readonly #keyId: number;
  readonly #size: number;
  readonly #next: Record<Side, number> = { client: 1, server: 1 };
  #replay = 0;

  constructor({ hmac = 0, keyId = 0, size = 1_100 }: OpenVpnOptions = {}) {
    this.#hmac = hmac;
    this.#keyId = keyId;
    this.#size = size;
  }

  reset(side: Side): Uint8Array {
    return this.#packet(side, opcode[side], side === 'server' ? [0] : [], word(0));
  }

  acknowledge(side: Side, ...ids: number[]): Uint8Array {
    return this.#packet(side, opcode.ack, ids);
  }

  /** P_DATA_V2: peer id and what only the tunnel can read. */
  data(bytes: Uint8Array): Uint8Array {
    return concat(Uint8Array.of((opcode.data << 3) | this.#keyId, 0, 0, 0), bytes);
  }

  /** The next bytes of a side's TLS, each packet but the first with acknowledgements. */
  control(side: Side, bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += this.#size) {
      const acks = packets.length === 0 ? [] : [1, 2];
      const piece = bytes.subarray(at, at + this.#size);
      packets.push(this.#packet(side, opcode.control, acks, word(this.#next[side]++), piece));
    }
    return packets;
  }

  #packet(side: Side, kind: number, acks: readonly number[], ...rest: readonly Uint8Array[]): Uint8Array {
    const of = (who: Side): Uint8Array => new Uint8Array(8).fill(who === 'client' ? 0xc1 : 0x5e);
    const auth =
      this.#hmac === 0 ? [] : [new Uint8Array(this.#hmac).fill(0x77), word(++this.#replay), word(0x65a0b0c0)];
    const list = [Uint8Array.of(acks.length), ...acks.map(word), ...(acks.length === 0 ? [] : [of(other(side))])];
    return concat(Uint8Array.of((kind << 3) | this.#keyId), of(side), ...auth, ...list, ...rest);
  }
}

/** As over TCP: its length before it. */
export function framed(packet: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(packet.length >> 8, packet.length & 0xff), packet);
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}
