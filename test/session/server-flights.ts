/** Server flights made with our own codecs, for tests that damage, cut and reorder them. */

import { createFlightReader, type Flight, type FlightReaderOptions, type StreamEnd } from '../../lib/session/index.ts';
import {
  alert,
  type Codec,
  certificateRequestTls12,
  certificateTls12,
  concat,
  contentType,
  encode,
  encodeRecord,
  extensionType,
  handshakeMessage,
  handshakeType,
  helloRetryRequestRandom,
  type ServerHello,
  serverHello,
  serverKeyExchange,
  suiteTraits,
} from '../../lib/wire/index.ts';

export const tls12 = 0x0303;
export const tls13 = 0x0304;
/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 */
export const ecdheRsa = 0xc02f;
/** TLS_AES_128_GCM_SHA256 */
export const aes128Gcm = 0x1301;
export const at = new Date('2026-03-04T05:06:07.089Z');
export const random = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
export const none = new Uint8Array();

export function handshake(type: keyof typeof handshakeType, body: Uint8Array): Uint8Array {
  return encode(handshakeMessage, { type: handshakeType[type], body });
}

export function helloOf(fields: Partial<ServerHello> = {}): Uint8Array {
  const hello: ServerHello = {
    legacyVersion: tls12,
    random,
    sessionId: none,
    cipherSuite: ecdheRsa,
    compressionMethod: 0,
    extensions: [],
    ...fields,
  };
  return handshake('server_hello', encode(serverHello as Codec<ServerHello>, hello));
}

export const tls13Hello = helloOf({
  cipherSuite: aes128Gcm,
  extensions: [
    { type: extensionType.supported_versions, data: tls13 },
    { type: extensionType.key_share, data: { group: 0x001d, keyExchange: random } },
  ],
});

export const retryHello = handshake(
  'server_hello',
  encode(serverHello, {
    legacyVersion: tls12,
    random: helloRetryRequestRandom,
    sessionId: none,
    cipherSuite: aes128Gcm,
    compressionMethod: 0,
    extensions: [
      { type: extensionType.supported_versions, data: tls13 },
      { type: extensionType.key_share, data: 0x0018 },
    ],
  }),
);

export const leaf = Uint8Array.from({ length: 700 }, (_, i) => i & 0xff);
export const issuer = Uint8Array.from({ length: 500 }, (_, i) => (3 * i) & 0xff);
export const certificates = (...list: Uint8Array[]): Uint8Array =>
  handshake('certificate', encode(certificateTls12, { certificateList: list }));

const ecdheKind = suiteTraits(ecdheRsa) ?? { keyExchange: 'ECDHE', authentication: 'RSA' };
export const keyExchange = handshake(
  'server_key_exchange',
  encode(serverKeyExchange(ecdheKind, tls12), {
    ecdh: { curveType: 3, namedCurve: 0x0017, publicPoint: Uint8Array.of(4, 1, 2) },
    signed: { algorithm: 0x0804, signature: random },
  }),
);
export const authority = Uint8Array.of(0x30, 0x00);
export const certificateRequest = handshake(
  'certificate_request',
  encode(certificateRequestTls12, {
    certificateTypes: [1, 64],
    supportedSignatureAlgorithms: [0x0403, 0x0804],
    certificateAuthorities: [authority],
  }),
);
export const helloDone = handshake('server_hello_done', none);

/** The messages of a whole TLS 1.2 flight that asks for a client certificate. */
export const tls12Messages: readonly Uint8Array[] = [
  helloOf(),
  certificates(leaf, issuer),
  keyExchange,
  certificateRequest,
  helloDone,
];

/** Handshake bytes in records of at most `size` bytes. */
export function records(bytes: Uint8Array, size = 2 ** 14): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += size)
    parts.push(encodeRecord(contentType.handshake, tls12, bytes.subarray(i, i + size)));
  return new Uint8Array(Buffer.concat(parts));
}

export const tls12Flight: Uint8Array = records(concat(...tls12Messages));

export function alertRecord(level: number, description: number): Uint8Array {
  return encodeRecord(contentType.alert, tls12, encode(alert, { level, description }));
}

export const emptyRecord: Uint8Array = encodeRecord(contentType.handshake, tls12, none);
export const changeCipherSpecRecord: Uint8Array = encodeRecord(contentType.change_cipher_spec, tls12, Uint8Array.of(1));

/** Reads `stream` in chunks of `size`, then ends it. */
export function read(
  stream: Uint8Array,
  options: Partial<FlightReaderOptions> & { size?: number; ending?: StreamEnd } = {},
): Flight {
  const { size = stream.length || 1, ending = 'closed', ...given } = options;
  const reader = createFlightReader({ goal: 'server-flight', ...given });
  for (let i = 0; i < stream.length; i += size) {
    if (reader.push(stream.subarray(i, i + size), at) === 'enough') return reader.end('enough');
  }
  return reader.end(ending);
}

export function text(line: string): Uint8Array {
  return Uint8Array.from(line, (character) => character.charCodeAt(0));
}
