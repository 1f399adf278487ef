/** A pcap file written fast: records are made in place in one buffer, which goes to a file descriptor when it is full. */

import { writeSync } from 'node:fs';
import { pcapHeader } from '../../support/capture/index.ts';

const size = 2 ** 20;
/** Record header and the longest frame that is made here. */
const room = 16 + 2048;

export class Output {
  /** Frames are written into it, at `at`. */
  readonly bytes = new Uint8Array(size + room);
  at = 0;
  packets = 0;
  written = 0;
  readonly #descriptor: number;
  readonly #view = new DataView(this.bytes.buffer);

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    const header = pcapHeader();
    this.bytes.set(header);
    this.at = header.length;
  }

  /** Bytes so far, those in the buffer among them. */
  get total(): number {
    return this.written + this.at;
  }

  /** Begins a record; the frame stands from the returned offset on. @param time microseconds since 1970 */
  begin(time: number, length: number): number {
    const { at } = this;
    const view = this.#view;
    const seconds = Math.floor(time / 1e6);
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, time - seconds * 1e6, true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, length, true);
    this.packets++;
    return at + 16;
  }

  /** Ends the record whose frame ends at `end`. */
  end(end: number): void {
    this.at = end;
    if (end >= size) this.flush();
  }

  flush(): void {
    for (let done = 0; done < this.at; ) done += this.#write(done);
    this.written += this.at;
    this.at = 0;
  }

  /** A pipe may not wait by itself until its reader is ready. */
  #write(from: number): number {
    try {
      return writeSync(this.#descriptor, this.bytes, from, this.at - from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      return 0;
    }
  }
}
