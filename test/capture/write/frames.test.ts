import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  arpOperation,
  arpPacket,
  encodeTcpOptions,
  ethernetFrame,
  etherType,
  fragmentationNeeded,
  fragmentIpv4,
  fragmentIpv6,
  internetChecksum,
  ipBytes,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
  macBytes,
  packetTooBig,
  tcpFlag,
  tcpSegment,
  udpDatagram,
} from '../../../lib/capture/write/index.ts';
import { concat, EncodeError, fromHex, toHex } from '../../../lib/wire/index.ts';

const v4 = { source: '192.0.2.10', destination: '198.51.100.20' };
const v6 = { source: '2001:db8::a', destination: '2001:db8:1::14' };
const payloads = fc.uint8Array({ maxLength: 300 });

describe('written addresses', () => {
  it('are read from every usual notation', () => {
    expect(toHex(ipBytes('192.0.2.10'))).to.equal('c000020a');
    expect(toHex(ipBytes('::'))).to.equal('00'.repeat(16));
    expect(toHex(ipBytes('2001:db8::1:0'))).to.equal(`20010db8${'00'.repeat(9)}010000`);
    expect(toHex(ipBytes('1:2:3:4:5:6:7:ABcd'))).to.equal('0001000200030004000500060007abcd');
    expect(toHex(macBytes('00:00:5E:00:53:0a'))).to.equal('00005e00530a');
  });

  it('are refused when they are none', () => {
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.256',
      '1.2.3.4.5',
      '::1::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      '::g',
    ])
      expect(() => ipBytes(text), text).to.throw(EncodeError);
    expect(() => ipBytes('1::2:3:4:5:6:7:8')).to.throw(EncodeError);
    expect(() => macBytes('00-00-5e-00-53-0a')).to.throw(EncodeError);
  });
});

