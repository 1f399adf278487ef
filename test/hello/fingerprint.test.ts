import { createHash } from 'node:crypto';
import { expect } from 'chai';
import {
  type Digests,
  type ExtensionSpec,
  type FingerprintParts,
  fingerprintsOf,
  type HelloSpec,
  ja3,
  ja4,
  makePreset,
  portableDigests,
  withExtension,
} from '../../lib/hello/index.ts';
import { codeText, isGrease } from '../../lib/wire/index.ts';
import { randomFrom } from '../wire/mutate.ts';
import { seededRandom } from './support.ts';

const list = (text: string): `0x${string}`[] => text.split(',').map((code) => `0x${code}` as const);

function hello(changes: Partial<HelloSpec>): HelloSpec {
  return {
    recordVersion: '0x0301',
    legacyVersion: '0x0303',
    random: '00'.repeat(32),
    sessionId: '',
    cipherSuites: ['0x1301'],
    compressionMethods: [0],
    extensions: null,
    ...changes,
  };
}

describe('JA3', () => {
  // The two examples of the README of salesforce/ja3, section "How it works".
  it('is that of the published example', () => {
    const spec = hello({
      legacyVersion: '0x0301',
      cipherSuites: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4].map(codeText),
      extensions: [
        { type: '0x0000', serverName: 'example.com' },
        { type: '0x000a', groups: [23, 24, 25].map(codeText) },
        { type: '0x000b', pointFormats: [0] },
      ],
    });
    expect(ja3(spec)).to.deep.equal({
      text: '769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0',
      hash: 'ada70206e40642a3e4461f35503241d5',
    });
  });

  it('has empty fields where the hello has no extensions', () => {
    const cipherSuites = [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99].map(codeText);
    expect(ja3(hello({ legacyVersion: '0x0301', cipherSuites }))).to.deep.equal({
      text: '769,4-5-10-9-100-98-3-6-19-18-99,,,',
      hash: 'de350869b8c85de67a350c8d186f11e6',
    });
  });

  it('does not change with GREASE values, and is that of Chrome 83 to 102 for the browser preset', () => {
    for (const seed of [1, 2, 3]) {
      const spec = makePreset('browser', { sni: 'example.com', random: seededRandom(seed) });
      expect(ja3(spec).hash).to.equal('cd08e31494f9531f560d64c695473da9');
    }
  });
});

