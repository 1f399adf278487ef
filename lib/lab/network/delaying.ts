/** A delay line: the router sends every packet into a TUN device, and it comes back from there later. */

import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import type { PacketCalls } from '../../net/index.ts';
import { concat, HarnessError } from '../../wire/index.ts';
import { callsFor } from './calls.ts';
import { changeTtl, ethernetHeader, readFrame } from './frame.ts';

/** Makes the device, down and without addresses; it goes with `close`. @throws HarnessError `missing-ability` */
export async function startDelaying(device: string, milliseconds: number): Promise<{ close(): Promise<void> }> {
  const calls = await callsFor('A delay');
  return new DelayLine(calls, tunDevice(calls, device), milliseconds);
}

class DelayLine {
  readonly #calls: PacketCalls;
  readonly #tun: number;
  readonly #milliseconds: number;
  readonly #wake: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pumping: Promise<void>;
  #closing = false;

  constructor(calls: PacketCalls, tun: number, milliseconds: number) {
    this.#calls = calls;
    this.#tun = tun;
    this.#milliseconds = milliseconds;
    this.#wake = calls.event();
    this.#pumping = this.#pump();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#calls.raise(this.#wake);
    await this.#pumping;
    for (const timer of this.#timers) clearTimeout(timer);
    closeSync(this.#tun);
    this.#calls.libc.close(this.#wake);
  }

  async #pump(): Promise<void> {
    const buffer = new Uint8Array(0x1_0000);
    while (!this.#closing) {
      for (let length = 1; length > 0; ) {
        length = unlessFull(() => readSync(this.#tun, buffer)) ?? 0;
        if (length > 0) this.#later(oneHop(buffer.slice(0, length)));
      }
      await this.#calls.readable([this.#tun, this.#wake], 1000);
    }
  }

  #later(packet: Uint8Array): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      // What the device does not take any more is lost, as on a line.
      unlessFull(() => writeSync(this.#tun, packet));
    }, this.#milliseconds);
    this.#timers.add(timer);
  }
}

/** Result of a call that may not wait; null where it would have to, or where the device is down. */
function unlessFull(call: () => number): number | null {
  try {
    return call();
  } catch {
    return null;
  }
}

/** The packet is forwarded twice on this router; it shall count as one hop. */
function oneHop(packet: Uint8Array): Uint8Array {
  const isV6 = (packet[0] as number) >> 4 === 6;
  const link = new Uint8Array(ethernetHeader);
  link.set(isV6 ? [0x86, 0xdd] : [0x08, 0x00], 12);
  const frame = concat(link, packet);
  const ip = readFrame(frame);
  if (ip !== null) changeTtl(frame, ip, 1);
  return frame.subarray(ethernetHeader);
}

function tunDevice({ libc }: PacketCalls, name: string): number {
  let fd: number;
  try {
    fd = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
  } catch (cause) {
    throw new HarnessError('missing-ability', 'A delay needs /dev/net/tun, which cannot be opened.', {
      hint: 'sudo modprobe tun',
      cause,
    });
  }
  const request = new Uint8Array(40); // struct ifreq: name, flags
  new TextEncoder().encodeInto(name, request.subarray(0, 15));
  new DataView(request.buffer).setUint16(16, IFF_TUN | IFF_NO_PI, true);
  if (libc.ioctl(fd, TUNSETIFF, request) >= 0) return fd;
  const errno = libc.errno();
  closeSync(fd);
  throw new HarnessError('missing-ability', `A TUN device cannot be made (errno ${errno}).`);
}

/** linux/if_tun.h */
const TUNSETIFF = 0x400454ca;
const IFF_TUN = 1;
const IFF_NO_PI = 0x1000;
