import { expect } from 'chai';
import type { Parsed } from '../../../lib/cisco/files/index.ts';
import { inspectPem, pemDamageText, pemProblemText } from '../../../lib/x509/index.ts';
import { devices, privateKey, type Reader, readers, sample } from './samples.ts';

/** Seeded (mulberry32), so that a failure comes again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const odd = [
  '\0',
  '\x1b[31m',
  '\r',
  '\n',
  ',',
  '"',
  ';',
  '{',
  '}',
  '=',
  '/',
  "'",
  '\u202e',
  '\ud800',
  '\uffff',
  '-----BEGIN ',
  'PRIVATE KEY-----',
  '=====',
  '> ',
  '# ',
  '__proto__',
  'é',
  ' ',
];

/** One to three edits: a character changed, lost or put in, a piece repeated, moved or cut, lines joined. */
function mutate(text: string, random: (below: number) => number): string {
  let out = text;
  for (let edits = 1 + random(3); edits > 0 && out !== ''; edits--) {
    const at = random(out.length);
    const length = 1 + random(40);
    switch (random(6)) {
      case 0:
        out = out.slice(0, at) + String.fromCharCode(random(random(2) === 0 ? 128 : 65536)) + out.slice(at + 1);
        break;
      case 1:
        out = out.slice(0, at) + out.slice(at + length);
        break;
      case 2:
        out = out.slice(0, at) + odd[random(odd.length)] + out.slice(at);
        break;
      case 3:
        out = out.slice(0, at) + out.slice(at, at + length).repeat(1 + random(3)) + out.slice(at);
        break;
      case 4: {
        const to = random(out.length);
        out = out.slice(0, to) + out.slice(at, at + length) + out.slice(to);
        break;
      }
      default:
        out = out.slice(0, at) + out.slice(at).replace('\n', '');
    }
  }
  return out;
}

const control =
  /[\0-\x1f\x7f-\x9f\u2028\u2029\u202e]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** No text that comes out holds a secret, or drives a terminal. */
function judge(output: unknown, from: string, secrets: readonly string[]): void {
  for (const text of stringsOf(output)) {
    for (const secret of secrets)
      if (text.includes(secret)) expect.fail(`a secret came out of ${JSON.stringify(from)}`);
    if (control.test(text)) expect.fail(`a control character came out of ${JSON.stringify(from)}`);
  }
}

function checkWith({ parse, write }: Reader, text: string, secrets: readonly string[]): void {
  const result: Parsed<unknown> = parse(text);
  judge(result, text, secrets);
  for (const { line } of result.diagnostics) if (line < 1) expect.fail(`line ${line} of ${JSON.stringify(text)}`);
  const written = write?.(result.value as never) ?? '';
  judge(written.split('\n'), text, secrets);
}

const passwords = ['S3cr3tpwx', 'Zx9-otherPass'];
/** Pieces of the key so that whatever is 32 characters long, and unharmed, holds one. */
const keyPieces = privateKey
  .split('\n')
  .slice(1, 3)
  .flatMap((line) => Array.from({ length: 6 }, (_, i) => line.slice(8 * i, 8 * i + 24)));

describe('readers of sftunnel files and outputs, given damaged text', () => {
  for (const reader of readers) {
    describe(reader.name, () => {
      const secrets = reader.samples[0] === devices ? passwords : keyPieces;
      const texts =
        reader.samples[0] === devices ? reader.samples : reader.samples.flatMap((text) => [text, insertKey(text)]);

      it('survives every prefix of its samples', () => {
        for (const text of texts)
          for (let end = 0; end <= text.length; end++) checkWith(reader, text.slice(0, end), secrets);
      }).timeout(60_000);

      it('survives 10,000 seeded mutations of each sample, and shows no secret', () => {
        for (const text of texts) {
          const random = randomOf(6);
          const runs = reader.samples.includes(text) ? 10_000 : 3_000;
          for (let i = 0; i < runs; i++) checkWith(reader, mutate(text, random), secrets);
        }
      }).timeout(120_000);
    });
  }

  describe('PEM', () => {
    const texts = ['cacert', 'sftunnel-cert', 'sftunnel-key'].map(sample);
    const words = (text: string): readonly unknown[] => {
      const { problems } = inspectPem(text);
      const damage = problems.flatMap((problem) => problem.damage);
      return [problems, problems.map(pemProblemText), damage.map((item) => pemDamageText(item, 'ja'))];
    };

    it('survives every prefix, and 10,000 seeded mutations of each sample', () => {
      for (const text of texts) {
        for (let end = 0; end <= text.length; end++) judge(words(text.slice(0, end)), text, ['MIIEvgIBADAN']);
        const random = randomOf(7);
        for (let i = 0; i < 10_000; i++) judge(words(mutate(text, random)), text, ['MIIEvgIBADAN']);
      }
    }).timeout(120_000);
  });

  it('end in time with texts that are made to take long', () => {
    const hostile = [
      'a'.repeat(8000).concat('\n').repeat(500),
      ','.repeat(8000).concat('\n').repeat(200),
      'FTD,10.1.1.1,admin,secret\n'.repeat(50_000),
      'c8d5d5c6-87c9-11ef-a993-b9831565bc4e x\n'.repeat(50_000),
      '{'.repeat(8000).concat('\n').repeat(100),
      'a {'.repeat(2000).concat('\n').repeat(100),
      'PEER:10.1.1.1\n'.repeat(50_000),
      Array.from({ length: 50_000 }, (_, i) => `PEER:10.1.${i >> 8}.${i & 255}`).join('\n'),
      '-----BEGIN PRIVATE KEY\n'.repeat(50_000),
      '2024-11-12 14:07:36 - Connected to x\n'.repeat(50_000),
      `"${'""'.repeat(4000)}\n`.repeat(100),
    ];
    for (const text of hostile)
      for (const { parse } of readers) expect(parse(text).diagnostics.length).to.be.at.most(1000);
  }).timeout(60_000);
});

/** A key that was pasted in the middle of the output. */
function insertKey(text: string): string {
  const at = text.indexOf('\n', text.length / 2) + 1;
  return text.slice(0, at) + privateKey + text.slice(at);
}
