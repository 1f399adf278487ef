/** The laws every codec keeps, as tests; one call per codec. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Codec, DecodeError, decode, encode, fromHex, struct, toHex } from '../../lib/wire/index.ts';
import { mutate, randomFrom } from './mutate.ts';

const seed = 0x7151;
const mutations = 2000;

export interface CodecExamples {
  /** Real or hand-made encodings, hex. */
  readonly vectors: readonly string[];
  /** Prefix lengths that are complete values too (a field that runs to the end, an optional part that is absent). */
  readonly legalCuts?: (bytes: Uint8Array) => readonly number[] | 'all';
  /** True when the value runs to the end of the bytes, so that one more byte is just a longer value. */
  readonly openEnded?: boolean;
}

/** Vectors, round trip, truncation, trailing byte, damage. */
export function codecLaws<T>(name: string, codec: Codec<T>, arbitrary: fc.Arbitrary<T>, examples: CodecExamples): void {
  const vectors = examples.vectors.map(fromHex);
  // A name for the value itself, which a list or a number has none of.
  const field = struct({ value: codec });

  describe(name, () => {
    it('reads its vectors and writes them back byte for byte', () => {
      for (const bytes of vectors) expect(toHex(encode(codec, decode(codec, bytes)))).to.equal(toHex(bytes));
    });

    it('gives back any value that it wrote', () => {
      fc.assert(
        fc.property(arbitrary, (value) => {
          expect(decode(codec, encode(codec, value))).to.deep.equal(value);
        }),
        { seed, numRuns: 100 },
      );
    });

    it('names the field when it is cut anywhere', () => {
      for (const bytes of vectors) {
        const legal = examples.legalCuts?.(bytes) ?? [];
        for (let length = 0; length < bytes.length; length++) {
          const cut = bytes.subarray(0, length);
          if (legal === 'all' || legal.includes(length)) expect(encode(codec, decode(codec, cut))).to.deep.equal(cut);
          else expect(refusal(field, cut).path, `cut at ${length} of ${toHex(bytes)}`).to.match(/^value/);
        }
      }
    });

    it('refuses a byte too many', () => {
      if (examples.openEnded === true) return;
      for (const bytes of vectors) refusal(codec, Uint8Array.of(...bytes, 0));
    });

    it('refuses or reproduces 2,000 damaged inputs', () => {
      const random = randomFrom(seed);
      for (let i = 0; i < mutations; i++) {
        const bytes = mutate(vectors[i % vectors.length] as Uint8Array, random);
        expectRefusedOrReproduced(codec, bytes);
      }
    });
  });
}

/** The DecodeError that these bytes must give. */
export function refusal(codec: Codec<unknown>, bytes: Uint8Array): DecodeError {
  let value: unknown;
  try {
    value = decode(codec, bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error(`accepted ${toHex(bytes)} as ${JSON.stringify(value)}`);
}

/** Strictness in one rule: bytes are refused with a DecodeError, or the value read from them encodes to the same bytes. */
export function expectRefusedOrReproduced(codec: Codec<unknown>, bytes: Uint8Array): void {
  let value: unknown;
  try {
    value = decode(codec, bytes);
  } catch (error) {
    if (error instanceof DecodeError) return;
    throw error;
  }
  const again = toHex(encode(codec, value));
  if (again !== toHex(bytes)) expect(again).to.equal(toHex(bytes));
}
