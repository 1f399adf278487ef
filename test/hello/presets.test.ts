import { expect } from 'chai';
import {
  canShare,
  decodeHello,
  encodeHello,
  extensionTypesOf,
  findExtensionSpec,
  groupsOf,
  type HelloSpec,
  helloLength,
  ja4,
  makeKeyShare,
  makePreset,
  type PresetName,
  presets,
  sniOf,
  versionsOf,
} from '../../lib/hello/index.ts';
import { fromHex, group, groups, HarnessError, isGrease } from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

const names = Object.keys(presets) as PresetName[];
const make = (name: PresetName, sni: string | null = 'vpn.example.com', seed = 1): HelloSpec =>
  makePreset(name, { sni, random: seededRandom(seed) });

/** With the 15 characters of vpn.example.com, without a server name, and the JA4 with a name. */
const expected: Readonly<Record<PresetName, readonly [number, number, string]>> = {
  'tls12-minimal': [157, 133, 't12d190500_2bc7acafe5f6_ec2dfa51ccf7'],
  'openssl-3': [316, 292, 't13d311000_e8f1e7e78f70_1f22a2ca17c4'],
  'node-20': [368, 344, 't13d591000_a33745022dd6_1f22a2ca17c4'],
  gnutls: [512, 512, 't13d351200_bfa337485184_5671b5df5029'],
  browser: [512, 512, 't13d1516h2_8daaf6152771_e5627efa2ab1'],
  'browser-mlkem': [1720, 1696, 't13d1516h2_8daaf6152771_d8a2da3f94cd'],
  'hrr-puller': [178, 154, 't13d030600_55b375c5d22e_2a2ff70413ec'],
};

describe('presets', () => {
  it('have the sizes and the JA4 of the clients they are modelled on', () => {
    for (const name of names) {
      const [withName, without, fingerprint] = expected[name];
      expect(helloLength(make(name)), name).to.equal(withName);
      expect(helloLength(make(name, null)), name).to.equal(without);
      expect(ja4(make(name)), name).to.equal(fingerprint);
    }
  });

  it('survive encoding and decoding, and have each extension type once', () => {
    for (const name of names) {
      for (let seed = 0; seed < 50; seed++) {
        const spec = make(name, 'vpn.example.com', seed);
        expect(decodeHello(encodeHello(spec))).to.deep.equal(spec);
        expect(new Set(extensionTypesOf(spec)).size).to.equal(spec.extensions?.length);
      }
    }
  });

  it('send the name when there is one, and never an address', () => {
    for (const name of names) {
      expect(sniOf(make(name)), name).to.equal('vpn.example.com');
      expect(extensionTypesOf(make(name, null)), name).to.not.include('0x0000');
      expect(extensionTypesOf(make(name, '192.0.2.1')), name).to.not.include('0x0000');
    }
  });

  it('are the same for the same randomness, and differ otherwise', () => {
    for (const name of names) {
      expect(make(name)).to.deep.equal(make(name));
      expect(make(name).random).to.not.equal(make(name, null, 2).random);
    }
  });

  it('work with a random source that always gives the same byte', () => {
    for (const byte of [0, 0xff]) {
      for (const name of names) {
        const spec = makePreset(name, { random: (n) => new Uint8Array(n).fill(byte) });
        expect(new Set(extensionTypesOf(spec)).size, name).to.equal(spec.extensions?.length);
      }
    }
  });

  it('offer the versions they promise', () => {
    expect(versionsOf(make('tls12-minimal'))).to.deep.equal(['0x0303']);
    expect(versionsOf(make('node-20'))).to.deep.equal(['0x0304', '0x0303']);
    expect(versionsOf(make('gnutls'))).to.deep.equal(['0x0304', '0x0303', '0x0302', '0x0301']);
    expect(versionsOf(make('hrr-puller'))).to.deep.equal(['0x0304']);
    expect(findExtensionSpec(make('hrr-puller'), '0x0033')).to.deep.equal({ type: '0x0033', keyShares: [] });
  });

  it('put GREASE into suites, groups, shares, versions and two extensions of browsers', () => {
    for (const name of ['browser', 'browser-mlkem'] as const) {
      const spec = make(name);
      const types = extensionTypesOf(spec).map(Number);
      expect(isGrease(Number(spec.cipherSuites[0]))).to.equal(true);
      expect(types.filter(isGrease)).to.have.lengthOf(2);
      expect(isGrease(types[0] as number)).to.equal(true);
      const offered = findExtensionSpec(spec, '0x000a');
      const shares = findExtensionSpec(spec, '0x0033');
      if (offered === undefined || !('groups' in offered) || shares === undefined || !('keyShares' in shares)) {
        expect.fail('the preset has no groups or shares');
      }
      expect(isGrease(Number(offered.groups[0]))).to.equal(true);
      expect(shares.keyShares[0]).to.deep.equal({ group: offered.groups[0], keyExchange: '00' });
      expect(groupsOf(spec)[0]).to.equal(name === 'browser' ? '0x001d' : '0x11ec');
    }
  });

  it('say in both languages what they are, and what they were modelled on', () => {
    for (const { summary, modelledOn } of Object.values(presets)) {
      expect(summary.en).to.match(/\w/);
      expect(summary.ja).to.match(/[ぁ-ヶ一-龠]/);
      expect(modelledOn).to.match(/\d/);
    }
  });

  it('are refused by a name that does not exist, with the names that do', () => {
    expect(() => makePreset('firefox' as PresetName, { random: seededRandom(1) }))
      .to.throw(HarnessError, 'There is no preset "firefox".')
      .with.property('hint')
      .that.contains('browser-mlkem');
  });
});

