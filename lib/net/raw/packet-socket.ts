/** IP packets by AF_PACKET, which shows whole packets of both IP versions, and raw sockets to send (Linux, koffi). */

import type { Lack } from '../abilities.ts';
import { notPermitted } from '../ability-sockets.ts';
import { libcHelp, linux } from '../libc.ts';
import { socketAddress } from './address.ts';
import { type PacketCalls, packetCalls } from './calls.ts';
import { type Carrier, type Hear, largestPacket } from './carrier.ts';
import { forPorts } from './filter.ts';

const SOCK_DGRAM = 2;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
const IPPROTO_RAW = 255;
/** IP_PMTUDISC_INTERFACE (linux/in.h, linux/in6.h). */
const pmtudiscInterface = 4;
const etherType = { 4: 0x0800, 6: 0x86dd } as const;
const errno = { EAGAIN: 11, ENOBUFS: 105 } as const;
/** Longest wait in the thread that waits for packets; closing wakes it earlier. */
const sliceMs = 1000;

export async function packetCarrier(version: 4 | 6, hear: Hear): Promise<Carrier | Lack> {
  const calls = await packetCalls();
  if (calls.libc === null) {
    const { reason, detail } = calls;
    return { reason, detail, help: reason === 'no-koffi' ? libcHelp : null };
  }
  const { libc } = calls;
  const type = etherType[version];
  // In network byte order; without link-layer headers, and without our own packets on their way out.
  const ear = libc.socket(linux.AF_PACKET, SOCK_DGRAM | linux.SOCK_CLOEXEC, ((type & 0xff) << 8) | (type >> 8));
  const family = version === 4 ? linux.AF_INET : linux.AF_INET6;
  // IPPROTO_RAW: whole packets with the header that we make.
  const mouth = libc.socket(family, linux.SOCK_RAW | linux.SOCK_CLOEXEC, IPPROTO_RAW);
  if (ear < 0 || mouth < 0) {
    for (const fd of [ear, mouth]) if (fd >= 0) libc.close(fd);
    return notPermitted;
  }
  // IP_MTU_DISCOVER, IPV6_MTU_DISCOVER: what the kernel learned of the path does not hold our packets back.
  if (version === 4) libc.setOption(mouth, IPPROTO_IP, 10, pmtudiscInterface);
  else libc.setOption(mouth, IPPROTO_IPV6, 23, pmtudiscInterface);
  return new PacketCarrier(calls, version, { ear, mouth }, hear);
}

class PacketCarrier implements Carrier {
  readonly name = 'packet';
  readonly #calls: PacketCalls;
  readonly #version: 4 | 6;
  readonly #ear: number;
  readonly #mouth: number;
  readonly #wake: number;
  readonly #hear: Hear;
  readonly #buffer = new Uint8Array(largestPacket);
  readonly #listening: Promise<void>;
  #closing = false;

  constructor(calls: PacketCalls, version: 4 | 6, sockets: { ear: number; mouth: number }, hear: Hear) {
    this.#calls = calls;
    this.#version = version;
    this.#ear = sockets.ear;
    this.#mouth = sockets.mouth;
    this.#wake = calls.event();
    this.#hear = hear;
    this.watch([]);
    this.#listening = this.#listen();
  }

  send(packet: Uint8Array, destination: string, failed: (reason: string) => void): void {
    if (this.#calls.sendTo(this.#mouth, packet, socketAddress(destination, 0)) >= 0) return;
    const number = this.#calls.libc.errno();
    if (number !== errno.EAGAIN && number !== errno.ENOBUFS) failed(`sendto failed (errno ${number})`);
  }

  watch(ports: readonly number[]): void {
    this.#calls.attachFilter(this.#ear, forPorts(this.#version, ports));
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#calls.raise(this.#wake);
    await this.#listening;
    for (const fd of [this.#ear, this.#mouth, this.#wake]) this.#calls.libc.close(fd);
  }

  /** One thread of koffi's waits for all connections; packets are read here, where they are used. */
  async #listen(): Promise<void> {
    while (!this.#closing) {
      await this.#calls.readable([this.#ear, this.#wake], sliceMs);
      for (let left = 256; left > 0 && !this.#closing; left--) {
        const length = this.#calls.receive(this.#ear, this.#buffer);
        if (length < 0) break;
        this.#hear(this.#buffer.slice(0, length));
      }
    }
  }
}
