import { expect } from 'chai';
import {
  ethernetFrame,
  etherType,
  internetChecksum,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
  tcpFlag,
  tcpSegment,
  transportChecksum,
} from '../../../lib/capture/index.ts';
import { changeTtl, finishChecksum, type IpFrame, readFrame, readTcp } from '../../../lib/lab/network/frame.ts';

const ends = {
  v4: { source: '192.0.2.2', destination: '198.51.100.2' },
  v6: { source: '2001:db8:1::1', destination: '2001:db8:2::2' },
};
const hardware = { source: '02:00:00:00:01:01', destination: '02:00:00:00:01:02' };

function frameOf(family: 'v4' | 'v6', payload: Uint8Array): Uint8Array {
  const addresses = ends[family];
  const fields = { sourcePort: 40_000, destinationPort: 443, seq: 4_000_000_000, ack: 7, flags: tcpFlag.ack };
  const segment = tcpSegment({ ...addresses, ...fields, options: { timestamps: [1, 2] } }, payload);
  return family === 'v4'
    ? ethernetFrame(
        { ...hardware, etherType: etherType.ipv4 },
        ipv4Packet({ ...addresses, protocol: ipProtocol.tcp }, segment),
      )
    : ethernetFrame(
        { ...hardware, etherType: etherType.ipv6 },
        ipv6Packet({ ...addresses, nextHeader: ipProtocol.tcp }, segment),
      );
}

for (const family of ['v4', 'v6'] as const) {
  describe(`a frame with IP${family}`, () => {
    const payload = Uint8Array.of(22, 3, 1, 0, 5);
    const frame = frameOf(family, payload);
    const ip = readFrame(frame) as IpFrame;

    it('is read with its addresses, ports and payload', () => {
      expect(ip).to.include({ ...ends[family], protocol: ipProtocol.tcp, fragment: false });
      const tcp = readTcp(frame, ip);
      expect(tcp).to.include({ sourcePort: 40_000, destinationPort: 443, seq: 4_000_000_000, ack: 7 });
      expect(frame.subarray(tcp?.payloadAt, ip.end)).to.deep.equal(payload);
    });

    it('is nothing when it is cut anywhere', () => {
      for (let length = 0; length < frame.length; length++) expect(readFrame(frame.subarray(0, length))).to.equal(null);
    });

    it('gets the checksum that its sender left to the card', () => {
      const left = frame.slice();
      const length = ip.end - ip.payloadAt;
      const sum = ~transportChecksum(ends[family], ipProtocol.tcp, new Uint8Array(length)) & 0xffff;
      left.set([sum >> 8, sum & 0xff], ip.payloadAt + 16);
      expect(left).not.to.deep.equal(frame);
      finishChecksum(left);
      expect(left).to.deep.equal(frame);
    });

    it('keeps a checksum that is right, and one that is wrong', () => {
      for (const change of [0, 1]) {
        const kept = frame.slice();
        kept[ip.payloadAt + 17] = (kept[ip.payloadAt + 17] as number) ^ change;
        const before = kept.slice();
        finishChecksum(kept);
        expect(kept).to.deep.equal(before);
      }
    });

    it('passes a router with a smaller TTL and a right header', () => {
      const passed = frame.slice();
      changeTtl(passed, ip, -1);
      expect(passed[ip.ttlAt]).to.equal(63);
      if (family === 'v4') expect(internetChecksum(passed.subarray(14, ip.payloadAt))).to.equal(0);
      changeTtl(passed, ip, 1);
      expect(passed).to.deep.equal(frame);
    });
  });
}
