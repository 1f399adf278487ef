/** Key logs: what is kept of them, in whatever pieces they come, and that no secret leaves them as text. */

import { inspect } from 'node:util';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { eitherLog, KeyLog, type SecretLabel } from '../../lib/session/index.ts';
import { fromHex, toHex } from '../../lib/wire/index.ts';
import { mutate, randomFrom } from '../wire/mutate.ts';

const random = '00'.repeat(16) + 'f1'.repeat(16);
const other = '11'.repeat(32);
const master = 'ab'.repeat(48);
const traffic = 'cd'.repeat(32);
const text = [
  '# written by a test',
  `CLIENT_RANDOM ${random} ${master}`,
  `SERVER_HANDSHAKE_TRAFFIC_SECRET ${other} ${traffic}`,
  `CLIENT_HANDSHAKE_TRAFFIC_SECRET ${other} ${'ef'.repeat(32).toUpperCase()}`,
  '',
].join('\n');

function read(...pieces: readonly (string | Uint8Array)[]): KeyLog {
  const log = new KeyLog();
  for (const piece of pieces) log.add(piece);
  log.end();
  return log;
}

function found(log: KeyLog, clientRandom: string, label: SecretLabel): string | null {
  const secret = log.find(fromHex(clientRandom), label);
  return secret && toHex(secret);
}

describe('KeyLog', () => {
  it('finds secrets by client random and label, in upper and lower case', () => {
    const log = read(text);
    expect(found(log, random, 'CLIENT_RANDOM')).to.equal(master);
    expect(found(log, other, 'SERVER_HANDSHAKE_TRAFFIC_SECRET')).to.equal(traffic);
    expect(found(log, other, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET')).to.equal('ef'.repeat(32));
    expect(found(log, other, 'CLIENT_RANDOM')).to.equal(null);
    expect(found(log, '22'.repeat(32), 'CLIENT_RANDOM')).to.equal(null);
    expect(log.find(new Uint8Array(), 'CLIENT_RANDOM')).to.equal(null);
    expect(log.size).to.equal(3);
  });

  it('gives the same whatever the pieces and the line ends', () => {
    for (const whole of [
      text,
      text.replaceAll('\n', '\r\n'),
      `\n\n${text}`,
      `\uFEFF${text}`,
      text.trimEnd(),
      text.replaceAll(' ', '\t '),
    ]) {
      const bytes = new TextEncoder().encode(whole);
      for (const size of [1, 7, 64, 4096]) {
        const pieces = [];
        for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
        const log = read(...pieces);
        expect(log.toJSON()).to.deep.include({ size: 3, malformed: 0 });
        expect(found(log, random, 'CLIENT_RANDOM')).to.equal(master);
      }
    }
  });

  it('counts what is no line of a key log, and passes over what it has no use for', () => {
    const log = read(
      [
        'RSA 0011223344556677 00112233',
        `ECH_SECRET ${random} ${traffic}`,
        'CLIENT_RANDOM',
        `CLIENT_RANDOM ${random}`,
        `CLIENT_RANDOM ${random} `,
        `CLIENT_RANDOM ${random.slice(2)} ${master}`,
        `CLIENT_RANDOM ${random} ${master}0`,
        `CLIENT_RANDOM ${random} ${master.replace('a', 'g')}`,
        `CLIENT_RANDOM ${random} ${master} more`,
        `CLIENT_RANDOM ${random} ${'00'.repeat(65)}`,
        'x'.repeat(100_000),
        'client_random',
        '\u0000\u0001\u0002',
        `EXPORTER_SECRET ${random} ${traffic}`,
      ].join('\n'),
    );
    expect(log.toJSON()).to.deep.equal({ size: 1, malformed: 11, ignored: 2, dropped: 0 });
    expect(found(log, random, 'EXPORTER_SECRET')).to.equal(traffic);
  });

  it('takes the last one where a random and label come again', () => {
    const log = read(text, `CLIENT_RANDOM ${random} ${traffic}`);
    expect(found(log, random, 'CLIENT_RANDOM')).to.equal(traffic);
    expect(log.size).to.equal(3);
  });

  it('keeps the newest up to its limit, and counts those that they pushed out', () => {
    const log = new KeyLog({ maxSecrets: 10 });
    const line = (i: number, secret: string) => `CLIENT_RANDOM ${i.toString(16).padStart(64, '0')} ${secret}\n`;
    for (let i = 0; i < 1003; i++) log.add(line(i, master));
    log.add(line(1000, traffic));
    expect(log.toJSON()).to.deep.equal({ size: 10, malformed: 0, ignored: 0, dropped: 993 });
    const at = (i: number) => found(log, i.toString(16).padStart(64, '0'), 'CLIENT_RANDOM');
    expect(at(1000), 'replacing is no addition').to.equal(traffic);
    expect([992, 993, 1002].map(at)).to.deep.equal([null, master, master]);
  });

  it('keeps what it gave, though newer secrets came since', () => {
    const log = new KeyLog({ maxSecrets: 1 });
    log.add(`CLIENT_RANDOM ${random} ${master}\n`);
    const given = log.find(fromHex(random), 'CLIENT_RANDOM') as Uint8Array;
    log.add(`CLIENT_RANDOM ${other} ${traffic}\n`);
    expect(toHex(given)).to.equal(master);
  });

  it('asks a second log for what the first does not have', () => {
    const both = eitherLog(read(text), read(`CLIENT_RANDOM ${other} ${traffic}`));
    expect(both.size).to.equal(4);
    expect([random, other, '22'.repeat(32)].map((of) => both.find(fromHex(of), 'CLIENT_RANDOM')?.length)).to.deep.equal(
      [48, 32, undefined],
    );
  });

  it('keeps every secret out of its text forms', () => {
    const log = read(text, `CLIENT_RANDOM ${random} ${master}zz\n`, `CLIENT_RANDOM ${random} ${master}`);
    for (const shown of [JSON.stringify(log), inspect(log, { depth: 10, showHidden: true })]) {
      expect(shown).to.not.match(/abab|cdcd|171|205/i);
    }
  });

  it('never throws, whatever the text', () => {
    const bytes = new TextEncoder().encode(text);
    const next = randomFrom(5);
    for (let i = 0; i < 2000; i++) expect(read(mutate(bytes, next)).size).to.be.at.most(3 + 2);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
        expect(read(noise).size).to.equal(0);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
