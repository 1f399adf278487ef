/** Resumption and external keys in TLS 1.3. */

import type { TypeOf } from '../codec.ts';
import { opaque, struct, u8, u16, u32, vec } from '../combinators.ts';

/** pre_shared_key in ClientHello (RFC 8446 §4.2.11): always the last extension. */
export const offeredPsks = struct({
  identities: vec(2, struct({ identity: opaque(2, { min: 1 }), obfuscatedTicketAge: u32 }), { min: 1 }),
  binders: vec(2, opaque(1, { min: 32 }), { min: 1 }),
});
export type OfferedPsks = TypeOf<typeof offeredPsks>;

/** pre_shared_key in ServerHello: index into the identities offered. */
export const selectedIdentity = u16;

/** psk_key_exchange_modes (RFC 8446 §4.2.9): see `pskKeyExchangeMode`. */
export const pskKeyExchangeModes = vec(1, u8, { min: 1 });
