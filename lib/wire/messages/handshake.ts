/** The frame of every handshake message (RFC 8446 §4). */

import type { TypeOf } from '../codec.ts';
import { opaque, struct, u8 } from '../combinators.ts';

/** Type and body; the body is read with the codec of that type. */
export const handshakeMessage = struct({ type: u8, body: opaque(3) });
export type HandshakeMessage = TypeOf<typeof handshakeMessage>;
