/** LogEpisode: one attempt to connect as a log tells it, and the report of logs. JSON, as `helloprobe logs --json` prints it. */

import type { Judgement, ReportHead } from './document.ts';
import type { Finding } from './finding.ts';
import type { HandshakeEvidence } from './handshake.ts';

/** Whose words they are: the program that wrote the line. */
export type LogDialect =
  | 'sftunnel'
  | 'asa-syslog'
  | 'ftd-debug'
  | 'secure-client'
  | 'openconnect'
  | 'openssl'
  | 'gnutls'
  | 'node'
  | 'schannel';

/** What a line says happened, whoever says it. */
export type LogEventKind =
  | 'connecting'
  | 'connected'
  | 'connect-failed'
  | 'hello'
  | 'negotiated'
  | 'verify-error'
  | 'certificate-name'
  | 'alert'
  | 'handshake-failed'
  | 'disconnected'
  | 'resumed'
  | 'dtls'
  | 'packet-size'
  | 'note';

/** What a side has against a certificate. `unspecified`: it says that it is not accepted, and not why. */
export type CertificateComplaint =
  | 'expired'
  | 'not-yet-valid'
  | 'name-mismatch'
  | 'issuer-unknown'
  | 'self-signed'
  | 'self-signed-in-chain'
  | 'bad-signature'
  | 'weak-signature'
  | 'weak-key'
  | 'wrong-usage'
  | 'revoked'
  | 'unspecified';

/** A line, or several that belong together; nothing of it is more than the log says. */
export interface LogEvent {
  /** Row of the grammar table that it matched. */
  readonly grammar: string;
  readonly kind: LogEventKind;
  /** Counted from 1, in `file`. */
  readonly line: number;
  /** Of a message that was wrapped; else the same. */
  readonly lastLine: number;
  /** ISO 8601; the year may be inferred, see `LogClock`. Null where the line has no time. */
  readonly at: string | null;
  /** `INFO`, `WARN`, `ERROR`, or the severity 0 to 7 of a syslog; null where there is none. */
  readonly level: string | null;
  /** The message as it stands there, without secrets and control characters, at most 300 characters. */
  readonly text: string;
  /** The line ends before the known words do, as lines of screenshots and terminals. */
  readonly cut: boolean;
}

/** Something is wrong with a certificate, in the opinion of the writer of the log or of its peer. */
export interface LogComplaint {
  readonly what: CertificateComplaint;
  /** Who complains: the side that wrote the log, or the other one, whose alert is reported; null where that is not said. */
  readonly by: 'writer' | 'peer' | null;
  /** Number of the OpenSSL verify error (X509_V_ERR_…); null where there is none. */
  readonly code: number | null;
  /** Place in the chain, 0 for the leaf; null where it is not said. */
  readonly depth: number | null;
  /** Names as they stand there, perhaps cut. */
  readonly subject: string | null;
  readonly issuer: string | null;
  /** Of the line that says what is wrong. */
  readonly line: number;
  /** The words of the complaint were cut, so that it was completed from their beginning or end. */
  readonly cut: boolean;
}

/** What client and server do not have in common, or one of them lacks, where the log names it. */
export type LogLack = 'version' | 'cipher' | 'group' | 'client-certificate' | 'secure-renegotiation';

export type LogOutcome = 'failed' | 'connected' | 'unknown';

export interface LogEpisode {
  /** `e1`, `e2`, … in the order they began. */
  readonly id: string;
  readonly dialect: LogDialect;
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Machine that wrote it; null where the log does not say. */
  readonly host: string | null;
  /** Which of the two the writer is; null where the log does not say. */
  readonly writer: 'client' | 'server' | null;
  /** The other side, as far as it is said. */
  readonly peer: { readonly address: string | null; readonly port: number | null };
  readonly outcome: LogOutcome;
  readonly complaints: readonly LogComplaint[];
  readonly lacks: readonly LogLack[];
  /** What became of DTLS, where the log says it. */
  readonly dtls: 'established' | 'refused' | 'unanswered' | null;
  /** The first 40. */
  readonly events: readonly LogEvent[];
  readonly eventCount: number;
  readonly evidence: HandshakeEvidence;
}

/** Where the years and the zone of the times come from. */
export interface LogClock {
  /** `written`: in the lines. `given`: by an option. `inferred`: the latest year that lets no line lie in the future. Null: no times at all. */
  readonly year: 'written' | 'given' | 'inferred' | null;
  /** `assumed-utc`: the lines do not say, so they count as UTC. */
  readonly zone: 'written' | 'given' | 'assumed-utc' | null;
}

export interface LogSource {
  readonly name: string;
  readonly compression: null | 'gzip' | 'zstd';
  readonly lines: number;
  readonly bytes: number;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly clock: LogClock;
  /** It ends in the middle of a compressed stream. */
  readonly truncated: boolean;
}

export interface LogCounters {
  readonly lines: number;
  /** Lines that a row of the grammar knows. */
  readonly matched: number;
  readonly episodes: number;
  /** Matched lines by grammar row. */
  readonly byGrammar: Readonly<Record<string, number>>;
  /** What was not looked at or not kept, by reason; empty when nothing was. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface LogReport extends ReportHead {
  readonly command: 'logs';
  readonly sources: readonly LogSource[];
  readonly judgement: Judgement;
  /** The first 1,000; those that failed before the others. */
  readonly episodes: readonly LogEpisode[];
  readonly counters: LogCounters;
  readonly findings: readonly Finding[];
}

/** What is read, in the order it comes. */
export type LogStreamEvent =
  | { readonly type: 'progress'; readonly file: string; readonly lines: number; readonly bytes: number }
  | { readonly type: 'episode'; readonly episode: LogEpisode }
  | ({ readonly type: 'summary' } & Omit<LogReport, keyof ReportHead | 'episodes'> & Pick<ReportHead, 'verdict'>);
