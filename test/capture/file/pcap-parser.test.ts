import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { type PcapParserEmitter, packetsOf } from '../../../lib/capture/node.ts';
import { HarnessError, toHex } from '../../../lib/wire/index.ts';
import { concat, data, type PcapRecord, pcap, type ReadPacket, readCapture, u32 } from './files.ts';

interface PcapParser {
  parse(stream: Readable): EventEmitter & PcapParserEmitter;
}

const pcapParser = createRequire(import.meta.url)('pcap-parser') as PcapParser;

function parse(file: Uint8Array, chunk = 1000): EventEmitter & PcapParserEmitter {
  const chunks: Buffer[] = [];
  for (let at = 0; at < file.length; at += chunk) chunks.push(Buffer.from(file.subarray(at, at + chunk)));
  return pcapParser.parse(Readable.from(chunks));
}

async function throughAdapter(file: Uint8Array, chunk?: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of packetsOf(parse(file, chunk))) parts.push(new Uint8Array(part));
  return concat(parts);
}

/** What pcap-parser itself says of a file. */
async function byPcapParser(file: Uint8Array, chunk: number): Promise<Omit<ReadPacket, 'number' | 'linkType'>[]> {
  const packets: Omit<ReadPacket, 'number' | 'linkType'>[] = [];
  const emitter = parse(file, chunk);
  emitter.on('packet', ({ header, data }) => {
    const time = header.timestampSeconds * 1000 + header.timestampMicroseconds / 1000;
    packets.push({ time, length: header.originalLength, data: toHex(data) });
  });
  await new Promise<void>((resolve, reject) => {
    emitter.on('end', resolve);
    emitter.on('error', reject);
  });
  return packets;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return error instanceof HarnessError ? `${error.code}: ${error.message}` : String(error);
}

const records: PcapRecord[] = [0, 1, 60, 3000, 70_000].map((length, i) => ({
  seconds: 1_700_000_000 + i,
  fraction: i * 1000,
  data: data(length, i),
  length: length + i,
}));

// pcap-parser calls `new Buffer`, of which Node.js warns once a process (DEP0005).
describe('the npm package pcap-parser', () => {
  let warnings: boolean | undefined;
  before(() => {
    warnings = process.noDeprecation;
    process.noDeprecation = true;
  });
  after(() => {
    process.noDeprecation = warnings ?? false;
  });

  it('and our reader agree on captures with microseconds, in both byte orders', async () => {
    const record = fc.record({
      seconds: fc.nat({ max: 0xffff_ffff }),
      fraction: fc.nat({ max: 999_999 }),
      data: fc.uint8Array({ maxLength: 80 }),
      more: fc.nat({ max: 2000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record),
        fc.boolean(),
        fc.integer({ min: 1, max: 200 }),
        async (list, bigEndian, chunk) => {
          const file = pcap(
            list.map(({ more, ...rest }) => ({ ...rest, length: rest.data.length + more })),
            { bigEndian },
          );
          const ours = readCapture(file).packets.map(({ time, length, data }) => ({ time, length, data }));
          expect(await byPcapParser(file, chunk)).to.deep.equal(ours);
        },
      ),
      { seed: 0x9ca9, numRuns: 100 },
    );
  });

  it('is an accepted source of packets', async () => {
    for (const bigEndian of [false, true])
      for (const chunk of [7, 1000, 65_536]) {
        const file = pcap(records, { bigEndian, linkType: 113 });
        expect(readCapture(await throughAdapter(file, chunk))).to.deep.equal(readCapture(file));
      }
  });

  it('has its stream paused while nobody asks for packets', async () => {
    let taken = 0;
    const chunk = Buffer.from(pcap([{ data: data(200_000) }]).subarray(24));
    const stream = new Readable({
      read(): void {
        this.push(taken++ === 0 ? Buffer.from(pcap([])) : taken > 300 ? null : chunk);
      },
    });
    const packets = packetsOf(pcapParser.parse(stream));
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).to.be.below(30);
    let bytes = 0;
    for await (const part of packets) bytes += part.length;
    expect(bytes).to.equal(24 + 299 * chunk.length);
  });

  it('ignores a last packet that is cut short; it is counted here', async () => {
    const file = pcap(records);
    for (const cut of [1, 69_999, 70_000, 70_015, 70_016]) {
      const bytes = file.subarray(0, file.length - cut);
      expect(readCapture(await throughAdapter(bytes)), String(cut)).to.deep.equal(readCapture(bytes));
    }
  });

  it('gathers the file for a packet of 4 GiB; here that is the end', async () => {
    let taken = 0;
    const file = pcap([{ data: data(60) }, { data: data(0), captured: 0xffff_ffff }]);
    const stream = new Readable({
      read(): void {
        this.push(taken++ === 0 ? Buffer.from(file) : Buffer.alloc(65_536));
      },
    });
    const parts: Uint8Array[] = [];
    for await (const part of packetsOf(pcapParser.parse(stream))) parts.push(part);
    expect(readCapture(concat(parts))).to.deep.include({ truncated: true, dropped: { 'oversized-packet': 1 } });
    expect(taken).to.be.below(30);
  });

  it('says nothing of an empty file, or of one that ends in its header; here that is no capture', async () => {
    for (const length of [0, 23]) {
      const bytes = await throughAdapter(pcap([]).subarray(0, length));
      expect(() => readCapture(bytes))
        .to.throw(HarnessError)
        .with.property('code', 'not-a-capture');
    }
  });

  it('does not read other formats, and misreads old versions; both are told', async () => {
    expect(await codeOf(throughAdapter(pcap([], { magic: 0xa1b23c4d })))).to.match(/^not-a-capture: .*unknown magic/);
    expect(await codeOf(throughAdapter(pcap([{ data: data(9) }], { version: [2, 2] })))).to.match(
      /^not-a-capture: pcap-parser misreads pcap of version 2\.2/,
    );
  });

  it('has the failure of its stream told as an unreadable file', async () => {
    const stream = new Readable({
      read(): void {
        this.destroy(Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' }));
      },
    });
    const reading = packetsOf(pcapParser.parse(stream)).next();
    expect(await codeOf(reading)).to.match(/^unreadable-file: .*ENOENT/);
  });

  it('is left alone when the reader stops early', async () => {
    const stream = Readable.from([Buffer.from(pcap(records)), Buffer.from(u32(0))]);
    for await (const part of packetsOf(pcapParser.parse(stream))) if (part.length > 0) break;
    expect(stream.destroyed).to.equal(true);
  });
});
