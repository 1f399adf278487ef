import { expect } from 'chai';
import {
  fragmentationNeeded,
  fragmentIpv4,
  fragmentIpv6,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
  packetTooBig,
  tcpFlag,
  tcpSegment,
} from '../../../lib/capture/write/index.ts';
import { Claims, portsOf } from '../../../lib/net/recording/claims.ts';

const v4 = { source: '192.0.2.2', destination: '198.51.100.2' };
const v6 = { source: '2001:db8:1::1', destination: '2001:db8:2::2' };
const router4 = { source: '192.0.2.1', destination: '192.0.2.2' };
const router6 = { source: '2001:db8:1::2', destination: '2001:db8:1::1' };
const remote = { address: '198.51.100.2', port: 443 };

function segment(addresses: typeof v4, flags: number, payload = 0): Uint8Array {
  return tcpSegment({ ...addresses, sourcePort: 40_000, destinationPort: 443, seq: 1, flags }, new Uint8Array(payload));
}
const packet4 = (flags: number, payload = 0): Uint8Array =>
  ipv4Packet({ ...v4, protocol: ipProtocol.tcp }, segment(v4, flags, payload));
const packet6 = (flags: number, payload = 0): Uint8Array =>
  ipv6Packet({ ...v6, nextHeader: ipProtocol.tcp }, segment(v6, flags, payload));

describe('ports of a packet that was heard', () => {
  it('are those of its segment, which may open a connection', () => {
    for (const packet of [packet4, packet6]) {
      expect(portsOf(packet(tcpFlag.syn))).to.deep.equal({ source: 40_000, destination: 443, isSyn: true });
      expect(portsOf(packet(tcpFlag.syn | tcpFlag.ack))?.isSyn).to.equal(false);
      expect(portsOf(packet(tcpFlag.ack, 100))?.isSyn).to.equal(false);
    }
  });

  it('are those of the packet that an ICMP error quotes', () => {
    const four = ipv4Packet(
      { ...router4, protocol: ipProtocol.icmp },
      fragmentationNeeded(packet4(tcpFlag.ack, 1400), 1454),
    );
    const six = ipv6Packet(
      { ...router6, nextHeader: ipProtocol.icmpv6 },
      packetTooBig(router6, packet6(tcpFlag.ack, 1400), 1454),
    );
    for (const error of [four, six])
      expect(portsOf(error)).to.deep.equal({ source: 40_000, destination: 443, isSyn: false });
  });

  it('stand in the first fragment only', () => {
    const four = fragmentIpv4(packet4(tcpFlag.ack, 200), [120]);
    const six = fragmentIpv6(packet6(tcpFlag.ack, 200), [120], 7);
    for (const [first, second] of [four, six]) {
      expect(portsOf(first as Uint8Array)).to.include({ source: 40_000, destination: 443 });
      expect(portsOf(second as Uint8Array)).to.equal(null);
    }
  });

  it('are none where a packet breaks off', () => {
    for (const packet of [packet4(tcpFlag.syn), packet6(tcpFlag.syn)])
      for (let length = 0; length < 24; length++) expect(portsOf(packet.subarray(0, length))).to.equal(null);
  });
});

describe('Claims', () => {
  const ours = { source: 40_000, destination: 443, isSyn: false };

  it('know a connection of ours in both directions, and no other', () => {
    const claims = new Claims();
    claims.claim(40_000, remote, 'a1');
    expect(claims.commentOf(ours)).to.equal('a1');
    expect(claims.commentOf({ ...ours, source: 443, destination: 40_000 })).to.equal('a1');
    expect(claims.commentOf({ ...ours, source: 40_001 })).to.equal(null);
    expect(claims.commentOf({ ...ours, destination: 444 })).to.equal(null);
  });

  it('take for a connection that never stood the SYN that nobody else claims', () => {
    const claims = new Claims();
    claims.claimUntold([packet4(tcpFlag.ack), packet4(tcpFlag.syn)], remote, 'a2');
    expect(claims.commentOf(ours)).to.equal('a2');
    claims.claimUntold([packet4(tcpFlag.syn)], remote, 'a3');
    expect(claims.commentOf(ours)).to.equal('a2');
  });
});
