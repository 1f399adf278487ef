/** A record to the row of the grammar that knows it. */

import type { LogDialect } from '../../evidence/index.ts';
import { asaSyslogRows } from './dialects/asa-syslog.ts';
import { ftdDebugRows, secureClientRows } from './dialects/ftd-debug.ts';
import { gnutlsRows } from './dialects/gnutls.ts';
import { nodeRows } from './dialects/node.ts';
import { openconnectRows } from './dialects/openconnect.ts';
import { opensslRows } from './dialects/openssl.ts';
import { schannelRows } from './dialects/schannel.ts';
import { sftunnelRows } from './dialects/sftunnel.ts';
import { AnywhereRows, type GrammarRow, type Match, matchPrefix } from './grammar.ts';
import type { LogRecord } from './records.ts';

/** Every row, by dialect; what `helloprobe list grammars` and the guide show. */
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

/** Null for what no row knows. */
export function matchRecord(record: LogRecord): MatchedRecord | null {
  const { text } = record;
  const joined = record.lastLine > record.line;
  if (text.includes('sf_ssl')) {
    const found = sftunnelLine.exec(text);
    if (found !== null) {
      const { host, pid = '', tid = '', level, message = '' } = found.groups ?? {};
      const match = matchPrefix(sftunnelRows, message.trimStart(), joined);
      return match && { ...match, message, host: host ?? null, thread: `${pid}/${tid}`, level: level ?? null };
    }
  }
  const percent = text.indexOf('%');
  if (percent >= 0 && percent < farthest) {
    asaLine.lastIndex = percent;
    const found = asaLine.exec(text);
    if (found !== null) {
      const { level, number, message = '' } = found.groups ?? {};
      const row = asaSyslogRows.get(Number(number));
      if (row === undefined) return null;
      return {
        row,
        facts: row.read?.(message, {}) ?? {},
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
  const host = record.stamp === null ? null : (syslogHost.exec(text)?.[1] ?? null);
  return { ...match, message: text, host, thread: '', level: null };
}

/** Where the number of a syslog message stands at the latest. */
const farthest = 300;

const sftunnelLine =
  /^(?:(?<host>[\w.:-]{1,255}) )?SF-IMS\[(?<pid>\d{1,10})\]:\s*(?:\[(?<tid>\d{1,10})\]\s*)?sftunneld?:sf_ssl\s*\[(?<level>[A-Z]{1,10})\]\s*(?<message>.*)$/;

const asaLine = /%(?:ASA|FTD)-(?:[a-z]{1,12}-)?(?<level>\d)-(?<number>\d{6}):?\s*(?<message>.*)$/y;

const syslogHost = /^([\w.:-]{1,255}) [\w./-]{1,48}(?:\[\d{1,10}\])?: /;

const anywhere = new AnywhereRows([
  ...ftdDebugRows,
  ...secureClientRows,
  ...openconnectRows,
  ...opensslRows,
  ...gnutlsRows,
  ...nodeRows,
  ...schannelRows,
]);
