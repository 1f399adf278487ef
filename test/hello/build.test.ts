import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  buildHello,
  decodeHello,
  encodeHello,
  extensionTypesOf,
  findExtensionSpec,
  groupsOf,
  type HelloOptions,
  type HelloSpec,
  helloLength,
  sniOf,
  versionsOf,
} from '../../lib/hello/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

const build = (options: Partial<HelloOptions> & Pick<HelloOptions, 'versions'>): HelloSpec =>
  buildHello({ random: seededRandom(1), ...options });

describe('buildHello', () => {
  it('offers TLS 1.3 in supported_versions, with a key share, and TLS 1.2 as the legacy version', () => {
    const spec = build({ versions: [0x0303, 0x0304], sni: 'vpn.example.com' });
    expect(spec).to.include({ recordVersion: '0x0301', legacyVersion: '0x0303' });
    expect(spec.sessionId).to.have.lengthOf(64);
    expect(versionsOf(spec)).to.deep.equal(['0x0304', '0x0303']);
    expect(findExtensionSpec(spec, '0x0033')).to.have.nested.property('keyShares[0].group', '0x001d');
    expect(findExtensionSpec(spec, '0x002d')).to.deep.equal({ type: '0x002d', pskModes: [1] });
    expect(sniOf(spec)).to.equal('vpn.example.com');
  });

  it('sends what TLS 1.2 clients send, and nothing of TLS 1.3', () => {
    const spec = build({ versions: [0x0303] });
    expect(spec).to.include({ legacyVersion: '0x0303', sessionId: '' });
    expect(extensionTypesOf(spec)).to.deep.equal(['0x0017', '0x0023', '0xff01', '0x000b', '0x000a', '0x000d']);
  });

  it('sends no signature_algorithms below TLS 1.2', () => {
    const spec = build({ versions: [0x0301, 0x0302] });
    expect(spec.legacyVersion).to.equal('0x0302');
    expect(extensionTypesOf(spec)).to.not.include('0x000d').and.not.include('0x002b');
    expect(spec.cipherSuites).to.include('0x0005').and.not.include('0xc02f');
  });

  it('sends no extensions for SSLv3 alone, but the renegotiation SCSV, once', () => {
    const spec = build({ versions: [0x0300] });
    expect(spec).to.include({ recordVersion: '0x0300', legacyVersion: '0x0300', extensions: null });
    expect(spec.cipherSuites.at(-1)).to.equal('0x00ff');
    expect(build({ versions: [0x0300], cipherSuites: [0x00ff, 0x0005] }).cipherSuites).to.deep.equal([
      '0x00ff',
      '0x0005',
    ]);
  });

  it('signals renegotiation once, by extension or by SCSV', () => {
    const spec = build({ versions: [0x0303], cipherSuites: [0xc02f, 0x00ff] });
    expect(extensionTypesOf(spec)).to.not.include('0xff01');
  });

  it('names curves only where a suite or TLS 1.3 uses them, or the caller does', () => {
    expect(groupsOf(build({ versions: [0x0303], cipherSuites: [0x009c] }))).to.deep.equal([]);
    expect(groupsOf(build({ versions: [0x0303], cipherSuites: [0x009e], groups: [0x0100] }))).to.deep.equal(['0x0100']);
    expect(groupsOf(build({ versions: [0x0304] }))).to.deep.equal(['0x001d', '0x0017', '0x0018', '0x0019']);
    expect(extensionTypesOf(build({ versions: [0x0304] }))).to.not.include('0x000b');
  });

  it('sends shares for the groups asked for, and none for an empty list', () => {
    const spec = build({ versions: [0x0304], groups: [0x0017, 0x11ec], keyShares: [0x11ec] });
    expect(findExtensionSpec(spec, '0x0033')).to.have.nested.property('keyShares[0].keyExchange').with.lengthOf(2432);
    expect(findExtensionSpec(build({ versions: [0x0304], keyShares: [] }), '0x0033')).to.deep.equal({
      type: '0x0033',
      keyShares: [],
    });
    expect(() => build({ versions: [0x0304], keyShares: [0x001a] }))
      .to.throw(HarnessError)
      .with.property('code', 'no-key-share');
  });

  it('has at most 64 suites and a last extension with a body, whatever the versions', () => {
    const versions = fc.subarray([0x0300, 0x0301, 0x0302, 0x0303, 0x0304], { minLength: 1 });
    fc.assert(
      fc.property(versions, fc.boolean(), (versions, named) => {
        const spec = build({ versions, sni: named ? 'vpn.example.com' : null });
        expect(spec.cipherSuites.length).to.be.within(1, 64);
        expect(new Set(spec.cipherSuites).size).to.equal(spec.cipherSuites.length);
        const types = extensionTypesOf(spec);
        expect(new Set(types).size).to.equal(types.length);
        if (spec.extensions !== null) {
          const without = { ...spec, extensions: spec.extensions.slice(0, -1) };
          expect(helloLength(spec) - helloLength(without)).to.be.greaterThan(4);
        }
        expect(decodeHello(encodeHello(spec), spec.recordVersion)).to.deep.equal(spec);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('lets extra extensions replace the usual ones of their type, and appends the others', () => {
    const spec = build({
      versions: [0x0303],
      extra: [
        { type: '0x0023', ticket: 'abcd' },
        { type: '0x0016', data: '' },
      ],
    });
    expect(extensionTypesOf(spec).indexOf('0x0023')).to.equal(1);
    expect(findExtensionSpec(spec, '0x0023')).to.deep.equal({ type: '0x0023', ticket: 'abcd' });
    expect(extensionTypesOf(spec).at(-1)).to.equal('0x0016');
  });

  it('takes ALPN, session id, schemes and suites as given', () => {
    const spec = build({
      versions: [0x0303],
      alpn: ['http/1.1'],
      sessionId: 'AB CD',
      signatureSchemes: [0x0401],
      cipherSuites: [0xc02f],
    });
    expect(spec).to.deep.include({ sessionId: 'abcd', cipherSuites: ['0xc02f'] });
    expect(findExtensionSpec(spec, '0x0010')).to.deep.equal({ type: '0x0010', alpn: ['http/1.1'] });
    expect(findExtensionSpec(spec, '0x000d')).to.deep.equal({ type: '0x000d', signatureSchemes: ['0x0401'] });
  });

  it('refuses a hello without versions', () => {
    expect(() => build({ versions: [] })).to.throw(HarnessError, 'at least one version');
  });
});
