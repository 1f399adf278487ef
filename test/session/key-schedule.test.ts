/** Key schedules against published values, and against what OpenSSL's handshakes come to. */

import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { expect } from 'chai';
import {
  aeadSuite,
  deriveSecret,
  earlySecret,
  expandLabel,
  extendedMasterSecret,
  finishedTls12,
  finishedTls13,
  handshakeSecret,
  KeyLog,
  masterSecretTls12,
  masterSecretTls13,
  nextTrafficSecret,
  prfTls12,
  type SecretName,
  sessionKeysTls12,
  suiteDigest,
  trafficKeys,
} from '../../lib/session/index.ts';
import { cipherSuite, cipherSuites, fromHex, suiteTraits, toHex } from '../../lib/wire/index.ts';
import { corpusLines, corpusRecords, corpusText } from './corpus.ts';

interface Rfc8448Value {
  readonly section: string;
  readonly who: string;
  readonly step: string;
  readonly label: string;
  readonly hex: string;
}

describe('key schedule of TLS 1.3', () => {
  const aes128 = aeadSuite(cipherSuite.TLS_AES_128_GCM_SHA256);

  it('begins with the early secret of RFC 8448 where there is no pre-shared key', () => {
    const early = earlySecret('SHA256', null);
    expect(toHex(early)).to.equal('33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a');
    expect(toHex(deriveSecret('SHA256', early, 'derived', suiteDigest('SHA256', new Uint8Array())))).to.equal(
      '6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba',
    );
  });

  it('gives every secret, key, IV and Finished of the RFC 8448 handshakes', function () {
    const steps = stepsOf(corpusLines<Rfc8448Value>('rfc8448-draft'));
    if (steps.length === 0) this.skip();
    let checked = 0;
    for (const { step, values } of steps) {
      const value = (label: string): Uint8Array => fromHex(values.get(label) ?? '');
      const expectHex = (actual: Uint8Array, label: string): void => {
        expect(toHex(actual), step).to.equal(values.get(label));
        checked++;
      };
      const derived = /^derive secret .*"tls13 (?<name>.+)"$/.exec(step)?.groups?.['name'];
      if (derived !== undefined) {
        expectHex(deriveSecret('SHA256', value('PRK'), derived as SecretName, value('hash')), 'expanded');
      } else if (step.startsWith('derive write') || step.startsWith('derive read')) {
        const keys = trafficKeys(aes128 as NonNullable<typeof aes128>, value('PRK'));
        expectHex(keys.key, 'key expanded');
        expectHex(keys.iv, 'iv expanded');
      } else if (step === 'calculate PSK binder') {
        expectHex(finishedTls13('SHA256', value('PRK'), value('binder hash')), 'finished');
      } else if (step === 'generate resumption secret "tls13 resumption"') {
        expectHex(expandLabel('SHA256', value('PRK'), 'resumption', value('hash'), 32), 'expanded');
      }
    }
    expect(checked).to.be.greaterThan(80);
  });

  it('comes from the shared secret to the traffic secrets of the RFC 8448 handshakes', function () {
    const steps = stepsOf(corpusLines<Rfc8448Value>('rfc8448-draft')).filter(({ who }) => who === 'server');
    if (steps.length === 0) this.skip();
    for (const section of new Set(steps.map((step) => step.section))) {
      const value = (step: string, label: string): Uint8Array =>
        fromHex(steps.find((one) => one.section === section && one.step === step)?.values.get(label) ?? '');
      const early = section.startsWith('Resumed') ? null : earlySecret('SHA256', null);
      const before = early ?? value('derive secret for handshake "tls13 derived"', 'PRK');
      const handshake = handshakeSecret('SHA256', before, value('extract secret "handshake"', 'IKM'));
      expect(toHex(handshake), section).to.equal(toHex(value('extract secret "handshake"', 'secret')));
      expect(toHex(masterSecretTls13('SHA256', handshake)), section).to.equal(
        toHex(value('extract secret "master"', 'secret')),
      );
    }
  });

  it('goes on from a traffic secret to the next after a KeyUpdate', () => {
    const secret = new Uint8Array(48).fill(3);
    const next = nextTrafficSecret('SHA384', secret);
    expect(next).to.deep.equal(expandLabel('SHA384', secret, 'traffic upd', new Uint8Array(), 48));
    expect(next).to.not.deep.equal(nextTrafficSecret('SHA384', next));
  });
});

