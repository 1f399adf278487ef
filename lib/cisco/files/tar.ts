/**
 * Tar archives (POSIX ustar and pax, GNU long names), read in one pass as their bytes come. Only what is wanted is kept; everything
 * has a limit, and what was left out is counted. Nothing is written to a disk, so that a path in an archive cannot do harm.
 */

import { concat } from '../../wire/index.ts';
import type { TreeEntry } from './inventory-types.ts';

export interface TarOptions {
  /** Which entries are handed over; the others are only counted past. */
  readonly wanted: (path: string) => boolean;
  /** Largest content that is kept, in bytes; default 64 KiB. */
  readonly maxContent?: number;
  /** Most content that is kept of all entries together, in bytes; default 64 MiB, far more than an FMC with 5,000 devices has. */
  readonly maxTotal?: number;
  /** Most entries that are handed over; default 20,000. */
  readonly maxEntries?: number;
}

const block = 512;
/** More headers than the archive of a whole device has, and more blocks of zeros than stand between archives. */
const most = { headers: 1_000_000, zeros: 2048 } as const;
/** Longest header of names. */
const maxExtended = 64 * 1024;

interface Header {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly mode: number | null;
  readonly owner: string | null;
  readonly group: string | null;
}

/** Give it all chunks, then ask for the result. Never throws, whatever the bytes are. */
export class TarReader {
  readonly #options: Required<TarOptions>;
  readonly #entries: TreeEntry[] = [];
  readonly #dropped = new Map<string, number>();
  #pending: Uint8Array = new Uint8Array(0);
  #state: 'header' | 'content' | 'stopped' = 'header';
  #headers = 0;
  #zeros = 0;
  #current: Header | null = null;
  /** Content to come, and padding behind it. */
  #left = 0;
  #padding = 0;
  #kept: Uint8Array[] | null = null;
  /** Bytes of content that may still be kept. */
  #room: number;
  /** From pax and GNU headers, for the next entry. */
  #next = new Map<string, string>();