describe('written checksums', () => {
  it('are those of RFC 1071 and of a known header', () => {
    expect(internetChecksum(fromHex('0001f203f4f5f6f7'))).to.equal(0xffff - 0xddf2);
    expect(internetChecksum(fromHex('450000730000400040110000c0a80001c0a800c7'))).to.equal(0xb861);
  });

  it('are right in every header', () => {
    fc.assert(
      fc.property(payloads, fc.integer({ min: 0, max: 0xffff_ffff }), fc.boolean(), (payload, seq, six) => {
        const addresses = six ? v6 : v4;
        const ports = { sourcePort: 49_152, destinationPort: 8305 };
        const options = { timestamps: [1, 2], sack: [[seq, seq + 5]] } as const;
        const tcp = tcpSegment({ ...addresses, ...ports, seq, flags: tcpFlag.ack, options }, payload);
        const udp = udpDatagram({ ...addresses, ...ports }, payload);
        expect(verified(addresses, ipProtocol.tcp, tcp)).to.equal(true);
        expect(verified(addresses, ipProtocol.udp, udp)).to.equal(true);
        const packet = ipv6Packet({ ...v6, nextHeader: ipProtocol.tcp }, tcp);
        expect(verified(v6, ipProtocol.icmpv6, packetTooBig(v6, packet, 1400))).to.equal(true);
        const ipv4 = ipv4Packet({ ...v4, protocol: ipProtocol.tcp }, tcp);
        expect(onesSum(ipv4.subarray(0, 20))).to.equal(0xffff);
        expect(onesSum(fragmentationNeeded(ipv4, 1454))).to.equal(0xffff);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('are never zero in UDP, where zero says that there is none', () => {
    const ports = { sourcePort: 0, destinationPort: 0 };
    const nothing = { source: '0.0.0.0', destination: '0.0.0.0' };
    // The words 17, 10, 10 and the payload add up to all ones.
    const datagram = udpDatagram({ ...nothing, ...ports }, Uint8Array.of((0xffff - 37) >> 8, (0xffff - 37) & 0xff));
    expect(toHex(datagram.subarray(6, 8))).to.equal('ffff');
  });
});

describe('written frames', () => {
  it('carry VLAN tags from the outside in', () => {
    const fields = { source: '00:00:5e:00:53:01', destination: '00:00:5e:00:53:02', etherType: etherType.ipv4 };
    const frame = ethernetFrame({ ...fields, vlans: [5, 4095] }, Uint8Array.of(0x45));
    expect(toHex(frame)).to.equal('00005e00530200005e0053018100000581000fff080045');
  });

  it('ask for addresses as RFC 826 says', () => {
    const senderHardware = '00:00:5e:00:53:01';
    const request = arpPacket({
      operation: arpOperation.request,
      senderHardware,
      senderAddress: '192.0.2.1',
      targetAddress: '192.0.2.9',
    });
    expect(toHex(request)).to.equal('000108000604000100005e005301c0000201000000000000c0000209');
  });

  it('have TCP options in the order of Linux, padded to whole words', () => {
    const syn = encodeTcpOptions({ mss: 1460, sackPermitted: true, timestamps: [1, 0], windowScale: 7 });
    expect(toHex(syn)).to.equal('020405b40402080a000000010000000001030307');
    expect(toHex(encodeTcpOptions({ timestamps: [1, 2] }))).to.equal('0101080a0000000100000002');
    expect(toHex(encodeTcpOptions({ sack: [[1449, 1701]] }))).to.equal('0101050a000005a9000006a5');
  });

  it('refuse options that no TCP header can hold', () => {
    const sack = Array.from({ length: 4 }, (_, i) => [2 * i, 2 * i + 1] as const);
    const fields = { ...v4, sourcePort: 1, destinationPort: 2, seq: 0, flags: 0 };
    expect(() => tcpSegment({ ...fields, options: { timestamps: [1, 2], sack } })).to.throw(EncodeError);
    expect(() => tcpSegment({ ...fields, options: { sack } })).not.to.throw();
  });

  it('quote in ICMP what the sender needs: the header and 8 bytes', () => {
    const packet = ipv4Packet(
      { ...v4, protocol: ipProtocol.tcp },
      Uint8Array.from({ length: 100 }, (_, i) => i),
    );
    const message = fragmentationNeeded(packet, 1454);
    expect([message.length, message[0], message[1], toHex(message.subarray(6, 8))]).to.deep.equal([36, 3, 4, '05ae']);
    expect(toHex(message.subarray(8))).to.equal(toHex(packet.subarray(0, 28)));
    const long = ipv6Packet({ ...v6, nextHeader: ipProtocol.udp }, new Uint8Array(2000));
    expect(packetTooBig(v6, long, 1400).length + 40).to.equal(1280);
  });
});

describe('written fragments', () => {
  it('are the packet again when they are put together', () => {
    const sizes = fc.array(
      fc.integer({ min: 1, max: 8 }).map((units) => 8 * units),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), sizes, (payload, pieces) => {
        const four = ipv4Packet({ ...v4, protocol: ipProtocol.udp, id: 0x1234 }, payload);
        const parts = fragmentIpv4(four, pieces);
        expect(toHex(concat(...parts.map((part) => part.subarray(20))))).to.equal(toHex(payload));
        let offset = 0;
        for (const [i, part] of parts.entries()) {
          const field = ((part[6] as number) << 8) | (part[7] as number);
          expect(field).to.equal((i < parts.length - 1 ? 0x2000 : 0) + offset / 8);
          expect(onesSum(part.subarray(0, 20))).to.equal(0xffff);
          offset += part.length - 20;
        }
        const six = fragmentIpv6(ipv6Packet({ ...v6, nextHeader: ipProtocol.udp }, payload), pieces, 7);
        expect(toHex(concat(...six.map((part) => part.subarray(48))))).to.equal(toHex(payload));
        expect(six.every((part) => part[6] === ipProtocol.fragment && part[40] === ipProtocol.udp)).to.equal(true);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('are refused where a fragment but the last would not end on 8 bytes', () => {
    const packet = ipv4Packet({ ...v4, protocol: ipProtocol.udp }, new Uint8Array(100));
    for (const size of [0, 7, 1.5, 12]) expect(() => fragmentIpv4(packet, [size]), String(size)).to.throw(EncodeError);
    expect(fragmentIpv4(packet, [96, 4]).map((part) => part.length - 20)).to.deep.equal([96, 4]);
  });
});

/** One's complement sum, added up with big integers: another way than the one under test. */
function onesSum(bytes: Uint8Array): number {
  const padded = bytes.length % 2 === 0 ? bytes : concat(bytes, new Uint8Array(1));
  const value = BigInt(`0x0${toHex(padded)}`) % 0xffffn;
  return value === 0n && bytes.some((byte) => byte !== 0) ? 0xffff : Number(value);
}

function verified({ source, destination }: typeof v4, protocol: number, message: Uint8Array): boolean {
  const length = fromHex(message.length.toString(16).padStart(8, '0'));
  return (
    onesSum(concat(ipBytes(source), ipBytes(destination), length, Uint8Array.of(0, 0, 0, protocol), message)) === 0xffff
  );
}
