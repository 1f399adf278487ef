import { expect } from 'chai';
import { addressText } from '../../../lib/capture/link/address.ts';
import { IcmpError, readIcmp } from '../../../lib/capture/link/icmp.ts';
import {
  destinationUnreachable,
  fragmentationNeeded,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
  packetTooBig,
  tcpFlag,
  tcpSegment,
} from '../../../lib/capture/write/index.ts';
import { dissect, frame, inner4, inner6 } from './frames.ts';

const ends4 = { source: '192.0.2.1', destination: '198.51.100.2' };
const ends6 = { source: '2001:db8::1', destination: '2001:db8::2' };
const router4 = { source: '203.0.113.9', destination: '192.0.2.1', protocol: ipProtocol.icmp };
const router6 = { source: '2001:db8:9::1', destination: '2001:db8::1', nextHeader: ipProtocol.icmpv6 };
const ports = { sourcePort: 50000, destinationPort: 443, seq: 0xfedcba98, flags: tcpFlag.ack };
const sent4 = ipv4Packet({ ...ends4, protocol: 6 }, tcpSegment({ ...ends4, ...ports }, new Uint8Array(1460)));
const sent6 = ipv6Packet({ ...ends6, nextHeader: 6 }, tcpSegment({ ...ends6, ...ports }, new Uint8Array(1440)));

const quoted = { protocol: 6, sourcePort: 50000, destinationPort: 443, sequence: 0xfedcba98, length: 1500 };

describe('ICMP errors', () => {
  it('tell the MTU of the next hop and the segment that did not fit', () => {
    expect(read(ipv4Packet(router4, fragmentationNeeded(sent4, 1400)))).to.deep.equal({
      ...quoted,
      version: 4,
      type: 3,
      code: 4,
      mtu: 1400,
      source: '192.0.2.1',
      destination: '198.51.100.2',
    });
    expect(read(ipv6Packet(router6, packetTooBig(router6, sent6, 1280)))).to.deep.equal({
      ...quoted,
      version: 6,
      type: 2,
      code: 0,
      mtu: 1280,
      source: '2001:db8::1',
      destination: '2001:db8::2',
    });
  });

  it('without an MTU tell 0', () => {
    expect(read(ipv4Packet(router4, destinationUnreachable(sent4, 3, 1400)))).to.include({ type: 3, code: 3, mtu: 0 });
    expect(read(ipv4Packet(router4, frame('0b00 0000 00000000', sent4.subarray(0, 28))))).to.include({
      type: 11,
      mtu: 0,
    });
    expect(read(ipv6Packet(router6, frame('0101 0000 00000500', sent6.subarray(0, 48))))).to.include({
      type: 1,
      code: 1,
      mtu: 0,
    });
  });

  it('quote UDP datagrams, and IPv6 behind extension headers', () => {
    expect(read(ipv4Packet(router4, destinationUnreachable(inner4, 3)))).to.include({
      sourcePort: 40000,
      sequence: -1,
    });
    const behind = ipv6Packet(
      { ...ends6, nextHeader: 0 },
      frame('3c00 0104 00000000 1100 0104 00000000', inner6.subarray(40)),
    );
    const error = read(ipv6Packet(router6, packetTooBig(router6, behind, 1280)));
    expect(error).to.include({ protocol: 17, sourcePort: 40000, destinationPort: 40001 });
  });

  it('that quote a later fragment, another protocol or too little tell no ports', () => {
    const later = ipv4Packet(
      { ...ends4, protocol: 6, dontFragment: false, fragmentOffset: 8 },
      new Uint8Array(8).fill(1),
    );
    const other = ipv4Packet({ ...ends4, protocol: 50 }, new Uint8Array(8).fill(1));
    for (const bytes of [later, other]) {
      expect(read(ipv4Packet(router4, destinationUnreachable(bytes, 1)))).to.include({
        sourcePort: -1,
        destinationPort: -1,
        sequence: -1,
      });
    }
    expect(read(ipv4Packet(router4, frame('0301 0000 00000000', sent4.subarray(0, 24))))).to.include({
      sourcePort: 50000,
      sequence: -1,
    });
    expect(read(ipv4Packet(router4, frame('0301 0000 00000000', sent4.subarray(0, 20))))).to.include({
      sourcePort: -1,
    });
    const later6 = ipv6Packet({ ...ends6, nextHeader: 44 }, frame('0600 0008 00000001', new Uint8Array(16)));
    expect(read(ipv6Packet(router6, packetTooBig(router6, later6, 1280)))).to.include({ protocol: 6, sourcePort: -1 });
  });

  it('are told from other messages', () => {
    const none = [
      ipv4Packet(router4, frame('0800 0000 00000000', sent4.subarray(0, 28))),
      ipv4Packet(router4, frame('0301 0000 00000000', sent4.subarray(0, 19))),
      ipv4Packet(router4, frame('0301 0000 00000000 60', sent4.subarray(1, 28))),
      ipv4Packet({ ...router4, protocol: 58 }, packetTooBig(router6, sent6, 1280)),
      ipv6Packet(router6, frame('8000 0000 00000000', sent6.subarray(0, 48))),
      ipv6Packet(router6, frame('0200 0000 00000500', sent6.subarray(0, 39))),
      ipv6Packet({ ...router6, nextHeader: 1 }, fragmentationNeeded(sent4, 1400)),
    ];
    for (const bytes of none) expect(read(bytes)).to.equal(null);
  });
});

function read(bytes: Uint8Array): Record<string, unknown> | null {
  const error = new IcmpError();
  let isError = false;
  const describe = (d: Parameters<typeof readIcmp>[0]): string => {
    isError = readIcmp(d, error);
    return '';
  };
  dissect([{ bytes, linkType: 101 }], { describe });
  if (!isError) return null;
  const { source0, source1, source2, source3, destination0, destination1, destination2, destination3, ...rest } = error;
  return {
    ...rest,
    source: addressText(source0, source1, source2, source3),
    destination: addressText(destination0, destination1, destination2, destination3),
  };
}
