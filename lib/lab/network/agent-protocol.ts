/** What a lab and its agents say to each other, one JSON text a line. */

import type { HeadendChoice } from './types.ts';

export type AgentTask =
  | { readonly do: 'serve'; readonly headend: HeadendChoice; readonly port: number }
  | { readonly do: 'seen'; readonly headend: number }
  | { readonly do: 'stop'; readonly headend: number }
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
