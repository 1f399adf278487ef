import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { recordedCaptures } from '../../captures/make/recorded.ts';
import { exampleRootPem, recipes } from '../../captures/make.ts';
import { concat } from '../../lib/wire/index.ts';
import { complaints, judge } from '../support/capture/judges.ts';

const folder = join(import.meta.dirname, '../../captures');
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, `${name}.pcapng`)));

describe('the captures', () => {
  it('are exactly what their recipes make', () => {
    for (const { name, make } of recipes) expect(Buffer.compare(make(), bytesOf(name)), name).to.equal(0);
    expect(exampleRootPem).to.equal(readFileSync(join(folder, 'example-root.pem'), 'utf8'));
  });

  it('each have a recipe and a description that says what the tool must say', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.pcapng'));
    expect(files.sort()).to.deep.equal(recipes.map(({ name }) => `${name}.pcapng`).sort());
    for (const { name } of recipes) {
      expect(existsSync(join(folder, `${name}.md`)), name).to.equal(true);
      expect(readFileSync(join(folder, `${name}.md`), 'utf8'))
        .to.match(new RegExp(`^# ${name}\n`))
        .and.include('Must say: ');
    }
  });

  it('are small', () => {
    const sizes = recipes.map(({ name }) => bytesOf(name).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.below(400 * 1024);
  });

  it('open in tshark without a complaint', function () {
    // pcapng files one after another are a pcapng file: one run judges them all.
    const recorded = new Set(recordedCaptures.map(({ name }) => name));
    const made = recipes.filter(({ name }) => !recorded.has(name));
    expect(complaints(this, concat(...made.map(({ name }) => bytesOf(name))))).to.deep.equal([]);
    // Those of one end at once: both ends saw the same packets. Linux cuts what it sends again anew, which tshark calls an overlap.
    for (const end of [/-server$/, /(?<!-server)$/]) {
      const seen = concat(...[...recorded].filter((name) => end.test(name)).map(bytesOf));
      const others = complaints(this, seen).filter((line) => !/New fragment overlaps old data|^Errors/.test(line));
      expect(others).to.deep.equal([]);
    }
  });

  it('hold secrets that open the TLS 1.3 conversation in tshark', function () {
    const fields = [
      '-Y',
      'tls.handshake.certificate',
      '-T',
      'fields',
      '-e',
      'ip.src',
      '-e',
      'tls.handshake.certificate_length',
    ];
    const lines = judge(this, 'tshark', fields, bytesOf('tls13-with-keys')).trim().split('\n');
    expect(lines).to.have.length(2);
    expect(judge(this, 'tshark', fields, bytesOf('tls13-without-keys')).trim()).to.equal('');
  });
});
