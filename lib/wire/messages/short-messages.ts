/** The short messages: session tickets, Finished, and those that only say that something happened. */

import type { TypeOf } from '../codec.ts';
import { enumOf, opaque, rest, struct, u8, u16, u32 } from '../combinators.ts';
import { extensionList } from '../extensions/extension.ts';
import { encryptedExtensionsExtensions, newSessionTicketExtensions } from '../extensions/tables.ts';
import { changeCipherSpecType, keyUpdateRequest } from '../registry/extension-values.ts';

const nothing = struct({});

/** HelloRequest (RFC 5246 §7.4.1.1): the server wants to renegotiate. */
export const helloRequest = nothing;

/** ServerHelloDone (RFC 5246 §7.4.5). */
export const serverHelloDone = nothing;

/** EndOfEarlyData (RFC 8446 §4.5). */
export const endOfEarlyData = nothing;

/** HelloVerifyRequest of DTLS (RFC 6347 §4.2.1). */
export const helloVerifyRequest = struct({ serverVersion: u16, cookie: opaque(1) });
export type HelloVerifyRequest = TypeOf<typeof helloVerifyRequest>;

/** EncryptedExtensions (RFC 8446 §4.3.1). */
export const encryptedExtensions = struct({ extensions: extensionList(encryptedExtensionsExtensions) });
export type EncryptedExtensions = TypeOf<typeof encryptedExtensions>;

/** NewSessionTicket up to TLS 1.2 (RFC 5077 §3.3). `ticketLifetimeHint` in seconds, 0 where unspecified. */
export const newSessionTicketTls12 = struct({ ticketLifetimeHint: u32, ticket: opaque(2) });
export type NewSessionTicketTls12 = TypeOf<typeof newSessionTicketTls12>;

/** NewSessionTicket of TLS 1.3 (RFC 8446 §4.6.1). `ticketLifetime` in seconds, `ticketAgeAdd` in milliseconds. */
export const newSessionTicketTls13 = struct({
  ticketLifetime: u32,
  ticketAgeAdd: u32,
  ticketNonce: opaque(1),
  ticket: opaque(2, { min: 1 }),
  extensions: extensionList(newSessionTicketExtensions),
});
export type NewSessionTicketTls13 = TypeOf<typeof newSessionTicketTls13>;

/** Finished: 36 bytes in SSL 3.0, 12 in TLS 1.0 to 1.2, a hash length in TLS 1.3 (RFC 5246 §7.4.9, RFC 8446 §4.4.4). */
export const finished = struct({ verifyData: rest });
export type Finished = TypeOf<typeof finished>;

/** KeyUpdate (RFC 8446 §4.6.3): see `keyUpdateRequest`. */
export const keyUpdate = struct({ requestUpdate: enumOf(u8, keyUpdateRequest) });
export type KeyUpdate = TypeOf<typeof keyUpdate>;

/** NextProtocol (draft-agl-tls-nextprotoneg-04 §3). */
export const nextProtocol = struct({ selectedProtocol: opaque(1), padding: opaque(1) });
export type NextProtocol = TypeOf<typeof nextProtocol>;

/** Alert (RFC 8446 §6): see `alertLevel` and `alerts`. Unknown levels and descriptions are kept. */
export const alert = struct({ level: u8, description: u8 });
export type Alert = TypeOf<typeof alert>;

/** ChangeCipherSpec (RFC 5246 §7.1). */
export const changeCipherSpec = struct({ type: enumOf(u8, changeCipherSpecType) });
export type ChangeCipherSpec = TypeOf<typeof changeCipherSpec>;
