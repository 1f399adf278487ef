import { expect } from 'chai';
import { Counters } from '../../../lib/capture/counters.ts';
import { CaptureReader } from '../../../lib/capture/file/reader.ts';
import { defaultCaptureLimits as limits } from '../../../lib/capture/limits.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { linkType, type PcapngOptions, PcapngWriter, type WrittenPacket } from '../../../lib/capture/write/index.ts';
import { concat, EncodeError, toHex } from '../../../lib/wire/index.ts';
import { Talk, Trace, UdpTalk } from '../../support/capture/index.ts';
import { complaints, judge } from '../../support/capture/judges.ts';

const at = Date.parse('2026-03-04T05:06:07.891Z');

function file(options: PcapngOptions, packets: readonly WrittenPacket[], keyLog?: string): Uint8Array {
  const writer = new PcapngWriter(options);
  const secrets = keyLog === undefined ? [] : [writer.keyLog(keyLog)];
  return concat(writer.header(), ...secrets, ...packets.map((packet) => writer.packet(packet)));
}

interface Read {
  readonly time: number;
  readonly hex: string;
  readonly length: number;
  readonly linkType: number;
}

function read(bytes: Uint8Array): { packets: Read[]; secrets: string[]; dropped: Record<string, number> } {
  const packet = new Packet();
  const packets: Read[] = [];
  const secrets: string[] = [];
  const counters = new Counters();
  const sink = {
    packet() {
      const { time, length, linkType } = packet;
      packets.push({ time, hex: toHex(packet.bytes.subarray(packet.start, packet.end)), length, linkType });
    },
    secrets: (_type: number, data: Uint8Array) => void secrets.push(new TextDecoder().decode(data)),
  };
  const reader = new CaptureReader(packet, sink, { limits, counters });
  reader.push(bytes);
  reader.end();
  return { packets, secrets, dropped: counters.toJSON() };
}

describe('written pcapng', () => {
  const ethernet = { linkType: linkType.ethernet, name: 'eth0' };

  it('is read back with its times, lengths, link types and secrets', () => {
    const packets: WrittenPacket[] = [
      { time: at + 0.123, bytes: Uint8Array.of(1, 2, 3), comment: 'the hello' },
      { time: at + 0.25, bytes: Uint8Array.of(4, 5, 6, 7), length: 1500, interface: 1 },
      { time: 0, bytes: new Uint8Array(0) },
    ];
    const section = { hardware: 'none', os: 'Linux', application: 'helloprobe 0.1', comment: 'äé' };
    const interfaces = [ethernet, { linkType: linkType.rawIp, timeDigits: 9 }] as const;
    const result = read(file({ interfaces, section }, packets, 'CLIENT_RANDOM 00 11\n'));
    expect(result.dropped).to.deep.equal({});
    expect(result.secrets).to.deep.equal(['CLIENT_RANDOM 00 11\n']);
    expect(result.packets.map(({ hex, length, linkType }) => [hex, length, linkType])).to.deep.equal([
      ['010203', 3, 1],
      ['04050607', 1500, 101],
      ['', 0, 1],
    ]);
    for (const [i, { time }] of result.packets.entries()) expect(time).to.be.closeTo(packets[i]?.time as number, 0.001);
  });

  it('cuts packets at the snap length of their interface and keeps the length on the wire', () => {
    const interfaces = [{ ...ethernet, snapLength: 5 }];
    const { packets } = read(file({ interfaces }, [{ time: at, bytes: new Uint8Array(60).fill(7) }]));
    expect(packets.map(({ hex, length }) => [hex, length])).to.deep.equal([['07'.repeat(5), 60]]);
  });

  it('keeps nanoseconds that a double of nanoseconds would lose', () => {
    const block = new PcapngWriter({ interfaces: [{ ...ethernet, timeDigits: 9 }] }).packet({
      time: 1_772_600_767_891.5,
      bytes: new Uint8Array(0),
    });
    const view = new DataView(block.buffer, block.byteOffset);
    const units = (BigInt(view.getUint32(12, true)) << 32n) | BigInt(view.getUint32(16, true));
    expect(units).to.equal(1_772_600_767_891_500_000n);
  });

  it('refuses times and interfaces that cannot be', () => {
    const writer = new PcapngWriter({ interfaces: [ethernet] });
    const bytes = new Uint8Array(1);
    for (const time of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => writer.packet({ time, bytes })).to.throw(EncodeError);
    expect(() => writer.packet({ time: at, bytes, interface: 1 })).to.throw(EncodeError);
    expect(() => new PcapngWriter({ interfaces: [{ ...ethernet, name: 'x'.repeat(70_000) }] }).header()).to.throw(
      EncodeError,
    );
  });

  it('is what capinfos says it is', function () {
    const packets = Array.from({ length: 5 }, (_, i) => ({
      time: at + i,
      bytes: new Uint8Array(60),
      comment: `packet ${i}`,
    }));
    const report = judge(
      this,
      'capinfos',
      ['-Tm', '-c', '-t', '-E', '-u', '-S'],
      file({ interfaces: [ethernet] }, packets),
    );
    expect(report.trim().split('\n').at(-1)).to.match(/,pcapng,ether,5,0\.004/);
  });

  it('pleases tshark with every kind of frame, and a wrong byte does not', function () {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    talk.send('client', new Uint8Array(3000), { order: [1, 0, 2], lost: [0], twice: [2] });
    talk.close();
    new Talk(trace, { client: { address: '2001:db8::a' }, server: { address: '2001:db8::b' } })
      .connect()
      .reset('server');
    new UdpTalk(trace, { server: { port: 40_000 } })
      .send('client', new Uint8Array(100))
      .send('server', new Uint8Array(7));
    expect(complaints(this, trace.toPcapng())).to.deep.equal([]);
    const damaged = trace.toPcapng();
    damaged[damaged.length - 12] = 0x55;
    expect(complaints(this, damaged)).not.to.deep.equal([]);
  });
});
