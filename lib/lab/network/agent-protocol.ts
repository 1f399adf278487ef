/** What a lab and its agents say to each other, one JSON text a line. */

import type { HeadendChoice } from './types.ts';

export type AgentTask =
  | { readonly do: 'serve'; readonly headend: HeadendChoice; readonly port: number }
  | { readonly do: 'seen'; readonly headend: number }
  | { readonly do: 'stop'; readonly headend: number }
  | { readonly do: 'boxes'; readonly boxes: Boxes }
  | { readonly do: 'capture'; readonly device: string; readonly name: string }
  | { readonly do: 'stop-capture'; readonly capture: number }
  | { readonly do: 'call'; readonly module: string; readonly name: string; readonly args: readonly unknown[] };

export type AgentRequest = AgentTask & { readonly id: number };

export type AgentReply =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
    };

/** Value of `serve`. */
export interface ServedHeadend {
  /** Names it in `seen` and `stop`. */
  readonly headend: number;
  readonly id: string;
  readonly port: number;
  readonly sni: string;
  readonly rootsPem: string;
}

/** Programs of the faulty router; those that are null, false or 0 shall not run. */
export interface Boxes {
  readonly forge: {
    readonly clientSide: Side;
    readonly serverSide: Side;
    /** Null: every hello is answered with RST. */
    readonly sni: string | null;
    readonly ttl: number;
    /** Longer IP packets are not passed on, bytes. */
    readonly longest: number;
  } | null;
  readonly inspect: boolean;
  readonly delayMs: number;
}

/** An interface of the router, its hardware address, and that of its neighbour. */
interface Side {
  readonly device: string;
  readonly own: string;
  readonly other: string;
}

/** Value of `boxes`. */
export interface StartedBoxes {
  readonly inspectPort: number | null;
}
