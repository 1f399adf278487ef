import { expect } from 'chai';
import { settleOutputWords } from '../../lib/cli/outputs.ts';
import { colourOf, languageOf, widthOf } from '../../lib/cli/terminal.ts';

describe('cli: terminal and environment', () => {
  const output = (isTTY: boolean, columns?: number) => ({
    write: () => undefined,
    isTTY,
    ...(columns === undefined ? {} : { columns }),
  });

  it('colours a terminal only, unless FORCE_COLOR or NO_COLOR or --no-color says otherwise', () => {
    expect(colourOf(output(true), {}, true)).to.equal(true);
    expect(colourOf(output(false), {}, true)).to.equal(false);
    expect(colourOf(output(true), { NO_COLOR: '1' }, true)).to.equal(false);
    expect(colourOf(output(true), { NO_COLOR: '' }, true)).to.equal(true);
    expect(colourOf(output(false), { FORCE_COLOR: '1' }, true)).to.equal(true);
    expect(colourOf(output(true), { FORCE_COLOR: '0' }, true)).to.equal(false);
    expect(colourOf(output(true), { TERM: 'dumb' }, true)).to.equal(false);
    expect(colourOf(output(true), { FORCE_COLOR: '1' }, false)).to.equal(false);
  });

  it('takes Japanese from the first locale variable that is set', () => {
    expect(languageOf(undefined, { LANG: 'ja_JP.UTF-8' })).to.equal('ja');
    expect(languageOf(undefined, { LC_ALL: 'C', LANG: 'ja_JP.UTF-8' })).to.equal('en');
    expect(languageOf(undefined, { LC_ALL: '', LC_MESSAGES: 'ja', LANG: 'en_US' })).to.equal('ja');
    expect(languageOf(undefined, { LANG: 'jam_JM' })).to.equal('en');
    expect(languageOf(undefined, {})).to.equal('en');
    expect(languageOf('en', { LANG: 'ja_JP' })).to.equal('en');
  });

  it('sets text in at most 100 columns, and in 80 where there is no terminal', () => {
    expect(widthOf(output(true, 200))).to.equal(100);
    expect(widthOf(output(true, 72))).to.equal(72);
    expect(widthOf(output(false))).to.equal(80);
    expect(widthOf(output(true, 0))).to.equal(80);
  });

  it('settles what the word after an output option is', () => {
    expect(settleOutputWords(['check', '--json', 'host'])).to.deep.equal(['check', '--json=-', 'host']);
    expect(settleOutputWords(['check', '--json', 'out.json', 'host'])).to.deep.equal([
      'check',
      '--json=out.json',
      'host',
    ]);
    expect(settleOutputWords(['check', '--jsonl', './x', '--junit', '--quiet'])).to.deep.equal([
      'check',
      '--jsonl=./x',
      '--junit=-',
      '--quiet',
    ]);
    expect(settleOutputWords(['check', '--json', 'https://host/'])).to.deep.equal([
      'check',
      '--json=-',
      'https://host/',
    ]);
    expect(settleOutputWords(['check', '--', '--json', 'x.json'])).to.deep.equal(['check', '--', '--json', 'x.json']);
  });
});
