/** Files with certificates, and saved reports beside each other: what `helloprobe certs FILE…` prints. JSON. */

import type { Certificate, ChainAssessment } from './certificate.ts';
import type { AuthorityProof } from './conversation.ts';
import type { Judgement, ReportHead } from './document.ts';
import type { Finding } from './finding.ts';

/** One thing wrong with one line of a PEM block, or with the whole. */
export type PemDamage =
  /** The line is longer or shorter than the others, counted in characters without blanks. */
  | { readonly kind: 'length'; readonly line: number; readonly found: number; readonly expected: number }
  /** A character that base64 does not have, a blank within the line among them; `column` from 1. */
  | { readonly kind: 'character'; readonly line: number; readonly column: number; readonly count: number }
  /** `=` before the last line, or text behind it. */
  | { readonly kind: 'padding'; readonly line: number }
  /** The block as a whole, against what the DER header in its first characters announces; `line` is the last one with text. */
  | {
      readonly kind: 'total';
      readonly line: number;
      /** Characters, and lines of the width that the block has. */
      readonly found: { readonly characters: number; readonly lines: number };
      readonly expected: { readonly characters: number; readonly lines: number };
    };

/** `base64`: without BEGIN and END. `report`: JSON that this program wrote. `unknown`: nothing in it is a certificate. */
export type CertificateFileFormat = 'pem' | 'der' | 'pkcs7' | 'base64' | 'report' | 'unknown';

/**
 * Why a block, or a whole file, gives no certificate. The first six are of PEM; `not-a-certificate`: the bytes decode and are none;
 * `too-large`: beyond the limit on a file; `too-many`: certificates beyond the limit on one file; `broken-report`: a report of this
 * program that breaks off, or was changed; `capture`: packets, which `pcap` reads; `unreadable`: the system did not let
 * it be read; `left-out`: a folder with more files, or deeper folders, than are looked at;
 * `not-judged`: certificates of it are listed, but not judged, as there are too many in one run.
 */
export type FileProblemKind =
  | 'bad-base64'
  | 'not-closed'
  | 'wrong-begin'
  | 'wrong-end'
  | 'empty'
  | 'encrypted'
  | 'not-a-certificate'
  | 'too-large'
  | 'too-many'
  | 'broken-report'
  | 'capture'
  | 'unreadable'
  | 'left-out'
  | 'not-judged';

/** Never holds text of the file, which may be a private key. */
export interface FileProblem {
  readonly problem: FileProblemKind;
  /** After BEGIN; null outside of PEM. */
  readonly label: string | null;
  /** Of BEGIN; null outside of PEM. */
  readonly line: number | null;
  /** Where it goes wrong. */
  readonly at: number | null;
  /** Line by line, where that can be told. */
  readonly damage: readonly PemDamage[];
  /** In the report's language. */
  readonly text: string;
}

/** What else stands in a file; named, never shown. */
export interface OtherBlock {
  /** `PRIVATE KEY`, `X509 CRL`, …; `PKCS12` for such a file. */
  readonly label: string;
  readonly line: number | null;
}

export interface CertificateFile {
  /** As given, or the path below a folder that was given; `-` for standard input. */
  readonly name: string;
  readonly format: CertificateFileFormat;
  /** SHA-256, in the order of the file. */
  readonly certificates: readonly string[];
  readonly problems: readonly FileProblem[];
  readonly others: readonly OtherBlock[];
}

export interface CertificatePlace {
  readonly file: string;
  /** Of BEGIN; null outside of PEM. */
  readonly line: number | null;
}

/** What is said of a certificate's end, in the words of the script that Cisco gives for its InternalCA (222464). */
export interface ExpiryNotice {
  readonly state: 'expired' | 'within-30-days' | 'within-90-days' | 'later' | 'unknown';
  /** Whole days until the end, or since it where `expired`; null where the end cannot be read. */
  readonly days: number | null;
  /** The sentences of the script, and for an InternalCA within 90 days what the FMC says of it; in the report's language. */
  readonly text: readonly string[];
  /** How an FMC with VDB 399 or later tells it, for an InternalCA within 90 days; null where it does not. */
  readonly fmcAlert: { readonly task: 'error'; readonly health: 'warning' | 'error' } | null;
}

