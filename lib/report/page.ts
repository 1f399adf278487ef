/** The page that text reports are set on: its width, words and colours, and the one layout they use (label, then text). */

import type { Language, Target } from '../evidence/index.ts';
import { printable } from '../wire/index.ts';
import { type Messages, messages } from './messages/index.ts';
import { createPalette, type Palette } from './palette.ts';
import { displayWidth, padColumns, wrapColumns } from './width.ts';

export interface PageOptions {
  /** Default `en`. */
  readonly language?: Language;
  /** ANSI colours; default false. Whoever asks decides by terminal, NO_COLOR and FORCE_COLOR. */
  readonly colour?: boolean;
  /** Columns; default 80, at least 40; tables take 60. */
  readonly width?: number;
}

export interface Page {
  readonly words: Messages;
  readonly palette: Palette;
  readonly width: number;
}

/** A label and its paragraphs; each paragraph starts a line. Rows without paragraphs are left out. */
export interface Row {
  readonly label: string;
  readonly paragraphs: readonly string[];
  /** Lines after the paragraphs that are to be copied, and so are never wrapped. */
  readonly commands?: readonly string[];
  readonly paint?: (line: string) => string;
}

export function createPage({ language = 'en', colour = false, width = 80 }: PageOptions): Page {
  return { words: messages[language], palette: createPalette(colour), width: Math.max(40, width) };
}

/** Rows under each other, texts aligned behind the widest label, made printable; all but commands wrapped to the page. */
export function labelled(page: Page, rows: readonly Row[], indent: number): string[] {
  const shown = rows.filter(({ paragraphs }) => paragraphs.length > 0);
  const labelWidth = Math.max(0, ...shown.map(({ label }) => displayWidth(label)));
  const textAt = indent + labelWidth + 2;
  return shown.flatMap(({ label, paragraphs, commands = [], paint = (line) => line }) =>
    [
      ...paragraphs.flatMap((paragraph) => hanging(printable(paragraph), page.width - textAt)),
      ...commands.map((command) => `$ ${printable(command)}`),
    ].map((line, index) => {
      const head = index === 0 ? page.palette.dim(padColumns(label, labelWidth)) : ' '.repeat(labelWidth);
      return `${' '.repeat(indent)}${head}  ${paint(line)}`;
    }),
  );
}

/** One paragraph at `indent`, wrapped and made printable. */
export function paragraph(page: Page, text: string, indent: number, paint = (line: string): string => line): string[] {
  return wrapColumns(printable(text), page.width - indent).map((line) => ' '.repeat(indent) + paint(line));
}

/** `host:port`, an IPv6 address in brackets; printable. */
export function targetName({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return printable(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
}

/** `12 ms`, `3.0 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Milliseconds between two ISO times, 0 when either cannot be read. */
export function elapsed({
  startedAt,
  finishedAt,
}: {
  readonly startedAt: string;
  readonly finishedAt: string;
}): number {
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** Wrapped lines, all but the first two columns further in. */
function hanging(text: string, columns: number): string[] {
  const [first = '', ...rest] = wrapColumns(text, columns);
  if (rest.length === 0) return [first];
  return [first, ...wrapColumns(text.slice(first.length).trimStart(), columns - 2).map((line) => `  ${line}`)];
}
