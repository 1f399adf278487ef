/** Connections of protocols that carry TLS in packets of their own, as long as those may hold records. */

import type { CarrierName } from '../../evidence/index.ts';
import type { OpenConversations } from '../conversations/open.ts';
import type { Counters } from '../counters.ts';
import type { Interest } from '../flow/index.ts';
import type { CarriedTls, CarrierStream, Direction } from './carrier.ts';
import { mostOpenVpn } from './openvpn-channel.ts';
import { looksLikeOpenVpn, OpenVpnStream } from './openvpn-stream.ts';
import { looksLikeTds, TdsStream, tdsFirsts } from './tds.ts';

interface Carrier {
  readonly name: CarrierName;
  /** Bytes that a direction may begin with. */
  readonly firsts: readonly number[];
  /** Whether a direction begins with it. 2: it does. 1: as far as the bytes go. 0: it does not. */
  readonly looks: (bytes: Uint8Array, start: number, end: number) => 0 | 1 | 2;
  /** @param seen bits of the directions whose beginning has gone by */
  readonly stream: (tls: CarriedTls, seen: number) => CarrierStream;
  /** Connections that are followed at once. */
  readonly most: number;
}

const carriers: readonly Carrier[] = [
  {
    name: 'tds',
    firsts: tdsFirsts,
    looks: looksLikeTds,
    stream: (tls, seen) => new TdsStream(tls, seen),
    most: 10_000,
  },
  {
    name: 'openvpn',
    firsts: [0],
    looks: looksLikeOpenVpn,
    stream: (tls, seen) => new OpenVpnStream(tls, seen),
    most: mostOpenVpn,
  },
];

const isFirst = new Uint8Array(256);
for (const { firsts } of carriers) for (const first of firsts) isFirst[first] = 1;

/** Whether `looksCarried` needs to be asked. @param first byte of a direction */
export function mayBeCarried(first: number): boolean {
  return isFirst[first] === 1;
}

/** The most that a carrier says of the first bytes of a direction, of which there is at least one; see `Carrier.looks`. */
export function looksCarried(bytes: Uint8Array, start: number, end: number): 0 | 1 | 2 {
  let most: 0 | 1 | 2 = 0;
  for (const { looks } of carriers) {
    const look = looks(bytes, start, end);
    if (look > most) most = look;
  }
  return most;
}

interface Followed {
  readonly carrier: Carrier;
  readonly stream: CarrierStream;
}

export class Carriers {
  readonly #sink: OpenConversations;
  readonly #begin: (flow: number, direction: Direction) => void;
  readonly #counters: Counters;
  readonly #byFlow = new Map<number, Followed>();
  readonly #counts = new Map<Carrier, number>();

  /** @param sink takes the records, once `begin` has told it of the first */
  constructor(sink: OpenConversations, begin: (flow: number, direction: Direction) => void, counters: Counters) {
    this.#sink = sink;
    this.#begin = begin;
    this.#counters = counters;
  }

  /**
   * A direction begins with these bytes, of which `looksCarried` said 2.
   * @param seen bits of the directions whose beginning has gone by @returns false when there is no room
   */
  follow(flow: number, bytes: Uint8Array, start: number, end: number, seen: number): boolean {
    const carrier = carriers.find(({ looks }) => looks(bytes, start, end) === 2) as Carrier;
    const count = this.#counts.get(carrier) ?? 0;
    if (count >= carrier.most) {
      this.#counters.drop(`${carrier.name}-not-followed`);
      return false;
    }
    this.#counts.set(carrier, count + 1);
    this.#byFlow.set(flow, { carrier, stream: carrier.stream(this.#tlsOf(flow), seen) });
    return true;
  }

  nameOf(flow: number): CarrierName | null {
    return this.#byFlow.get(flow)?.carrier.name ?? null;
  }

  /** What is held for packets that are missing is handed on. */
  end(flow: number): void {
    this.#byFlow.get(flow)?.stream.end?.();
  }

  forget(flow: number): void {
    const followed = this.#byFlow.get(flow);
    if (followed === undefined) return;
    this.#byFlow.delete(flow);
    this.#counts.set(followed.carrier, (this.#counts.get(followed.carrier) ?? 1) - 1);
  }

  /** See `CarrierStream`. */
  isPast(flow: number): boolean {
    return this.#streamOf(flow).isPast;
  }

  bytes(flow: number, direction: Direction, bytes: Uint8Array, start: number, end: number): Interest | null {
    return this.#streamOf(flow).bytes(direction, bytes, start, end);
  }

  hole(flow: number, direction: Direction, missing: number): Interest {
    return this.#streamOf(flow).hole(direction, missing);
  }

  #streamOf(flow: number): CarrierStream {
    return (this.#byFlow.get(flow) as Followed).stream;
  }

  #tlsOf(flow: number): CarriedTls {
    const sink = this.#sink;
    const begin = this.#begin;
    return {
      get hasBegun() {
        return sink.has(flow);
      },
      begin: (direction) => begin(flow, direction),
      feed: (direction, bytes, start, end, continues) => sink.feed(flow, direction, bytes, start, end, continues),
      hole: (direction, missing) => sink.hole(flow, direction, missing),
    };
  }
}