describe('key derivation of TLS 1.2', () => {
  it('gives the published PRF values', () => {
    // The vectors that implementers exchanged on the TLS working group's list.
    expect(
      toHex(
        prfTls12(
          'SHA256',
          fromHex('9bbe436ba940f017b17652849a71db35'),
          'test label',
          fromHex('a0ba9f936cda311827a6f796ffd5198c'),
          100,
        ),
      ),
    ).to.equal(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17' +
        'abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
    );
    expect(
      toHex(
        prfTls12(
          'SHA384',
          fromHex('b80b733d6ceefcdc71566ea48e5567df'),
          'test label',
          fromHex('cd665cf6a8447dd6ff8b27555edb7465'),
          148,
        ),
      ),
    ).to.equal(
      '7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700' +
        '884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a2' +
        '6066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f',
    );
  });

  it('comes from the X25519 keys of an annotated handshake to its master secret', function () {
    const records = corpusRecords('illustrated-tls12');
    if (records.size === 0) this.skip();
    const clientRandom = fromHex((records.get('clienthello') as string).slice(22, 22 + 64));
    const serverRandom = fromHex((records.get('serverhello') as string).slice(22, 22 + 64));
    const point = fromHex((records.get('serverkeyexchange') as string).slice(26, 26 + 64));
    const log = new KeyLog();
    log.add(corpusText('illustrated-tls12/keylog.txt'));
    log.end();
    // The private key counts up from 0x20.
    const own = Uint8Array.from({ length: 32 }, (_, i) => 0x20 + i);
    const premaster = x25519(own, point);
    expect(masterSecretTls12('SHA256', premaster, clientRandom, serverRandom)).to.deep.equal(
      log.find(clientRandom, 'CLIENT_RANDOM'),
    );
  });

  it('separates what its labels separate', () => {
    const secret = new Uint8Array(48).fill(1);
    const hash = new Uint8Array(32).fill(2);
    expect(extendedMasterSecret('SHA256', secret, hash)).to.have.length(48);
    expect(extendedMasterSecret('SHA256', secret, hash)).to.not.deep.equal(
      masterSecretTls12('SHA256', secret, hash, new Uint8Array()),
    );
    expect(finishedTls12('SHA384', secret, 'client', hash)).to.have.length(12);
    expect(finishedTls12('SHA384', secret, 'client', hash)).to.not.deep.equal(
      finishedTls12('SHA384', secret, 'server', hash),
    );
  });

  it('cuts the key block into keys and IVs of the suite', () => {
    const suite = aeadSuite(cipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) as NonNullable<
      ReturnType<typeof aeadSuite>
    >;
    const [master, a, b] = [new Uint8Array(48).fill(1), new Uint8Array(32).fill(2), new Uint8Array(32).fill(3)];
    const { client, server } = sessionKeysTls12(suite, master, a, b);
    const block = prfTls12('SHA384', master, 'key expansion', Uint8Array.of(...b, ...a), 72);
    expect(Uint8Array.of(...client.key, ...server.key, ...client.iv, ...server.iv)).to.deep.equal(block);
    expect([client.key.length, client.iv.length]).to.deep.equal([32, 4]);
  });
});

describe('aeadSuite', () => {
  it('knows the AES-GCM, AES-CCM and ChaCha20 suites of the registry, and no other', () => {
    for (const [code, name] of cipherSuites.entries()) {
      const expected = /_AES_(?:128|256)_(?:GCM|CCM)|_CHACHA20_POLY1305/.test(name);
      const suite = aeadSuite(code);
      expect(suite !== undefined, name).to.equal(expected);
      if (suite === undefined) continue;
      expect(suite.isTls13, name).to.equal(!name.includes('_WITH_'));
      expect(suite.hash, name).to.equal(suiteTraits(code)?.hash);
      expect(suite.keyLength, name).to.equal(/AES_128/.test(name) ? 16 : 32);
      expect(suite.tagLength, name).to.equal(/CCM_8/.test(name) ? 8 : 16);
    }
    expect(aeadSuite(0x1a1a)).to.equal(undefined);
  });
});

/** Values of one step, as they follow each other. */
function stepsOf(lines: readonly Rfc8448Value[]): (Rfc8448Value & { values: Map<string, string> })[] {
  const steps: (Rfc8448Value & { values: Map<string, string> })[] = [];
  for (const line of lines) {
    const last = steps.at(-1);
    const isSame =
      last !== undefined && last.section === line.section && last.who === line.who && last.step === line.step;
    if (isSame && !last.values.has(line.label)) last.values.set(line.label, line.hex);
    else steps.push({ ...line, values: new Map([[line.label, line.hex]]) });
  }
  return steps;
}

function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const key = (raw: Uint8Array, prefix: string): Buffer => Buffer.concat([fromHex(prefix), raw]);
  return Uint8Array.from(
    diffieHellman({
      privateKey: createPrivateKey({
        key: key(privateKey, '302e020100300506032b656e04220420'),
        format: 'der',
        type: 'pkcs8',
      }),
      publicKey: createPublicKey({ key: key(publicKey, '302a300506032b656e032100'), format: 'der', type: 'spki' }),
    }),
  );
}
