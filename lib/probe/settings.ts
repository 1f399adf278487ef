/** What a run takes as given: target, clock, limits, trust. */

import type { Judgement, Target } from '../evidence/index.ts';
import type { Ability, AbilityId, Recording } from '../net/index.ts';
import type { ClientCredential } from '../session/index.ts';
import type { RootSet, VerifySignature } from '../x509/index.ts';
import type { Observer } from './events.ts';
import type { Consent } from './safety.ts';

/** Deadlines in milliseconds; the defaults are the limits the project promises. */
export interface Timeouts {
  readonly connectMs: number;
  readonly firstReplyMs: number;
  readonly totalMs: number;
  /** Of the whole run. */
  readonly deadlineMs: number;
}

export const defaultTimeouts: Timeouts = { connectMs: 5000, firstReplyMs: 3000, totalMs: 10_000, deadlineMs: 120_000 };

/** What chains are assessed with. */
export interface Trust {
  readonly roots: RootSet;
  readonly verify: VerifySignature;
}

/** Everything a run takes as given. Clock and randomness come in, so that a run can be repeated in a test. */
export interface RunSettings extends Consent {
  readonly target: Target;
  /** Addresses to try, in this order; the first that accepts a connection is used for the whole run. */
  readonly addresses: readonly string[];
  /** Why there is no address, one sentence; null when there is one. */
  readonly resolveError: string | null;
  readonly judgement: Judgement;
  readonly timeouts: Timeouts;
  /** Most connections at once, also to a server that serves them in parallel. */
  readonly concurrency: number;
  /** Least time between the starts of two connections. */
  readonly delayMs: number;
  /** Most connections of the run; the probe that needs one more ends `inconclusive`. */
  readonly maxConnections: number;
  /** Versions and certificate only, in at most 6 connections. */
  readonly quick: boolean;
  /** Keep the bytes of every hello in the report. */
  readonly keepHex: boolean;
  readonly random: (length: number) => Uint8Array;
  readonly trust: Trust;
  /** Shown to servers that ask for a certificate, by the probe of that; its key goes nowhere. */
  readonly credential?: ClientCredential | undefined;
  readonly observer: Observer;
  /** Keeps the packets of all attempts. */
  readonly recording?: Recording | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Tells what this machine can do; replaced in tests. */
  readonly abilityOf?: (id: AbilityId) => Promise<Ability>;
}
