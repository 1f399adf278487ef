import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  concat,
  contentType,
  DecodeError,
  encode,
  encodeRecord,
  type FramedHandshake,
  fromHex,
  HandshakeDeframer,
  handshakeMessage,
  handshakeType,
  looksLikeTls,
  maxRecordFragment,
  RecordDeframer,
  type TlsRecord,
  tlsVersion,
  toHex,
} from '../../lib/wire/index.ts';
import { bytes, fields, list, u8, u16 } from './arbitraries.ts';
import { mutate, randomFrom } from './mutate.ts';

const version = tlsVersion['TLSv1.2'];

interface Deframer<T> {
  readonly problem: DecodeError | undefined;
  push(chunk: Uint8Array): T[];
}

/** Everything a deframer tells of a stream cut into pieces, and what it says at the end. */
function told<T>(deframer: Deframer<T>, stream: Uint8Array, cuts: readonly number[]): { items: T[]; problem: string } {
  const items: T[] = [];
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  try {
    for (const end of [...ends, stream.length]) {
      items.push(...deframer.push(stream.subarray(start, end)));
      start = end;
    }
  } catch (error) {
    expect(error).to.equal(deframer.problem);
  }
  return { items, problem: deframer.problem?.message ?? '' };
}

const cuts = fc.array(fc.nat(2000), { maxLength: 20 });
const property = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T, cut: number[]) => void): void =>
  fc.assert(fc.property(arbitrary, cuts, check), { seed: 8446, numRuns: 200 });

const record = fields<TlsRecord>({
  type: fc.constantFrom(20, 21, 22, 23, 24),
  version: fc.constantFrom(0x0300, 0x0301, 0x0303, 0x0304),
  fragment: bytes(0, 200),
});

describe('RecordDeframer', () => {
  it('gives the same records however the stream is cut', () => {
    property(list(record), (records, cut) => {
      const stream = concat(...records.map(({ type, version, fragment }) => encodeRecord(type, version, fragment)));
      expect(told(new RecordDeframer(), stream, cut)).to.deep.equal({ items: records, problem: '' });
    });
  });

  it('gives the same records and the same problem for a damaged stream however it is cut', () => {
    const random = randomFrom(5);
    const stream = concat(
      ...[20, 22, 22, 21].map((type) => encodeRecord(type, version, new Uint8Array(30).fill(type))),
    );
    for (let i = 0; i < 2000; i++) {
      const damaged = mutate(stream, random);
      const once = told(new RecordDeframer(), damaged, []);
      const bytewise = told(
        new RecordDeframer(),
        damaged,
        Array.from(damaged, (_, at) => at),
      );
      expect(bytewise).to.deep.equal(once);
    }
  });

  it('says how many bytes it waits for', () => {
    const deframer = new RecordDeframer();
    expect(deframer.pending).to.equal(0);
    deframer.push(fromHex('160303'));
    expect(deframer.pending).to.equal(2);
    deframer.push(fromHex('0004'));
    expect(deframer.pending).to.equal(4);
    expect(deframer.push(fromHex('0e00'))).to.deep.equal([]);
    expect(deframer.pending).to.equal(2);
    expect(deframer.push(fromHex('0000'))).to.have.length(1);
    expect(deframer.pending).to.equal(0);
  });

  it('gives the records before the place where the stream stops being TLS, then says why', () => {
    const deframer = new RecordDeframer();
    const stream = concat(encodeRecord(contentType.alert, version, fromHex('0100')), fromHex('48545450'));
    expect(deframer.push(stream)).to.have.length(1);
    expect(deframer.problem?.message).to.equal('bad-value: type: 72 is not a record type at byte 7');
    expect(() => deframer.push(new Uint8Array()))
      .to.throw(DecodeError)
      .with.property('path', 'type');
    expect(deframer.pending).to.equal(0);
  });

  it('does not wait for more when the first byte is no record type, or the second not TLS', () => {
    expect(() => new RecordDeframer().push(fromHex('53'))).to.throw(DecodeError, 'type');
    expect(() => new RecordDeframer().push(fromHex('1605'))).to.throw(DecodeError, 'version');
  });

  it('reads records up to 65,535 bytes, and fewer where told so', () => {
    const long = encodeRecord(contentType.handshake, version, new Uint8Array(65_535));
    expect(new RecordDeframer().push(long)[0]?.fragment).to.have.length(65_535);
    const strict = new RecordDeframer({ maxFragment: maxRecordFragment });
    expect(() => strict.push(long))
      .to.throw(DecodeError)
      .with.property('code', 'too-long');
  });

  it('takes records without content', () => {
    expect(new RecordDeframer().push(fromHex('1703030000'))).to.deep.equal([
      { type: 23, version, fragment: new Uint8Array() },
    ]);
  });

  it('copies, so that a caller may reuse its buffer', () => {
    const chunk = encodeRecord(contentType.alert, version, fromHex('0228'));
    const [first] = new RecordDeframer().push(chunk);
    chunk.fill(0);
    expect(toHex(first?.fragment ?? chunk)).to.equal('0228');
  });

  it('reads a long stream that comes byte by byte in linear time', () => {
    const stream = encodeRecord(contentType.application_data, version, new Uint8Array(65_535));
    const deframer = new RecordDeframer();
    let records = 0;
    for (let at = 0; at < stream.length; at++) records += deframer.push(stream.subarray(at, at + 1)).length;
    expect(records).to.equal(1);
  });
});

