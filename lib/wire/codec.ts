/** What a codec is, and how it is run: decode, encode, and naming every byte. */

import { DecodeError, Reader, type Span, SpanRecorder } from './reader.ts';
import { EncodeError, Writer } from './writer.ts';

/** Both directions of one wire format. `parent` is the enclosing struct as far as it is known (for `when`). */
export interface Codec<T> {
  read(reader: Reader, parent?: object): T;
  write(writer: Writer, value: T, parent?: object): void;
}

/** The value type of a codec. */
export type TypeOf<C> = C extends Codec<infer T> ? T : never;

/** The value that `input` holds, all of it. @throws DecodeError */
export function decode<T>(codec: Codec<T>, input: Uint8Array): T {
  const reader = new Reader(input);
  const value = codec.read(reader);
  if (reader.remaining > 0) reader.fail('trailing', `${reader.remaining} bytes left over`);
  return value;
}

/** The bytes of `value`. @throws EncodeError */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

/** Which bytes belong to which field, in reading order. @throws DecodeError */
export function spansOf<T>(codec: Codec<T>, input: Uint8Array): Span[] {
  const recorder = new SpanRecorder();
  const reader = new Reader(input, recorder);
  codec.read(reader);
  if (reader.remaining > 0) reader.fail('trailing', `${reader.remaining} bytes left over`);
  return recorder.spans;
}

/** A named part of a value; for hand-written codecs. */
export function readField<T>(reader: Reader, name: string, codec: Pick<Codec<T>, 'read'>): T {
  reader.recorder?.open(name);
  try {
    const value = codec.read(reader);
    reader.recorder?.close();
    return value;
  } catch (error) {
    throw error instanceof DecodeError ? error.within(name) : error;
  }
}

/** A named part of a value; for hand-written codecs. */
export function writeField<T>(writer: Writer, name: string, codec: Pick<Codec<T>, 'write'>, value: T): void {
  try {
    codec.write(writer, value);
  } catch (error) {
    throw error instanceof EncodeError ? error.within(name) : error;
  }
}
