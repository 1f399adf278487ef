/** Extensions of the key exchange: groups, point formats, shares. */

import type { TypeOf } from '../codec.ts';
import { opaque, struct, u8, u16, vec } from '../combinators.ts';

/** supported_groups (RFC 8446 §4.2.7, RFC 8422 §5.1.1). */
export const namedGroupList = vec(2, u16, { min: 1 });

/** ec_point_formats (RFC 8422 §5.1.2). */
export const ecPointFormatList = vec(1, u8, { min: 1 });

/** One share (RFC 8446 §4.2.8); also the whole body of key_share in ServerHello. */
export const keyShareEntry = struct({ group: u16, keyExchange: opaque(2, { min: 1 }) });
export type KeyShareEntry = TypeOf<typeof keyShareEntry>;

/** key_share in ClientHello: may be empty, which asks for a HelloRetryRequest. */
export const clientShares = vec(2, keyShareEntry);

/** key_share in HelloRetryRequest: the group that the client is to send a share for. */
export const selectedGroup = u16;
