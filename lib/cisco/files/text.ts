/** What all readers of sftunnel texts share: bounded lines without private keys in them, diagnostics, and values made safe. */

import { printable } from '../../wire/index.ts';
import type { Diagnostic, DiagnosticId, Parsed } from './types.ts';

/** More than any of these files has; what lies beyond is not read and said so. */
const limits = { characters: 16 * 1024 * 1024, lines: 100_000, lineLength: 8192, diagnostics: 1000 } as const;

/** A line of a terminal session or file. */
export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Without terminal colours, the block cursor and blanks at its end. */
  readonly text: string;
  /** What follows a shell prompt at the start of the line; null for a line without a prompt. */
  readonly command: string | null;
}

/** Collects what could not be used, up to a limit. */
export class Diagnostics {
  readonly #found: Diagnostic[] = [];

  /** @param detail a word of ours, never text of the line */
  add(line: number, id: DiagnosticId, detail?: string): void {
    const room = limits.diagnostics - this.#found.length;
    if (room <= 0) return;
    this.#found.push(
      room === 1 ? { line, id: 'more-problems' } : { line, id, ...(detail === undefined ? {} : { detail }) },
    );
  }

  result<T>(value: T): Parsed<T> {
    return { value, diagnostics: [...this.#found].sort((a, b) => a.line - b.line) };
  }
}

/** `root@firepower:/etc/sf# cat x`, `admin@FTD:~$`, `> expert`. */
const shellPrompt = /^(?:[\w.-]{1,64}@[\w.-]{1,255}:\S{0,1024}[#$]|>)(?: (.*))?$/;
const keyBegin = /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY/;
const keyEnd = /-----END |-----BEGIN /;

/** The lines of a text. A private key that was pasted with it is left out, from its BEGIN line to its end or the next prompt. */
export function linesOf(text: string, diagnostics: Diagnostics): TextLine[] {
  const lines: TextLine[] = [];
  let inKey = false;
  const pieces = text.slice(0, limits.characters).split(/\r\n|\r|\n/, limits.lines + 1);
  if (pieces.length > limits.lines || text.length > limits.characters) diagnostics.add(pieces.length, 'too-many');
  for (const [index, raw] of pieces.slice(0, limits.lines).entries()) {
    const number = index + 1;
    if (raw.length > limits.lineLength) {
      diagnostics.add(number, 'too-long');
      continue;
    }
    const line = raw.replaceAll(/\x1b\[[0-9;?]{0,16}[A-Za-z]/g, '').replace(/[█\s]+$/u, '');
    const prompt = shellPrompt.exec(line);
    if (inKey && (prompt !== null || keyEnd.test(line))) {
      inKey = keyBegin.test(line);
      if (prompt === null) continue;
    }
    if (!inKey && keyBegin.test(line)) inKey = true;
    if (!inKey) lines.push({ number, text: line, command: prompt === null ? null : (prompt[1] ?? '') });
  }
  return lines;
}

/** A value for output: one line, at most 255 characters, nothing that drives a terminal, nothing that could be a piece of a key. */
export function field(text: string): string {
  const short = text.length > 255 ? `${text.slice(0, 255)}…` : text;
  return printable(keyLike(short) ? '<redacted>' : short);
}

/** A long run of base64 with capital letters, small ones and digits: no path or name looks so, and every line of a key does. */
export function keyLike(text: string): boolean {
  return (text.match(/[A-Za-z0-9+=]{24,}/g) ?? []).some(
    (run) => /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9+]/.test(run),
  );
}

export const uuidSource = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** An IPv4 or IPv6 address, or a host name that is not a damaged address. */
export function isAddress(text: string): boolean {
  if (text.length > 253 || keyLike(text)) return false;
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (v4 !== null) return v4.slice(1).every((octet) => Number(octet) <= 255);
  if (/^[0-9a-f:.]{2,45}$/i.test(text) && text.split(':').length > 2) return true;
  return (
    !/^[\d.]+$/.test(text) &&
    !/^\d+\.\d+\./.test(text) &&
    text.split('.').every((label) => /^[A-Za-z0-9](?:[\w-]{0,61}[A-Za-z0-9])?$/.test(label))
  );
}

/** A path with its double slashes made single. */
export function cleanPath(path: string): string {
  return field(path.replaceAll(/\/{2,}/g, '/'));
}

/** Last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** ISO 8601 of the UNIX time in `/var/tmp/certs/<seconds>/FAILED_PUSH`, or null. */
export function timeOfPushPath(path: string): string | null {
  const seconds = /\/var\/tmp\/certs\/(\d{1,11})\//.exec(path)?.[1];
  return seconds === undefined ? null : new Date(Number(seconds) * 1000).toISOString();
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** ISO 8601 of a date as OpenSSL prints it (`Oct  9 10:12:50 2034 GMT`), or null. */
export function opensslTime(text: string): string | null {
  const match = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4}) GMT$/.exec(text.trim());
  if (match === null) return null;
  const month = months.indexOf(match[1] as string);
  const [day, hour, minute, second, year] = match.slice(2).map(Number) as [number, number, number, number, number];
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  // A day that the month does not have would move on into the next one.
  return month === -1 || date.getUTCDate() !== day || date.getUTCHours() !== hour || date.getUTCMinutes() !== minute
    ? null
    : date.toISOString();
}

/** The same date the other way round. */
export function opensslText(iso: string): string {
  const date = new Date(iso);
  const day = String(date.getUTCDate()).padStart(2);
  return `${months[date.getUTCMonth()]} ${day} ${iso.slice(11, 19)} ${String(date.getUTCFullYear()).padStart(4, '0')} GMT`;
}
