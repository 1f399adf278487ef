/** ServerHello of SSL 3.0 to TLS 1.3, and HelloRetryRequest, which shares its form (RFC 8446 §4.1.3, §4.1.4). */

import { fromHex, sameBytes } from '../bytes.ts';
import { type Codec, type TypeOf } from '../codec.ts';
import { bytes, opaque, optional, struct, u8, u16 } from '../combinators.ts';
import { type ExtensionTable, extensionList } from '../extensions/extension.ts';
import { helloRetryRequestExtensions, serverHelloExtensions } from '../extensions/tables.ts';

/** The random that makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3). */
export const helloRetryRequestRandom: Uint8Array = fromHex(
  'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c',
);

const plainServerHello = helloWith(serverHelloExtensions);
const helloRetryRequest = helloWith(helloRetryRequestExtensions);

export type ServerHello = TypeOf<typeof plainServerHello>;
export type HelloRetryRequest = TypeOf<typeof helloRetryRequest>;

/** Either message; `isHelloRetryRequest` tells which. `extensions` is absent, not empty, where the message ends early. */
export const serverHello: Codec<ServerHello | HelloRetryRequest> = {
  read(reader) {
    const random = reader.bytes.subarray(reader.offset + 2, reader.offset + 34);
    return (sameBytes(random, helloRetryRequestRandom) ? helloRetryRequest : plainServerHello).read(reader);
  },
  write(writer, value) {
    if (isHelloRetryRequest(value)) helloRetryRequest.write(writer, value);
    else plainServerHello.write(writer, value);
  },
};

/** True when the server asks for another ClientHello. */
export function isHelloRetryRequest(hello: ServerHello | HelloRetryRequest): hello is HelloRetryRequest {
  return sameBytes(hello.random, helloRetryRequestRandom);
}

function helloWith<T extends ExtensionTable>(table: T) {
  return struct({
    legacyVersion: u16,
    random: bytes(32),
    sessionId: opaque(1, { max: 32 }),
    cipherSuite: u16,
    compressionMethod: u8,
    extensions: optional(extensionList(table)),
  });
}
