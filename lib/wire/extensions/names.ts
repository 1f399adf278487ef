/** Extensions that carry names: of servers, protocols and users. */

import { type Codec, type TypeOf } from '../codec.ts';
import { opaque, readItems, struct, u8, vec } from '../combinators.ts';

/** server_name in ClientHello (RFC 6066 §3). `name` is the host name in ASCII, without a trailing dot. */
export const serverNameList = vec(2, struct({ nameType: u8, name: opaque(2, { min: 1 }) }), { min: 1 });
export type ServerName = TypeOf<typeof serverNameList>[number];

const protocolName = opaque(1, { min: 1 });

/** application_layer_protocol_negotiation as offered (RFC 7301 §3.1); application_settings has the same form. */
export const protocolNameList = vec(2, protocolName, { min: 1 });

/** application_layer_protocol_negotiation as answered: exactly one name (RFC 7301 §3.1). */
export const selectedProtocol = vec(2, protocolName, { min: 1, max: 1 });

/** srp: the user name (RFC 5054 §2.8.1). */
export const srpIdentity = opaque(1, { min: 1 });

/** next_protocol_negotiation in ServerHello: a list without a length of its own (draft-agl-tls-nextprotoneg-04 §3). */
export const nextProtocols: Codec<Uint8Array[]> = {
  read: (reader) => readItems(reader, protocolName, maxNextProtocols),
  write(writer, names) {
    for (const name of names) protocolName.write(writer, name);
  },
};

const maxNextProtocols = 256;
