/**
 * Tolerant readers of JSON: a report may come from a file that was cut, edited or written by another version. What cannot be
 * read as what it should be is `undefined`, and counts as not known; nothing here throws.
 */

/** Reads one kind of value, `undefined` when it is something else. */
export type Reader<T> = (value: unknown) => T | undefined;

/** What a reader gives. */
export type ReadBy<R> = R extends Reader<infer T> ? T : never;

/**
 * Any string. Read as one of a set of words it is not compared with them: a word this version does not know is no damage, only
 * new, and rules look for the words they know.
 */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A finite number. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function boolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : reader(value));
}

/** What an older version did not write is `otherwise`. */
export function optional<T>(reader: Reader<T>, otherwise: T): Reader<T> {
  return (value) => (value === undefined ? otherwise : reader(value));
}

/** A list; items that cannot be read are left out. */
export function list<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value) => (Array.isArray(value) ? value.flatMap((item) => reader(item) ?? []) : undefined);
}

/** A list that is worth nothing when one item is damaged. */
export function wholeList<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items: T[] = [];
    for (const raw of value) {
      const item = reader(raw);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  };
}

/** An object with at least these fields; one damaged field spoils it. */
export function object<Shape extends Readonly<Record<string, Reader<unknown>>>>(
  shape: Shape,
): Reader<{ readonly [Key in keyof Shape]: ReadBy<Shape[Key]> }> {
  const fields = Object.entries(shape);
  return (value) => {
    if (!isObject(value)) return undefined;
    const out: Record<string, unknown> = {};
    for (const [name, reader] of fields) {
      const field = reader(Object.hasOwn(value, name) ? value[name] : undefined);
      if (field === undefined) return undefined;
      out[name] = field;
    }
    return out as { readonly [Key in keyof Shape]: ReadBy<Shape[Key]> };
  };
}

/** An object used as a table; entries that cannot be read are left out. */
export function table<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value) => {
    if (!isObject(value)) return undefined;
    const entries = Object.keys(value).flatMap((key) => {
      const item = reader(value[key]);
      return item === undefined ? [] : [[key, item] as const];
    });
    return Object.fromEntries(entries);
  };
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
