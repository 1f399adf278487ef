import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { CommanderError } from 'commander';
import { isHelp, reportError } from '../../lib/cli/errors.ts';
import { errorTextsJa } from '../../lib/cli/errorTexts.ts';
import { helloprobe } from './support.ts';

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

describe('cli: errors of commander', () => {
  it('are known by their code, whatever a bundle makes of the name of their class', () => {
    const renamed = (exitCode: number, code: string, message: string): Error =>
      Object.assign(new CommanderError(exitCode, code, message), { name: 'CommanderError2' });
    const written: string[] = [];
    const stderr = { write: (text: string | Uint8Array) => written.push(String(text)) };
    expect(isHelp(renamed(0, 'commander.helpDisplayed', '(outputHelp)'))).to.equal(true);
    const unknown = renamed(1, 'commander.unknownOption', "error: unknown option '--x'");
    expect(isHelp(unknown)).to.equal(false);
    expect(reportError(unknown, stderr, false)).to.equal(2);
    expect(written.join('')).to.match(/^helloprobe: Unknown option '--x'\.\n/);
  });

  it('are not those of others that have an exit code too', () => {
    const other = Object.assign(new Error('gone'), { code: 'other.gone', exitCode: 0 });
    expect(isHelp(other)).to.equal(false);
  });
});

describe('cli: errors in Japanese', () => {
  it('has a sentence for every code but those of the matchers', () => {
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const codes = [...text.slice(0, text.indexOf('## Matchers')).matchAll(/^\| `([a-z0-9-]+)` \|/gm)];
    expect(Object.keys(errorTextsJa).toSorted()).to.deep.equal(codes.map(([, code = '']) => code).toSorted());
  });

  it('tells what is wrong in Japanese, with its values, and exits the same', async () => {
    for (const [words, env] of [
      [['check', 'a', '--timeout', 'x', '--lang', 'ja'], {}],
      [['check', 'a', '--timeout', 'x', '--lang=ja'], {}],
      [['check', 'a', '--timeout', 'x'], { LANG: 'ja_JP.UTF-8' }],
    ] as const) {
      const { status, stderr } = await helloprobe(words, { env });
      expect(status).to.equal(2);
      expect(stderr).to.match(/^helloprobe: --timeout "x" は 0\.01〜3600 の秒数ではありません。\n/);
    }
  });

  it('ends with the code that docs/errors.md has, or, where commander found a mistake, with where help is', async () => {
    const missing = await helloprobe(['list', 'probs']);
    expect(missing.stderr).to.match(/\n {2}Did you mean probes\?\n {2}Error code: unknown-kind\n$/);
    for (const words of [['pcpa'], ['check', 'a', '--jsno']]) {
      const { stderr } = await helloprobe(words);
      expect(stderr).to.match(/\n {2}Did you mean .*\?\n {2}Run helloprobe --help, or helloprobe COMMAND --help/);
    }
  });

  it('tells mistakes that commander finds in Japanese too', async () => {
    const { stderr } = await helloprobe(['check', 'a', '--jsno', '--lang', 'ja']);
    expect(stderr).to.equal(
      'helloprobe: --jsno というオプションはありません。\n  もしかして: --json\n  使い方は helloprobe --help、または helloprobe COMMAND --help で表示できます。\n',
    );
  });

  it('tells a language that is not known in that of the locale', async () => {
    const japanese = await helloprobe(['list', '--lang', 'fr'], { env: { LANG: 'ja_JP.UTF-8' } });
    expect(japanese.stderr).to.contain('言語 "fr" には対応していません');
    expect((await helloprobe(['list', '--lang', 'fr'])).stderr).to.match(/^helloprobe: The language "fr" is not known/);
  });
});
