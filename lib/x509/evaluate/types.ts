/** What the evaluation of a chain takes and gives. */

import type { RootSet } from '../roots.ts';
import type { VerifySignature } from '../signature.ts';
import type { ChainProfile } from './profiles.ts';
import type { ChainReasonId } from './reasons.ts';

/** What the leaf is to be used for; null: for anything. */
export type ChainUsage = 'server' | 'client' | null;

export interface EvaluateOptions {
  /** DER as sent; the first certificate is the leaf, the others may have any order. */
  readonly presented: readonly Uint8Array[];
  readonly roots: RootSet;
  /** Instant of the judgement; fractions of a second are dropped, as certificates have none (RFC 5280 §4.1.2.5). */
  readonly time: Date;
  /** DNS name or IP address that the leaf must be good for, as `matchHostName` takes it; null: not matched. */
  readonly host: string | null;
  readonly usage: ChainUsage;
  readonly profile: ChainProfile;
  readonly verify: VerifySignature;
  /** DER of revocation lists. A certificate whose issuer has none among them is not refused for it. */
  readonly crls?: readonly Uint8Array[];
  readonly limits?: Partial<WorkLimits>;
  /** What RFC 5280 §6.1.1 (c), (e), (f), (g) leave to the user; by default any policy will do. */
  readonly policies?: PolicyInputs;
}

export interface PolicyInputs {
  /** Dotted; absent: any. */
  readonly acceptable?: readonly string[];
  readonly requireExplicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

/** The fixed budget of one evaluation. */
export interface WorkLimits {
  /** Presented certificates looked at. */
  readonly certificates: number;
  /** Presented certificates with one subject that are considered as issuers. */
  readonly sameName: number;
  /** Intermediates on a path that are not self-issued, as RFC 5280 §4.2.1.9 counts them. */
  readonly depth: number;
  readonly signatureChecks: number;
  /** Pairs of a name and a name constraint. */
  readonly nameComparisons: number;
  /** Extensions of a path by one issuer. */
  readonly steps: number;
}

export type ReasonEffect = 'refuses' | 'may-refuse' | 'prompts' | 'notes';

export interface ChainReason {
  readonly id: ChainReasonId;
  /**
   * `refuses`: such a client does not connect. `may-refuse`: implementations differ. `prompts`: it asks the user. `notes`: it does
   * not care. All but the last make `ok` false.
   */
  readonly effect: ReasonEffect;
  /** Place in `path`: 0 is the leaf. Null: about the chain as a whole. */
  readonly position: number | null;
  /** SHA-256 of that certificate, lower-case hex. */
  readonly sha256: string | null;
  /** Which name, extension or limit; printable. Null where the id says it all. */
  readonly detail: string | null;
}

export interface PathEntry {
  readonly sha256: string;
  /** Index in `presented`; null for a root that was taken from `roots`. */
  readonly presented: number | null;
  /** It is a trust anchor. */
  readonly anchor: boolean;
}

export interface ChainVerdict {
  readonly ok: boolean;
  /** Leaf first. Of a refused chain the path that comes closest to be accepted, as far as it goes. */
  readonly path: readonly PathEntry[];
  /** What stands against that path, leaf first; notes also where `ok`. */
  readonly reasons: readonly ChainReason[];
  readonly workDone: WorkDone;
}

export interface WorkDone {
  readonly signatureChecks: number;
  readonly nameComparisons: number;
  readonly steps: number;
  /** Limits that were reached; what lies beyond was not looked at. */
  readonly exhausted: readonly (keyof WorkLimits)[];
}
