/** The `value` of each built-in probe's observation (contracts of the report, one type per probe id). */

import type { NamedCode } from './attempt.ts';
import type { Certificate, ChainAssessment } from './certificate.ts';
import type { EndOutcome, MessageName } from './handshake.ts';
import type { FragmentsValue, MssValue, PmtudValue, ResetOriginValue, TraceValue } from './paths.ts';
import type { SftunnelValue } from './sftunnel.ts';

export type VersionName = 'SSLv3' | 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Reply to a hello: the first message, or how it ended. */
export type Reply = MessageName | EndOutcome | null;

export interface ConnectValue {
  /** Attempt whose hello this server answers; the control of all later tests. Null when none was answered. */
  readonly control: string | null;
  /** Preset of that hello. */
  readonly preset: string | null;
  /** True when the server was seen to answer two of our connections at once; null when not tested. */
  readonly concurrent: boolean | null;
  /** The control hello with the server name beside the same without: only tested where a hello without a name was answered and one with a name was not. */
  readonly serverName: (RowAttempts & { readonly verdict: 'passes' | 'fails' | 'unstable' | 'control-failed' }) | null;
}

export interface VersionRow {
  readonly version: VersionName;
  /** Null: not known; `why` says how it came. */
  readonly supported: boolean | null;
  readonly why: string;
}

export interface CipherRow {
  readonly suites: readonly NamedCode[];
  readonly order: 'server' | 'client' | 'unknown';
  readonly complete: boolean;
}
export type CiphersValue = Readonly<Partial<Record<VersionName, CipherRow>>>;
export type GroupsValue = Readonly<Partial<Record<VersionName, readonly NamedCode[]>>>;

export interface CertificateRow {
  readonly version: VersionName;
  readonly auth: 'rsa' | 'ecdsa' | 'eddsa' | 'other';
  readonly how: 'plain' | 'decrypted';
  readonly chain: readonly Certificate[];
  readonly assessment: ChainAssessment;
  /** Attempt that brought it. */
  readonly attempt: string;
}

export interface ClientAuthValue {
  readonly requested: boolean | null;
  readonly required: boolean | null;
  /** Acceptable CA names, RFC 4514. */
  readonly authorities: readonly string[];
  /** Certificate types (`rsa_sign`, …). */
  readonly types: readonly string[];
  /** What the server made of the certificate given for this; absent where none was given, or the server asks for none. */
  readonly ours?: OwnCertificateValue;
}

export interface OwnCertificateValue {
  /** SHA-256, hex. */
  readonly sha256: string;
  /** True where the handshake went on with it, false where an alert about certificates ended it; null where neither shows. */
  readonly accepted: boolean | null;
  /** Name of the alert that answered it. */
  readonly alert: string | null;
}

/** Where a row comes from, so that a claim can be counted again: the hello under test, and the control hellos beside it. */
export interface RowAttempts {
  /** Ids of the attempts that sent this row's hello. */
  readonly attempts: readonly string[];
  /** Ids of the attempts that sent the control hello in between; empty where nothing failed. */
  readonly controls: readonly string[];
}

export interface HelloSizeRow extends RowAttempts {
  readonly length: number;
  readonly reply: Reply;
}

export interface HelloSizeValue {
  readonly rows: readonly HelloSizeRow[];
  /** Ranges of hello lengths that fail, both ends inclusive, each verified by repeats and a control. */
  readonly failing: readonly { readonly from: number; readonly to: number }[];
}

export interface CaseRow extends RowAttempts {
  readonly case: string;
  readonly reply: Reply;
}

/** `hello-records`, `hello-segments`, `suite-count`, `extensions`. */
export interface CasesValue {
  readonly rows: readonly CaseRow[];
  /** Cases that failed 3 times while the control passed each time. */
  readonly intolerant: readonly string[];
}

export interface RenegotiationValue {
  /** The server acknowledged renegotiation_info (RFC 5746). */
  readonly secure: boolean | null;
}

export interface AlpnValue {
  readonly protocols: readonly string[];
  /** Server ends the handshake when it knows none of the offered ones (RFC 7301 §3.2). */
  readonly rejectsUnknown: boolean | null;
}

export interface ResumptionValue {
  readonly sessionId: boolean | null;
  readonly ticket: boolean | null;
  readonly tls13Ticket: boolean | null;
}

/** Value type by probe id. */
export interface ProbeValues {
  connect: ConnectValue;
  versions: readonly VersionRow[];
  ciphers: CiphersValue;
  groups: GroupsValue;
  'signature-algorithms': readonly NamedCode[];
  certificates: readonly CertificateRow[];
  'client-auth': ClientAuthValue;
  'hello-size': HelloSizeValue;
  'hello-records': CasesValue;
  'hello-segments': CasesValue;
  'suite-count': CasesValue;
  extensions: CasesValue;
  'renegotiation-info': RenegotiationValue;
  alpn: AlpnValue;
  resumption: ResumptionValue;
  mss: MssValue;
  pmtud: PmtudValue;
  fragments: FragmentsValue;
  trace: TraceValue;
  'reset-origin': ResetOriginValue;
  sftunnel: SftunnelValue;
}
