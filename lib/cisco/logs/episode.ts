/** One attempt to connect while its lines are read. */

import {
  type AlertEvidence,
  type EndOutcome,
  type HandshakeEvidence,
  handshakeEvidence,
  type LogComplaint,
  type LogDialect,
  type LogEpisode,
  type LogLack,
  type LogOutcome,
} from '../../evidence/index.ts';
import { alerts } from '../../wire/index.ts';
import type { Moment } from './clock.ts';
import type { ComplaintFacts, LineFacts } from './grammar.ts';
import { owned } from './lines.ts';
import type { MatchedRecord } from './match-record.ts';
import type { LogRecord } from './records.ts';
import { shownText } from './redact.ts';

/** Events that are kept of an episode; complaints are few by nature, but a log may lie. */
export const shownEvents = 40;
const shownComplaints = 20;

interface PendingEvent {
  readonly grammar: string;
  readonly kind: LogEpisode['events'][number]['kind'];
  readonly line: number;
  readonly lastLine: number;
  readonly moment: Moment | null;
  readonly level: string | null;
  readonly text: string;
  readonly cut: boolean;
}

export class OpenEpisode {
  readonly dialect: LogDialect;
  readonly file: string;
  readonly firstLine: number;
  lastLine: number;
  readonly first: Moment | null;
  last: Moment | null;
  host: string | null = null;
  writer: 'client' | 'server' | null = null;
  outcome: LogOutcome = 'unknown';
  ended = false;
  /** Kinds of events so far. */
  readonly kinds = new Set<string>();
  readonly grammars = new Set<string>();
  readonly #events: PendingEvent[] = [];
  #eventCount = 0;
  readonly #complaints: LogComplaint[] = [];
  readonly #lacks = new Set<LogLack>();
  #address: string | null = null;
  #port: number | null = null;
  #connect: LineFacts['connect'] | null = null;
  #alert: { readonly code: number; readonly sent: boolean } | null = null;
  #end: LineFacts['end'] | null = null;
  #dtls: NonNullable<LineFacts['dtls']> | null = null;
  #depth: number | null = null;
  #subject: string | null = null;
  #issuer: string | null = null;

  constructor(file: string, { line }: LogRecord, { row }: MatchedRecord, at: Moment | null) {
    this.dialect = row.dialect;
    this.file = file;
    this.firstLine = line;
    this.lastLine = line;
    this.first = at;
    this.last = at;
  }

