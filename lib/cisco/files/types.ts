/**
 * What the files and program outputs of sftunnel hold, as data. Every reader is total: a line that it cannot use becomes a
 * `Diagnostic` with its number, never an exception. No type here has room for a password or a private key.
 */

import type { TreeEntry } from './inventory-types.ts';

/** What a reader hands over: what it understood, and what it could not use. */
export interface Parsed<T> {
  readonly value: T;
  /** In the order of their lines; at most `maxDiagnostics`, the last one is then `more-problems`. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One line that could not be used, or was used with a reservation. Never holds text of the line, which may be a secret. */
export interface Diagnostic {
  /** From 1. */
  readonly line: number;
  readonly id: DiagnosticId;
  /** A word that makes it plainer: the name of a field, or a key that was meant. Never a value. */
  readonly detail?: string;
}

export type DiagnosticId =
  /** Not of the shape that this file has. */
  | 'not-understood'
  /** A record or block that ends before it is complete. */
  | 'cut-off'
  /** A block that was never opened, or never closed. */
  | 'not-closed'
  /** A key that sftunnel.conf is not known to have; `detail` is the known one that it resembles. */
  | 'unknown-key'
  /** Text after the value that is no part of the file, such as the arrows of a document. */
  | 'annotation'
  /** A value that its field cannot have; `detail` is the field. */
  | 'bad-value'
  /** The same record, block or key again. */
  | 'repeated'
  /** Too few or too many columns. */
  | 'wrong-columns'
  /** Longer than any real line; not read. */
  | 'too-long'
  /** The text has more lines, or records, than are read. */
  | 'too-many'
  /** Further diagnostics were not kept. */
  | 'more-problems';

/** A line of `sftunnel.conf` blocks: `key value;`. */
export interface ConfSetting {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

export interface ConfBlock {
  readonly name: string;
  readonly line: number;
  readonly settings: readonly ConfSetting[];
}

/** /etc/sf/sftunnel.conf. */
export interface SftunnelConf {
  readonly blocks: readonly ConfBlock[];
  /** Paths and values of the sftunnel block, by meaning; null where not given. Misread keys (`proxy_cr1`) count. */
  readonly certificate: string | null;
  readonly key: string | null;
  readonly ca: string | null;
  readonly crl: string | null;
  readonly tlsVersion: string | null;
}

/** A file that could not be pushed: one record of FAILED_PUSH. */
export interface FailedPush {
  readonly deviceUuid: string;
  readonly deviceName: string;
  readonly deviceAddress: string;
  /** On the FMC; double slashes made single. */
  readonly source: string;
  /** On the FTD; double slashes made single. */
  readonly destination: string;
  /** First and last line of the record, which a terminal may have wrapped. */
  readonly line: number;
  readonly endLine: number;
}

/** A record whose end is missing: what there is of it. */
export interface IncompleteFailedPush {
  readonly deviceUuid: string;
  readonly deviceName: string | null;
  readonly deviceAddress: string | null;
  readonly line: number;
  readonly endLine: number;
}

export interface FailedPushFile {
  readonly records: readonly FailedPush[];
  readonly incomplete: readonly IncompleteFailedPush[];
  /** From the file's own path, where a prompt shows it (`/var/tmp/certs/<UNIX time>/FAILED_PUSH`); ISO 8601, or null. */
  readonly generatedAt: string | null;
}

/** Output of generate_certs.pl. */
export interface GenerateCertsOutput {
  readonly logFile: string | null;
  /** What the script said of the CA that it replaces; `at` ISO 8601 or null when unreadable. */
  readonly currentCa: { readonly daysLeft: number | null; readonly at: string | null; readonly line: number } | null;
  /** Answers to its questions in order; null where none is seen. */
  readonly answers: readonly ('yes' | 'no' | null)[];
  /** One per file: `Failed to push to <device> = <destination>`. */
  readonly failed: readonly { readonly device: string; readonly destination: string; readonly line: number }[];
  /** Path of the FAILED_PUSH file that it names, and the time in it (ISO 8601). */
  readonly failedPushFile: { readonly path: string; readonly generatedAt: string | null } | null;
  /**
   * `failed-pushes`: some files were not pushed. `declined`: a question was answered with no. `no-failure-seen`: both
   * questions answered yes, and the output ends without a failure. `incomplete`: anything else, e.g. cut.
   */
  readonly outcome: 'failed-pushes' | 'declined' | 'no-failure-seen' | 'incomplete';
}

/** What copy_sftunnel_certs.py did with one device. */
export interface CopiedDevice {
  readonly name: string;
  readonly line: number;
  /** Local time of the machine it ran on, `YYYY-MM-DDTHH:MM:SS`; its zone is not known. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly steps: readonly { readonly step: CopyStep; readonly at: string; readonly line: number }[];
  /**
   * `copied`: the script says so. `restarted` besides tells whether sftunnel was restarted. `not-ha-peer`: an FMC that gets
   * none. `unreachable`: no connection. `incomplete`: the block ends before any of these.
   */
  readonly outcome: 'copied' | 'not-ha-peer' | 'unreachable' | 'incomplete';
  readonly restarted: boolean;
}

export type CopyStep =
  | 'attempting'
  | 'connected'
  | 'not-ha-peer'
  | 'copying'
  | 'copied'
  | 'restarting'
  | 'closing'
  | 'could-not-connect';

export interface CopyCertsOutput {
  readonly devices: readonly CopiedDevice[];
}

/** One peer in the output of sftunnel_status.pl, sftunnel-status or sftunnel-status-brief. */
export interface SftunnelPeer {
  readonly line: number;
  /** IP address or name; null where the output does not say. */
  readonly address: string | null;
  readonly uuid: string | null;
  /**
   * `up`: both channels, or a heartbeat and no word of a disconnect. `partial`: one channel of two. `down`: says so.
   * `unknown`: the output does not tell (also where only the RPC poll failed, see `rpc`).
   */
  readonly state: 'up' | 'partial' | 'down' | 'unknown';
  readonly channels: readonly SftunnelChannel[];
  /** As printed, without the final dot: `Completed`. */
  readonly registration: string | null;
  /** Times as printed; the zone is often not. */
  readonly connectedSince: string | null;
  readonly attemptedAt: string | null;
  readonly heartbeat: { readonly sent: string | null; readonly received: string | null };
  readonly lastDisconnect: { readonly time: string | null; readonly reason: string | null };
  readonly softwareVersion: string | null;
  readonly softwareBuild: string | null;
  readonly rpc: 'ok' | 'failed' | null;
  /** Files that the run status names (`Cert File = …`), null where it does not. */
  readonly files: { readonly key: string | null; readonly certificate: string | null; readonly ca: string | null };
  /** Cipher suites in use, as printed. */
  readonly ciphers: readonly string[];
}

export interface SftunnelChannel {
  readonly name: 'A' | 'B';
  readonly kind: 'CONTROL' | 'EVENT' | null;
  readonly connected: boolean;
  readonly interface: string | null;
  readonly peer: string | null;
  readonly via: string | null;
}

export interface SftunnelStatus {
  readonly peers: readonly SftunnelPeer[];
  /** True where the command shows that it was taken on a device, whose peer is its FMC: of the other devices it tells nothing. */
  readonly onDevice: boolean;
}

/** One row of devices.csv. The password is never kept, only whether there is one. */
export interface DeviceRow {
  readonly name: string;
  readonly address: string;
  readonly username: string;
  readonly hasPassword: boolean;
  readonly line: number;
}

export interface DevicesCsv {
  /** True when the first row names the columns. */
  readonly header: boolean;
  readonly rows: readonly DeviceRow[];
}

/** What a check of a certificate's dates printed. */
export interface CertificateDates {
  /** ISO 8601. */
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  /** As counted on the day of the output, negative after the end. */
  readonly daysLeft: number | null;
}

/** One row of `ls -l`. */
export interface ListedFile {
  readonly name: string;
  readonly kind: TreeEntry['kind'];
  /** Permission bits. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** As printed: `1.7K`. */
  readonly size: string;
  readonly isEmpty: boolean;
  /** As printed: `Oct 14 14:49`; the zone is not known, nor is the year. */
  readonly modified: string;
  /** Where the prompt before it says to be; null where no prompt is seen. */
  readonly folder: string | null;
  readonly line: number;
}

export interface DirectoryListing {
  readonly files: readonly ListedFile[];
}
