/** Cursor over hostile bytes: every read is checked against the innermost length, every failure names offset and path. */

import { HarnessError } from './error.ts';

/** Why bytes were refused. */
export type DecodeCode =
  /** fewer bytes remain than the field needs */
  | 'truncated'
  /** bytes are left over after the value, or inside a length-prefixed field */
  | 'trailing'
  /** a vector is shorter than its specification allows */
  | 'too-short'
  /** a vector is longer, or has more items, than its specification or our cap allows */
  | 'too-long'
  /** a field holds a value that its specification forbids */
  | 'bad-value'
  /** nesting deeper than the cap */
  | 'too-deep';

/** Bytes that do not have the declared shape. `path` names the field (`extensions.0.#length`), `offset` counts from the first byte given to `decode`. */
export class DecodeError extends HarnessError<DecodeCode> {
  readonly offset: number;
  /** Dotted field names from the outermost value inward; list items by index. */
  path: string;
  /** What is wrong, without code, path and offset: a clause for a sentence of the caller's. */
  readonly detail: string;

  constructor(code: DecodeCode, detail: string, offset: number) {
    super(code, '');
    this.name = 'DecodeError';
    this.offset = offset;
    this.path = '';
    this.detail = detail;
    this.message = this.#compose();
  }

  /** Adds the name of the enclosing field; called by the combinators while the error travels outward. */
  within(name: string | number): this {
    this.path = this.path === '' ? String(name) : `${name}.${this.path}`;
    this.message = this.#compose();
    return this;
  }

  #compose(): string {
    return `${this.code}: ${this.path === '' ? '' : `${this.path}: `}${this.detail} at byte ${this.offset}`;
  }
}

/** Part of a decoded value and the bytes it came from (`end` is exclusive). `kind` tells length prefixes from values. */
export interface Span {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly kind: 'value' | 'length' | 'group';
}

/** Collects spans while a codec reads; only present in `spansOf`, so the usual path pays nothing for it. */
export class SpanRecorder {
  readonly spans: Span[] = [];
  readonly #path: (string | number)[] = [];

  open(name: string | number): void {
    this.#path.push(name);
  }

  close(): void {
    this.#path.pop();
  }

  add(kind: Span['kind'], start: number, end: number, suffix?: string): void {
    const path = suffix === undefined ? this.#path : [...this.#path, suffix];
    this.spans.push({ path: path.join('.'), start, end, kind });
  }
}

/** How deep `lazy` codecs may nest. */
const maxDepth = 64;

/** Cursor with a movable end: entering a length-prefixed field narrows `end`, leaving it checks that all was read. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly recorder: SpanRecorder | undefined;
  offset = 0;
  end: number;
  #depth = 0;

  constructor(bytes: Uint8Array, recorder?: SpanRecorder) {
    this.bytes = bytes;
    this.recorder = recorder;
    this.end = bytes.length;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  fail(code: DecodeCode, detail: string, offset = this.offset): never {
    throw new DecodeError(code, detail, offset);
  }

  /** Big-endian unsigned integer of 1 to 6 bytes. */
  uint(width: number): number {
    const { bytes, offset } = this;
    if (offset + width > this.end) this.fail('truncated', `need ${width} bytes, have ${this.remaining}`);
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (bytes[offset + i] as number);
    this.offset = offset + width;
    return value;
  }

  /** The next `length` bytes, copied, so that a small value never keeps a large buffer alive. */
  take(length: number): Uint8Array {
    if (length > this.remaining) this.fail('truncated', `need ${length} bytes, have ${this.remaining}`);
    const part = this.bytes.slice(this.offset, this.offset + length);
    this.offset += length;
    return part;
  }

  /** Reads a length prefix, narrows the end to it, and returns the end to restore with `leave`. */
  enter(width: number): number {
    const start = this.offset;
    const length = this.uint(width);
    this.recorder?.add('length', start, this.offset, '#length');
    if (length > this.remaining) this.fail('truncated', `need ${length} bytes, have ${this.remaining}`);
    const outer = this.end;
    this.end = this.offset + length;
    return outer;
  }

  /** Checks that the field entered last was read whole, and widens the end again. */
  leave(outer: number): void {
    if (this.offset !== this.end) this.fail('trailing', `${this.remaining} bytes left over`);
    this.end = outer;
  }

  descend(): void {
    if (++this.#depth > maxDepth) this.fail('too-deep', `nesting deeper than ${maxDepth}`);
  }

  ascend(): void {
    this.#depth--;
  }
}