describe('JA4', () => {
  // Example of FoxIO-LLC/ja4, technical_details/JA4.md.
  const suites = list('1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035');
  const schemes = list('0403,0804,0401,0503,0805,0501,0806,0601');
  const types = list('001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015');
  const bodies: Readonly<Record<string, ExtensionSpec>> = {
    '0x0000': { type: '0x0000', serverName: 'example.com' },
    '0x0010': { type: '0x0010', alpn: ['h2', 'http/1.1'] },
    '0x000d': { type: '0x000d', signatureSchemes: schemes },
    '0x002b': { type: '0x002b', supportedVersions: ['0x0304', '0x0303'] },
  };
  const example = hello({ cipherSuites: suites, extensions: types.map((type) => bodies[type] ?? { type, data: '' }) });

  it('is that of the example in its specification', () => {
    expect(ja4(example)).to.equal('t13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it('does not count GREASE anywhere', () => {
    const extensions: ExtensionSpec[] = [
      { type: '0x1a1a', data: '' },
      ...(example.extensions ?? []),
      { type: '0xfafa', data: '00' },
    ];
    let spec: HelloSpec = { ...example, cipherSuites: ['0xaaaa', ...suites], extensions };
    spec = withExtension(spec, { type: '0x002b', supportedVersions: ['0xfafa', '0x0304', '0x0303'] });
    spec = withExtension(spec, { type: '0x000d', signatureSchemes: ['0x0a0a', ...schemes] });
    expect(ja4(spec)).to.equal('t13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it('leaves the underscore out where there are no signature algorithms', () => {
    const spec = withExtension(example, { type: '0x000d', data: '' });
    expect(ja4(spec)).to.equal('t13d1516h2_8daaf6152771_6d807ffa2a79');
  });

  it('has zeros for lists without members', () => {
    expect(ja4(hello({ cipherSuites: ['0x0a0a'] }))).to.equal('t12i000000_000000000000_000000000000');
    const named = hello({ cipherSuites: ['0x0a0a'], extensions: [{ type: '0x0000', serverName: 'example.com' }] });
    expect(ja4(named)).to.equal('t12d000100_000000000000_000000000000');
  });

  it('shows the first and last character of the first protocol, or of its hex', () => {
    const mark = (...alpn: string[]): string => ja4(hello({ extensions: [{ type: '0x0010', alpn }] })).slice(8, 10);
    const cases: readonly [string, string][] = [
      ['h2', 'h2'],
      ['http/1.1', 'h1'],
      ['h', 'hh'],
      // "ALPN Extension Value" of the specification.
      ['\xab', 'ab'],
      ['\x20', '20'],
      ['\xab\xcd', 'ad'],
      ['\x20\x61', '21'],
      ['\x30\xab', '3b'],
      ['\x61\x20', '60'],
      ['\x30\x31\xab\xcd', '3d'],
      ['\x30\xab\xcd\x31', '01'],
    ];
    for (const [protocol, expected] of cases) expect(mark(protocol, 'other'), protocol).to.equal(expected);
    expect(ja4(hello({ extensions: [{ type: '0x0010', data: '0000' }] })).slice(8, 10)).to.equal('00');
  });

  it('names each version, and transports other than TLS over TCP', () => {
    const head = (changes: Partial<HelloSpec>): string => ja4(hello(changes)).slice(0, 3);
    expect(head({ legacyVersion: '0x0302' })).to.equal('t11');
    expect(head({ legacyVersion: '0x0301' })).to.equal('t10');
    expect(head({ legacyVersion: '0x0300' })).to.equal('ts3');
    expect(head({ legacyVersion: '0xfefd' })).to.equal('dd2');
    expect(head({ legacyVersion: '0x0399' })).to.equal('t00');
    expect(head({ extensions: [{ type: '0x0039', data: '' }] })).to.equal('q12');
  });

  it('counts at most 99 suites', () => {
    expect(ja4(hello({ cipherSuites: Array.from({ length: 150 }, (_, i) => codeText(i)) })).slice(4, 6)).to.equal('99');
  });
});

describe('both fingerprints', () => {
  /** Digests of texts that show the texts. */
  const shown: Digests = { md5: (bytes) => Buffer.from(bytes).toString(), sha256: (bytes) => shortHash(bytes) };
  const shortHash = (text: Uint8Array | string): string => createHash('sha256').update(text).digest('hex');
  const hex = (code: number): string => code.toString(16).padStart(4, '0');

  /** As their specifications say it, with a string for each code. */
  function plain({ cipherSuites, extensions, groups, pointFormats, signatureSchemes, version }: FingerprintParts) {
    const [suites, types, curves] = [cipherSuites, extensions, groups].map((list) =>
      Array.from(list).filter((code) => !isGrease(code)),
    ) as [number[], number[], number[]];
    const lists = [[version], suites, types, curves, [...pointFormats]];
    const counted = types.filter((type) => type !== 0 && type !== 16).map(hex);
    const schemes = signatureSchemes.filter((code) => !isGrease(code)).map(hex);
    const tail = schemes.length === 0 ? counted.sort().join() : `${counted.sort().join()}_${schemes.join()}`;
    const hash = (text: string): string => shortHash(text).slice(0, 12);
    return {
      ja3: lists.map((list) => list.join('-')).join(),
      ja4: `${hash(suites.map(hex).sort().join())}_${hash(tail)}`,
    };
  }

  it('are those of lists of any length, with any codes in any order, some of them twice', () => {
    for (const [seed, length] of [1, 2, 9, 10, 498, 499, 500, 15_000, 32_767].entries()) {
      const random = randomFrom(seed);
      const codes = (count: number, below: number): number[] =>
        Array.from({ length: count }, () => Math.floor(random() * below));
      const parts: FingerprintParts = {
        version: 0x0303,
        cipherSuites: [1, ...codes(length, 2 ** 16), 0, 65_535, 0x0a0a],
        extensions: [7, ...codes(length, seed % 2 === 0 ? 300 : 2 ** 16)],
        groups: codes(length, 12_000),
        pointFormats: codes(seed, 256),
        signatureSchemes: codes(seed, 2 ** 16),
        supportedVersions: null,
        alpn: [],
      };
      const made = fingerprintsOf(parts, shown);
      expect({ ...made, ja4: made.ja4.slice(11) }, `${length}`).to.deep.equal(plain(parts));
    }
  });

  it('have portable digests that are those of Node.js', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
    for (const length of [0, 1, 55, 56, 64, 300]) {
      const text = bytes.subarray(0, length);
      expect(portableDigests.md5(text)).to.equal(createHash('md5').update(text).digest('hex'));
      expect(portableDigests.sha256(text)).to.equal(createHash('sha256').update(text).digest('hex'));
    }
  });
});