  add(record: LogRecord, match: MatchedRecord, at: Moment | null): void {
    const { row, facts } = match;
    this.lastLine = record.lastLine;
    if (at !== null) this.last = at;
    this.host ??= match.host;
    this.writer ??= facts.writer ?? null;
    this.kinds.add(row.kind);
    this.grammars.add(row.id);
    this.ended ||= row.ends === true;
    this.#eventCount++;
    if (this.#events.length < shownEvents)
      this.#events.push({
        grammar: row.id,
        kind: row.kind,
        line: record.line,
        lastLine: record.lastLine,
        moment: at,
        level: match.level,
        text: match.message,
        cut: match.cut || facts.complaint?.cut === true,
      });
    this.#learn(record, facts);
  }

  /** All that can be judged of it but where it stands: the same for the same again. */
  get signature(): string {
    const said = this.#complaints.map(({ what, by, subject, cut }) => `${what} ${by} ${subject} ${cut}`).join();
    const { dialect, host, writer, outcome } = this;
    const peer = `${this.#address} ${this.#port} ${this.#connect}`;
    const end = `${this.#alert?.code} ${this.#alert?.sent} ${this.#end} ${this.#dtls}`;
    return `${dialect} ${host} ${writer} ${outcome} ${peer} ${end} ${said} ${[...this.#lacks].join()} ${[...this.grammars].join()}`;
  }

  get connect(): LogEpisode['evidence']['connect'] {
    return this.#connect ?? (handshakeKinds.some((kind) => this.kinds.has(kind)) ? 'ok' : 'unseen');
  }

  /** It is to be listed: what it holds of the lines becomes its own. */
  keep(): void {
    const own = (text: string | null): string | null => (text === null ? null : owned(text));
    this.host = own(this.host);
    this.#address = own(this.#address);
    this.#events.splice(0, shownEvents, ...this.#events.map((event) => ({ ...event, text: owned(event.text) })));
    const complaints = this.#complaints.map((one) => ({ ...one, subject: own(one.subject), issuer: own(one.issuer) }));
    this.#complaints.splice(0, shownComplaints, ...complaints);
  }

  /** @param at what the moments are, now that all lines were read */
  finish(id: string, at: (moment: Moment | null) => string | null): LogEpisode {
    const { dialect, file, firstLine, lastLine, host, writer, outcome } = this;
    return {
      id,
      dialect,
      file,
      firstLine,
      lastLine,
      startedAt: at(this.first),
      endedAt: at(this.last),
      host,
      writer,
      peer: { address: this.#address, port: this.#port ?? (dialect === 'sftunnel' ? sftunnelPort : null) },
      outcome,
      complaints: this.#complaints,
      lacks: [...this.#lacks],
      dtls: this.#dtls,
      events: this.#events.map(({ moment, text, ...event }) => ({
        ...event,
        at: at(moment),
        text: owned(shownText(text)),
      })),
      eventCount: this.#eventCount,
      evidence: this.#evidence(),
    };
  }

  #learn({ line }: LogRecord, facts: LineFacts): void {
    if (facts.address !== undefined) this.#address ??= shownText(facts.address);
    if (facts.port !== undefined) this.#port ??= facts.port;
    if (facts.connect !== undefined && this.#connect !== 'ok') this.#connect = facts.connect;
    if (facts.alert !== undefined) this.#alert ??= { code: facts.alert.code, sent: facts.alert.sent === true };
    if (facts.end !== undefined) this.#end ??= facts.end;
    if (facts.lacks !== undefined) this.#lacks.add(facts.lacks);
    if (facts.dtls !== undefined) this.#dtls = facts.dtls;
    // What failed stays so: some programs go on to print what they would have agreed on.
    if (facts.outcome !== undefined && this.outcome !== 'failed') this.outcome = facts.outcome;
    if (facts.depth !== undefined) {
      this.#depth = facts.depth;
      this.#subject = null;
      this.#issuer = null;
    }
    if (facts.subject !== undefined) this.#subject = shownText(facts.subject);
    if (facts.issuer !== undefined) this.#issuer = shownText(facts.issuer);
    if (facts.complaint !== undefined) this.#complain(line, facts.complaint);
    for (const complaint of facts.complaints ?? []) this.#complain(line, complaint);
  }

  #complain(line: number, complaint: ComplaintFacts): void {
    const { what, by = 'writer', cut = false } = complaint;
    const code = complaint.code ?? null;
    const about = by === 'writer' ? { depth: this.#depth, subject: this.#subject, issuer: this.#issuer } : nobody;
    // The same again, in the words of another line: a status at the end, an error of the library.
    const known = this.#complaints.some(
      (other) => other.what === what && (other.subject === about.subject || about.subject === null || other.by !== by),
    );
    const vague = what === 'unspecified' && this.#complaints.length > 0;
    if (known || vague || this.#complaints.length >= shownComplaints) return;
    this.#complaints.push({ what, by, code, ...about, line, cut });
  }

  #evidence(): HandshakeEvidence {
    const { file, firstLine, lastLine, outcome, connect } = this;
    const alert = this.#alertEvidence();
    const end: EndOutcome | null =
      outcome === 'connected' ? 'complete' : alert !== null ? 'alert' : (this.#end ?? null);
    return handshakeEvidence({
      source: { kind: 'log', ref: `${file}:${firstLine}-${lastLine}` },
      completeness: 'text-only',
      connect,
      end,
      reply: end,
      alert: outcome === 'connected' ? null : alert,
    });
  }

  /** Where the log does not say who its writer is: certificates are refused by clients, everything else by servers, as a rule. */
  #alertEvidence(): AlertEvidence | null {
    if (this.#alert === null) return null;
    const { code, sent } = this.#alert;
    const { writer } = this;
    const peer = writer === null ? (aboutCertificates.has(code) ? 'client' : 'server') : otherOf[writer];
    const from = !sent ? peer : otherOf[peer];
    return { from, level: 'fatal', code, name: alerts.nameOf(code) };
  }
}

/** Where FMC and FTD listen for one another unless it was changed. */
const sftunnelPort = 8305;

const nobody = { depth: null, subject: null, issuer: null } as const;
const otherOf = { client: 'server', server: 'client' } as const;
const handshakeKinds = [
  'hello',
  'negotiated',
  'verify-error',
  'certificate-name',
  'alert',
  'handshake-failed',
] as const;
const aboutCertificates: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48]);
