/** Arbitrary values of the wire types, and of extension lists. */

import * as fc from 'fast-check';
import type { Extension, ExtensionTable } from '../../lib/wire/index.ts';

export const u8 = fc.nat(0xff);
export const u16 = fc.nat(0xffff);
export const u24 = fc.nat(0xff_ffff);
export const u32 = fc.nat(0xffff_ffff);
export const bytes = (minLength = 0, maxLength = 40): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
export const exactly = (length: number): fc.Arbitrary<Uint8Array> => bytes(length, length);
export const list = <T>(item: fc.Arbitrary<T>, minLength = 0, maxLength = 6): fc.Arbitrary<T[]> =>
  fc.array(item, { minLength, maxLength });

/** Any extension of a message: each known type with a fitting body, GREASE, and unknown types with any bytes. */
export function extensions<T extends ExtensionTable>(
  table: T,
  bodies: ReadonlyMap<unknown, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Extension<T>[]> {
  const known = Object.entries(table).map(([type, codec]) => {
    const body = bodies.get(codec);
    if (body === undefined) throw new Error(`no arbitrary for the body of extension ${type}`);
    return fc.record({ type: fc.constant(Number(type)), data: body });
  });
  const grease = fc.nat(15).map((n) => 0x0a0a + 0x1010 * n);
  const unknown = fc.record({
    type: fc.oneof(
      grease,
      u16.filter((type) => !Object.hasOwn(table, type)),
    ),
    data: bytes(),
  });
  return list(fc.oneof(unknown, ...known), 0, 8) as fc.Arbitrary<Extension<T>[]>;
}

/** Field names to arbitraries, as `struct` has them; a field that is undefined is absent. */
export function fields<T>(record: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc
    .record(record as Record<string, fc.Arbitrary<unknown>>)
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T);
}
