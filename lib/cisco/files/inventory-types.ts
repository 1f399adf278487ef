/** A tree of sftunnel files, and the stock that was taken of it. No type here has room for a private key. */

import type { Certificate } from '../../evidence/index.ts';
import type { PemProblem } from '../../x509/index.ts';
import type { FailedPushFile, Parsed, SftunnelConf } from './types.ts';

/** One entry of a tree or a tarball. */
export interface TreeEntry {
  /** With slashes, without a leading `./`; absolute or not. Unsafe characters are kept: escape before printing. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Permission bits, e.g. 0o644; null where not known. */
  readonly mode: number | null;
  /** Name, or number as text; null where not known. */
  readonly owner: string | null;
  readonly group: string | null;
  /** Content of a file that was read; null for one that was left out (too large, or not wanted). */
  readonly content: Uint8Array | null;
}

/** The three files that make a side of a tunnel, and where they lie. */
export type SftunnelFileRole = 'ca' | 'certificate' | 'key';

/** A certificate or a key in a file of the tree. */
export interface InventoryFile {
  readonly path: string;
  readonly role: SftunnelFileRole;
  readonly mode: string | null;
  readonly owner: string | null;
  readonly group: string | null;
  readonly size: number;
  /** SHA-256 of the certificates in it, in order; empty for keys. */
  readonly certificates: readonly string[];
  /** SHA-256 of the public keys (SubjectPublicKeyInfo) of what it holds; null entries could not be read. */
  readonly publicKeys: readonly (string | null)[];
  readonly damage: readonly PemProblem[];
}

/** One side of one tunnel: /etc/sf itself, or a folder of /var/sf/peers. */
export interface InventoryFolder {
  /** As in the tree. */
  readonly path: string;
  /**
   * `fmc-own`: /etc/sf (CA, and what the FMC shows). `peer`: /var/sf/peers/<UUID>. `pushed`: its certs_pushed folder, what
   * an FMC made for that device.
   */
  readonly kind: 'fmc-own' | 'peer' | 'pushed';
  /** UUID of the peer that the folder is named after; null for `fmc-own`. */
  readonly peerUuid: string | null;
  readonly ca: InventoryFile | null;
  readonly certificate: InventoryFile | null;
  readonly key: InventoryFile | null;
  /** CN of the certificate's subject and of its issuer: who it is for, and whose CA signed it. */
  readonly subjectUuid: string | null;
  readonly issuerUuid: string | null;
  /** Does the private key belong to the certificate? Null where either is missing or unreadable. */
  readonly keyMatches: boolean | null;
  /** Was the certificate signed by the CA beside it? Null where either is missing, or it cannot be checked. */
  readonly signedByCa: boolean | null;
}

export type InventoryProblemId =
  /** The private key belongs to another certificate. */
  | 'key-mismatch'
  /** The certificate was not signed by the CA beside it. */
  | 'ca-mismatch'
  /** Issuer and CA of one folder differ from those of another folder of the same tree. */
  | 'missing-file'
  | 'empty-file'
  | 'damaged'
  /** Holds something else than its name says: a key where a certificate belongs. */
  | 'wrong-content'
  /** More than one certificate or key in a file. */
  | 'several'
  /** Not owned by root. */
  | 'wrong-owner'
  /** Others than the owner may write it. */
  | 'writable-by-others'
  /** Others than the owner may read a private key. */
  | 'key-readable-by-others'
  /** A name that resembles one of the three files, with characters that do not belong (control characters, `???`). */
  | 'stray-file'
  /** A link in the place of one of the files. */
  | 'not-a-file'
  /** Left out: larger than a PEM file of this kind can be. */
  | 'too-large';

export interface InventoryProblem {
  readonly id: InventoryProblemId;
  /** Printable: unsafe characters are escaped. */
  readonly path: string;
  /** Line in the file, from 1, where it has one. */
  readonly line: number | null;
  /** What makes it plainer, e.g. mode or owner; never content of the file. */
  readonly detail: string | null;
}

export interface SftunnelInventory {
  /** `fmc` holds a CA of its own, `ftd` does not; `unknown` with too little in the tree. */
  readonly side: 'fmc' | 'ftd' | 'unknown';
  readonly conf: Parsed<SftunnelConf> | null;
  readonly folders: readonly InventoryFolder[];
  /** Unique by SHA-256. */
  readonly certificates: readonly Certificate[];
  readonly failedPushes: readonly (Parsed<FailedPushFile> & { readonly path: string })[];
  readonly problems: readonly InventoryProblem[];
  /** What was left out, by reason; empty when nothing was. */
  readonly dropped: Readonly<Record<string, number>>;
}