  constructor(options: TarOptions) {
    this.#options = { maxContent: 64 * 1024, maxTotal: 64 * 2 ** 20, maxEntries: 20_000, ...options };
    this.#room = this.#options.maxTotal;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.#state !== 'stopped') {
      if (this.#state === 'header') {
        const piece = chunk.subarray(at, at + block - this.#pending.length);
        at += piece.length;
        this.#pending = concat(this.#pending, piece);
        if (this.#pending.length < block) return;
        const header = this.#pending;
        this.#pending = new Uint8Array(0);
        this.#begin(header);
      } else {
        const piece = chunk.subarray(at, at + this.#left + this.#padding);
        at += piece.length;
        const content = piece.subarray(0, this.#left);
        // The chunk may be used again by who gave it.
        if (content.length > 0) this.#kept?.push(content.slice());
        this.#left -= content.length;
        this.#padding -= piece.length - content.length;
        if (this.#left + this.#padding === 0) this.#finish();
      }
    }
  }

  /** True when nothing that follows is read. */
  get stopped(): boolean {
    return this.#state === 'stopped';
  }

  /** What was found, and what was left out, by reason. `headers` is 0 for bytes that are no archive. */
  result(): {
    readonly entries: readonly TreeEntry[];
    readonly dropped: Record<string, number>;
    readonly headers: number;
  } {
    if (this.#state === 'content' || this.#pending.length > 0) this.#drop('cut-off');
    return { entries: this.#entries, dropped: Object.fromEntries(this.#dropped), headers: this.#headers };
  }

  #begin(bytes: Uint8Array): void {
    // Two blocks of zeros end an archive; others may follow.
    if (bytes.every((byte) => byte === 0)) {
      if (++this.#zeros >= most.zeros) this.#state = 'stopped';
      return;
    }
    this.#zeros = 0;
    if (this.#headers >= most.headers) {
      this.#drop('too-many');
      this.#state = 'stopped';
      return;
    }
    const header = readHeader(bytes, this.#next);
    if (header === null) {
      this.#drop('bad-header');
      this.#state = 'stopped';
      return;
    }
    this.#headers++;
    const extended = isExtended(header.type);
    if (!extended) this.#next = new Map();
    this.#current = header;
    this.#left = header.size;
    this.#padding = (block - (header.size % block)) % block;
    this.#kept = this.#keeps(header) ? [] : null;
    if (extended && this.#kept === null) this.#drop('long-header');
    this.#state = 'content';
    if (header.size === 0) this.#finish();
  }

  #keeps(header: Header): boolean {
    if (isExtended(header.type)) return header.size <= maxExtended;
    const wanted =
      header.size <= this.#options.maxContent && kindOf(header.type) === 'file' && this.#options.wanted(header.path);
    if (!wanted || this.#entries.length >= this.#options.maxEntries) return false;
    if (header.size > this.#room) {
      this.#drop('too-much');
      return false;
    }
    this.#room -= header.size;
    return true;
  }

  #finish(): void {
    const header = this.#current;
    const kept = this.#kept;
    this.#state = 'header';
    this.#current = this.#kept = null;
    if (header === null) return;
    if (isExtended(header.type)) {
      const bytes = concat(...(kept ?? []));
      if (header.type === 'L') this.#next.set('path', text(bytes));
      if (header.type === 'x') for (const [key, value] of paxRecords(bytes)) this.#next.set(key, value);
      return;
    }
    if (!this.#options.wanted(header.path)) return;
    if (this.#entries.length >= this.#options.maxEntries) {
      this.#drop('too-many');
      return;
    }
    const { path, size, mode, owner, group } = header;
    this.#entries.push({ path, kind: kindOf(header.type), size, mode, owner, group, content: kept && concat(...kept) });
  }

  #drop(reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }
}

/** Fields by their offsets (POSIX.1-2017 pax, "ustar Interchange Format"). */
function readHeader(bytes: Uint8Array, extended: ReadonlyMap<string, string>): Header | null {
  const sum = bytes.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (numberIn(bytes, 148, 156) !== sum) return null;
  const type = String.fromCharCode(bytes[156] as number);
  const isUstar = text(bytes.subarray(257, 262)) === 'ustar';
  const prefix = isUstar && bytes[263] === 0x30 ? text(bytes.subarray(345, 500)) : '';
  const name = text(bytes.subarray(0, 100));
  const path = extended.get('path') ?? (prefix === '' ? name : `${prefix}/${name}`);
  const given = extended.get('size');
  const size = given === undefined ? numberIn(bytes, 124, 136) : /^\d{1,15}$/.test(given) ? Number(given) : null;
  if (size === null) return null;
  const who = (key: string, at: number, number: readonly [number, number]): string | null => {
    const named = extended.get(key) ?? (isUstar ? text(bytes.subarray(at, at + 32)) : '');
    return named === '' ? (numberIn(bytes, ...number)?.toString() ?? null) : named;
  };
  // Links have no content, whatever their size says.
  const hasContent = kindOf(type) === 'file' || isExtended(type) || kindOf(type) === 'other';
  return {
    path: path
      .replaceAll(/\/{2,}/g, '/')
      .replace(/^(?:\.\/)+/, '')
      .replace(/(.)\/$/, '$1')
      .slice(0, 4096),
    type,
    size: hasContent ? size : 0,
    mode: (numberIn(bytes, 100, 108) ?? 0) & 0o7777,
    owner: who('uname', 265, [108, 116]),
    group: who('gname', 297, [116, 124]),
  };
}

/** Octal digits, or GNU's binary form with the first bit set. Null when it is no number, or one that is too large. */
function numberIn(bytes: Uint8Array, from: number, to: number): number | null {
  const field = bytes.subarray(from, to);
  if (((field[0] as number) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((total, byte) => total * 256 + byte, (field[0] as number) & 0x7f);
    return Number.isSafeInteger(value) ? value : null;
  }
  const digits = text(field).trim();
  return digits === '' ? 0 : /^[0-7]{1,14}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** `L` and `K` are GNU's long names, `x` and `g` pax headers. */
function isExtended(type: string): boolean {
  return 'LKxg'.includes(type);
}

function kindOf(type: string): TreeEntry['kind'] {
  if (type === '0' || type === '\0' || type === '7') return 'file';
  return type === '5' ? 'directory' : type === '1' || type === '2' ? 'link' : 'other';
}

/** `<length> <key>=<value>\n`, the length with itself. */
function* paxRecords(bytes: Uint8Array): Generator<[string, string]> {
  for (let at = 0; at < bytes.length; ) {
    const length = /^(\d{1,6}) /.exec(text(bytes.subarray(at, at + 8)))?.[1];
    if (length === undefined || Number(length) <= length.length + 1) return;
    const record = text(bytes.subarray(at + length.length + 1, at + Number(length) - 1));
    const equals = record.indexOf('=');
    if (equals > 0) yield [record.slice(0, equals), record.slice(equals + 1)];
    at += Number(length);
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Up to the first NUL. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
}
