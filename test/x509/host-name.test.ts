import { expect } from 'chai';
import { matchHostName, nameMismatchReason } from '../../lib/x509/index.ts';

const certificate = (names: string[], subject = 'CN=cn.example.com,O=Example') => ({ names, subject });
const matches = (names: string[], host: string): boolean => matchHostName(certificate(names), host);

describe('host names against certificates', () => {
  it('ignore case and the final dot of the host', () => {
    expect(matches(['DNS:VPN.example.com'], 'vpn.EXAMPLE.com.')).to.equal(true);
    expect(matches(['DNS:vpn.example.com.'], 'vpn.example.com')).to.equal(false);
  });

  it('let a wildcard stand for exactly one left-most label', () => {
    expect(matches(['DNS:*.example.com'], 'a.example.com')).to.equal(true);
    expect(matches(['DNS:*.EXAMPLE.com'], 'xn--bcher-kva.example.com')).to.equal(true);
    for (const host of ['example.com', 'a.b.example.com', '.example.com', 'aexample.com', 'a.example.org']) {
      expect(matches(['DNS:*.example.com'], host), host).to.equal(false);
    }
  });

  it('accept no wildcard elsewhere, within a label, or over a whole top-level domain', () => {
    expect(matches(['DNS:f*.example.com'], 'foo.example.com')).to.equal(false);
    expect(matches(['DNS:www.*.com'], 'www.example.com')).to.equal(false);
    expect(matches(['DNS:*.com'], 'example.com')).to.equal(false);
    expect(matches(['DNS:*'], 'localhost')).to.equal(false);
    expect(matches(['DNS:*.*.com'], 'a.b.com')).to.equal(false);
    expect(matches(['DNS:*.example.com'], '*.example.com')).to.equal(false);
  });

  it('convert internationalised names to A-labels', () => {
    expect(matches(['DNS:xn--bcher-kva.example'], 'bücher.example')).to.equal(true);
    expect(matches(['DNS:xn--wgv71a119e.jp'], '日本語。jp')).to.equal(true);
    expect(matches(['DNS:evil.example'], 'bücher@evil.example')).to.equal(false);
    expect(nameMismatchReason(certificate([]), 'bü cher/..')).to.equal('bad-host');
  });

  it('compare addresses in any spelling with IP names only', () => {
    const names = ['IP:192.0.2.1', 'IP:2001:db8::1', 'DNS:192.0.2.7'];
    for (const host of ['192.0.2.1', '2001:db8::1', '[2001:DB8:0:0::1]', '2001:db8::0.0.0.1', '2001:db8::1%eth0']) {
      expect(matches(names, host), host).to.equal(true);
    }
    expect(matches(names, '192.0.2.2')).to.equal(false);
    expect(nameMismatchReason(certificate(names), '192.0.2.7')).to.equal('address-as-name');
    expect(matches(['IP:0.0.0.0', 'DNS:*.0.2.1'], '192.0.2.1')).to.equal(false);
  });

  it('take odd spellings of IPv4 for names, not for addresses', () => {
    for (const host of ['127.1', '0x7f.0.0.1', '0127.0.0.1', '127.0.0.1.', '256.0.0.1', '127.0.0']) {
      expect(matches(['IP:127.0.0.1'], host), host).to.equal(false);
    }
  });

  it('refuse broken IPv6 text', () => {
    for (const host of [
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      ':::',
      '12345::',
      '::1.2.3',
      '1:2:3:4:5:6:7:8::',
      '[',
      '[::1',
    ]) {
      expect(nameMismatchReason(certificate(['IP:::1']), host), host).to.equal('bad-host');
    }
    expect(matches(['IP:::'], '::')).to.equal(true);
    expect(matches(['IP:::ffff:c000:201'], '::ffff:192.0.2.1')).to.equal(true);
  });

  it('take the CN only on request, and only where there is no DNS name', () => {
    const plain = certificate(['email:a@example.com']);
    expect(matchHostName(plain, 'cn.example.com')).to.equal(false);
    expect(matchHostName(plain, 'cn.example.com', { commonNameFallback: true })).to.equal(true);
    const named = certificate(['DNS:other.example.com']);
    expect(matchHostName(named, 'cn.example.com', { commonNameFallback: true })).to.equal(false);
    expect(matchHostName(certificate([], 'O=CN\\=x,CN=a\\,b'), 'x', { commonNameFallback: true })).to.equal(false);
  });

  it('say why a certificate is not good for a host', () => {
    const reason = (names: string[], host: string) => nameMismatchReason(certificate(names), host);
    expect(reason(['DNS:a.example'], 'a.example')).to.equal(null);
    expect(reason([], 'vpn.example.com')).to.equal('no-names');
    expect(reason([], 'cn.example.com')).to.equal('common-name-only');
    expect(reason(['DNS:*.example.com'], 'a.b.example.com')).to.equal('wildcard-depth');
    expect(reason(['DNS:*.example.com'], 'example.com')).to.equal('wildcard-depth');
    expect(reason(['DNS:a.example'], 'b.example')).to.equal('other-names');
    expect(reason(['DNS:a.example'], '192.0.2.1')).to.equal('no-names');
    expect(reason(['IP:192.0.2.2'], '192.0.2.1')).to.equal('other-names');
    expect(reason(['DNS:a.example'], 'a..example')).to.equal('bad-host');
    expect(reason(['DNS:a.example'], '')).to.equal('bad-host');
  });

  it('are decided quickly for 10,000 names and hostile text', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `DNS:${'*.'.repeat(50)}${i}.example`);
    expect(matches(names, `${'a.'.repeat(100)}example`)).to.equal(false);
    expect(matches(names, 'a-'.repeat(50_000))).to.equal(false);
    expect(matches(names, '1:'.repeat(50_000))).to.equal(false);
  });
});
