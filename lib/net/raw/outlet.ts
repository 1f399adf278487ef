/** What we say, as packets: one connection's addresses, numbers and options around each segment. Pure. */

import { type TcpOptions, tcpFlag, tcpSegment } from '../../capture/index.ts';
import { headerBytes } from '../../evidence/index.ts';
import type { RawVia } from '../via.ts';
import { packetsOf } from './packets.ts';
import type { Range } from './ranges.ts';

export interface OutletOptions {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** MTU of the interface that leads there. */
  readonly mtu: number;
  readonly via: RawVia;
  /** Random 32-bit numbers: initial sequence number, and first identification of our packets. */
  readonly sequence: number;
  readonly identification: number;
}

export interface Said {
  /** Control bits; see `tcpFlag`. */
  readonly flags: number;
  /** Place in our stream; -1 for the SYN. */
  readonly offset: number;
  readonly payload?: Uint8Array;
  readonly ttl?: number | undefined;
  /** Ranges of the peer's stream that came above a hole. */
  readonly sack?: readonly Range[];
  /** True for packets that are cut as `via.fragmentPayload` says. */
  readonly inFragments?: boolean;
}

/** What the peer's segments have told so far. */
export interface PeerNumbers {
  /** Sequence number of the first byte of its stream. */
  readonly sequence: number;
  /** Bytes of it that we acknowledge, its FIN included. */
  readonly acknowledged: number;
  /** TSval to echo; null once it is known that the peer does not use timestamps. */
  readonly echo: number | null;
}

export class Outlet {
  readonly #options: OutletOptions;
  readonly #transmit: (packets: readonly Uint8Array[]) => void;
  #identification: number;

  constructor(options: OutletOptions, transmit: (packets: readonly Uint8Array[]) => void) {
    this.#options = options;
    this.#transmit = transmit;
    this.#identification = options.identification;
  }

  /** Bytes of IP and TCP headers without options. */
  get headers(): number {
    return headerBytes(this.#options.destination);
  }

  /** MSS of our SYN; null when it announces none. */
  get announcedMss(): number | null {
    const { mtu, via } = this.#options;
    return via.mss === undefined ? mtu - this.headers : via.mss;
  }

  get window(): number {
    return this.#options.via.window ?? 64_240;
  }

  /** Sends a segment. @throws HarnessError `bad-segments` when it does not fit the interface and may not be cut */
  say(said: Said, peer: PeerNumbers, now: number): void {
    const { source, sourcePort, destination, destinationPort, mtu, via, sequence } = this.#options;
    const { flags, offset, payload, ttl, sack = [], inFragments = false } = said;
    const isReset = (flags & tcpFlag.rst) !== 0;
    const blocks = sack.map(({ from, to }) => [peer.sequence + from, peer.sequence + to] as const);
    const segment = tcpSegment(
      {
        source,
        destination,
        sourcePort,
        destinationPort,
        seq: sequence + 1 + offset,
        ack: (flags & tcpFlag.ack) === 0 ? 0 : peer.sequence + peer.acknowledged,
        flags,
        window: this.window,
        options: {
          ...((flags & tcpFlag.syn) === 0 ? {} : this.#synOptions()),
          ...(peer.echo === null || isReset ? {} : { timestamps: [Math.floor(now) >>> 0, peer.echo] as const }),
          ...(blocks.length > 0 ? { sack: blocks } : {}),
        },
      },
      payload,
    );
    // 0 would leave the number to the kernel.
    this.#identification = (this.#identification % 0xffff) + 1;
    this.#transmit(
      packetsOf(segment, {
        source,
        destination,
        ttl: ttl ?? via.ttl ?? 64,
        id: this.#identification,
        dontFragment: via.dontFragment ?? true,
        fragmentPayload: inFragments ? via.fragmentPayload : undefined,
        mtu,
      }),
    );
  }

  #synOptions(): TcpOptions {
    const mss = this.announcedMss;
    return {
      ...(mss === null ? {} : { mss }),
      ...((this.#options.via.sackPermitted ?? true) ? { sackPermitted: true } : {}),
    };
  }
}
