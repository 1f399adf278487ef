import { expect } from 'chai';
import { afterProxyHeader } from '../../../lib/capture/conversations/proxy-header.ts';
import { concat } from '../../../lib/wire/index.ts';
import { ascii } from '../../x509/der.ts';

const hello = Uint8Array.of(22, 3, 1);
const text = ascii('PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n');
const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const binary = concat(signature, Uint8Array.of(0x21, 0x11, 0, 12), new Uint8Array(12));

describe('capture: PROXY headers', () => {
  for (const [version, header] of Object.entries({ 1: text, 2: binary })) {
    it(`of version ${version} are passed over, wherever they stand in the buffer`, () => {
      const bytes = concat(hello, header, hello);
      expect(afterProxyHeader(bytes, 3, bytes.length)).to.equal(3 + header.length);
      expect(afterProxyHeader(header, 0, header.length)).to.equal(header.length);
    });

    it(`of version ${version} count only as a whole`, () => {
      for (let end = 0; end < header.length; end++) expect(afterProxyHeader(header, 0, end), String(end)).to.equal(0);
    });
  }

  it('are no longer than the protocol allows, and nothing else is one', () => {
    const long = concat(ascii(`PROXY ${'x'.repeat(100)}`), ascii('\r\n'), hello);
    expect(afterProxyHeader(long, 0, long.length)).to.equal(0);
    for (const other of [hello, ascii('PROXIES\r\n'), ascii('GET / HTTP/1.1\r\n'), signature.with(11, 0)])
      expect(afterProxyHeader(other, 0, other.length)).to.equal(0);
  });
});
