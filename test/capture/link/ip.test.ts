import { expect } from 'chai';
import { ipv4Packet, ipv6Packet } from '../../../lib/capture/write/index.ts';
import { dissect, frame, inner4, inner6, macs, seen4, seen6 } from './frames.ts';

const ends4 = { source: '192.0.2.1', destination: '198.51.100.2' };
const ends6 = { source: '2001:db8::1', destination: '2001:db8:0:1::2' };
const udp = inner6.subarray(40);

describe('IP headers', () => {
  it('leave Ethernet padding out of the payload', () => {
    const bytes = frame(macs, '0800', inner4, '00'.repeat(30));
    expect(dissect([{ bytes }]).lines).to.deep.equal([seen4]);
    const bytes6 = frame(macs, '86dd', inner6, '00'.repeat(30));
    expect(dissect([{ bytes: bytes6 }]).lines).to.deep.equal([seen6]);
  });

  it('tell how much of a snapped packet is missing', () => {
    const bytes = frame(macs, '0800', inner4);
    const cut = bytes.subarray(0, bytes.length - 3);
    expect(dissect([{ bytes: cut, length: bytes.length }]).lines).to.deep.equal([
      seen4.replace('hello', 'he (3 missing)'),
    ]);
  });

  it('count as sent what they announce, also when the capture says that the packet was shorter', () => {
    const bytes = frame(macs, '86dd', inner6);
    expect(dissect([{ bytes: bytes.subarray(0, bytes.length - 3) }]).lines).to.deep.equal([
      seen6.replace('hello', 'he (3 missing)'),
    ]);
  });

  it('take all that was captured where the length is 0, as before segmentation by the network card', () => {
    const big4 = inner4.slice();
    big4[2] = big4[3] = 0;
    const big6 = inner6.slice();
    big6[4] = big6[5] = 0;
    expect(dissect([{ bytes: frame(macs, '0800', big4) }]).lines).to.deep.equal([seen4]);
    expect(dissect([{ bytes: frame(macs, '86dd', big6) }]).lines).to.deep.equal([seen6]);
  });

  it('may have options and a wrong checksum', () => {
    const withOptions = frame(
      '47 00 0029 0000 4000 40 11 ffff c0000201 c6336402 0101010101010101',
      inner4.subarray(20),
    );
    expect(dissect([{ bytes: frame(macs, '0800', withOptions) }]).lines).to.deep.equal([seen4]);
  });

  it('tell the same of TCP by the short way and by the long one', () => {
    const fields = { ...ends4, protocol: 6, ttl: 57, id: 0xabcd };
    const bytes = frame(
      macs,
      '0800',
      ipv4Packet(fields, frame('01bb c000 00000001 00000002 5010 0400 0000 0000 aabb')),
    );
    const tagged = frame(macs, '8100 0001 0800', bytes.subarray(14));
    const lines = [bytes, tagged].map(
      (each) =>
        dissect([{ bytes: each }], {
          describe: (d) =>
            JSON.stringify({
              ...Object.fromEntries(Object.entries(d)),
              bytes: null,
              header: d.header - d.payload,
              payload: 0,
              end: d.end - d.payload,
            }),
        }).lines[0],
    );
    expect(lines[0]).to.equal(lines[1]);
    expect(JSON.parse(lines[0] ?? '')).to.deep.include({
      ttl: 57,
      id: 0xabcd,
      dontFragment: true,
      protocol: 6,
      end: 22,
    });
  });

  it('of IPv6 are followed through extension headers, and both through authentication headers', () => {
    const options = '0104 0000 0000';
    const chain = (...headers: string[]): Uint8Array =>
      ipv6Packet({ ...ends6, nextHeader: 0 }, frame(`3c00 ${options}`, ...headers, udp));
    const followed = [
      chain(`1100 ${options}`),
      chain(`2b00 ${options}`, `3c02 ${'00'.repeat(22)}`, `8700 ${options}`, `1100 ${options}`),
      chain(`3300 ${options}`, `1104 0000 00000001 00000001 ${'00'.repeat(12)}`),
      chain(`2c00 ${options}`, '1100 0000 12345678'),
    ];
    for (const bytes of followed) expect(dissect([{ bytes, linkType: 229 }]).lines).to.deep.equal([seen6]);
    const authenticated = ipv4Packet(
      { ...ends4, protocol: 51 },
      frame(`1104 0000 00000001 00000001 ${'00'.repeat(12)}`, inner4.subarray(20)),
    );
    expect(dissect([{ bytes: authenticated, linkType: 228 }]).lines).to.deep.equal([seen4]);
  });

  it('with more extension headers than anyone sends are counted and left', () => {
    const bytes = ipv6Packet({ ...ends6, nextHeader: 60 }, frame('3c00 0104 0000 0000'.repeat(5000), udp));
    expect(dissect([{ bytes, linkType: 229 }])).to.deep.equal({ lines: [], dropped: { 'ip-extension-headers': 1 } });
  });

  it('cut short or contradictory are counted and never read', () => {
    for (let length = 0; length < 20; length++) {
      const { lines, dropped } = dissect([{ bytes: inner4.subarray(0, length), linkType: 228 }]);
      expect({ lines, dropped }).to.deep.equal({ lines: [], dropped: { 'header-cut': 1 } });
    }
    for (let length = 0; length < 40; length++) {
      expect(dissect([{ bytes: inner6.subarray(0, length), linkType: 229 }]).dropped).to.deep.equal({
        'header-cut': 1,
      });
    }
    const contradictory = ['4400 0021', '4500 0013', '4f00 0021', '3500 0021', '6500 0021'];
    for (const start of contradictory) {
      const { lines, dropped } = dissect([{ bytes: frame(start, inner4.subarray(4)), linkType: 228 }]);
      expect(lines).to.deep.equal([]);
      expect(Object.keys(dropped)).to.have.length(1);
    }
  });
});
