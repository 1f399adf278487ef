import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  annotatedHex,
  encodeHello,
  makePreset,
  type PresetName,
  presets,
  withExtension,
} from '../../lib/hello/index.ts';
import { clientHello, malform } from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

const spec = makePreset('openssl-3', { sni: 'vpn.example.com', random: seededRandom(1) });
const message = encodeHello(spec);
const dump = annotatedHex(message);
const line = (label: string): string =>
  dump.split('\n').find((text) => text.slice(6).trim().startsWith(`${label} `)) ?? '';

describe('annotatedHex', () => {
  it('names each field, with its offset, bytes and meaning', () => {
    expect(line('type')).to.match(/^0000 {2}type +01 {2}client_hello$/);
    expect(line('length')).to.match(/^0001 {2}length +000138 {2}312 bytes$/);
    expect(line('legacyVersion')).to.match(/^0004 .* 0303 {2}TLSv1\.2$/);
    expect(line('cipherSuites.3')).to.match(/c02c {2}TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384$/);
    expect(line('compressionMethods.0')).to.match(/00 {2}null$/i);
    expect(line('extensions.0.type')).to.match(/0000 {2}server_name$/);
    expect(line('extensions.0.data.0.name')).to.match(/76706e2e6578616d706c652e636f6d {2}"vpn\.example\.com"$/);
    expect(line('extensions.2.data.0')).to.match(/001d {2}x25519$/);
    expect(line('extensions.6.data.0')).to.match(/0403 {2}ecdsa_secp256r1_sha256$/);
    expect(line('extensions.7.data.0')).to.match(/0304 {2}TLSv1\.3$/);
    expect(line('extensions.8.data.0')).to.match(/01 {2}psk_dhe_ke$/);
    expect(line('extensions.9.data.0.keyExchange')).to.match(/ [0-9a-f]{32}$/);
  });

  it('has offsets at which the bytes really stand, and misses none', () => {
    const hex = Buffer.from(message).toString('hex');
    let covered = 0;
    for (const text of dump.split('\n')) {
      const [, at = '', bytes = ''] = /^([0-9a-f]{4}) {2}.{42,}?([0-9a-f]{2,})(?: {2}|$)/.exec(text) ?? [];
      expect(hex.slice(2 * Number.parseInt(at, 16)), text).to.satisfy((rest: string) => rest.startsWith(bytes));
      covered += bytes.length / 2;
    }
    expect(covered).to.equal(message.length);
  });

  it('names fields as malform takes them', () => {
    const labels = [...dump.matchAll(/^[0-9a-f]{4} +((?:cipherSuites|extensions|sessionId)\S*)/gm)].map(
      ([, label]) => label as string,
    );
    expect(labels.length).to.be.greaterThan(80);
    for (const label of labels) malform(clientHello, message.subarray(4), { [label]: new Uint8Array() });
  });

  it('fits 100 columns for every preset', () => {
    for (const name of Object.keys(presets) as PresetName[]) {
      const text = annotatedHex(
        encodeHello(makePreset(name, { sni: 'vpn-gateway.branch.example.com', random: seededRandom(1) })),
      );
      for (const row of text.split('\n')) expect(row.length, row).to.be.at.most(100);
    }
  });

  it('cuts long values and says how much is missing', () => {
    const mlkem = annotatedHex(encodeHello(makePreset('browser-mlkem', { random: seededRandom(1) })));
    expect(mlkem).to.contain('… 1152 more bytes');
    expect(annotatedHex(encodeHello(makePreset('browser', { random: seededRandom(1) })))).to.match(
      /padding\n.*\n.* 00 × \d+$/m,
    );
  });

  it('shows the body of a malformed extension whole, with the reason', () => {
    const broken = encodeHello(withExtension(spec, { type: '0x000a', data: '0003001d00' }));
    expect(annotatedHex(broken))
      .to.contain('0003001d00')
      .and.match(/not as specified: truncated: 1: need 2 bytes, have 1/);
  });

  it('dumps bytes that are no hello without names, with the reason', () => {
    expect(annotatedHex(message.subarray(0, 30))).to.match(
      /^0000 {2}01000138.*\n0010 {2}.*\nnot as specified: truncated/,
    );
    expect(annotatedHex(new Uint8Array())).to.match(/not as specified/);
  });

  it('speaks Japanese where asked', () => {
    const text = annotatedHex(message, { language: 'ja' });
    expect(text).to.contain('312 バイト').and.not.contain('bytes');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(message.length - 1), fc.nat(255), (noise, at, value) => {
        const mutated = message.slice();
        mutated[at] = value;
        expect(annotatedHex(mutated)).to.be.a('string');
        expect(annotatedHex(noise)).to.be.a('string');
      }),
      { seed: 1, numRuns: 400 },
    );
  });
});
