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
const joinable = /SF-IMS[[ ]|%(?:ASA|FTD)-/;

/** What grep and its kind put before a line: the name of the file, the number of the line. */
const prefix = /^(?:[^\s:]{1,200}[:-])?(?:\d{1,9}[:-])?(?=<\d|[A-Z][a-z]{2} [ \d]\d |\d{4}-\d\d-\d\d[T ])/;

/** Lines that one message may have been wrapped into. */
const maxLines = 12;
/** Characters that are kept of a message. */
const maxLength = 4_000;
/** Columns of the narrowest screen. */
const narrowest = 40;

interface Widths {
  /** Length of the first line, blanks at its end included: the screen may have broken it behind one. */
  readonly first: number;
  /** Length of the last one, without them. */
  last: number;
  /** The last line ended with a blank. */
  blank: boolean;
}

const widthsOf = (whole: string, line: string): Widths => ({
  first: whole.length,
  last: line.length,
  blank: whole.length > line.length,
});

/** A record that may go on. */
interface OpenRecord extends Widths {
  readonly line: number;
  lastLine: number;
  readonly stamp: Stamp | null;
  text: string;
}

export class Records {
  #open: OpenRecord | null = null;
  #number = 0;
  #stamped: Stamped = { stamp: null, end: 0 };
  #time = '';

  /** Takes the next line; gives the records that are complete by it, none to two. */
  next(raw: string): LogRecord[] {
    const number = ++this.#number;
    const whole = plain(raw);
    let line = whole.endsWith(' ') ? whole.trimEnd() : whole;
    let { stamp, end } = this.#stampOf(line);
    const open = this.#open;
    if (end === 0 && joinable.test(line)) {
      line = line.slice(prefix.exec(line)?.[0].length ?? 0);
      ({ stamp, end } = this.#stampOf(line));
    }
    if (stamp === null && open !== null && this.#goesOn(open, line)) {
      open.text += open.blank ? ` ${line}` : line;
      open.blank = whole.length > line.length;
      open.lastLine = number;
      open.last = line.length;
      return [];
    }
    const text = end === 0 ? line : line.slice(end);
    const starts = (stamp !== null || isBare(line)) && line.length >= narrowest && joinable.test(line);
    const done = open === null ? [] : [recordOf(open)];
    this.#open = null;
    if (starts) {
      this.#open = { line: number, lastLine: number, stamp, text, ...widthsOf(whole, line) };
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

/** Without the colours of a terminal and carriage returns at the end. */
function plain(line: string): string {
  let end = line.length;
  while (line.charCodeAt(end - 1) === 13) end--;
  const trimmed = end < line.length ? line.slice(0, end) : line;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
  return trimmed.includes('\u001b') ? trimmed.replaceAll(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, '') : trimmed;
}
