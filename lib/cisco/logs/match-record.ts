/** A record to the row of the grammar that knows it. */

import type { LogDialect } from '../../evidence/index.ts';
import { asaSyslogRows } from './dialects/asa-syslog.ts';
import { ftdDebugRows, secureClientRows } from './dialects/ftd-debug.ts';
import { gnutlsRows } from './dialects/gnutls.ts';
import { nodeRows } from './dialects/nodejs.ts';
import { openconnectRows } from './dialects/openconnect.ts';
import { opensslRows } from './dialects/openssl.ts';
import { schannelRows } from './dialects/schannel.ts';
import { sftunnelRows } from './dialects/sftunnel.ts';
import { AnywhereRows, type GrammarRow, type Match, matchPrefix } from './grammar.ts';
import { owned } from './lines.ts';
import type { LogRecord } from './records.ts';

/** Every row, by dialect; docs/logs.md shows them. */
export const grammarRows: Readonly<Record<LogDialect, readonly GrammarRow[]>> = {
  sftunnel: sftunnelRows,
  'asa-syslog': [...asaSyslogRows.values()],
  'ftd-debug': ftdDebugRows,
  'secure-client': secureClientRows,
  openconnect: openconnectRows,
  openssl: opensslRows,
  gnutls: gnutlsRows,
  node: nodeRows,
  schannel: schannelRows,
};

export interface MatchedRecord extends Match {
  /** The message, as it is to be shown. */
  readonly message: string;
  readonly host: string | null;
  /** Process and thread; empty where they are not written. */
  readonly thread: string;
  readonly level: string | null;
}

/**
 * Matches records. It remembers messages and what stands before them: a device that tries again every minute writes the same lines,
 * and the rules of their words cost ten times as much as looking them up.
 */
export class RecordMatcher {
  readonly #messages = new Map<string, Match | null>();
  readonly #writers = new Map<string, Pick<MatchedRecord, 'host' | 'thread'> | null>();

  /** Null for what no row knows. */
  match(record: LogRecord): MatchedRecord | null {
    const { text } = record;
    const place = text.indexOf(sftunnelModule);
    if (place < 0) return matchOthers(record);
    const bracket = place + sftunnelModule.length;
    // Where a screen broke the line the blank may be missing.
    const from = text.startsWith(' [', bracket) ? bracket + 2 : text.startsWith('[', bracket) ? bracket + 1 : -1;
    const end = from < 0 ? -1 : text.indexOf(']', from);
    const writer = end < 0 ? null : this.#writerOf(text.slice(0, place));
    if (writer === null) return matchOthers(record);
    const message = text.slice(end + 1).trimStart();
    const match = this.#messageOf(message, record.lastLine > record.line);
    if (match === null) return null;
    const { row, facts, cut } = match;
    const level = text.slice(from, end);
    return { row, facts, cut, message, host: writer.host, thread: writer.thread, level };
  }

  #writerOf(text: string): Pick<MatchedRecord, 'host' | 'thread'> | null {
    let writer = this.#writers.get(text);
    if (writer === undefined) {
      const own = owned(text);
      const found = sftunnelWriter.exec(own);
      writer = found === null ? null : { host: found[1] ?? null, thread: `${found[2] ?? found[3]}/${found[4] ?? ''}` };
      remember(this.#writers, own, writer);
    }
    return writer;
  }

  #messageOf(message: string, joined: boolean): Match | null {
    let match = joined ? undefined : this.#messages.get(message);
    if (match === undefined) {
      const own = owned(message);
      match = matchPrefix(sftunnelRows, own, joined);
      if (!joined) remember(this.#messages, own, match);
    }
    return match;
  }
}

/** Messages that are remembered; with more, all are forgotten and learned again. */
const capacity = 5_000;

function remember<T>(known: Map<string, T>, text: string, what: T): void {
  if (known.size >= capacity) known.clear();
  known.set(text, what);
}

function matchOthers(record: LogRecord): MatchedRecord | null {
  const { text } = record;
  const percent = text.indexOf('%');
  if (percent >= 0 && percent < farthest) {
    asaLine.lastIndex = percent;
    const found = asaLine.exec(text);
    if (found !== null) {
      const [, level, number, message = ''] = found;
      const row = asaSyslogRows.get(Number(number));
      if (row === undefined) return null;
      return {
        row,
        facts: row.read?.(message, []) ?? {},
        cut: false,
        message: `${found[0].slice(0, found[0].length - message.length)}${message}`,
        host: /^([\w.-]{1,64})(?: |$)/.exec(text.slice(0, percent))?.[1] ?? null,
        thread: '',
        level: level ?? null,
      };
    }
  }
  const match = anywhere.match(text);
  if (match === null) return null;
  const [, host = null, program] = (record.stamp === null ? null : syslogHead.exec(text)) ?? [];
  // The mail server's handshakes, and those of the other services of a device, are none of the VPN.
  if (program !== undefined && !tlsPrograms.test(program)) return null;
  return { ...match, message: text, host, thread: '', level: null };
}

/** Where the number of a syslog message stands at the latest. */
const farthest = 300;

const sftunnelModule = ':sf_ssl';

/** What stands before the module: host, process, thread, program; of RFC 5424 also the id of the message and structured data. */
const sftunnelWriter =
  /(?:^|(?<=^| )([\w.:-]{1,255}) )SF-IMS(?:\[(\d{1,10})\]:?| (\d{1,10}|-))\s*(?:- ){0,3}(?:\[(\d{1,10})\]\s*)?sftunneld?$/;

const asaLine = /%(?:ASA|FTD)-(?:[a-z]{1,12}-)?(\d)-(\d{6}):?\s*(.*)$/y;

/** Host and program, in the forms of RFC 3164 and RFC 5424. */
const syslogHead = /^([\w.:-]{1,255}) ([\w./-]{1,48})(?:(?:\[\d{1,10}\])?: | [\w-]{1,128} [\w-]{1,32} (?:-|\[))/;

/** Programs of the grammars, as their lines are named in a system's log. */
const tlsPrograms =
  /^(?:\S*\/)?(?:nm-|NetworkManager-)?(?:openconnect|ocserv(?:-\w+)?|openssl|s_client|gnutls-\w+|node(?:js)?|helloprobe|[ac]*vpn\w*|csc_\w+|schannel|Microsoft-Windows-Schannel)$/i;

const anywhere = new AnywhereRows([
  ...ftdDebugRows,
  ...secureClientRows,
  ...openconnectRows,
  ...opensslRows,
  ...gnutlsRows,
  ...nodeRows,
  ...schannelRows,
]);
