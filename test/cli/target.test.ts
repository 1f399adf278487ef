import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseTarget } from '../../lib/cli/target.ts';
import { HarnessError } from '../../lib/wire/index.ts';

describe('cli: targets', () => {
  const good: readonly [string, string, number][] = [
    ['vpn.example.com', 'vpn.example.com', 443],
    ['VPN.Example.COM:8443', 'vpn.example.com', 8443],
    ['vpn.example.com.', 'vpn.example.com', 443],
    ['192.0.2.1:10443', '192.0.2.1', 10443],
    ['[2001:db8::1]:8443', '2001:db8::1', 8443],
    ['[2001:db8::1]', '2001:db8::1', 443],
    ['2001:DB8::1', '2001:db8::1', 443],
    ['fe80::1%eth0', 'fe80::1%eth0', 443],
    ['https://vpn.example.com/', 'vpn.example.com', 443],
    ['HTTPS://vpn.example.com:444/+CSCOE+/logon.html?a#b', 'vpn.example.com', 444],
    ['  host  ', 'host', 443],
    ['日本語.example', 'xn--wgv71a119e.example', 443],
    ['bücher.example:1', 'xn--bcher-kva.example', 1],
    ['host_1.lab:65535', 'host_1.lab', 65535],
  ];
  for (const [text, host, port] of good) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseTarget(text)).to.deep.equal({ host, port }));
  }

  it('uses the default port where the target names none', () => {
    expect(parseTarget('[::1]', 8305)).to.deep.equal({ host: '::1', port: 8305 });
  });

  const bad: readonly [string, string, RegExp][] = [
    ['', 'bad-target', /empty/],
    ['   ', 'bad-target', /empty/],
    ['http://vpn.example.com', 'bad-target', /scheme http/],
    ['https://', 'bad-target', /names no host/],
    ['vpn.example.com/path', 'bad-target', /path/],
    ['user@host', 'bad-target', /user name/],
    ['a b', 'bad-target', /space/],
    ['[::1', 'bad-target', /bracket/],
    ['[::1]443', 'bad-target', /after the bracket/],
    ['[vpn]:443', 'bad-target', /IPv6/],
    ['1::2::3', 'bad-target', /several colons/],
    ['a:b:c', 'bad-target', /several colons/],
    [':443', 'bad-target', /names no host/],
    ['256.1.1.1', 'bad-target', /neither/],
    ['1.2.3', 'bad-target', /neither/],
    ['0x7f.1', 'bad-target', /IPv4/],
    ['a..b', 'bad-target', /empty label|valid/],
    ['-a.example', 'bad-target', /characters/],
    [`${'a'.repeat(64)}.example`, 'bad-target', /63/],
    [`${'a.'.repeat(130)}example`, 'bad-target', /253/],
    ['x'.repeat(5000), 'bad-target', /too long/],
    ['host:0', 'bad-port', /1 to 65535/],
    ['host:65536', 'bad-port', /1 to 65535/],
    ['host:', 'bad-port', /1 to 65535/],
    ['host:https', 'bad-port', /1 to 65535/],
    ['host:-1', 'bad-port', /1 to 65535/],
    ['host:1e3', 'bad-port', /1 to 65535/],
  ];
  for (const [text, code, message] of bad) {
    it(`says what is wrong with ${JSON.stringify(text.slice(0, 40))}`, () => {
      expect(() => parseTarget(text))
        .to.throw(HarnessError, message)
        .with.property('code', code);
    });
  }

  it('either reads a target or throws one of its two errors in one printable line, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom('[', ']', ':', '.', '%', '/', 'a', '1', '-', 'é', '\u001b') }),
        ),
        (text) => {
          try {
            const { host, port } = parseTarget(text);
            expect(host).to.match(/^[\w.:%-]+$/u);
            expect(port).to.be.within(1, 65535);
          } catch (error) {
            expect(error).to.be.instanceOf(HarnessError);
            expect((error as HarnessError).code).to.be.oneOf(['bad-target', 'bad-port']);
            expect((error as HarnessError).message).to.not.match(/[\p{Cc}\u2028\u2029]/u);
          }
        },
      ),
      { seed: 20261122, numRuns: 2000 },
    );
  });
});
