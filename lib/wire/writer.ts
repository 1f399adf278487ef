/** Growing byte buffer whose length prefixes are patched when the body is known. */

import { HarnessError } from './error.ts';

export type EncodeCode = 'out-of-range' | 'too-short' | 'too-long' | 'bad-length';

/** A value that its codec cannot write. `path` names the field, as in DecodeError. */
export class EncodeError extends HarnessError<EncodeCode> {
  path: string;
  readonly #detail: string;

  constructor(code: EncodeCode, detail: string) {
    super(code, `${code}: ${detail}`);
    this.name = 'EncodeError';
    this.path = '';
    this.#detail = detail;
  }

  within(name: string | number): this {
    this.path = this.path === '' ? String(name) : `${name}.${this.path}`;
    this.message = `${this.code}: ${this.path}: ${this.#detail}`;
    return this;
  }
}

/** Largest value of 0 to 6 bytes. */
const largest = [0, 0xff, 0xffff, 0xff_ffff, 0xffff_ffff, 0xff_ffff_ffff, 0xffff_ffff_ffff];

export class Writer {
  #bytes = new Uint8Array(512);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Big-endian unsigned integer of 1 to 6 bytes. */
  uint(width: number, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > (largest[width] as number)) {
      throw new EncodeError('out-of-range', `${value} does not fit in ${width} byte${width === 1 ? '' : 's'}`);
    }
    this.#reserve(width);
    this.#patch(this.#length, width, value);
    this.#length += width;
  }

  put(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Leaves room for a length prefix; give the returned position to `close`. */
  open(width: number): number {
    this.#reserve(width);
    this.#length += width;
    return this.#length;
  }

  /** Writes the length of everything since `open` into its prefix, and returns that length. */
  close(width: number, start: number): number {
    const length = this.#length - start;
    if (length >= 2 ** (8 * width))
      throw new EncodeError('too-long', `${length} bytes do not fit a ${width}-byte length`);
    this.#patch(start - width, width, length);
    return length;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #patch(offset: number, width: number, value: number): void {
    const bytes = this.#bytes;
    for (let i = offset + width - 1, rest = value; i >= offset; i--, rest = Math.floor(rest / 256)) bytes[i] = rest;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
