/** Words of the text report of logs, English. */

import type { LogDialect, LogOutcome } from '../../evidence/index.ts';
import { grouped } from './numbers.ts';

export const logEn = {
  lines: (count: number) => (count === 1 ? '1 line' : `${grouped(count)} lines`),
  matched: (count: number) => `${grouped(count)} of them known`,
  episodes: (count: number) => (count === 1 ? '1 attempt to connect' : `${grouped(count)} attempts to connect`),
  nothing: 'no line about TLS, sftunnel or a VPN that is known',
  clean: 'every attempt to connect came up',
  inconclusive: 'the lines do not say why',
  unreachable: 'no attempt got a connection',
  truncated: (name: string) => `${name} ends within its compressed data, or is damaged from some point on.`,
  inferredYear: (from: string, to: string) =>
    `The lines write no year: by the clock of this judgement they are of ${from === to ? from : `${from} to ${to}`}. --year or --now says otherwise.`,
  assumedUtc: 'The lines write no zone: their times count as UTC. --utc-offset says otherwise.',
  more: (count: number) => `and ${grouped(count)} more: --json has the first 1,000`,
  head: { episodes: 'Attempts to connect' },
  column: {
    id: 'Id',
    time: 'UTC',
    writer: 'Written by',
    peer: 'Peer',
    outcome: 'Outcome',
    says: 'Says',
    lines: 'Lines',
    count: 'Times',
  },
  outcome: { failed: 'failed', connected: 'connected', unknown: 'not said' } satisfies Record<LogOutcome, string>,
  counters: 'Read',
  dropped: 'Left out',
};

export type LogMessages = typeof logEn;

/** Programs by the names they go by, the same in every language. */
export const dialectNames: Readonly<Record<LogDialect, string>> = {
  sftunnel: 'sftunnel',
  'asa-syslog': 'ASA/FTD syslog',
  'ftd-debug': 'FTD debug',
  'secure-client': 'Secure Client',
  openconnect: 'openconnect',
  openssl: 'OpenSSL',
  gnutls: 'GnuTLS',
  node: 'Node.js',
  schannel: 'Schannel',
};
