/** @module ClientHello as data: specs, presets, sizes, how it is cut, fingerprints, dumps. */

export * from './build.ts';
export * from './dump.ts';
export * from './edits.ts';
export * from './encode.ts';
export * from './extensions.ts';
export * from './fingerprint.ts';
export * from './names.ts';
export * from './padding.ts';
export * from './plan.ts';
export * from './preset.ts';
export * from './presets.ts';
export * from './read.ts';
export { canShare, makeKeyShare, type RandomBytes } from './shares.ts';
export * from './spec.ts';
