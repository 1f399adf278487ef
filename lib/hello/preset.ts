/** What a preset is; the presets themselves are one file per family of clients. */

import type { Language } from '../evidence/index.ts';
import type { RandomBytes } from './shares.ts';
import type { HelloSpec } from './spec.ts';

export interface PresetOptions {
  /** Host name to send; none, or an IP address, leaves server_name out. */
  readonly sni?: string | null;
  readonly random: RandomBytes;
}

export interface Preset {
  /** One line for lists. */
  readonly summary: Readonly<Record<Language, string>>;
  /** Program and version whose bytes it was compared with, or why there is none. */
  readonly modelledOn: string;
  make(options: PresetOptions): HelloSpec;
}
