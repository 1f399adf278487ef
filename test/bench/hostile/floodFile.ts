/** A capture of many small packets written fast: made in place in one buffer, which goes to a file when it is full. Checksums are left zero. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { pcapHeader } from '../../support/capture/index.ts';
import { put16, put32 } from '../captures/frame.ts';

/** Who sends to whom; addresses are numbers, which IPv6 puts behind 2001:db8::. */
export interface Way {
  readonly from: number;
  readonly to: number;
  readonly fromPort: number;
  readonly toPort: number;
}

export interface Segment {
  readonly seq?: number;
  readonly ack?: number;
  /** See `tcpFlag`; default ACK and PSH. */
  readonly flags?: number;
  readonly options?: Uint8Array;
}

const size = 2 ** 21;
const longestFrame = 2 ** 17;
const start = 1_772_600_000;
const nothing = new Uint8Array(0);

export class FloodFile {
  readonly #descriptor: number;
  readonly #bytes = new Uint8Array(size + longestFrame);
  readonly #isV6: boolean;
  #at = 0;
  #packets = 0;
  /** Microseconds between two packets. */
  gap = 10;

  constructor(path: string, { isV6 = false, header = pcapHeader() }: { isV6?: boolean; header?: Uint8Array } = {}) {
    this.#descriptor = openSync(path, 'w');
    this.#isV6 = isV6;
    this.raw(header);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    if (bytes.length > longestFrame) {
      this.#flush();
      writeSync(this.#descriptor, bytes);
      return;
    }
    this.#bytes.set(bytes, this.#at);
    this.#advance(bytes.length);
  }

  /** A record with this Ethernet frame. */
  frame(frame: Uint8Array): void {
    const at = this.#record(frame.length);
    this.#bytes.set(frame, at);
    this.#advance(16 + frame.length);
  }

  tcp({ from, to, fromPort, toPort }: Way, segment: Segment = {}, payload: Uint8Array = nothing): void {
    const { seq = 1, ack = 1, flags = 0x18, options = nothing } = segment;
    const header = 20 + options.length;
    const tcp = this.#ip(6, from, to, header + payload.length);
    const bytes = this.#bytes;
    put16(bytes, tcp, fromPort);
    put16(bytes, tcp + 2, toPort);
    put32(bytes, tcp + 4, seq);
    put32(bytes, tcp + 8, ack);
    bytes[tcp + 12] = header << 2;
    bytes[tcp + 13] = flags;
    put16(bytes, tcp + 14, 0xfaf0);
    put32(bytes, tcp + 16, 0);
    bytes.set(options, tcp + 20);
    bytes.set(payload, tcp + header);
    this.#advance(tcp + header + payload.length - this.#at);
  }

  udp({ from, to, fromPort, toPort }: Way, payload: Uint8Array): void {
    const udp = this.#ip(17, from, to, 8 + payload.length);
    const bytes = this.#bytes;
    put16(bytes, udp, fromPort);
    put16(bytes, udp + 2, toPort);
    put16(bytes, udp + 4, 8 + payload.length);
    put16(bytes, udp + 6, 0);
    bytes.set(payload, udp + 8);
    this.#advance(udp + 8 + payload.length - this.#at);
  }

  /** What follows an IP header. @param fragment the field of IPv4 with flags and offset */
  ip(protocol: number, from: number, to: number, payload: Uint8Array, { id = 0, fragment = 0x4000 } = {}): void {
    const at = this.#ip(protocol, from, to, payload.length);
    if (!this.#isV6) {
      put16(this.#bytes, at - 16, id);
      put16(this.#bytes, at - 14, fragment);
    }
    this.#bytes.set(payload, at);
    this.#advance(at + payload.length - this.#at);
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #record(length: number): number {
    const view = new DataView(this.#bytes.buffer, this.#at, 16);
    const time = this.#packets++ * this.gap;
    view.setUint32(0, start + Math.floor(time / 1e6), true);
    view.setUint32(4, time % 1e6, true);
    view.setUint32(8, length, true);
    view.setUint32(12, length, true);
    return this.#at + 16;
  }

  #ip(protocol: number, from: number, to: number, length: number): number {
    const at = this.#record((this.#isV6 ? 54 : 34) + length);
    const bytes = this.#bytes;
    bytes.fill(2, at, at + 12);
    const ip = at + 14;
    if (this.#isV6) {
      put16(bytes, at + 12, 0x86dd);
      put32(bytes, ip, 0x6000_0000);
      put16(bytes, ip + 4, length);
      put16(bytes, ip + 6, (protocol << 8) | 64);
      for (const [place, address] of [
        [ip + 8, from],
        [ip + 24, to],
      ] as const) {
        bytes.fill(0, place, place + 16);
        put32(bytes, place, 0x2001_0db8);
        put32(bytes, place + 12, address);
      }
      return ip + 40;
    }
    put16(bytes, at + 12, 0x0800);
    put16(bytes, ip, 0x4500);
    put16(bytes, ip + 2, 20 + length);
    put32(bytes, ip + 4, 0x4000);
    put16(bytes, ip + 8, 0x4000 | protocol);
    put16(bytes, ip + 10, 0);
    put32(bytes, ip + 12, from);
    put32(bytes, ip + 16, to);
    return ip + 20;
  }

  #advance(length: number): void {
    this.#at += length;
    if (this.#at >= size) this.#flush();
  }

  #flush(): void {
    for (let done = 0; done < this.#at; ) done += writeSync(this.#descriptor, this.#bytes, done, this.#at - done);
    this.#at = 0;
  }
}
