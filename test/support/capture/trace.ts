/** A capture being made: packets in order on a virtual clock, written as pcapng or pcap. */

import { linkType, PcapngWriter } from '../../../lib/capture/write/index.ts';
import { concat } from '../../../lib/wire/index.ts';
import { type PcapOptions, writePcap } from './pcap.ts';

export interface TracePacket {
  /** Milliseconds since 1970, whole microseconds. */
  readonly time: number;
  readonly bytes: Uint8Array;
  /** Length on the wire. */
  readonly length: number;
  readonly comment?: string;
}

export interface TraceOptions {
  /** Default 2026-03-04T05:06:07Z. */
  readonly start?: string;
  /** Default Ethernet. */
  readonly linkType?: number;
  /** Captured bytes of a packet at most. Default: all. */
  readonly snapLength?: number;
}

export class Trace {
  readonly packets: TracePacket[] = [];
  readonly linkType: number;
  readonly #snapLength: number;
  /** Microseconds since 1970. */
  #now: number;

  constructor({
    start = '2026-03-04T05:06:07Z',
    linkType: type = linkType.ethernet,
    snapLength = 0,
  }: TraceOptions = {}) {
    this.#now = Date.parse(start) * 1000;
    this.linkType = type;
    this.#snapLength = snapLength;
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#now / 1000;
  }

  /** Lets time go by; fractions of a microsecond are rounded. */
  wait(milliseconds: number): this {
    this.#now += Math.round(milliseconds * 1000);
    return this;
  }

  /** Sets the clock, also back. */
  at(time: number): this {
    this.#now = Math.round(time * 1000);
    return this;
  }

  /** A frame at the present time. Returns its number, counted from 1. */
  add(bytes: Uint8Array, comment?: string): number {
    this.packets.push({
      time: this.now,
      bytes: this.#snapLength > 0 ? bytes.subarray(0, this.#snapLength) : bytes,
      length: bytes.length,
      ...(comment !== undefined && { comment }),
    });
    return this.packets.length;
  }

  /** pcapng with microseconds; `keyLog` stands before the packets. */
  toPcapng({ keyLog, comment }: { keyLog?: string; comment?: string } = {}): Uint8Array {
    const writer = new PcapngWriter({
      interfaces: [{ linkType: this.linkType, name: 'eth0', snapLength: this.#snapLength }],
      section: { application: 'helloprobe', ...(comment !== undefined && { comment }) },
    });
    const secrets = keyLog === undefined ? [] : [writer.keyLog(keyLog)];
    return concat(writer.header(), ...secrets, ...this.packets.map((packet) => writer.packet(packet)));
  }

  /** Classic pcap; little-endian with microseconds unless asked otherwise. */
  toPcap(options: PcapOptions = {}): Uint8Array {
    return writePcap(this.packets, { linkType: this.linkType, ...options });
  }
}
