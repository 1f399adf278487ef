/** ClientHello of SSL 3.0 to TLS 1.3 and of DTLS (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6101 §5.6.1.2, RFC 6347 §4.2.1). */

import type { TypeOf } from '../codec.ts';
import { bytes, opaque, optional, struct, u8, u16, vec } from '../combinators.ts';
import { type Extension, type ExtensionTable, extensionList } from '../extensions/extension.ts';
import { clientHelloExtensions } from '../extensions/tables.ts';

/** As many suites as their length field can count. */
const maxCipherSuites = 32_767;

/** `extensions` is absent, not empty, where the message ends after the compression methods. */
export const clientHello = clientHelloWith(clientHelloExtensions);
export type ClientHello = TypeOf<typeof clientHello>;
export type ClientHelloExtension = Extension<typeof clientHelloExtensions>;

/** The same message with every extension body kept as bytes: for hellos whose known extensions are malformed. */
export const clientHelloVerbatim = clientHelloWith({});

/** ClientHello of DTLS: `cookie` is that of the HelloVerifyRequest, empty before it came and in DTLS 1.3 (RFC 9147 §5.3). */
export const dtlsClientHello = struct({
  legacyVersion: u16,
  random: bytes(32),
  sessionId: opaque(1, { max: 32 }),
  cookie: opaque(1),
  cipherSuites: vec(2, u16, { min: 1, max: maxCipherSuites }),
  compressionMethods: vec(1, u8, { min: 1 }),
  extensions: optional(extensionList(clientHelloExtensions)),
});
export type DtlsClientHello = TypeOf<typeof dtlsClientHello>;

function clientHelloWith<T extends ExtensionTable>(table: T) {
  return struct({
    legacyVersion: u16,
    random: bytes(32),
    sessionId: opaque(1, { max: 32 }),
    cipherSuites: vec(2, u16, { min: 1, max: maxCipherSuites }),
    compressionMethods: vec(1, u8, { min: 1 }),
    extensions: optional(extensionList(table)),
  });
}
