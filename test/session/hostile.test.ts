/** Whatever the bytes and however they are cut: a typed result, the same result, in bounded time. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { createFlightReader, type Flight, type FlightGoal, helloFacts } from '../../lib/session/index.ts';
import { concat, fromHex, HandshakeDeframer, handshakeTypes, RecordDeframer } from '../../lib/wire/index.ts';
import { mutate, randomFrom } from '../wire/mutate.ts';
import {
  alertRecord,
  at,
  changeCipherSpecRecord,
  helloOf,
  read,
  records,
  text,
  tls12Flight,
  tls12Messages,
  tls13Hello,
} from './server-flights.ts';

const corpus = new URL('../../../shared/corpus/tls/', import.meta.url);
const goals: readonly FlightGoal[] = ['reply', 'server-hello', 'server-flight'];
const ends: readonly unknown[] = ['complete', 'stopped', 'alert', 'reset', 'closed', 'silent', 'malformed', 'not-tls'];

const streams: readonly Uint8Array[] = [
  tls12Flight,
  records(concat(...tls12Messages), 7),
  concat(alertRecord(1, 112), tls12Flight),
  concat(records(helloOf()), changeCipherSpecRecord),
  records(tls13Hello),
  text('HTTP/1.1 400 Bad Request\r\n'),
];

/** Reads the stream cut at the given places. */
function readCut(stream: Uint8Array, goal: FlightGoal, cuts: readonly number[]): Flight {
  const reader = createFlightReader({ goal });
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, stream.length]) {
    if (reader.push(stream.subarray(from, to), at) === 'enough') break;
    from = to;
  }
  return reader.end('closed');
}

describe('the flight reader on hostile bytes', () => {
  it('gives a typed result and the same one for any chunking, 2,000 damaged flights', () => {
    const random = randomFrom(0x51ee);
    for (let i = 0; i < 2000; i++) {
      const stream = mutate(streams[i % streams.length] ?? tls12Flight, random);
      const goal = goals[i % goals.length] ?? 'reply';
      const whole = readCut(stream, goal, []);
      expect(ends).to.include(whole.end);
      if (whole.end === 'malformed') expect(whole.detail).to.be.a('string').that.matches(/\.$/);
      const cut = readCut(
        stream,
        goal,
        Array.from({ length: 6 }, () => Math.floor(random() * 5000)),
      );
      expect(cut).to.deep.equal(whole);
      if (i % 20 === 0) expect(read(stream, { goal, size: 1 })).to.deep.equal(whole);
    }
  });

  it('gives the same result for any chunking of a good flight', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.constantFrom(...goals),
        fc.array(fc.nat(5000), { maxLength: 40 }),
        (stream, goal, cuts) => {
          expect(readCut(stream, goal, cuts)).to.deep.equal(readCut(stream, goal, []));
        },
      ),
      { seed: 0x51ee, numRuns: 300 },
    );
  });

  it('gives a typed result for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400), { maxLength: 5 }), (bytes, cuts) => {
        const whole = readCut(bytes, 'server-flight', []);
        expect(ends).to.include(whole.end);
        expect(readCut(bytes, 'server-flight', cuts)).to.deep.equal(whole);
      }),
      { seed: 0x51ee, numRuns: 1000 },
    );
  });

  it('reads a megabyte of one-byte records in linear time', () => {
    const stream = records(concat(helloOf(), Uint8Array.of(11, 3, 0, 0), new Uint8Array(150_000)), 1);
    const start = process.cpuUsage();
    expect(read(stream, { size: 1448, ending: 'silent' }).end).to.equal('silent');
    expect(process.cpuUsage(start).user / 1000, 'CPU ms').to.be.below(1500);
  });
});

interface Session {
  readonly name: string;
  readonly flows: readonly { readonly dir: 'c' | 's'; readonly hex: string }[];
  readonly expected: readonly Readonly<Record<string, readonly unknown[]>>[];
}

describe('the flight reader on recorded sessions', () => {
  it('finds what tshark found in the first flight of each server', function () {
    const file = new URL('go-crypto-tls/vectors.jsonl', corpus);
    if (!existsSync(file)) this.skip();
    let whole = 0;
    const sessions = readFileSync(file, 'utf8').trim().split('\n');
    for (const line of sessions) {
      const { name, flows, expected } = JSON.parse(line) as Session;
      if (flows.length === 0) continue;
      const place = flows.findIndex(({ dir }) => dir === 's');
      const fields = expected[place] ?? {};
      const offer = helloFacts(firstMessage(fromHex(flows[place - 1]?.hex ?? '')))?.offer ?? null;
      const flight = read(fromHex(flows[place]?.hex ?? ''), { offer, ending: 'closed' });
      if (fields['alert_message.desc'] !== undefined) {
        expect(flight.end, name).to.equal('alert');
        expect(flight.alert?.code, name).to.equal(Number(fields['alert_message.desc'][0]));
        continue;
      }
      const { negotiated } = flight;
      expect(flight.end, `${name}: ${flight.detail}`).to.be.oneOf(['complete', 'stopped']);
      expect(negotiated?.cipherSuite, name).to.equal(Number(fields.ciphersuite?.[0]));
      if (negotiated?.version !== 0x0304) expect(negotiated?.version, name).to.equal(Number(fields.version?.[0]));
      const types = flight.messages.map(({ message }) => handshakeTypes.codeOf(message.replaceAll('-', '_')) ?? -1);
      if (flight.end === 'complete') {
        whole++;
        expect(types, name).to.deep.equal(fields.type?.map(Number));
        const seen = flight.certificates.map((der) => ({
          len: der.length,
          head: Buffer.from(der.subarray(0, 20)).toString('hex'),
        }));
        expect(seen, name).to.deep.equal(fields.certificate ?? []);
      } else {
        expect(negotiated?.version === 0x0304 || flight.resumed, name).to.equal(true);
      }
    }
    expect(whole, 'flights read whole').to.be.above(40);
  });

  it('takes every byte string of the corpus as a server, and ends with a typed result each time', function () {
    if (!existsSync(corpus)) this.skip();
    let count = 0;
    const start = process.cpuUsage();
    for (const folder of readdirSync(corpus)) {
      const file = new URL(`${folder}/vectors.jsonl`, corpus);
      if (!existsSync(file)) continue;
      for (const hex of readFileSync(file, 'utf8').matchAll(/"((?:[0-9a-f]{2}){5,})"/g)) {
        const flight = read(fromHex(hex[1] ?? ''), { size: 1000 });
        expect(ends, folder).to.include(flight.end);
        count++;
      }
    }
    expect(count).to.be.above(0);
    expect(process.cpuUsage(start).user / 1000 / count, 'CPU ms each').to.be.below(20);
  });
});

/** The first handshake message of a client's bytes, with its header. */
function firstMessage(bytes: Uint8Array): Uint8Array {
  const handshake = new HandshakeDeframer();
  for (const { fragment } of new RecordDeframer().push(bytes)) {
    const [message] = handshake.push(fragment);
    if (message !== undefined) return message.raw;
  }
  return new Uint8Array();
}
