import { expect } from 'chai';
import {
  extensionTypesOf,
  findExtensionSpec,
  type HelloSpec,
  makePreset,
  sniName,
  sniOf,
  versionsOf,
  withCipherSuites,
  withExtension,
  withoutExtension,
  withSni,
  withVersions,
} from '../../lib/hello/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

const openssl = makePreset('openssl-3', { sni: 'vpn.example.com', random: seededRandom(1) });
const browser = makePreset('browser', { sni: 'vpn.example.com', random: seededRandom(1) });

describe('edits of a HelloSpec', () => {
  it('leave the spec they are given as it is', () => {
    const before = JSON.stringify(browser);
    withCipherSuites(browser, [0x1301]);
    withExtension(browser, { type: '0x0010', alpn: ['x'] });
    withoutExtension(browser, '0x0010');
    withSni(browser, null);
    withVersions(browser, [0x0303]);
    expect(JSON.stringify(browser)).to.equal(before);
  });

  it('set suites given as numbers or as codes', () => {
    expect(withCipherSuites(openssl, [0xc02f, '0x1301']).cipherSuites).to.deep.equal(['0xc02f', '0x1301']);
  });

  it('replace an extension in its place, and add one before pre_shared_key', () => {
    const replaced = withExtension(openssl, { type: '0x000a', groups: ['0x0017'] });
    expect(extensionTypesOf(replaced)).to.deep.equal(extensionTypesOf(openssl));
    expect(findExtensionSpec(replaced, '0x000a')).to.deep.equal({ type: '0x000a', groups: ['0x0017'] });
    const psk = withExtension(openssl, { type: '0x0029', data: '00' });
    expect(extensionTypesOf(withExtension(psk, { type: '0x0012', data: '' })).slice(-2)).to.deep.equal([
      '0x0012',
      '0x0029',
    ]);
  });

  it('open an extension block where there is none', () => {
    const sslv3: HelloSpec = { ...openssl, extensions: null };
    expect(withExtension(sslv3, { type: '0x0012', data: '' }).extensions).to.deep.equal([{ type: '0x0012', data: '' }]);
    expect(withoutExtension(sslv3, 0x0012)).to.equal(sslv3);
  });

  it('change, add and remove the server name', () => {
    expect(sniOf(withSni(openssl, 'other.example'))).to.equal('other.example');
    expect(extensionTypesOf(withSni(openssl, 'other.example'))).to.deep.equal(extensionTypesOf(openssl));
    const without = withSni(openssl, null);
    expect(sniOf(without)).to.equal(null);
    expect(extensionTypesOf(withSni(without, 'other.example'))[0]).to.equal('0x0000');
    expect(sniOf(withSni(openssl, '192.0.2.1'))).to.equal(null);
  });

  it('offer other versions as RFC 8446 §4.1.2 wants them written', () => {
    const tls12 = withVersions(openssl, [0x0303]);
    expect(tls12.legacyVersion).to.equal('0x0303');
    expect(extensionTypesOf(tls12)).to.not.include.members(['0x002b', '0x0033', '0x002d']);
    expect(tls12.cipherSuites).to.deep.equal(openssl.cipherSuites);
    const tls11 = withVersions(openssl, ['0x0302']);
    expect(tls11.legacyVersion).to.equal('0x0302');
    expect(extensionTypesOf(tls11)).to.not.include('0x000d');
    const sslv3 = withVersions(openssl, [0x0300]);
    expect(sslv3).to.include({ legacyVersion: '0x0300', recordVersion: '0x0300', extensions: null });
    expect(sslv3.cipherSuites.filter((suite) => suite === '0x00ff')).to.have.lengthOf(1);
    expect(withVersions(sslv3, [0x0303]).recordVersion).to.equal('0x0301');
    expect(() => withVersions(openssl, [])).to.throw(HarnessError, 'at least one version');
  });

  it('keep GREASE in supported_versions and the key shares that are there', () => {
    const only13 = withVersions(browser, [0x0304]);
    expect(findExtensionSpec(only13, '0x002b')).to.have.nested.property('supportedVersions').with.lengthOf(2);
    expect(versionsOf(only13)).to.deep.equal(['0x0304']);
    expect(findExtensionSpec(only13, '0x0033')).to.deep.equal(findExtensionSpec(browser, '0x0033'));
  });

  it('ask for HelloRetryRequest where TLS 1.3 is newly offered', () => {
    const spec = withVersions(makePreset('tls12-minimal', { random: seededRandom(1) }), [0x0303, 0x0304]);
    expect(versionsOf(spec)).to.deep.equal(['0x0304', '0x0303']);
    expect(findExtensionSpec(spec, '0x0033')).to.deep.equal({ type: '0x0033', keyShares: [] });
    expect(findExtensionSpec(spec, '0x002d')).to.deep.equal({ type: '0x002d', pskModes: [1] });
  });
});

describe('sniName', () => {
  it('is the host name in ASCII without the trailing dot', () => {
    expect(sniName('vpn.example.com.')).to.equal('vpn.example.com');
    expect(sniName('VPN_1.example')).to.equal('VPN_1.example');
    expect(sniName('例え.jp')).to.equal('xn--r8jz45g.jp');
  });

  it('is null for addresses and for what is no name', () => {
    for (const host of ['192.0.2.1', '2001:db8::1', '::1', '', '.', 'a b', '日 本'])
      expect(sniName(host), host).to.equal(null);
  });
});