describe('looksLikeTls', () => {
  it('takes a record header, whole or cut, and nothing else', () => {
    for (const hex of ['16', '1603', '15030300020228', '1703']) expect(looksLikeTls(fromHex(hex)), hex).to.equal(true);
    for (const hex of ['', '48545450', '5353482d', '1602', '80', '19']) {
      expect(looksLikeTls(fromHex(hex)), hex).to.equal(false);
    }
  });
});

const message = fields({ type: u8, body: bytes(0, 200) });
const framed = ({ type, body }: { type: number; body: Uint8Array }): FramedHandshake => ({
  type,
  body,
  raw: encode(handshakeMessage, { type, body }),
});

describe('HandshakeDeframer', () => {
  it('gives the same messages however they are split over records', () => {
    property(list(message), (messages, cut) => {
      const items = messages.map(framed);
      const stream = concat(...items.map(({ raw }) => raw));
      expect(told(new HandshakeDeframer(), stream, cut)).to.deep.equal({ items, problem: '' });
    });
  });

  it('refuses a message that is too long as soon as its header is there', () => {
    const deframer = new HandshakeDeframer();
    const done = fromHex('0e000000');
    expect(deframer.push(concat(done, fromHex('02010001')))).to.have.length(1);
    expect(deframer.problem?.message).to.equal('too-long: body: 65537 bytes where at most 65536 are read at byte 5');
    expect(() => deframer.push(done))
      .to.throw(DecodeError)
      .with.property('code', 'too-long');
  });

  it('allows certificates and certificate requests more than other messages', () => {
    for (const type of [
      handshakeType.certificate,
      handshakeType.certificate_request,
      handshakeType.compressed_certificate,
    ]) {
      const long = framed({ type, body: new Uint8Array(262_144) });
      expect(new HandshakeDeframer().push(long.raw)).to.have.length(1);
      expect(() => new HandshakeDeframer().push(Uint8Array.of(type, 4, 0, 1))).to.throw(DecodeError, 'too-long');
    }
    const finished = Uint8Array.of(handshakeType.finished, 0, 0, 13);
    expect(() => new HandshakeDeframer({ maxMessage: 12 }).push(finished)).to.throw(DecodeError, 'too-long');
  });

  it('says how many bytes it waits for', () => {
    const deframer = new HandshakeDeframer();
    deframer.push(fromHex('0b'));
    expect(deframer.pending).to.equal(3);
    deframer.push(fromHex('000102'));
    expect(deframer.pending).to.equal(0x102);
  });
});

describe('encodeRecord', () => {
  it('refuses a fragment that the length cannot count', () => {
    expect(() => encodeRecord(22, version, new Uint8Array(65_536))).to.throw('fragment');
  });

  it('writes any type and version, also wrong ones', () => {
    fc.assert(
      fc.property(u8, u16, (type, version) => {
        expect([...encodeRecord(type, version, Uint8Array.of(1))]).to.deep.equal([
          type,
          version >> 8,
          version & 255,
          0,
          1,
          1,
        ]);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
