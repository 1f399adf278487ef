/** Captures that were recorded in labs (`lab.ts`) and are read from their files. */

import { readFileSync } from 'node:fs';
import type { Recipe } from './recipe.ts';

/** What a line of MTU 1454 does to a handshake, each seen at the client, and at the server as `NAME-server`. */
export const recorded = ['path-1454-outbound-loss', 'path-1454-inbound-loss', 'path-clamped', 'path-pmtud'] as const;

export type RecordedName = (typeof recorded)[number];

/** The bytes of a capture of this folder. */
export function captureFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../${name}.pcapng`, import.meta.url)));
}

export const recordedCaptures: readonly Recipe[] = recorded
  .flatMap((name) => [name, `${name}-server`])
  .map((name) => ({ name, make: () => captureFile(name) }));
