/** zstd (RFC 8878) by the npm package fzstd, with the bounds on memory and work that it does not have. */

import { Decompress } from 'fzstd';
import { HarnessError } from '../../wire/index.ts';

/** fzstd keeps as much, and moves it with every block. The levels up to 19 need 8 MiB. */
const largestWindow = 2 ** 25;

/** Bytes moved within the window: so many, and so many for each byte that comes out; small blocks in a large window are a bomb. */
const movedBytes = 2 ** 34;
const movedPerByte = 2 ** 8;

/** See `Inflate`. @throws HarnessError `not-a-capture` for a window larger than 32 MiB, and for a dictionary */
export async function* inflateZstd(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const frames = new ZstdFrames();
  const inflated: Uint8Array[] = [];
  const stream = new Decompress((block) => void inflated.push(block));
  let given = 0;
  for await (const piece of compressed) {
    let at = 0;
    while (at < piece.length) {
      // Block by block: four bytes can stand for 128 KiB.
      const next = frames.next(piece, at);
      if (frames.moved > movedBytes + movedPerByte * given) throw new Error('blocks too small for their window');
      // Copied: it keeps parts of a block. (slice of a Buffer would not copy.)
      stream.push(new Uint8Array(piece.subarray(at, next)), false);
      at = next;
      for (const block of inflated.splice(0)) {
        given += block.length;
        yield block;
      }
    }
  }
  // Throws when the last frame is incomplete.
  stream.push(new Uint8Array(0), true);
  yield* inflated;
}

/** Finds frames and blocks without inflating them. */
class ZstdFrames {
  /** Bytes that fzstd has moved within its window. */
  moved = 0;
  #window = 0;
  #checksum = false;
  #last = false;
  #state: 'magic' | 'frame' | 'block' | 'content' | 'checksum' = 'magic';
  /** Bytes to come before the next header. */
  #skip = 0;
  /** The header being read: its first bytes, and how long it is. */
  readonly #header = new Uint8Array(18);
  #held = 0;
  #length = 4;

  /** Goes on from `at`, and returns where the next block or frame ends, or the end of the piece. */
  next(piece: Uint8Array, at: number): number {
    let i = at;
    while (i < piece.length) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, piece.length - i);
        this.#skip -= passed;
        i += passed;
        if (this.#skip > 0) break;
        this.#contentOver();
        return i;
      }
      this.#header[this.#held++] = piece[i++]!;
      if (this.#held === this.#length) this.#headerComplete();
      if (this.#state === 'content' && this.#skip === 0) {
        this.#contentOver();
        return i;
      }
    }
    return i;
  }

  #expect(state: 'magic' | 'block' | 'checksum'): void {
    this.#state = state;
    this.#held = 0;
    this.#length = state === 'block' ? 3 : 4;
  }

  #headerComplete(): void {
    const header = this.#header;
    if (this.#state === 'magic') {
      if ((header[0]! & 0xf0) === 0x50 && header[1] === 0x2a && header[2] === 0x4d && header[3] === 0x18) {
        this.#state = 'frame';
        this.#length = 8;
      } else if (header[0] === 0x28 && header[1] === 0xb5 && header[2] === 0x2f && header[3] === 0xfd) {
        this.#state = 'frame';
        this.#length = 5;
      } else {
        throw new Error('no zstd frame');
      }
    } else if (this.#state === 'frame') {
      if (header[0] !== 0x28) this.#skippable();
      else if (this.#length === 5) this.#length = frameHeaderLength(header[4]!);
      else this.#frame();
    } else if (this.#state === 'block') {
      this.#block();
    } else {
      this.#expect('magic');
    }
  }

  #skippable(): void {
    this.#checksum = false;
    this.#last = true;
    this.#state = 'content';
    this.#skip = new DataView(this.#header.buffer).getUint32(4, true);
  }

  #frame(): void {
    const descriptor = this.#header[4]!;
    this.#checksum = (descriptor & 4) !== 0;
    this.#window = windowSize(this.#header, this.#length);
    if ((descriptor & 3) !== 0) throw unsupported('needs a dictionary');
    if (this.#window > largestWindow)
      throw unsupported(`needs a window of ${Math.ceil(this.#window / 2 ** 20)} MiB; at most 32 MiB are unpacked here`);
    this.#expect('block');
  }

  #block(): void {
    const header = this.#header;
    const field = header[0]! | (header[1]! << 8) | (header[2]! << 16);
    this.#last = (field & 1) !== 0;
    const runLength = ((field >> 1) & 3) === 1;
    this.moved += this.#window;
    this.#state = 'content';
    this.#skip = runLength ? 1 : field >> 3;
  }

  #contentOver(): void {
    if (!this.#last) this.#expect('block');
    else this.#expect(this.#checksum ? 'checksum' : 'magic');
  }
}

/** §3.1.1.1: descriptor, window, dictionary, content size. */
function frameHeaderLength(descriptor: number): number {
  const singleSegment = (descriptor >> 5) & 1;
  const sizeFlag = descriptor >> 6;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  return 6 - singleSegment + dictionary + (sizeFlag === 0 ? singleSegment : 2 ** sizeFlag);
}

function windowSize(header: Uint8Array, length: number): number {
  if ((header[4]! & 0x20) === 0) {
    const base = 2 ** (10 + (header[5]! >> 3));
    return base + (base / 8) * (header[5]! & 7);
  }
  // A single segment: the window is the content, whose size ends the header.
  const sizeFlag = header[4]! >> 6;
  let size = 0;
  for (let i = 2 ** sizeFlag; i > 0; i--) size = size * 256 + header[length - 2 ** sizeFlag + i - 1]!;
  return sizeFlag === 1 ? size + 256 : size;
}

function unsupported(why: string): HarnessError {
  return new HarnessError('not-a-capture', `The zstd file ${why}.`, {
    hint: 'Unpack it first: zstd -d --long=31 FILE -o out.pcap',
  });
}
