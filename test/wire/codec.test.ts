import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  bytes,
  type Codec,
  DecodeError,
  decode,
  EncodeError,
  encode,
  enumOf,
  fromHex,
  lazy,
  opaque,
  optional,
  struct,
  type TypeOf,
  tagged,
  toHex,
  u8,
  u16,
  u24,
  u32,
  vec,
  when,
} from '../../lib/wire/index.ts';
import * as arbitrary from './arbitraries.ts';
import { codecLaws, refusal } from './codec-laws.ts';

const point = struct({ x: u8, y: u16 });
const named = struct({
  version: enumOf(u8, { first: 1, second: 2 }),
  name: opaque(1, { min: 1, max: 8 }),
  later: when(({ version }) => version === 2, u24),
  points: vec(2, point, { max: 20 }),
  extra: optional(opaque(2)),
});
type Named = TypeOf<typeof named>;

codecLaws<Named>(
  'struct, vec, opaque, enumOf, when and optional together',
  named,
  fc.oneof(
    arbitrary.fields({
      version: fc.constant(1 as const),
      name: arbitrary.bytes(1, 8),
      points: arbitrary.list(arbitrary.fields({ x: arbitrary.u8, y: arbitrary.u16 })),
      extra: fc.option(arbitrary.bytes(), { nil: undefined }),
    }),
    arbitrary.fields({
      version: fc.constant(2 as const),
      name: arbitrary.bytes(1, 8),
      later: arbitrary.u24,
      points: arbitrary.list(arbitrary.fields({ x: arbitrary.u8, y: arbitrary.u16 })),
    }),
  ),
  {
    vectors: ['0102616200060100020300040001ff', '02016100000100030000ff'],
    legalCuts: (b) => (b.length === 15 ? [12] : []),
  },
);

codecLaws('u32', u32, arbitrary.u32, { vectors: ['00000000', 'ffffffff'] });
codecLaws('bytes', bytes(4), arbitrary.exactly(4), { vectors: ['01020304'] });
codecLaws(
  'tagged',
  vec(2, tagged(u8, 1, { 1: u16, 2: vec(1, u8) })),
  arbitrary.list(
    fc.oneof(
      arbitrary.fields({ type: fc.constant(1), data: arbitrary.u16 }),
      arbitrary.fields({ type: fc.constant(2), data: arbitrary.list(arbitrary.u8) }),
      arbitrary.fields({ type: fc.integer({ min: 3, max: 255 }), data: arbitrary.bytes() }),
    ),
  ) as fc.Arbitrary<never>,
  { vectors: ['000a01020a0b02020105ff00'] },
);

interface Tree {
  readonly children: readonly Tree[];
}
const tree: Codec<Tree> = struct({
  children: vec(
    2,
    lazy(() => tree),
  ),
});

describe('codecs of hostile bytes', () => {
  it('refuse nesting deeper than the cap', () => {
    const nest = (depth: number): Tree => ({ children: depth === 0 ? [] : [nest(depth - 1)] });
    expect(decode(tree, encode(tree, nest(64)))).to.deep.equal(nest(64));
    expect(refusal(tree, encode(tree, nest(65))).code).to.equal('too-deep');
  });

  it('refuse a list of items that take no bytes', () => {
    expect(refusal(vec(1, struct({})), fromHex('0100')).code).to.equal('bad-value');
  });

  it('refuse more items than the cap', () => {
    const short = vec(2, u8, { max: 3 });
    expect(decode(short, fromHex('0003010203'))).to.deep.equal([1, 2, 3]);
    const error = refusal(short, fromHex('000401020304'));
    expect([error.code, error.offset]).to.deep.equal(['too-long', 5]);
  });

  it('do not reserve memory for a length that is only announced', () => {
    const error = refusal(opaque(4), fromHex('ffffffff00'));
    expect(error.message).to.equal('truncated: need 4294967295 bytes, have 1 at byte 4');
  });

  it('do not let a field read past the length around it', () => {
    const error = refusal(struct({ inner: vec(1, u16), after: u16 }), fromHex('0301020304050607'));
    expect(error.path).to.equal('inner.1');
    expect(error.message).to.match(/^truncated: inner\.1: need 2 bytes, have 1 at byte 3$/);
  });

  it('refuse bytes left over inside a field, by name', () => {
    const error = refusal(vec(1, tagged(u8, 1, { 1: u8 })), fromHex('04010200 00'.replace(' ', '')));
    expect([error.code, error.path]).to.deep.equal(['trailing', '0.data']);
  });

  it('refuse a value that is not in the enumeration, at its offset', () => {
    const error = refusal(struct({ a: u8, b: enumOf(u8, { on: 1 }) }), fromHex('0002'));
    expect([error.code, error.path, error.offset]).to.deep.equal(['bad-value', 'b', 1]);
  });

  it('copy what they read, so that a caller may reuse its buffer', () => {
    const input = fromHex('0201ff');
    const value = decode(opaque(1), input);
    input.fill(0);
    expect(toHex(value)).to.equal('01ff');
  });

  it('keep a tag that objects inherit apart from the table', () => {
    const codec = tagged(u8, 1, Object.assign(Object.create({ 7: u16 }) as object, { 1: u8 }));
    expect(decode(codec, fromHex('070101'))).to.deep.equal({ type: 7, data: Uint8Array.of(1) });
  });
});