export interface FiledCertificate extends Certificate {
  /** The first 100 places. */
  readonly seenIn: readonly CertificatePlace[];
  /** SHA-256 of the SubjectPublicKeyInfo; null where it cannot be read. */
  readonly keySha256: string | null;
  readonly expiry: ExpiryNotice;
}

/** What a certificate is judged as. `authority`: a CA on its own. `other`: neither for servers nor a CA. */
export type FiledRole = 'server' | 'authority' | 'sftunnel' | 'other';

/** Whether clients of a kind would accept a chain: the rule set, and what stands against it. */
export interface ProfileVerdict {
  /** `client`: as AnyConnect-class clients. `strict`: RFC 5280 and CA/B Baseline Requirements. */
  readonly profile: string;
  readonly ok: boolean;
  readonly reasons: readonly {
    readonly id: string;
    readonly effect: string;
    readonly position: number | null;
    readonly detail: string | null;
  }[];
}

/** A leaf, and what stands with it as a server would send it. */
export interface FiledChain {
  readonly file: string;
  /** Line of the leaf; null outside of PEM. */
  readonly line: number | null;
  readonly role: FiledRole;
  /** SHA-256, leaf first, in the order of the file. */
  readonly certificates: readonly string[];
  /** CA certificates of other files that were looked at for the path. */
  readonly added: readonly string[];
  /** A CA of the issuer's name, in this file or another, and whether it signed the leaf of an sftunnel chain; null without one. */
  readonly authority: { readonly sha256: string; readonly proof: AuthorityProof } | null;
  /** Null for what is no server's. */
  readonly assessment: ChainAssessment | null;
  readonly verdicts: readonly ProfileVerdict[];
}

/** A saved report: what one place in the network was shown. */
export interface VantagePoint {
  readonly file: string;
  /** When the run began. */
  readonly at: string;
  readonly address: string | null;
  readonly leaves: readonly {
    readonly sha256: string;
    readonly keySha256: string | null;
    readonly subject: string;
    readonly issuer: string;
    readonly notBefore: string | null;
    readonly trust: ChainAssessment['trust'];
  }[];
}

/**
 * One server as two places see it. `same`: a leaf in common. `renewed`: other leaves of the same key or the same issuer.
 * `other-issuer`: neither certificate, key nor issuer in common. `unknown`: one of them saw no certificate.
 */
export interface VantageComparison {
  /** `host:port`, and the name that was asked for. */
  readonly host: string;
  readonly port: number;
  readonly sni: string | null;
  readonly points: readonly [VantagePoint, VantagePoint];
  readonly result: 'same' | 'renewed' | 'other-issuer' | 'unknown';
}

/** Kinds of programs that may be the client. */
export type ClientKind = 'secure-client' | 'browser' | 'node' | 'openssl' | 'gnutls' | 'java';

/** What a kind of client does and says where a finding holds. */
export interface ClientReaction {
  readonly finding: string;
  readonly client: ClientKind;
  /** `refuses`, `asks` its user, or `unknown`: no source says. */
  readonly does: 'refuses' | 'asks' | 'unknown';
  /** Its own words, never translated; null where they are not known. */
  readonly words: string | null;
  /** Its own code (`CERT_HAS_EXPIRED`, `verify error 10`); null where there is none, or it is not known. */
  readonly code: string | null;
  /** Alert that it sends, by number; null where it sends none or that is not known. */
  readonly alert: number | null;
  readonly source: string;
}

export interface CertificatesReport extends ReportHead {
  readonly command: 'certs';
  readonly judgement: Judgement;
  readonly files: readonly CertificateFile[];
  readonly certificates: readonly FiledCertificate[];
  readonly chains: readonly FiledChain[];
  readonly comparisons: readonly VantageComparison[];
  readonly says: readonly ClientReaction[];
  readonly findings: readonly Finding[];
}
