import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Codes in `new …Error('code'` and `usageError('code'`, and in the unions that list the codes of an error class. */
function codesInSources(): Set<string> {
  const codes = new Set<string>();
  for (const folder of ['lib', 'probes']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const source = readFileSync(join(root, folder, name), 'utf8');
      for (const [, code = ''] of source.matchAll(
        /(?:new (?:Harness|Decode|Encode)Error(?:<[^>]*>)?|usageError)\(\s*'([a-z0-9-]+)'/g,
      ))
        codes.add(code);
      for (const [, union = ''] of source.matchAll(
        /export type (?:(?:Decode|Encode|Usage)Code|StopReason) =([^;]*);/g,
      )) {
        for (const [, code = ''] of union.matchAll(/'([a-z0-9-]+)'/g)) codes.add(code);
      }
    }
  }
  return codes;
}

describe('docs/errors.md', () => {
  const listed = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(
    ([, code = '']) => code,
  );

  it('lists every code that the library can throw, and no other', () => {
    expect(listed.toSorted()).to.deep.equal([...codesInSources()].toSorted());
  });
});
