/** Sessions recorded by others, with what tshark says of them; skipped where the shared corpus is not there. */

import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { fromHex, toHex } from '../../../lib/wire/index.ts';
import { contextWith, cut, feed, type Piece } from './streams.ts';

interface Fields {
  readonly dir: 'c' | 's';
  readonly type?: readonly string[];
  readonly ciphersuite?: readonly string[];
  readonly 'extension.type'?: readonly string[];
  readonly extensions_supported_group?: readonly string[];
  readonly ja3?: readonly string[];
  readonly certificate?: readonly { readonly len: number; readonly head: string }[];
}

interface Vector {
  readonly name: string;
  readonly flows: readonly { readonly dir: 'c' | 's'; readonly hex: string }[];
  readonly expected: readonly Fields[];
}

const file = '../shared/corpus/tls/go-crypto-tls/vectors.jsonl';

describe('capture tls corpus', () => {
  it('agrees with tshark on the hellos, fingerprints and certificates of 119 recorded sessions', function () {
    if (!existsSync(file)) this.skip();
    const vectors = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Vector);
    for (const { name, flows, expected } of vectors) {
      const pieces = flows.map(({ dir, hex }): Piece => [dir, fromHex(hex)]);
      const context = contextWith();
      const { facts, dropped } = feed(cut(pieces, 700), context);
      expect(dropped, name).to.deep.equal({});
      expect(facts.malformed, name).to.equal(null);
      const hellos = expected.filter(({ ja3 }) => ja3 !== undefined);
      expect(
        facts.clientHellos.map(({ ja3 }) => [ja3]),
        name,
      ).to.deep.equal(hellos.map(({ ja3 }) => ja3));
      for (const [i, hello] of hellos.entries()) {
        const found = facts.clientHellos[i];
        expect(found?.cipherSuites, name).to.deep.equal(hello.ciphersuite);
        expect(found?.extensions.map(String), name).to.deep.equal(hello['extension.type'] ?? []);
        expect(found?.groups, name).to.deep.equal(hello.extensions_supported_group ?? []);
      }
      for (const [side, dir] of [
        ['client', 'c'],
        ['server', 's'],
      ] as const) {
        const told = expected.filter((fields) => fields.dir === dir).flatMap(({ certificate }) => certificate ?? []);
        const found = facts.certificates[side].map((hash) => context.certificates.get(hash)?.der ?? new Uint8Array());
        expect(
          found.map((der) => ({ len: der.length, head: toHex(der).slice(0, 40) })),
          `${name}, ${side}`,
        ).to.deep.equal(told.map(({ len, head }) => ({ len, head })));
      }
    }
    expect(vectors).to.have.length(119);
  });
});