describe('encode', () => {
  const failure = (run: () => unknown): EncodeError => {
    try {
      run();
    } catch (error) {
      if (error instanceof EncodeError) return error;
      throw error;
    }
    throw new Error('was written');
  };

  it('names the field whose number does not fit', () => {
    const codec = struct({ list: vec(1, struct({ port: u16 })) });
    const error = failure(() => encode(codec, { list: [{ port: 1 }, { port: 70_000 }] }));
    expect([error.code, error.path]).to.deep.equal(['out-of-range', 'list.1.port']);
    for (const value of [-1, 1.5, Number.NaN]) expect(failure(() => encode(u8, value)).code).to.equal('out-of-range');
    for (const [codec2, most] of [
      [u8, 0xff],
      [u16, 0xffff],
      [u24, 0xff_ffff],
      [u32, 0xffff_ffff],
    ] as const) {
      expect(decode(codec2, encode(codec2, most))).to.equal(most);
      expect(failure(() => encode(codec2, most + 1)).code).to.equal('out-of-range');
    }
  });

  it('refuses what its own decoder would refuse', () => {
    expect(failure(() => encode(opaque(1, { min: 2 }), Uint8Array.of(1))).code).to.equal('too-short');
    expect(failure(() => encode(opaque(1, { max: 2 }), Uint8Array.of(1, 2, 3))).code).to.equal('too-long');
    expect(failure(() => encode(bytes(2), Uint8Array.of(1))).code).to.equal('bad-length');
    expect(failure(() => encode(vec(1, u8, { min: 1 }), [])).code).to.equal('too-short');
    expect(failure(() => encode(vec(1, u8, { max: 1 }), [1, 2])).code).to.equal('too-long');
    expect(failure(() => encode(enumOf(u8, { on: 1 }), 3)).code).to.equal('out-of-range');
  });

  it('refuses a body that its length cannot count', () => {
    const error = failure(() => encode(tagged(u8, 1, {}), { type: 1, data: new Uint8Array(256) }));
    expect([error.code, error.path]).to.deep.equal(['too-long', 'data']);
    expect(
      failure(() =>
        encode(
          vec(1, u16),
          Array.from({ length: 128 }, () => 0),
        ),
      ).code,
    ).to.equal('too-long');
  });

  it('writes messages longer than its first buffer', () => {
    const value = new Uint8Array(100_000).fill(7);
    expect(decode(opaque(3), encode(opaque(3), value))).to.deep.equal(value);
  });
});

describe('DecodeError', () => {
  it('is told apart by class, code, path and offset', () => {
    const error = refusal(struct({ a: struct({ b: u32 }) }), fromHex('0000'));
    expect(error).to.be.instanceOf(DecodeError);
    expect(error).to.include({ name: 'DecodeError', code: 'truncated', path: 'a.b', offset: 0 });
    expect(error.message).to.equal('truncated: a.b: need 4 bytes, have 2 at byte 0');
  });
});
