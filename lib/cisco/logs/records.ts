/** Lines to records: a message with its time, and lines that a screen or a terminal wrapped joined again. */

import { type Stamp, type Stamped, stampOf } from './stamp.ts';

export interface LogRecord {
  /** Counted from 1. */
  readonly line: number;
  readonly lastLine: number;
  readonly stamp: Stamp | null;
  /** What follows the time; the whole line where there is none. */
  readonly text: string;
}

/** Lines of these programs are joined: their messages are long, and people paste them from screens. */
const joinable = /SF-IMS\[|%(?:ASA|FTD)-/;

/** Lines that one message may have been wrapped into. */
const maxLines = 12;
/** Characters that are kept of a message. */
const maxLength = 4_000;
/** Columns of the narrowest screen. */
const narrowest = 40;

/** A record that may go on; `first` and `last` are the lengths of its first line and of its last one. */
interface OpenRecord {
  readonly line: number;
  lastLine: number;
  readonly stamp: Stamp | null;
  text: string;
  readonly first: number;
  last: number;
}

export class Records {
  #open: OpenRecord | null = null;
  #number = 0;
  #stamped: Stamped = { stamp: null, end: 0 };
  #time = '';

  /** Takes the next line; gives the records that are complete by it, none to two. */
  next(raw: string): LogRecord[] {
    const number = ++this.#number;
    const line = plain(raw);
    const { stamp, end } = this.#stampOf(line);
    const open = this.#open;
    if (stamp === null && open !== null && this.#goesOn(open, line)) {
      open.text += line;
      open.lastLine = number;
      open.last = line.length;
      return [];
    }
    const text = end === 0 ? line : line.slice(end);
    const starts = (stamp !== null || isBare(line)) && line.length >= narrowest && joinable.test(line);
    const done = open === null ? [] : [recordOf(open)];
    this.#open = null;
    if (starts) {
      this.#open = { line: number, lastLine: number, stamp, text, first: line.length, last: line.length };
      return done;
    }
    if (text !== '') done.push({ line: number, lastLine: number, stamp, text });
    return done;
  }

  /** Many lines bear the time of the one before. */
  #stampOf(line: string): Stamped {
    if (this.#stamped.end > 0 && line.startsWith(this.#time)) return this.#stamped;
    const stamped = stampOf(line);
    if (stamped.end > 0) {
      this.#stamped = stamped;
      this.#time = line.slice(0, stamped.end);
      // Without a blank behind it, more of the time may follow on the next line.
      if (!this.#time.endsWith(' ')) this.#stamped = { stamp: null, end: 0 };
    }
    return stamped;
  }

  /** The record that was waiting for more. */
  end(): LogRecord[] {
    const open = this.#open;
    this.#open = null;
    return open === null ? [] : [recordOf(open)];
  }

  /** A screen breaks every line but the last at about the same column; a message in pieces of its own has a time in front of each. */
  #goesOn(open: OpenRecord, line: string): boolean {
    return (
      line !== '' &&
      line.length <= open.first &&
      open.last >= open.first * 0.8 &&
      open.lastLine - open.line < maxLines - 1 &&
      open.text.length < maxLength &&
      !isBare(line)
    );
  }
}

function recordOf({ line, lastLine, stamp, text }: LogRecord): LogRecord {
  return { line, lastLine, stamp, text };
}

/** Begins with the number of a syslog message: ASA writes them without a time unless told otherwise. */
function isBare(line: string): boolean {
  return line.startsWith('%') || line.startsWith('<');
}

/** Without the colours of a terminal, a carriage return, and blanks at the end. */
function plain(line: string): string {
  const last = line.charCodeAt(line.length - 1);
  const trimmed = last === 13 || last === 32 ? line.trimEnd() : line;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
  return trimmed.includes('\u001b') ? trimmed.replaceAll(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, '') : trimmed;
}
