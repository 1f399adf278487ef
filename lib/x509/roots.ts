/** Sets of trusted roots, found by subject; decoded only when first asked for. */

import { toHex } from '../wire/index.ts';
import { type CertificateFrame, readFrame } from './frame.ts';

export interface RootSet {
  /** How many different readable certificates it holds. */
  readonly size: number;
  /** The roots with exactly this DER Name as subject. */
  bySubject(subject: Uint8Array): readonly CertificateFrame[];
}

/**
 * A set of roots from their DER, or from a function that gives it; the function runs, and the certificates are read, at the
 * first use. What cannot be read as a certificate is left out and not counted.
 */
export function rootSet(source: Iterable<Uint8Array> | (() => Iterable<Uint8Array>)): RootSet {
  let index: Map<string, CertificateFrame[]> | undefined;
  let size = 0;
  const load = (): Map<string, CertificateFrame[]> => {
    if (index !== undefined) return index;
    index = new Map();
    const seen = new Set<string>();
    for (const der of typeof source === 'function' ? source() : source) {
      // The signature is unique enough to tell two certificates apart, and cheaper than a hash of the whole.
      const frame = frameOrNull(der);
      const identity = frame === null ? '' : toHex(frame.signature) + toHex(frame.subject);
      if (frame === null || seen.has(identity)) continue;
      seen.add(identity);
      size++;
      const subject = toHex(frame.subject);
      const same = index.get(subject);
      if (same === undefined) index.set(subject, [frame]);
      else same.push(frame);
    }
    return index;
  };
  return {
    get size() {
      load();
      return size;
    },
    bySubject: (subject) => load().get(toHex(subject)) ?? [],
  };
}

function frameOrNull(der: Uint8Array): CertificateFrame | null {
  try {
    return readFrame(der);
  } catch {
    return null;
  }
}
