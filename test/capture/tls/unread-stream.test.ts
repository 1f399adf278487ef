/** What is kept unread and read later must come to the same as what is read at once. */

import { expect } from 'chai';
import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { TlsReader } from '../../../lib/capture/tls/reader.ts';
import { entryBit, type UnreadStream, UnreadStreams } from '../../../lib/capture/tls/unread-stream.ts';
import { concat, contentType, encodeRecord } from '../../../lib/wire/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { alertRecord } from '../../support/capture/tls/messages.ts';
import { contextWith, mutual, type Piece, tls12, unreadStream } from './streams.ts';

const data = (length: number): Uint8Array => encodeRecord(contentType.application_data, 0x0303, new Uint8Array(length));

/** A ClientHello in two records, with a third between. */
const interrupted = ((hello: Uint8Array): Uint8Array => {
  const part = (start: number, end?: number) => encodeRecord(contentType.handshake, 0x0303, hello.subarray(start, end));
  return concat(part(5, 60), data(3), part(60));
})((mutual[0] as Piece)[1]);

/** What may follow a handshake, or stand in its place. */
const conversations: readonly (readonly Piece[])[] = [
  mutual,
  [...mutual, ['s', concat(data(900), data(20), data(1400))], ['c', data(19)], ['s', data(19)]],
  [...mutual, ...Array.from({ length: 60 }, (_, i): Piece => [i % 2 === 0 ? 'c' : 's', data(1 + i)])],
  [...mutual.slice(0, 2), ['c', alertRecord(48)]],
  [...mutual.slice(0, 2), ['c', concat(alertRecord(48), data(3))]],
  [...tls12({ ticket: true }), ['c', data(0)], ['s', concat(data(0), Uint8Array.of(23, 3, 3, 0))]],
  [...mutual, ['s', data(900)], ['s', concat(data(1400), new TextEncoder().encode('220 no TLS any more\r\n'))]],
  [['c', interrupted], ...mutual.slice(1)],
  [...mutual.slice(0, 1), ['s', new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')]],
];

/** One packet a piece, whose number and time count. */
function* packets(pieces: readonly Piece[], context: ReturnType<typeof contextWith>) {
  for (const [side, bytes] of pieces) {
    context.packet.number++;
    context.packet.time += 10;
    yield { direction: side === 'c' ? (0 as const) : (1 as const), bytes };
  }
}

function told(reader: TlsReader, context: ReturnType<typeof contextWith>) {
  reader.end();
  const certificates = [...context.certificates.entries()].map(({ sha256, firstPacket }) => [sha256, firstPacket]);
  return { facts: reader.facts, dropped: context.counters.toJSON(), certificates, packet: context.packet.number };
}

function readNow(pieces: readonly Piece[]) {
  const context = contextWith();
  const reader = new TlsReader(context);
  for (const { direction, bytes } of packets(pieces, context)) reader.data(direction, bytes, 0, bytes.length);
  return told(reader, context);
}

/** @param stream as it was left by another connection */
function readLater(pieces: readonly Piece[], stream: UnreadStream) {
  const context = contextWith();
  stream.clear();
  let reader: TlsReader | null = null;
  let taken = 0;
  for (const { direction, bytes } of packets(pieces, context)) {
    const buffer = bytes.slice();
    const unread = reader === null && stream.take(direction, buffer, 0, buffer.length, context.packet);
    buffer.fill(0xee);
    if (unread) {
      taken++;
      continue;
    }
    if (reader === null) stream.play((reader = new TlsReader(context)), context.packet);
    reader.data(direction, bytes, 0, bytes.length);
  }
  if (reader === null) stream.play((reader = new TlsReader(context)), context.packet);
  return { ...told(reader, context), taken };
}

/** The same bytes in other segments. @param lengths of them, over and over */
function segmented(pieces: readonly Piece[], lengths: readonly number[]): Piece[] {
  let next = 0;
  return pieces.flatMap(([side, bytes]) => {
    const cut: Piece[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + (lengths[next++ % lengths.length] ?? bytes.length);
      cut.push([side, bytes.slice(at, end)]);
      at = end;
    }
    return cut;
  });
}

describe('capture tls unread stream', () => {
  it('read later comes to what is read at once, for every segmentation, order of sides and damage', () => {
    const stream = unreadStream();
    let [taken, segments] = [0, 0];
    assert(
      property(
        record({
          pieces: constantFrom(...conversations),
          lengths: array(constantFrom(1, 2, 3, 4, 5, 6, 9, 30, 200, 536, 1460, 9000), { minLength: 1, maxLength: 9 }),
          until: integer({ min: 1, max: 400 }),
          damaged: boolean(),
          seed: integer({ min: 0, max: 2 ** 20 }),
        }),
        ({ pieces, lengths, until, damaged, seed }) => {
          const cut = segmented(pieces, lengths).slice(0, until);
          const [a = 0, b = 0, value = 0] = bytesFrom(seed)(3);
          const hit = cut[(a * 256 + b) % cut.length]?.[1];
          if (damaged && hit !== undefined) hit[b % hit.length] = value;
          const { taken: unread, ...later } = readLater(cut, stream);
          expect(later).to.deep.equal(readNow(cut));
          taken += unread;
          segments += cut.length;
        },
      ),
      { numRuns: 600, seed: 43 },
    );
    expect(taken).to.be.above(segments / 8);
  });

  it('keeps whole handshakes, and of application data only headers', () => {
    const stream = unreadStream();
    const pieces: Piece[] = [...mutual, ['s', concat(...Array.from({ length: 50 }, (_, i) => data(1000 + i)))]];
    expect(readLater(pieces, stream).taken).to.equal(pieces.length);
    const last = stream.entries - 1;
    expect(stream.longest(last)).to.equal(1049);
    expect(stream.last(last)).to.equal(1049);
    const isKept = (entry: number): boolean => (stream.bits(entry) & entryBit.passed) === 0;
    const kept = Array.from({ length: stream.entries }, (_, entry) => (isKept(entry) ? stream.end(entry) : 0));
    const flights = pieces.slice(0, 4).reduce((sum, [, bytes]) => sum + bytes.length, 0);
    expect(Math.max(...kept)).to.equal(flights);
  });

  it('does not take what is no record, or a record of another version, or what a direction does not begin with', () => {
    const { packet } = contextWith();
    const refuses = (bytes: Uint8Array): boolean => {
      const stream = unreadStream();
      return !stream.take(0, bytes, 0, bytes.length, packet) && stream.entries === 0;
    };
    expect(refuses(new TextEncoder().encode('GET / HTTP/1.1\r\n'))).to.equal(true);
    expect(refuses(encodeRecord(contentType.handshake, 0x0203, new Uint8Array(9)))).to.equal(true);
    expect(refuses(Uint8Array.of(22, 3, 3, 0x48, 1, 0))).to.equal(true);
    expect(refuses(data(9))).to.equal(true);
    expect(refuses(encodeRecord(contentType.change_cipher_spec, 0x0303, Uint8Array.of(1)))).to.equal(true);
    expect(refuses(encodeRecord(contentType.handshake, 0x0303, new Uint8Array(9)))).to.equal(false);
  });

  it('takes nothing of a segment that would be too much, and can be read all the same', () => {
    const context = contextWith();
    const stream = unreadStream();
    const flight = encodeRecord(contentType.handshake, 0x0303, new Uint8Array(16_000));
    expect(stream.take(0, flight, 0, flight.length, context.packet)).to.equal(true);
    expect(stream.take(1, flight, 0, flight.length, context.packet)).to.equal(false);
    expect(stream.entries).to.equal(1);
    const alerts = alertRecord(10);
    let count = 1;
    const many = unreadStream();
    while (many.take((count & 1) as 0 | 1, alerts, 0, alerts.length, context.packet)) count++;
    expect(count - 1).to.equal(96);
    expect(many.entries).to.equal(96);
  });

  it("has memory that is no other stream's", () => {
    const pool = new UnreadStreams();
    const streams = Array.from({ length: 70 }, () => pool.take());
    const { packet } = contextWith();
    const flightOf = (of: number): Uint8Array =>
      encodeRecord(contentType.handshake, 0x0303, new Uint8Array(16_379).fill(of));
    for (const [i, stream] of streams.entries()) {
      packet.number = i;
      expect(stream.take(0, flightOf(i), 0, 16_384, packet)).to.equal(true);
    }
    expect(streams.map((stream) => stream.packet(0))).to.deep.equal([...streams.keys()]);
    for (const [i, stream] of streams.entries()) expect(stream.bytes).to.deep.equal(flightOf(i));
    for (const stream of streams) pool.give(stream);
    expect(streams).to.include(pool.take());
    pool.clear();
    expect(streams).to.not.include(pool.take());
  });
});
