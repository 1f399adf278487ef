/**
 * Combinators: a message is declared once, and parsing, encoding, field paths, hex spans and malformation come from it.
 *
 * The set is closed (`u8 u16 u24 u32 u48 bytes opaque vec struct enumOf tagged optional rest when lazy`); a message that does
 * not fit is a hand-written `Codec` object. Two properties hold for each codec: `decode(encode(x)) = x`, and
 * `encode(decode(b)) = b` for every accepted `b`.
 */

import type { Codec, TypeOf } from './codec.ts';
import { DecodeError, type Reader } from './reader.ts';
import { EncodeError } from './writer.ts';

function uint(width: number): Codec<number> {
  return {
    read(reader) {
      const start = reader.offset;
      const value = reader.uint(width);
      reader.recorder?.add('value', start, reader.offset);
      return value;
    },
    write: (writer, value) => writer.uint(width, value),
  };
}

/** Big-endian unsigned integers of 1, 2, 3, 4 and 6 bytes (RFC 8446 §3.3, RFC 6347 §4.1). */
export const u8 = uint(1);
export const u16 = uint(2);
export const u24 = uint(3);
export const u32 = uint(4);
export const u48 = uint(6);

/** Exactly `length` bytes. */
export function bytes(length: number): Codec<Uint8Array> {
  return {
    read(reader) {
      const start = reader.offset;
      const value = reader.take(length);
      reader.recorder?.add('value', start, reader.offset);
      return value;
    },
    write(writer, value) {
      if (value.length !== length)
        throw new EncodeError('bad-length', `${value.length} bytes where ${length} are needed`);
      writer.put(value);
    },
  };
}

/** Limits of a vector, in bytes for `opaque`, in items for `vec`. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** Cap on list items where no other is given: more than any real message has, less than a hostile one needs. */
const defaultMaxItems = 4096;

/** Byte string behind a length prefix of `width` bytes (`opaque name<min..max>`, RFC 8446 §3.4). */
export function opaque(width: number, { min = 0, max = 2 ** (8 * width) - 1 }: Bounds = {}): Codec<Uint8Array> {
  return {
    read(reader) {
      const outer = reader.enter(width);
      const start = reader.offset;
      const length = reader.remaining;
      if (length < min) reader.fail('too-short', `${length} bytes where at least ${min} are needed`);
      if (length > max) reader.fail('too-long', `${length} bytes where at most ${max} are allowed`);
      const value = reader.take(length);
      reader.recorder?.add('value', start, reader.offset);
      reader.leave(outer);
      return value;
    },
    write(writer, value) {
      if (value.length < min)
        throw new EncodeError('too-short', `${value.length} bytes where at least ${min} are needed`);
      if (value.length > max)
        throw new EncodeError('too-long', `${value.length} bytes where at most ${max} are allowed`);
      writer.uint(width, value.length);
      writer.put(value);
    },
  };
}

/** List of items behind a length prefix of `width` bytes, which counts bytes (`T name<min..max>`, RFC 8446 §3.4). */
export function vec<T>(width: number, item: Codec<T>, { min = 0, max = defaultMaxItems }: Bounds = {}): Codec<T[]> {
  return {
    read(reader, parent) {
      const outer = reader.enter(width);
      const start = reader.offset;
      const items = readItems(reader, item, max, parent);
      if (items.length < min) reader.fail('too-short', `${items.length} items where at least ${min} are needed`);
      reader.recorder?.add('group', start, reader.offset);
      reader.leave(outer);
      return items;
    },
    write(writer, items, parent) {
      if (items.length < min)
        throw new EncodeError('too-short', `${items.length} items where at least ${min} are needed`);
      if (items.length > max)
        throw new EncodeError('too-long', `${items.length} items where at most ${max} are allowed`);
      const start = writer.open(width);
      let i = 0;
      try {
        for (; i < items.length; i++) item.write(writer, items[i] as T, parent);
      } catch (error) {
        throw error instanceof EncodeError ? error.within(i) : error;
      }
      writer.close(width, start);
    },
  };
}

/** Items up to the end of the enclosing field, at most `max`; for hand-written codecs of lists without a length. */
export function readItems<T>(reader: Reader, item: Codec<T>, max: number, parent?: object): T[] {
  const items: T[] = [];
  try {
    while (reader.offset < reader.end) {
      if (items.length === max) reader.fail('too-long', `more than ${max} items`);
      const before = reader.offset;
      reader.recorder?.open(items.length);
      const value = item.read(reader, parent);
      if (reader.offset === before) reader.fail('bad-value', 'an item without bytes would repeat for ever');
      items.push(value);
      reader.recorder?.close();
    }
  } catch (error) {
    throw error instanceof DecodeError ? error.within(items.length) : error;
  }
  return items;
}

type Fields = Readonly<Record<string, Codec<never> | Codec<unknown>>>;
/** Fields whose codec may yield undefined are optional properties. */
type StructOf<F extends Fields> = {
  -readonly [K in keyof F as undefined extends TypeOf<F[K]> ? never : K]: TypeOf<F[K]>;
} & { -readonly [K in keyof F as undefined extends TypeOf<F[K]> ? K : never]?: TypeOf<F[K]> };

