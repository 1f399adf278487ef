/** Extension lists: known bodies are decoded by a table of the message they stand in, unknown ones are kept as bytes. */

import { type Codec, type TypeOf } from '../codec.ts';
import { tagged, u16, vec } from '../combinators.ts';

/** Extension type to the codec of its body, for one message (the table of RFC 8446 §4.2). */
export type ExtensionTable = Readonly<Record<number, Codec<never> | Codec<unknown>>>;

/** One extension of a message (of any message: `Tagged`); `data` is the decoded body where the message's table knows the type, else the body verbatim. */
export interface Extension<T extends ExtensionTable> {
  readonly type: number;
  readonly data: TypeOf<T[keyof T]> | Uint8Array;
}

/** `Extension extensions<0..2^16-1>` (RFC 8446 §4.2), also for the messages of TLS 1.2 (RFC 5246 §7.4.1.4). */
export function extensionList<T extends ExtensionTable>(table: T): Codec<Extension<T>[]> {
  return vec(2, tagged(u16, 2, table) as Codec<Extension<T>>);
}

/**
 * Body of the first extension of that type, or undefined when there is none.
 * Typed by the table of the message: `findExtension(hello.extensions, extensionType.key_share)` gives the shares.
 */
export function findExtension<T extends ExtensionTable, K extends keyof T & number>(
  list: readonly Extension<T>[] | undefined,
  type: K,
): TypeOf<T[K]> | undefined {
  return list?.find((extension) => extension.type === type)?.data as TypeOf<T[K]> | undefined;
}