/** y² = x³ - 3x + b over the prime: FIPS 186-4 §D.1.2. */
const curves = {
  secp256r1: {
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  secp384r1: {
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  secp521r1: {
    prime: 2n ** 521n - 1n,
    b: 0x051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
};
const integer = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function expectOnCurve(name: keyof typeof curves, point: Uint8Array): void {
  const { prime, b } = curves[name];
  const half = (point.length - 1) / 2;
  const x = integer(point.subarray(1, 1 + half));
  const y = integer(point.subarray(1 + half));
  expect(point[0]).to.equal(4);
  expect((y * y - (x * x * x - 3n * x + b)) % prime, name).to.equal(0n);
}

/** Coefficients of ByteDecode12 (FIPS 203 algorithm 6). */
function coefficients(key: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < key.length; at += 3) {
    const [a = 0, b = 0, c = 0] = key.subarray(at, at + 3);
    values.push(a | ((b & 15) << 8), (b >> 4) | (c << 4));
  }
  return values;
}

describe('key shares', () => {
  const share = (name: keyof typeof group, seed = 1): Uint8Array => makeKeyShare(group[name], seededRandom(seed));

  it('have the length that their group prescribes', () => {
    const lengths = {
      secp256r1: 65,
      secp384r1: 97,
      secp521r1: 133,
      x25519: 32,
      x448: 56,
      ffdhe2048: 256,
      ffdhe3072: 384,
      ffdhe4096: 512,
      ffdhe6144: 768,
      ffdhe8192: 1024,
      MLKEM512: 800,
      MLKEM768: 1184,
      MLKEM1024: 1568,
      SecP256r1MLKEM768: 1249,
      X25519MLKEM768: 1216,
      SecP384r1MLKEM1024: 1665,
    } as const;
    for (const [name, length] of Object.entries(lengths)) {
      expect(canShare(groups.codeOf(name) ?? 0), name).to.equal(true);
      expect(share(name as keyof typeof lengths), name).to.have.lengthOf(length);
    }
    expect(canShare(group.brainpoolP256r1)).to.equal(false);
  });

  it('lie on their curve', () => {
    for (const name of ['secp256r1', 'secp384r1', 'secp521r1'] as const) expectOnCurve(name, share(name));
    expectOnCurve('secp256r1', share('SecP256r1MLKEM768').subarray(0, 65));
    expectOnCurve('secp384r1', share('SecP384r1MLKEM1024').subarray(0, 97));
  });

  it('are powers of two in finite-field groups, below every prime of that length', () => {
    for (let seed = 0; seed < 200; seed++) {
      const value = integer(share('ffdhe2048', seed));
      expect(value > 1n && value < 2n ** 2047n && (value & (value - 1n)) === 0n, `seed ${seed}`).to.equal(true);
    }
  });

  it('have ML-KEM coefficients below 3329, also for extreme randomness', () => {
    const sources = [1, 2, 3, 4].map(seededRandom);
    for (const random of [...sources, (n: number) => new Uint8Array(n).fill(0xff)]) {
      const key = makeKeyShare(group.X25519MLKEM768, random).subarray(0, 1152);
      expect(coefficients(key)).to.have.lengthOf(768);
      expect(Math.max(...coefficients(key))).to.be.lessThan(3329);
    }
    expect(new Set(coefficients(share('MLKEM768').subarray(0, 1152))).size).to.be.greaterThan(500);
  });

  it('stand in the preset as 1184 bytes of ML-KEM and 32 of X25519', () => {
    const shares = findExtensionSpec(make('browser-mlkem'), '0x0033');
    if (shares === undefined || !('keyShares' in shares)) expect.fail('no key shares');
    expect(
      shares.keyShares.slice(1).map(({ group, keyExchange }) => [group, fromHex(keyExchange).length]),
    ).to.deep.equal([
      ['0x11ec', 1216],
      ['0x001d', 32],
    ]);
  });
});
