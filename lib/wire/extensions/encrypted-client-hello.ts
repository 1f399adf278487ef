/** encrypted_client_hello (RFC 9849 §5). */

import type { TypeOf } from '../codec.ts';
import { bytes, opaque, rest, struct, u8, u16, when } from '../combinators.ts';
import { echClientHelloType } from '../registry/extension-values.ts';

const isOuter = ({ type }: Readonly<Record<string, unknown>>): boolean => type === echClientHelloType.outer;

/** In ClientHello. An inner hello has the type alone; `other` is what follows it there, or after an unknown type. */
export const echClientHello = struct({
  type: u8,
  kdf: when(isOuter, u16),
  aead: when(isOuter, u16),
  configId: when(isOuter, u8),
  enc: when(isOuter, opaque(2)),
  payload: when(isOuter, opaque(2, { min: 1 })),
  other: when((fields) => !isOuter(fields), rest),
});
export type EchClientHello = TypeOf<typeof echClientHello>;

/** In HelloRetryRequest: the server's proof that it accepted the inner hello. */
export const echConfirmation = bytes(8);

/** In EncryptedExtensions: an ECHConfigList, kept as it is because its configurations carry their own versions. */
export const echRetryConfigs = opaque(2, { min: 4 });
