import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { hintInJapanese } from '../../lib/cli/errorJapanese.ts';
import { reportError } from '../../lib/cli/errors.ts';
import { libraryServices } from '../../lib/cli/services.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { helloprobe } from './support.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Sources of the errors that users of pcap, certs and hello can meet. */
const sources = ['lib/capture/file', 'lib/cli', 'lib/cli/commands']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((name) => name.endsWith('.ts') && !/error(?:Hints|Sentences|Texts|s)\.ts$/.test(name))
  .concat('lib/capture/node.ts', 'lib/x509/node.ts', 'lib/x509/pem.ts', 'lib/session/client/node.ts');

/** Hints for those who call the library, and of commands that are not read here. */
const others = /Uint8Array|every variant of pcap/;

/** The constant `again` of lib/capture/file/format.ts. */
const onceOnly = 'Only one layer of compression is unpacked here: ';

/** The texts of hints: `hint: '…'`, and a sentence that is the last argument of usageError. Values are `x`. */
function hintsIn(source: string): string[] {
  const texts = [
    ...source.matchAll(/\bhint(?::| =)\s*(?:[^\n]*\? )?(['`])((?:(?!\1).)+)\1/g),
    ...source.matchAll(/usageError\(\s*'[^']*',\s*(?:(['`])(?:(?!\1).)*\1),\s*(['`])((?:(?!\2).)+)\2/g),
  ].map((match) => match.at(-1) ?? '');
  return texts
    .filter((text) => / /.test(text))
    .map((text) => text.replace('${again}', onceOnly).replaceAll(/\$\{[^}]*\}/g, 'x'));
}

describe('cli: sentences of errors in Japanese', () => {
  const folder = join(tmpdir(), `helloprobe-errors-${process.pid}`);
  before(() => {
    mkdirSync(join(folder, 'dir'), { recursive: true });
    writeFileSync(join(folder, 'empty.pcap'), '');
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('loop', join(folder, 'loop'));
    writeFileSync(join(folder, 'text.txt'), 'hello world, this is a text');
    writeFileSync(join(folder, 'cut.gz'), Uint8Array.of(0x1f, 0x8b, 8, 0, 0));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('has the hint of every error of captures, certificates and hellos', () => {
    const hints = sources.flatMap((name) => hintsIn(readFileSync(join(root, name), 'utf8')));
    expect(hints).to.have.length.above(40);
    const lacking = hints.filter((hint) => !others.test(hint) && hintInJapanese(hint) === null);
    expect(lacking).to.deep.equal([]);
  });

  it('tells mistakes with captures, certificates and hellos in Japanese alone, with the same exit code', async () => {
    const file = (name: string): string => join(folder, name);
    const sample = join(root, 'captures/dtls.pcapng');
    const real = { services: libraryServices };
    for (const words of [
      ['pcap'],
      ['pcap', file('nofile.pcap')],
      ['pcap', file('dir')],
      ['pcap', file('empty.pcap')],
      ['pcap', file('loop')],
      ['pcap', file('text.txt/x')],
      ['logs', file('loop')],
      ['sftunnel', 'plan', file('nofile')],
      ['pcap', file('text.txt')],
      ['pcap', file('cut.gz')],
      ['pcap', sample, '--limit-flows', '99999999999'],
      ['pcap', sample, '--host', 'nope'],
      ['pcap', sample, '--port', '99999'],
      ['pcap', sample, '--now', 'yesterday'],
      ['pcap', sample, '--fail-on', 'bad'],
      ['pcap', sample, '--fields', 'xx'],
      ['pcap', sample, '--json', '--csv'],
      ['pcap', sample, `--json=${sample}`],
      ['pcap', sample, `--json=${file('nodir/x.json')}`],
      ['pcap', sample, '--keylog', file('nofile')],
      ['pcap', sample, '--ca', file('nofile')],
      ['pcap', sample, '--ca', file('text.txt')],
      ['pcap', sample, '--jsno'],
      ['certs'],
      ['certs', file('nofile.pem')],
      ['certs', 'a.pem', 'vpn.example.com'],
      ['hello', 'show', file('nofile')],
      ['hello', 'show', '160'],
      ['hello', 'show', '16030100'],
      ['hello', 'show', '0200000411223344'],
      ['hello', 'build', '--preset', 'nope'],
      ['hello', 'build', '--pad-to', 'x'],
      ['hello', 'build', '--sni', 'a..b'],
      ['hello', 'from-pcap', sample],
      ['hello', 'from-pcap', sample, 'x'],
    ]) {
      const japanese = await helloprobe(words, { ...real, env: { LANG: 'ja_JP.UTF-8' } });
      const english = await helloprobe(words, real);
      expect(japanese.status, words.join(' ')).to.equal(english.status).and.to.equal(2);
      const told = japanese.stderr.replaceAll(folder, '').replaceAll(root, '');
      expect(told, words.join(' ')).to.match(/^helloprobe: .*[ぁ-ん]/);
      // Three English words in a row are a sentence; commands are quoted after a colon.
      expect(told.replaceAll(/: (?:helloprobe|gzip|editcap) .*/g, ''), words.join(' ')).not.to.match(
        /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b(?![^\n]*[ぁ-ん])/,
      );
    }
  });

  it('names a capture whose name is a word of the sentence', async () => {
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      const { stderr } = await helloprobe(['pcap', 'file'], { services: libraryServices });
      expect(stderr).to.match(/^helloprobe: file: The file is empty\.\n/);
    } finally {
      process.chdir(cwd);
    }
  });

  it('names the file that cannot be read, not the capture, where it is that of --ca', async () => {
    const sample = join(root, 'captures/dtls.pcapng');
    const { stderr } = await helloprobe(['pcap', sample, '--ca', join(folder, 'nofile')], {
      services: libraryServices,
    });
    expect(stderr).not.to.contain('dtls.pcapng');
    expect(stderr).to.contain('nofile, the CA file, cannot be read');
  });

  it('keeps values that look like words, and the English under what the code means where there is no Japanese', () => {
    const told = (error: Error): string => {
      const written: string[] = [];
      reportError(error, { write: (text) => written.push(String(text)) }, false, 'ja');
      return written.join('');
    };
    expect(told(new HarnessError('not-a-capture', 'a: b.pcap: The file is empty.'))).to.equal(
      'helloprobe: a: b.pcap: ファイルが空です。\n  エラーコード: not-a-capture\n',
    );
    expect(told(new HarnessError('not-a-capture', 'Something new.', { hint: 'Do it.' }))).to.match(
      /^helloprobe: キャプチャファイルとして読み取れません。.*\n {2}Something new\.\n {2}Do it\.\n {2}エラーコード: [a-z-]+\n$/,
    );
  });
});
