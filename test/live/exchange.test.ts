/** One hello, every outcome: what the attempt and its evidence say of it. */

import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { buildHello, firstFlight, type HelloPlan, makePreset, planOf } from '../../lib/hello/index.ts';
import { type Exchange, type ExchangeOptions, exchange } from '../../lib/live/index.ts';
import { concat, contentType, encodeRecord, toHex } from '../../lib/wire/index.ts';
import { listen, openDescriptors, type TestServer, unusedPort } from '../net/servers.ts';
import {
  alertRecord,
  certificates,
  ecdheRsa,
  emptyRecord,
  handshake,
  helloDone,
  helloOf,
  keyExchange,
  leaf,
  none,
  records,
  tls12Flight,
  tls12Messages,
  tls13Hello,
} from '../session/server-flights.ts';

const random = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
const plan = planOf(
  buildHello({ versions: [0x0303], cipherSuites: [ecdheRsa, 0x002f], sni: 'vpn.example.com', random }),
);
const timeouts = { connectMs: 2000, firstReplyMs: 60, totalMs: 3000 };

function exchanged(
  server: { address?: string; port: number },
  options: Partial<ExchangeOptions> & { plan?: HelloPlan } = {},
): Promise<Exchange> {
  const { plan: given = plan, ...rest } = options;
  return exchange({ address: server.address ?? '127.0.0.1', port: server.port }, given, {
    goal: 'server-flight',
    id: 'a1',
    timeouts,
    ...rest,
  });
}

/** Answers once the whole hello came. */
function afterHello(answer: (socket: Socket) => void, length = firstFlight(plan).length): (socket: Socket) => void {
  return (socket) => {
    let got = 0;
    socket.on('data', (chunk) => {
      got += chunk.length;
      if (got >= length) answer(socket);
    });
  };
}

/** ServerHello, and a part of the certificates. */
const halfFlight = records(concat(...tls12Messages), 200).subarray(0, 500);

const answering = (bytes: Uint8Array): ((socket: Socket) => void) => afterHello((socket) => socket.write(bytes));

