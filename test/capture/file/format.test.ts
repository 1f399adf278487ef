import { expect } from 'chai';
import { linkTypeName } from '../../../lib/capture/file/link-types.ts';
import { HarnessError } from '../../../lib/wire/index.ts';
import { Blocks, concat, readCapture } from './files.ts';

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function refused(file: Uint8Array, chunk = file.length): HarnessError {
  try {
    readCapture(file, { chunk });
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  return expect.fail('it was read');
}

describe('a file that is no capture', () => {
  const padding = new Uint8Array(600);
  const cases: readonly (readonly [string, RegExp, RegExp])[] = [
    ['', /^The file is empty\.$/, /header/],
    ['\xa1\xb2', /ends after 2 bytes/, /again/],
    ['\xd4\xc3\xb2\xa1\x02', /ends after 5 bytes/, /again/],
    ['snoop\0\0\0\0\0\0\x02\0\0\0\x04', /snoop/, /editcap/],
    ['GMBU\0\x02', /Network Monitor/, /editcap/],
    ['RTSS\x01\x01', /Network Monitor/, /editcap/],
    ['TRSNIFF data    \x1a', /Sniffer/, /editcap/],
    ['\x4d\x3c\x2b\xa1\x02\0\x04\0', /private variant of pcap/, /Export/],
    ['\x1f\x8b\x08\0', /gzip/, /one layer.*gunzip/],
    ['\x28\xb5\x2f\xfd\x04', /zstd/, /unzstd/],
    ['\x04\x22\x4d\x18\x64', /lz4/, /lz4 -d/],
    ['BZh91AY', /bzip2/, /bunzip2/],
    ['\xfd7zXZ\0\0', /xz/, /unxz/],
    ['PK\x03\x04\x14', /zip archive/, /unzip/],
    ['12:00:01.000000 IP 192.0.2.1.443 > 192.0.2.2.50000: Flags [S]\n', /text/, /tcpdump -w/],
    ['\xff\xfeN\0o\0', /text/, /tcpdump -w/],
    ['\n\nNo.     Time\n', /looks like text/, /tcpdump -w/],
    [`# made by curl\nCLIENT_RANDOM ${'0a'.repeat(32)} ${'0b'.repeat(48)}\n`, /key log/, /beside/],
    ['-----BEGIN CERTIFICATE-----\nMIIB\n', /PEM/, /tcpdump -w/],
    ['\r\n\r\r\r\n\x60\0\0\0\x4d\x3c\x2b\x1a', /text mode/, /binary mode/],
    ['\x7fELF\x02\x01\x01', /bytes 7f454c46020101/, /editcap/],
  ];
  for (const [start, what, hint] of cases) {
    it(`is told from ${JSON.stringify(start.slice(0, 16))}`, () => {
      // Text goes on as text.
      const isText = /^[\n\r\x20-\x7e]*$/.test(start) && start.length > 12;
      const whole = concat([bytes(start), isText || start.length < 6 ? new Uint8Array(0) : padding]);
      const error = refused(whole);
      expect(error.code).to.equal('not-a-capture');
      expect(error.message).to.match(what);
      expect(error.hint).to.match(hint);
      if (whole.length > 0) expect(refused(whole, 1).message, 'byte by byte').to.equal(error.message);
    });
  }

  it('is told from a pcapng header that nothing reads', () => {
    const b = new Blocks();
    const damaged = b.section();
    damaged[8] = 0;
    expect(refused(damaged).message).to.match(/byte-order mark/);
    expect(refused(b.block(0x0a0d0d0a, b.section().subarray(8, 20), { length: 21 })).message).to.match(/length/);
    expect(refused(b.section({ version: [2, 0] })).message).to.match(/version/);
  });
});

describe('link types', () => {
  it('have the names of the registry, or their number', () => {
    expect([1, 0, 12, 101, 113, 276, 229, 9].map(linkTypeName)).to.deep.equal([
      'ETHERNET',
      'NULL',
      'RAW',
      'RAW',
      'LINUX_SLL',
      'LINUX_SLL2',
      'IPV6',
      'PPP',
    ]);
    expect(linkTypeName(65_535)).to.equal('LINKTYPE_65535');
  });
});
