import { expect } from 'chai';
import { HarnessError, toHex } from '../../../lib/wire/index.ts';
import { concat, data, pcap, readCapture, u32 } from './files.ts';

describe('pcap', () => {
  for (const bigEndian of [false, true]) {
    describe(bigEndian ? 'big-endian' : 'little-endian', () => {
      it('is read with microseconds', () => {
        const file = pcap([{ seconds: 1_700_000_000, fraction: 123_456, data: data(60), length: 1514 }], { bigEndian });
        expect(readCapture(file)).to.deep.equal({
          format: 'pcap',
          linkTypes: [1],
          truncated: false,
          dropped: {},
          secrets: [],
          packets: [{ number: 1, time: 1_700_000_000_123.456, linkType: 1, length: 1514, data: toHex(data(60)) }],
        });
      });

      it('is read with nanoseconds', () => {
        const file = pcap([{ seconds: 4_294_967_295, fraction: 999_999_999, data: data(1) }], {
          bigEndian,
          magic: 0xa1b23c4d,
        });
        expect(readCapture(file).packets[0]?.time).to.be.closeTo(4_294_967_296_000, 0.0005);
      });

      it('is read with that header behind the usual magic number too, from the second packet on', () => {
        const extra = new Uint8Array(8);
        const records = [1, 2, 3].map((n) => ({ seconds: 1_700_000_000 + n, data: data(20 + n, n), extra }));
        const file = pcap(records, { bigEndian });
        for (const chunk of [file.length, 1, 7]) {
          const { packets, dropped, truncated } = readCapture(file, { chunk });
          expect(packets.slice(1).map((packet) => [packet.number, packet.data])).to.deep.equal([
            [2, toHex(data(22, 2))],
            [3, toHex(data(23, 3))],
          ]);
          expect(packets[0]).to.include({ number: 1, time: 1_700_000_001_000 });
          expect({ dropped, truncated }).to.deep.equal({
            dropped: { 'packet-header-unlike-magic': 1 },
            truncated: false,
          });
        }
      });

      it("is read with the longer packet header of Kuznetzov's patch", () => {
        const extra = concat([u32(7, bigEndian), data(4, 200)]);
        const records = [1, 2, 3].map((seed) => ({ seconds: seed, data: data(20 + seed, seed), extra }));
        const { packets } = readCapture(pcap(records, { bigEndian, magic: 0xa1b2cd34 }));
        expect(packets.map(({ time }) => time)).to.deep.equal([1000, 2000, 3000]);
        expect(packets.map(({ data }) => data)).to.deep.equal(records.map(({ data }) => toHex(data)));
      });
    });
  }

  it('has its lengths in the other order up to version 2.2, and in that of DG/UX', () => {
    for (const version of [
      [2, 0],
      [2, 2],
      [543, 0],
    ] as const) {
      const file = pcap([{ data: data(40), length: 90 }, { data: data(5) }], { version, swapped: true });
      expect(readCapture(file).packets.map(({ length }) => length)).to.deep.equal([90, 5]);
    }
  });

  it('has them in the order that makes sense in version 2.3', () => {
    for (const swapped of [false, true]) {
      const file = pcap([{ data: data(40), length: 90 }, { data: data(5) }], { version: [2, 3], swapped });
      const { packets } = readCapture(file);
      expect(packets.map(({ length, data }) => [length, data.length / 2])).to.deep.equal([
        [90, 40],
        [5, 5],
      ]);
    }
  });

  it('keeps the link type apart from the length of the frame check sequence', () => {
    expect(readCapture(pcap([{ data: data(4) }], { linkType: 0xf400_0001 })).linkTypes).to.deep.equal([1]);
    expect(readCapture(pcap([], { linkType: 276 })).linkTypes).to.deep.equal([276]);
  });

  it('never says that a packet was shorter on the wire than what was captured of it', () => {
    expect(readCapture(pcap([{ data: data(40), length: 0 }])).packets[0]?.length).to.equal(40);
  });

  it('hands over all bytes of a packet that is longer than the snapshot length', () => {
    expect(readCapture(pcap([{ data: data(90) }], { snapLength: 60 })).packets[0]?.data).to.have.length(180);
  });

  it('without packets is a capture', () => {
    expect(readCapture(pcap([]))).to.deep.include({ format: 'pcap', truncated: false, dropped: {}, packets: [] });
  });

  it('is refused in the versions that libpcap refuses', () => {
    for (const version of [
      [1, 4],
      [2, 5],
      [3, 4],
      [543, 1],
    ] as const)
      expect(() => readCapture(pcap([], { version })))
        .to.throw(HarnessError, `version ${version.join('.')}`)
        .with.property('code', 'not-a-capture');
  });

  it('is refused with reserved bits in its link type', () => {
    expect(() => readCapture(pcap([], { linkType: 0x0030_0001 }))).to.throw(HarnessError, 'reserved bits');
  });

  it('ends at a packet longer than 256 KiB, as for libpcap', () => {
    const largest = { data: data(262_144) };
    expect(readCapture(pcap([largest]), { headersOnly: true }))
      .to.have.property('packets')
      .with.length(1);
    for (const captured of [262_145, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
      const file = pcap([{ data: data(9) }, { data: data(9), captured }, { data: data(9) }]);
      expect(readCapture(file), String(captured)).to.deep.include({
        truncated: true,
        dropped: { 'oversized-packet': 1 },
      });
      expect(readCapture(file).packets).to.have.length(1);
    }
  });
});