/** Fields one after another, in the order given. */
export function struct<F extends Fields>(fields: F): Codec<StructOf<F>> {
  const names = Object.keys(fields);
  const codecs = Object.values(fields) as Codec<unknown>[];
  return {
    read(reader) {
      const start = reader.offset;
      const value: Record<string, unknown> = {};
      let i = 0;
      try {
        for (; i < codecs.length; i++) {
          const name = names[i] as string;
          reader.recorder?.open(name);
          const part = (codecs[i] as Codec<unknown>).read(reader, value);
          if (part !== undefined) value[name] = part;
          reader.recorder?.close();
        }
      } catch (error) {
        throw error instanceof DecodeError ? error.within(names[i] as string) : error;
      }
      reader.recorder?.add('group', start, reader.offset);
      return value as StructOf<F>;
    },
    write(writer, value) {
      let i = 0;
      try {
        for (; i < codecs.length; i++) {
          const part = (value as Record<string, unknown>)[names[i] as string];
          (codecs[i] as Codec<unknown>).write(writer, part, value);
        }
      } catch (error) {
        throw error instanceof EncodeError ? error.within(names[i] as string) : error;
      }
    },
  };
}

/** An integer that must be one of the values of `allowed` (a registry table or any object of numbers). */
export function enumOf<N extends number>(codec: Codec<number>, allowed: Readonly<Record<string, N>>): Codec<N> {
  const known = new Set<number>(Object.values(allowed));
  return {
    read(reader, parent) {
      const start = reader.offset;
      const value = codec.read(reader, parent);
      if (!known.has(value)) reader.fail('bad-value', `${value} is not a defined value`, start);
      return value as N;
    },
    write(writer, value, parent) {
      if (!known.has(value)) throw new EncodeError('out-of-range', `${value} is not a defined value`);
      codec.write(writer, value, parent);
    },
  };
}

/** A tag and the body it announces. Bodies of tags that the table lacks are kept as bytes. */
export interface Tagged<T = unknown> {
  readonly type: number;
  readonly data: T;
}

/** How `tagged` reads and writes: tag, then a length-prefixed body chosen by the tag from `table`. */
export function tagged<T extends Readonly<Record<number, Codec<never> | Codec<unknown>>>>(
  tag: Codec<number>,
  lengthWidth: number,
  table: T,
): Codec<Tagged<TypeOf<T[keyof T]> | Uint8Array>> {
  type Body = TypeOf<T[keyof T]> | Uint8Array;
  // A Map, because an object inherits entries.
  const known = new Map(Object.entries(table).map(([type, codec]) => [Number(type), codec as Codec<Body>]));
  const bodyOf = (type: number): Codec<Body> => known.get(type) ?? rest;
  return {
    read(reader, parent) {
      const start = reader.offset;
      const { recorder } = reader;
      let field = 'type';
      try {
        recorder?.open(field);
        const type = tag.read(reader, parent);
        recorder?.close();
        field = 'data';
        // Named beside `data`, not in it: a body that is a list has a `#length` of its own.
        const outer = reader.enter(lengthWidth);
        recorder?.open(field);
        const data = bodyOf(type).read(reader, parent);
        reader.leave(outer);
        recorder?.close();
        recorder?.add('group', start, reader.offset);
        return { type, data };
      } catch (error) {
        throw error instanceof DecodeError ? error.within(field) : error;
      }
    },
    write(writer, { type, data }, parent) {
      let field = 'type';
      try {
        tag.write(writer, type, parent);
        field = 'data';
        const start = writer.open(lengthWidth);
        bodyOf(type).write(writer, data, parent);
        writer.close(lengthWidth, start);
      } catch (error) {
        throw error instanceof EncodeError ? error.within(field) : error;
      }
    },
  };
}

/** Present when bytes remain in the enclosing field, else absent (undefined). */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    read: (reader, parent) => (reader.remaining === 0 ? undefined : codec.read(reader, parent)),
    write(writer, value, parent) {
      if (value !== undefined) codec.write(writer, value, parent);
    },
  };
}

/** All bytes up to the end of the enclosing field. */
export const rest: Codec<Uint8Array> = {
  read(reader) {
    const start = reader.offset;
    const value = reader.take(reader.remaining);
    reader.recorder?.add('value', start, reader.offset);
    return value;
  },
  write: (writer, value) => writer.put(value),
};

/** Present when `condition` holds for the fields read so far, else absent (undefined). */
export function when<T>(
  condition: (parent: Readonly<Record<string, unknown>>) => boolean,
  codec: Codec<T>,
): Codec<T | undefined> {
  const holds = (parent: object | undefined): boolean => condition((parent ?? {}) as Record<string, unknown>);
  return {
    read: (reader, parent) => (holds(parent) ? codec.read(reader, parent) : undefined),
    write(writer, value, parent) {
      if (holds(parent)) codec.write(writer, value as T, parent);
    },
  };
}

/** A codec made on first use, for formats that contain themselves; nesting is capped. */
export function lazy<T>(make: () => Codec<T>): Codec<T> {
  let made: Codec<T> | undefined;
  const codec = (): Codec<T> => {
    made ??= make();
    return made;
  };
  return {
    read(reader, parent) {
      reader.descend();
      const value = codec().read(reader, parent);
      reader.ascend();
      return value;
    },
    write: (writer, value, parent) => codec().write(writer, value, parent),
  };
}
