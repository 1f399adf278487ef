/** Spec to bytes and back. The bytes are the handshake message, with its 4-byte header. */

import type { Code } from '../evidence/index.ts';
import {
  clientHelloVerbatim,
  codeText,
  decode,
  encode,
  fromHex,
  HarnessError,
  handshakeMessage,
  handshakeType,
  handshakeTypes,
  toHex,
} from '../wire/index.ts';
import { extensionBody, readableExtension } from './extensions.ts';
import { codeNumber, type HelloSpec } from './spec.ts';

/**
 * The ClientHello message, header included.
 * @throws HarnessError `bad-hello-spec`, `bad-hex`; EncodeError for a value that does not fit its field.
 */
export function encodeHello(spec: HelloSpec): Uint8Array {
  try {
    const body = encode(clientHelloVerbatim, {
      legacyVersion: codeNumber(spec.legacyVersion),
      random: fromHex(spec.random),
      sessionId: fromHex(spec.sessionId),
      cipherSuites: spec.cipherSuites.map(codeNumber),
      compressionMethods: [...spec.compressionMethods],
      ...(spec.extensions !== null && {
        extensions: spec.extensions.map((extension) => ({
          type: codeNumber(extension.type),
          data: extensionBody(extension),
        })),
      }),
    });
    return encode(handshakeMessage, { type: handshakeType.client_hello, body });
  } catch (error) {
    // Specs come out of JSON files too, where a field can be missing or of the wrong kind.
    if (!(error instanceof TypeError)) throw error;
    throw new HarnessError('bad-hello-spec', `This is not a ClientHello specification: ${error.message}.`, {
      cause: error,
    });
  }
}

/**
 * The spec of a ClientHello message (header included); `encodeHello` gives back the same bytes.
 * Extensions whose bodies are not as specified are kept verbatim.
 * @param recordVersion version of the records it came in, where known.
 * @throws HarnessError `not-a-client-hello`; DecodeError when lengths or limits of the message itself are broken.
 */
export function decodeHello(message: Uint8Array, recordVersion: Code = '0x0301'): HelloSpec {
  const { type, body } = decode(handshakeMessage, message);
  if (type !== handshakeType.client_hello) {
    throw new HarnessError('not-a-client-hello', `The message is ${handshakeTypes.nameOf(type)}, not a ClientHello.`);
  }
  const hello = decode(clientHelloVerbatim, body);
  return {
    recordVersion,
    legacyVersion: codeText(hello.legacyVersion),
    random: toHex(hello.random),
    sessionId: toHex(hello.sessionId),
    cipherSuites: hello.cipherSuites.map(codeText),
    compressionMethods: hello.compressionMethods,
    extensions: hello.extensions?.map(({ type, data }) => readableExtension(type, data)) ?? null,
  };
}

/** Bytes of the handshake message, header included; the length that RFC 7685 and reports speak of. */
export function helloLength(spec: HelloSpec): number {
  return encodeHello(spec).length;
}
