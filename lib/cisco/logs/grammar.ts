/** What a row of a log grammar is: words that a program writes, and what they say. The rows are in `dialects/`. */

import type { CertificateComplaint, LogDialect, LogEventKind, LogLack } from '../../evidence/index.ts';

/** Something that is wrong with a certificate. */
export interface ComplaintFacts {
  readonly what: CertificateComplaint;
  readonly code?: number;
  /** Default: the writer. */
  readonly by?: 'writer' | 'peer' | null;
  readonly cut?: boolean;
}

/** What a line says beyond its kind; absent where it does not say it. */
export interface LineFacts {
  readonly address?: string;
  readonly port?: number;
  /** Keeps connections of one writer apart that are under way at the same time. */
  readonly flow?: string;
  /** Who of the two writes this line. */
  readonly writer?: 'client' | 'server';
  readonly connect?: 'ok' | 'refused' | 'timeout' | 'unreachable' | 'resolve-failed';
  /** Alert that the peer sent, by its number (RFC 8446 §6); `sent`: by the writer itself. */
  readonly alert?: { readonly code: number; readonly sent?: boolean };
  /** How it ended, where no alert says it. */
  readonly end?: 'reset' | 'closed' | 'silent' | 'not-tls' | 'malformed' | 'complete';
  readonly complaint?: ComplaintFacts;
  /** Where a line has several. */
  readonly complaints?: readonly ComplaintFacts[];
  /** Of the certificate that is spoken of, on this line or the next ones. */
  readonly depth?: number;
  readonly subject?: string;
  readonly issuer?: string;
  /** What client and server do not have in common, or lack. */
  readonly lacks?: LogLack;
  readonly version?: string;
  readonly cipher?: string;
  readonly dtls?: 'established' | 'refused' | 'unanswered';
  readonly outcome?: 'failed' | 'connected';
}

export interface GrammarRow {
  /** `<dialect>.<what>`, unique. */
  readonly id: string;
  readonly dialect: LogDialect;
  readonly kind: LogEventKind;
  /** Words as they are written: of sftunnel the message begins with them; of the others it has them anywhere. */
  readonly words: string;
  /** Of sftunnel: how many of the words must be there where a screen cut the line within them. Default: all. */
  readonly least?: number;
  /** Where the words are known from. */
  readonly source: string;
  /** True for what begins a new attempt to connect, whatever came before. */
  readonly begins?: boolean;
  /** True for the last line that is written of one. */
  readonly ends?: boolean;
  /** True where nothing but a time may stand before the words. */
  readonly alone?: boolean;
  /** Matched from the words on; a row whose pattern does not fit does not match. */
  readonly pattern?: RegExp;
  /** @param rest the message from the words on @param found what the pattern matched and its groups */
  readonly read?: (rest: string, found: readonly (string | undefined)[]) => LineFacts;
}

/** Makes the rows of one dialect whose words all come from one source. */
export function rowsOf(dialect: LogDialect, source: string) {
  return (
    id: string,
    kind: GrammarRow['kind'],
    words: string,
    read: NonNullable<GrammarRow['read']>,
    more: Partial<GrammarRow> = {},
  ): GrammarRow => ({ id: `${dialect}.${id}`, dialect, kind, words, source, read, ...more });
}

/** A row that fits a message. */
export interface Match {
  readonly row: GrammarRow;
  readonly facts: LineFacts;
  /** The message ends before the words do. */
  readonly cut: boolean;
}

/**
 * The first of `rows` that the message begins with.
 * @param joined the message was put together from wrapped lines, so that blanks may be missing
 */
export function matchPrefix(rows: readonly GrammarRow[], message: string, joined = false): Match | null {
  const said = joined ? keyOf(message) : message;
  for (const row of rows) {
    const words = joined ? keyOf(row.words) : row.words;
    if (said.startsWith(words)) {
      const match = fit(row, message);
      if (match !== null) return match;
    } else if (said.length >= (row.least ?? words.length) && said.length < words.length && words.startsWith(said)) {
      return { row, facts: row.read?.(message, []) ?? {}, cut: true };
    }
  }
  return null;
}

/** Rows that are looked for anywhere in a message, all at once. */
export class AnywhereRows {
  readonly #search: RegExp;
  readonly #rows = new Map<string, GrammarRow[]>();

  constructor(rows: readonly GrammarRow[]) {
    for (const row of rows) {
      const known = this.#rows.get(row.words);
      if (known === undefined) this.#rows.set(row.words, [row]);
      else known.push(row);
    }
    // Longer words first: of two that begin alike, the one that says more.
    const words = [...this.#rows.keys()].sort((a, b) => b.length - a.length);
    this.#search = new RegExp(words.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'g');
  }

  /** The first row whose words stand in the message, by their place. */
  match(message: string): Match | null {
    const search = this.#search;
    search.lastIndex = 0;
    for (let found = search.exec(message); found !== null; found = search.exec(message)) {
      for (const row of this.#rows.get(found[0]) ?? []) {
        if (row.alone === true && message.slice(0, found.index).trim() !== '') continue;
        // The end of a longer word or number says something else.
        if (isWord.test(found[0]) && /\w/.test(message.charAt(found.index - 1))) continue;
        const match = fit(row, message.slice(found.index));
        if (match !== null) return match;
      }
    }
    return null;
  }
}

const isWord = /^\w/;

function fit(row: GrammarRow, rest: string): Match | null {
  const { pattern, read } = row;
  if (pattern === undefined) return { row, facts: read?.(rest, []) ?? {}, cut: false };
  const found = pattern.exec(rest);
  return found === null ? null : { row, facts: read?.(rest, found) ?? {}, cut: false };
}

/** Words without their blanks. */
function keyOf(words: string): string {
  return words.replaceAll(/\s/g, '');
}

/** An IP address, with its port behind a colon or slash where there is one; undefined for anything else. */
export function endpointIn(text: string | undefined): Pick<LineFacts, 'address' | 'port'> {
  const found =
    /^\[?(?<address>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39}|[\w.-]{1,253})\]?(?:[:/](?<port>\d{1,5}))?$/.exec(
      text ?? '',
    );
  const { address, port } = found?.groups ?? {};
  if (address === undefined) return {};
  return { address, ...portIn(port) };
}

/** A port, where `text` is one. */
export function portIn(text: string | undefined): Pick<LineFacts, 'port'> {
  const port = text === undefined || !/^\d{1,5}$/.test(text) ? 0 : Number(text);
  return port >= 1 && port <= 65_535 ? { port } : {};
}
