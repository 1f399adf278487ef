/** HelloPlan: the bytes of a hello and how they are cut into TLS records and into writes, as data. */

import { concat, contentType, encodeRecord, HarnessError, tlsVersion } from '../wire/index.ts';
import { encodeHello } from './encode.ts';
import { codeNumber, type HelloSpec } from './spec.ts';

export interface HelloPlan {
  /** Handshake message with its 4-byte header. */
  readonly message: Uint8Array;
  /** Name of the preset it was made from. */
  readonly preset: string | null;
  readonly recordVersion: number;
  /** Fragment lengths of the records, 1 to 16384; what they leave goes into further ones. Default: as few as possible. */
  readonly recordLengths?: readonly number[];
  /** Lengths of the writes, record headers included; the last write takes what they leave. Default: one write. */
  readonly segmentLengths?: readonly number[];
  /** Pause between writes, milliseconds. */
  readonly gapMs?: number;
  /** Null when the message was given as bytes. */
  readonly spec: HelloSpec | null;
}

/** How to cut; see HelloPlan. */
export type PlanOptions = Partial<
  Pick<HelloPlan, 'preset' | 'recordLengths' | 'segmentLengths' | 'gapMs' | 'recordVersion'>
>;

/**
 * A plan for a spec, or for message bytes (edited with `malform`, or replayed), which then go out as they are.
 * @throws HarnessError `bad-split` when the lengths are not whole numbers in range, or add up to more than there is.
 */
export function planOf(hello: HelloSpec | Uint8Array, options: PlanOptions = {}): HelloPlan {
  const spec = hello instanceof Uint8Array ? null : hello;
  const plan: HelloPlan = {
    preset: null,
    recordVersion: spec === null ? tlsVersion['TLSv1.0'] : codeNumber(spec.recordVersion),
    ...options,
    message: hello instanceof Uint8Array ? hello : encodeHello(hello),
    spec,
  };
  writesOf(plan);
  return plan;
}

/**
 * All bytes of the plan: the message in records of content type handshake (RFC 8446 §5.1).
 * @throws HarnessError `bad-split`
 */
export function firstFlight(plan: HelloPlan): Uint8Array {
  const fragments = cut(plan.message, plan.recordLengths ?? [], 'record', maxFragment);
  return concat(...fragments.map((fragment) => encodeRecord(contentType.handshake, plan.recordVersion, fragment)));
}

/**
 * The first flight in the pieces that are to be written one by one.
 * @throws HarnessError `bad-split`
 */
export function writesOf(plan: HelloPlan): Uint8Array[] {
  return cut(firstFlight(plan), plan.segmentLengths ?? [], 'segment', Number.POSITIVE_INFINITY);
}

/** Most bytes of a record fragment (RFC 8446 §5.1). */
const maxFragment = 2 ** 14;

/** `bytes` in pieces of the lengths given, then of `max` while something is left. */
function cut(bytes: Uint8Array, lengths: readonly number[], what: 'record' | 'segment', max: number): Uint8Array[] {
  const wrong = lengths.find((length) => !Number.isInteger(length) || length < 1 || length > max);
  if (wrong !== undefined) {
    const range = max === Number.POSITIVE_INFINITY ? 'at least 1' : `from 1 to ${max}`;
    throw new HarnessError(
      'bad-split',
      `A ${what} cannot be ${wrong} bytes long; lengths are whole numbers, ${range}.`,
    );
  }
  const sum = lengths.reduce((total, length) => total + length, 0);
  if (sum > bytes.length) {
    throw new HarnessError(
      'bad-split',
      `The ${what} lengths add up to ${sum} bytes, but there are only ${bytes.length}.`,
    );
  }
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (let i = 0; offset < bytes.length; i++) {
    const end = Math.min(offset + (lengths[i] ?? max), bytes.length);
    pieces.push(bytes.subarray(offset, end));
    offset = end;
  }
  return pieces;
}
