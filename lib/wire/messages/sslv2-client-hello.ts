/** ClientHello in SSL 2.0 form, which old clients send to reach any version (RFC 5246 appendix E.2). */

import { type Codec, readField, writeField } from '../codec.ts';
import { enumOf, bytes as exactly, readItems, u8, u16, u24 } from '../combinators.ts';
import { handshakeType } from '../registry/handshake-types.ts';
import { EncodeError, Writer } from '../writer.ts';

export interface Sslv2ClientHello {
  /** Highest version offered. */
  version: number;
  /** Three-byte codes; those that begin with 0x00 are TLS suites. */
  cipherSpecs: number[];
  sessionId: Uint8Array;
  challenge: Uint8Array;
}

const messageType = enumOf(u8, { client_hello: handshakeType.client_hello });
/** Top bit of the record header: two bytes, no padding. */
const shortHeader = 0x8000;
const maxCipherSpecs = 4096;

/** The whole record, header included. Hand-written: the three lengths stand together, before the three fields. */
export const sslv2ClientHello: Codec<Sslv2ClientHello> = {
  read(reader) {
    const start = reader.offset;
    const header = reader.uint(2);
    reader.recorder?.add('length', start, reader.offset, '#length');
    if (header < shortHeader) reader.fail('bad-value', 'not a two-byte SSL 2.0 record header', start);
    const length = header - shortHeader;
    if (length > reader.remaining) reader.fail('truncated', `need ${length} bytes, have ${reader.remaining}`);
    const outer = reader.end;
    reader.end = reader.offset + length;
    readField(reader, 'messageType', messageType);
    const version = readField(reader, 'version', u16);
    const specsLength = readField(reader, 'cipherSpecsLength', u16);
    const sessionIdLength = readField(reader, 'sessionIdLength', u16);
    const challengeLength = readField(reader, 'challengeLength', u16);
    const cipherSpecs = readField(reader, 'cipherSpecs', {
      read() {
        if (specsLength > reader.remaining)
          reader.fail('truncated', `need ${specsLength} bytes, have ${reader.remaining}`);
        const end = reader.end;
        reader.end = reader.offset + specsLength;
        const specs = readItems(reader, u24, maxCipherSpecs);
        reader.leave(end);
        return specs;
      },
    });
    const sessionId = readField(reader, 'sessionId', exactly(sessionIdLength));
    const challenge = readField(reader, 'challenge', exactly(challengeLength));
    reader.leave(outer);
    return { version, cipherSpecs, sessionId, challenge };
  },
  write(writer, { version, cipherSpecs, sessionId, challenge }) {
    const body = new Writer();
    body.uint(1, handshakeType.client_hello);
    writeField(body, 'version', u16, version);
    body.uint(2, 3 * cipherSpecs.length);
    body.uint(2, sessionId.length);
    body.uint(2, challenge.length);
    for (const [index, spec] of cipherSpecs.entries()) writeField(body, `cipherSpecs.${index}`, u24, spec);
    body.put(sessionId);
    body.put(challenge);
    if (body.length >= shortHeader)
      throw new EncodeError('too-long', `${body.length} bytes do not fit a two-byte header`);
    writer.uint(2, shortHeader + body.length);
    writer.put(body.finish());
  },
};
