/** Ready-made hellos, by name. */

import { HarnessError } from '../wire/index.ts';
import type { Preset, PresetOptions } from './preset.ts';
import { browser, browserMlkem } from './presets/chrome.ts';
import { gnutls } from './presets/gnutls.ts';
import { node20, openssl3 } from './presets/openssl.ts';
import { hrrPuller, tls12Minimal } from './presets/plain.ts';
import type { HelloSpec } from './spec.ts';

/** Every preset, in the order in which lists show them. */
export const presets = {
  'tls12-minimal': tls12Minimal,
  'openssl-3': openssl3,
  'node-20': node20,
  gnutls,
  browser,
  'browser-mlkem': browserMlkem,
  'hrr-puller': hrrPuller,
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;

/** True when there is a preset of this name. */
export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

/**
 * A fresh hello of the preset: random, session id, key shares and GREASE come from `random`.
 * @throws HarnessError `unknown-preset`
 */
export function makePreset(name: PresetName, options: PresetOptions): HelloSpec {
  if (!isPresetName(name)) {
    throw new HarnessError('unknown-preset', `There is no preset ${JSON.stringify(name)}.`, {
      hint: `Known: ${Object.keys(presets).join(', ')}.`,
    });
  }
  return presets[name].make(options);
}
