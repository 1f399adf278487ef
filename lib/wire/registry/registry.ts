/** Names and code points of one IANA registry, looked up both ways. */

import { codeText } from '../bytes.ts';

/** A table of code points. Unknown codes are legal everywhere and get a name made from the number. */
export interface Registry {
  /** IANA registry name, and the year of the newest list its entries were compared with. */
  readonly source: string;
  readonly size: number;
  /** The registered name, else `GREASE_0x1a1a` (RFC 8701), else the number (`0x1234`). */
  nameOf(code: number): string;
  codeOf(name: string): number | undefined;
  has(code: number): boolean;
  /** Where a code comes from: `source`, or for a code that IANA does not list, the document that defines it. */
  sourceOf(code: number): string | undefined;
  /** Code and name, in the order of the table. */
  entries(): Iterable<[number, string]>;
}

/** Names to codes, as the table files hold them. */
export type Codes = Readonly<Record<string, number>>;

/**
 * A registry from its table.
 * @param others codes in use that IANA does not list, with their own sources.
 */
export function defineRegistry(
  source: string,
  codes: Codes,
  ...others: readonly { readonly source: string; readonly codes: Codes }[]
): Registry {
  const tables = [{ source, codes }, ...others];
  let byCode: Map<number, { name: string; source: string }> | undefined;
  // Made on first use: importing the package must not cost the time to build every table.
  const known = (): Map<number, { name: string; source: string }> => {
    byCode ??= new Map(
      tables.flatMap((table) =>
        Object.entries(table.codes).map(([name, code]) => [code, { name, source: table.source }] as const),
      ),
    );
    return byCode;
  };
  return {
    source,
    get size() {
      return known().size;
    },
    nameOf: (code) => known().get(code)?.name ?? (isGrease(code) ? `GREASE_${codeText(code)}` : codeText(code)),
    codeOf: (name) => tables.find((table) => Object.hasOwn(table.codes, name))?.codes[name],
    has: (code) => known().has(code),
    sourceOf: (code) => known().get(code)?.source,
    *entries() {
      for (const [code, { name }] of known()) yield [code, name];
    },
  };
}

/** True for the 16 reserved values 0x0a0a, 0x1a1a, … 0xfafa of two-byte registries (RFC 8701 §2). */
export function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 0xff);
}