describe('exchange', () => {
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });

  it('tells a whole flight as an attempt', async () => {
    server = await listen(answering(tls12Flight));
    const { attempt, flight } = await exchanged(server, { controlRef: 'a0', concurrent: 2, keepHex: true });
    const bytes = firstFlight(plan);
    expect(attempt).to.deep.include({
      id: 'a1',
      transport: 'tcp',
      hello: {
        preset: null,
        length: plan.message.length,
        firstFlight: plan.message.length + 5,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        hex: toHex(bytes),
      },
      records: [plan.message.length],
      segments: [bytes.length],
      segmentsConfirmed: null,
      mss: null,
      concurrent: 2,
    });
    expect(attempt.connectMs).to.be.a('number');
    expect(attempt.replyMs).to.be.a('number');
    expect(attempt.sentAt).to.match(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/);
    expect(attempt.evidence).to.deep.include({
      controlRef: 'a0',
      connect: 'ok',
      reply: 'server-hello',
      end: 'complete',
      hello: { sni: 'vpn.example.com', versions: ['0x0303'], length: plan.message.length },
    });
    expect(attempt.evidence.sent.bytes).to.equal(bytes.length);
    expect(flight.certificates).to.have.length(2);
    expect(JSON.parse(JSON.stringify(attempt))).to.deep.equal(attempt);
  });

  it('says stopped when it ended on purpose before the flight was whole', async () => {
    server = await listen(answering(tls12Flight));
    expect((await exchanged(server, { goal: 'server-hello' })).attempt.evidence.end).to.equal('stopped');
    expect((await exchanged(server, { goal: 'reply' })).attempt.evidence.end).to.equal('stopped');
    const tls13 = planOf(makePreset('openssl-3', { sni: null, random }), { preset: 'openssl-3' });
    await server[Symbol.asyncDispose]();
    server = await listen(afterHello((socket) => socket.write(records(tls13Hello)), 20));
    const { attempt } = await exchanged(server, { plan: tls13 });
    expect(attempt.hello.preset).to.equal('openssl-3');
    expect(attempt.evidence).to.include({ end: 'stopped', reply: 'server-hello' });
    expect(attempt.evidence.certificateAbsence.server).to.equal('tls13-encrypted');
  });

  it('sends records and slices as planned', async () => {
    const sliced: HelloPlan = { ...plan, recordLengths: [1, 10], segmentLengths: [6, 15], gapMs: 10 };
    const bytes = firstFlight(sliced);
    const seen: number[] = [];
    server = await listen((socket) => {
      let got = 0;
      socket.on('data', (chunk) => {
        seen.push(chunk.length);
        got += chunk.length;
        if (got === bytes.length) socket.write(tls12Flight);
      });
    });
    const { attempt } = await exchanged(server, { plan: sliced });
    expect(attempt).to.deep.include({
      transport: 'tcp-sliced',
      records: [1, 10, plan.message.length - 11],
      segments: [6, 15, bytes.length - 21],
    });
    expect(seen).to.deep.equal(attempt.segments);
    expect(attempt.hello.firstFlight).to.equal(plan.message.length + 15);
    expect(attempt.evidence.end).to.equal('complete');
  });

  const outcomes: readonly [name: string, serve: (socket: Socket) => void, expected: Record<string, unknown>][] = [
    [
      'FIN after the hello',
      afterHello((socket) => socket.end()),
      { end: 'closed', reply: 'closed', endedBeforeHello: false },
    ],
    [
      'RST after the hello',
      afterHello((socket) => socket.resetAndDestroy()),
      { end: 'reset', reply: 'reset', endedBeforeHello: false },
    ],
    ['FIN before the hello', (socket) => socket.destroy(), { end: 'closed', endedBeforeHello: true }],
    ['RST before the hello', (socket) => socket.resetAndDestroy(), { end: 'reset', endedBeforeHello: true }],
    ['silence', (socket) => socket.resume(), { end: 'silent', reply: 'silent' }],
    ['a fatal alert', answering(alertRecord(2, 40)), { end: 'alert', reply: 'alert' }],
    [
      'an alert, then RST',
      afterHello((socket) => socket.write(alertRecord(2, 70), () => socket.resetAndDestroy())),
      { end: 'alert' },
    ],
    [
      'HTTP',
      afterHello((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      { end: 'not-tls', looksLike: 'http', reply: 'not-tls' },
    ],
    ['an SSH banner', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), { end: 'not-tls', looksLike: 'ssh' }],
    ['garbage', answering(Uint8Array.of(1, 2, 3, 4)), { end: 'not-tls', looksLike: 'binary' }],
    [
      'half a ServerHello, then FIN',
      afterHello((socket) => socket.end(records(helloOf()).subarray(0, 20))),
      { end: 'closed', reply: 'closed' },
    ],
    [
      'half a flight, then RST',
      afterHello((socket) => socket.write(halfFlight, () => socket.resetAndDestroy())),
      { end: 'reset', reply: 'server-hello' },
    ],
    ['a flight that stops in the middle', answering(halfFlight), { end: 'silent', reply: 'server-hello' }],
    [
      'one-byte records',
      answering(records(concat(helloOf(), certificates(leaf), keyExchange, helloDone), 1)),
      { end: 'complete' },
    ],
    [
      'a suite that was not offered',
      answering(records(helloOf({ cipherSuite: 0x0035 }))),
      { end: 'malformed', reply: 'malformed' },
    ],
    ['a version that was not offered', answering(records(tls13Hello)), { end: 'malformed' }],
    [
      'a 16 MB certificate',
      answering(records(concat(helloOf(), Uint8Array.of(11, 0xff, 0xff, 0xff)))),
      { end: 'malformed', reply: 'server-hello' },
    ],
  ];
  for (const [name, serve, expected] of outcomes) {
    it(`names the outcome of ${name}`, async () => {
      server = await listen(serve);
      const { attempt } = await exchanged(server, { timeouts: { ...timeouts, totalMs: 400 } });
      expect(attempt.evidence).to.include({ connect: 'ok', ...expected });
    });
  }

  it('names refused and unreachable destinations', async () => {
    const refused = await exchanged({ port: await unusedPort() });
    expect(refused.attempt).to.include({ connectMs: null, replyMs: null });
    expect(refused.attempt.evidence)
      .to.include({ connect: 'refused', end: null, reply: null })
      .and.to.have.property('detail')
      .that.contains('ECONNREFUSED');
    const unreachable = await exchanged({ address: '255.255.255.255', port: 443 });
    expect(unreachable.attempt.evidence).to.include({ connect: 'unreachable', end: null });
  });

  it('ends endless floods early, with little read', async () => {
    const floods = {
      'empty records': emptyRecord,
      warnings: alertRecord(1, 112),
      HelloRequests: records(handshake('hello_request', none)),
      'application data': encodeRecord(contentType.application_data, 0x0303, new Uint8Array(100)),
    };
    for (const [name, piece] of Object.entries(floods)) {
      server = await listen(flooding(piece));
      const { attempt, flight } = await exchanged(server);
      expect(attempt.evidence.end, name).to.equal('malformed');
      expect(flight.bytes, name).to.be.below(5000);
      await server[Symbol.asyncDispose]();
    }
  });

  it('reads no more than its cap of a flood that makes progress', async () => {
    // A Certificate message of 250 kB in one-byte records is 1.5 MB on the wire.
    const flood = records(concat(helloOf(), Uint8Array.of(11, 3, 0xd0, 0x90), new Uint8Array(250_000)), 1);
    server = await listen(afterHello((socket) => socket.end(flood)));
    const { attempt, flight } = await exchanged(server);
    expect(attempt.evidence).to.include({ end: 'malformed', reply: 'server-hello' });
    expect(flight.bytes).to.be.at.most(2 ** 20);
  });

  it('ends a server that drips bytes at the total deadline', async () => {
    server = await listen((socket) => {
      const bytes = tls12Flight.values();
      const drip = setInterval(() => socket.write(Uint8Array.of(bytes.next().value ?? 0)), 4);
      socket.on('close', () => clearInterval(drip));
    });
    const start = performance.now();
    const { attempt } = await exchanged(server, { timeouts: { ...timeouts, totalMs: 150 } });
    expect(performance.now() - start).to.be.below(1150);
    expect(attempt.evidence.end).to.equal('silent');
  });

  it('stops for its caller without claiming an end', async () => {
    server = await listen((socket) => socket.resume());
    const { attempt } = await exchanged(server, {
      signal: AbortSignal.timeout(30),
      timeouts: { ...timeouts, firstReplyMs: 3000 },
    });
    expect(attempt.evidence).to.include({ end: null, detail: 'Stopped by the caller.' });
  });

  it('sends bytes that are no ClientHello as they are', async () => {
    server = await listen((socket) => socket.once('data', () => socket.end(alertRecord(2, 50))));
    const { attempt } = await exchanged(server, {
      plan: { ...plan, message: Uint8Array.of(1, 0, 0, 1, 9), spec: null, recordVersion: 0x0909 },
    });
    expect(attempt.evidence).to.deep.include({ hello: null, end: 'alert' });
    expect(attempt.records).to.deep.equal([5]);
  });

  it('leaves nothing open after 300 exchanges', async () => {
    const serves = outcomes.map(([, serve]) => serve).filter((_, i) => i !== 4);
    let count = 0;
    server = await listen((socket) => serves[count++ % serves.length]?.(socket.resume()));
    const at = server;
    const before = openDescriptors();
    for (let round = 0; round < 20; round++)
      await Promise.all(Array.from({ length: 15 }, () => exchanged(at, { timeouts: { ...timeouts, totalMs: 120 } })));
    while (at.open.size > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(count).to.equal(300);
    if (before !== null) expect(openDescriptors()).to.be.at.most(before + 3);
  });
});

/** Sends the piece again and again for as long as the socket takes it. */
function flooding(piece: Uint8Array): (socket: Socket) => void {
  const block = Buffer.concat(Array.from({ length: 100 }, () => piece));
  return (socket) => {
    const send = (): void => {
      if (!socket.destroyed && socket.writable)
        socket.write(block, (error) => (error ? undefined : setImmediate(send)));
    };
    send();
  };
}
