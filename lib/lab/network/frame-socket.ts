/** All frames of one network interface, and sending of frames: an AF_PACKET socket (Linux, koffi). */

import { linux, type PacketCalls } from '../../net/index.ts';
import { HarnessError } from '../../wire/index.ts';
import { callsFor } from './calls.ts';

/** Frame with its link layer header, and when the kernel saw it: milliseconds since 1970 with a fraction. */
export type FrameListener = (frame: Uint8Array, time: number) => void;

export class FrameSocket {
  readonly #calls: PacketCalls;
  readonly #fd: number;
  readonly #address: Uint8Array;
  readonly #wake: number;
  readonly #listening: Promise<void>;
  readonly #buffer = new Uint8Array(0x1_0000 + 64);
  readonly #stamp = new BigInt64Array(2);
  #closing = false;

  /** Opens it; the listener is called for every frame from now on, in and out. @throws HarnessError `missing-ability` */
  static async open(device: string, listener: FrameListener): Promise<FrameSocket> {
    return new FrameSocket(await callsFor('A capture'), device, listener);
  }

  private constructor(calls: PacketCalls, device: string, listener: FrameListener) {
    this.#calls = calls;
    const all = linux.ETH_P_ALL << 8; // in network byte order
    this.#fd = calls.libc.socket(linux.AF_PACKET, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0);
    if (this.#fd < 0) throw this.#failure('socket');
    this.#address = linkAddress(all, this.#indexOf(device));
    // The first call asks the kernel to stamp packets from now on, and fails as there is none yet.
    this.#time();
    if (calls.bind(this.#fd, this.#address) < 0) throw this.#failure('bind');
    this.#wake = calls.event();
    this.#listening = this.#listen(listener);
  }

  /** What the interface does not take is lost, as on a line. */
  send(frame: Uint8Array): void {
    this.#calls.sendTo(this.#fd, frame, this.#address);
  }

  /** Reads what has arrived so far, then closes. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#calls.raise(this.#wake);
    await this.#listening;
    for (const fd of [this.#fd, this.#wake]) this.#calls.libc.close(fd);
  }

  async #listen(listener: FrameListener): Promise<void> {
    for (;;) {
      const last = this.#closing;
      for (;;) {
        const length = this.#calls.receive(this.#fd, this.#buffer);
        if (length < 0) break;
        listener(this.#buffer.slice(0, length), this.#time());
      }
      if (last) return;
      await this.#calls.readable([this.#fd, this.#wake], 1000);
    }
  }

  /** When the frame that was read last went by. */
  #time(): number {
    const bytes = new Uint8Array(this.#stamp.buffer);
    if (this.#calls.libc.ioctl(this.#fd, SIOCGSTAMP, bytes) < 0) return Date.now();
    return Number(this.#stamp[0]) * 1000 + Number(this.#stamp[1]) / 1000;
  }

  #indexOf(device: string): number {
    const request = new Uint8Array(40); // struct ifreq: name, and the number behind it
    new TextEncoder().encodeInto(device, request.subarray(0, 15));
    if (this.#calls.libc.ioctl(this.#fd, SIOCGIFINDEX, request) < 0) {
      this.#calls.libc.close(this.#fd);
      throw new HarnessError('unknown-interface', `There is no interface ${JSON.stringify(device)}.`);
    }
    return new DataView(request.buffer).getInt32(16, true);
  }

  #failure(call: string): HarnessError {
    const errno = this.#calls.libc.errno();
    return new HarnessError(
      'missing-ability',
      `The frames of an interface cannot be read: ${call} failed (errno ${errno}).`,
    );
  }
}

/** linux/sockios.h */
const SIOCGIFINDEX = 0x8933;
const SIOCGSTAMP = 0x8906;

/** struct sockaddr_ll (packet(7)) */
function linkAddress(protocol: number, index: number): Uint8Array {
  const address = new Uint8Array(20);
  const view = new DataView(address.buffer);
  view.setUint16(0, linux.AF_PACKET, true);
  view.setUint16(2, protocol, true);
  view.setInt32(4, index, true);
  return address;
}
