/** Sets of trusted roots, found by subject; read only when first asked for. */

import { sameBytes } from '../wire/index.ts';
import { type CertificateFrame, readFrame, subjectOf } from './frame.ts';
import { nameKey } from './name-key.ts';

export interface RootSet {
  /** How many different certificates it holds. */
  readonly size: number;
  /** The roots with this DER Name as subject, compared as RFC 5280 §7.1 does; the same objects at every call. */
  bySubject(subject: Uint8Array): readonly CertificateFrame[];
}

/**
 * A set of roots from their DER, or from a function that gives it; the function runs at the first use. Only subjects are read
 * then, and whole certificates when their subject is asked for. What has no subject, or cannot be read whole, is left out.
 */
export function rootSet(source: Iterable<Uint8Array> | (() => Iterable<Uint8Array>)): RootSet {
  let index: Map<string, Uint8Array[]> | undefined;
  const frames = new Map<string, readonly CertificateFrame[]>();
  let size = 0;
  const load = (): Map<string, Uint8Array[]> => {
    if (index !== undefined) return index;
    index = new Map();
    for (const der of typeof source === 'function' ? source() : source) {
      const subject = subjectOf(der);
      if (subject === null) continue;
      const key = nameKey(subject);
      const same = index.get(key) ?? [];
      if (same.some((other) => sameBytes(other, der))) continue;
      index.set(key, [...same, der]);
      size++;
    }
    return index;
  };
  return {
    get size() {
      load();
      return size;
    },
    bySubject(subject) {
      const key = nameKey(subject);
      const known = frames.get(key) ?? (load().get(key) ?? []).flatMap((der) => frameOrNone(der));
      if (known.length > 0) frames.set(key, known);
      return known;
    },
  };
}

function frameOrNone(der: Uint8Array): CertificateFrame[] {
  try {
    return [readFrame(der)];
  } catch {
    return [];
  }
}
