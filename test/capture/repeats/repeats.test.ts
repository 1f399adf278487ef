/** Conversations like an earlier one may be counted unread: nothing that is said of a capture may change by that. */

import { expect } from 'chai';
import { recipes } from '../../../captures/make.ts';
import type { Repeat } from '../../../lib/capture/index.ts';
import { tcpFlag } from '../../../lib/capture/write/index.ts';
import { analyzeCapture, captureEvents } from '../../../lib/captures.ts';
import type { Conversation } from '../../../lib/evidence/index.ts';
import { padTo } from '../../../lib/hello/index.ts';
import { alertDescription, cipherSuite } from '../../../lib/wire/index.ts';
import type { Talk } from '../../support/capture/index.ts';
import { bytesFrom } from '../../support/capture/random.ts';
import { ed25519Key } from '../../support/capture/tls/keys.ts';
import { alertRecord, helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello, tls13Hello } from '../../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../../support/capture/tls/tls12.ts';
import { Capture, enough, identity, other, rsa, sni, times } from './connections.ts';
import { copied } from './copies.ts';
import { expectSame, inPieces } from './told.ts';

describe('capture repeats', () => {
  it('counts handshakes that differ in randoms, keys, signatures and tickets alone', async () => {
    const capture = new Capture();
    times(enough, () => capture.tls12().tls13().refused());
    times(20, () => capture.tls12().tls13().refused());
    expect(await capture.repeats('three kinds')).to.be.at.least(3 * 20);
  });

  it('tells of each when it was and between whom, also as JSON', async () => {
    const capture = new Capture();
    times(enough + 3, () => capture.tls12());
    const repeats: Repeat[] = [];
    const counts = { enough: () => true, again: (_: Conversation, repeat: Repeat) => void repeats.push(repeat) };
    const told: Conversation[] = [];
    const events = captureEvents(inPieces(capture.trace.toPcapng()), {});
    for await (const event of events) if (event.type === 'conversation') told.push(event.conversation);
    for await (const _ of captureEvents(inPieces(capture.trace.toPcapng()), { repeats: counts }));
    expect(repeats).to.not.be.empty;
    const expected = told.slice(-repeats.length).map(({ id, startedAt, client, server, clientHello }) => ({
      id,
      time: Date.parse(startedAt),
      client,
      server,
      helloLength: clientHello?.length,
    }));
    expect(JSON.parse(JSON.stringify(repeats))).to.deep.equal(expected);
    const read = repeats.map(({ id, time, client, server, helloLength }) => ({
      id,
      time,
      client,
      server,
      helloLength,
    }));
    expect(read).to.deep.equal(expected);
  });

  it('names a conversation with the same server as the one that chose a version', async () => {
    const capture = new Capture();
    times(enough, () => capture.tls12());
    const server = { address: '192.0.2.66' };
    times(3, () => capture.tls12({}, capture.talk({ server })));
    const talk = capture.talk({ server }).connect();
    talk.send('client', helloRecord(tls12Hello(9, sni)));
    talk.send('server', alertRecord(alertDescription.protocol_version));
    talk.close('server');
    const { findings } = await analyzeCapture(inPieces(capture.trace.toPcapng()), { limits: { maxConversations: 1 } });
    const [refused] = findings.filter(({ id }) => id === 'handshake.alert');
    expect(refused?.excluded[0]?.why).to.include(`in c${enough + 1},`);
  });

  it('rules out the same where an alert came before all of the hello was acknowledged', async () => {
    const capture = new Capture();
    /** @param last of the segments that arrive before the server refuses the hello */
    const refuse = (last: number): void => {
      const talk = capture.talk().connect();
      const segments = talk.segments('client', helloRecord(padTo(tls12Hello(capture.count, sni), 1700)));
      for (const [i, segment] of segments.entries()) talk.transmit(segment, { lost: i > last });
      talk.send('server', alertRecord(alertDescription.handshake_failure), { ack: false });
      talk.close('server');
    };
    times(enough, () => refuse(1));
    times(3, () => refuse(0));
    expect(await capture.repeats('alerts')).to.be.at.least(3);
    const { findings } = await analyzeCapture(inPieces(capture.trace.toPcapng()));
    expect(findings.map(({ id, excluded }) => [id, excluded.map((other) => other.id)])).to.deep.equal([
      ['handshake.alert', ['tls.client-certificate-required', 'path.blackhole-outbound']],
    ]);
  });

  it('tells what differs in anything else', async function () {
    this.timeout(60_000);
    const known = new Capture();
    times(enough, () => known.tls12().refused());
    const before = await known.repeats('known');
    const variations: Record<string, (capture: Capture) => unknown> = {
      'another name': (c) => c.tls12({ hello: tls12Hello(1, 'other.example.com') }),
      'another suite': (c) => c.tls12({ cipherSuite: cipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 }),
      'another certificate': (c) => c.tls12({ server: other }),
      'another offer': (c) => c.tls12({ hello: tls13Hello(5, sni, bytesFrom(6)(32)) }),
      'a client certificate': (c) => c.tls12({ authorities: [], client: other }),
      'no ticket': (c) => c.tls12({ ticket: false }),
      'another alert': (c) => c.refused(alertDescription.certificate_expired),
      'a smaller MSS of the client': (c) => c.tls12({}, c.talk({ client: { mss: 1414 } })),
      'a smaller MSS of the server': (c) => c.tls12({}, c.talk({ server: { mss: 1380 } })),
      'no MSS': (c) => c.tls12({}, c.talk({ client: { mss: null } })),
      'another port of the server': (c) => c.tls12({}, c.talk({ server: { port: 8305 } })),
      IPv6: (c) => c.tls12({}, c.talk({ client: { address: '2001:db8::1' }, server: { address: '2001:db8::2' } })),
    };
    for (const [name, vary] of Object.entries(variations)) {
      const capture = new Capture(known);
      vary(capture);
      expect(await capture.repeats(name), name).to.equal(before);
    }
  });

  it('tells a handshake of which the path or the capture lost something, or that was reset', async () => {
    const known = new Capture();
    times(enough, () => known.tls12());
    const before = await known.repeats('known');
    const streams = tls12Streams(tls12Handshake({ hello: tls12Hello(3, sni), seed: 4, server: rsa }));
    const hello = helloRecord(tls12Hello(3, sni));
    const begun = (capture: Capture): Talk => {
      const talk = capture.talk().connect();
      talk.send('client', hello);
      return talk;
    };
    const variations: Record<string, (capture: Capture) => unknown> = {
      'segments sent twice': (c) => begun(c).send('server', streams.server, { twice: [0] }).length,
      'segments that are not in the capture': (c) =>
        begun(c).send('server', streams.server, { unseen: [1], size: 500 }).length,
      'segments out of order': (c) => begun(c).send('server', streams.server, { order: [1, 0], size: 500 }).length,
      'an end in the middle of a message': (c) => begun(c).send('server', streams.server.subarray(0, 700)).length,
      'an end in the middle of a record header': (c) => begun(c).send('server', Uint8Array.of(22, 3)).length,
      'no answer at all': (c) => begun(c),
      'something that is not TLS': (c) => begun(c).send('server', new TextEncoder().encode('HTTP/1.1 400\r\n\r\n')),
      'a reset': (c) =>
        begun(c).transmit({ side: 'server', offset: 0, bytes: new Uint8Array() }, { flags: tcpFlag.rst | tcpFlag.ack }),
    };
    for (const [name, vary] of Object.entries(variations)) {
      const capture = new Capture(known);
      vary(capture);
      expect(await capture.repeats(name), name).to.equal(before);
    }
  });

  it('gives the report of a capture with more conversations than are listed', async () => {
    const capture = new Capture();
    times(2 * enough, () => capture.tls12().refused());
    const bytes = capture.trace.toPcapng();
    const reportOf = async (maxConversations: number) => {
      const now = new Date('2026-03-05T00:00:00Z');
      const report = await analyzeCapture(inPieces(bytes), { now, limits: { maxConversations } });
      return { ...report, startedAt: '', finishedAt: '' };
    };
    const all = await reportOf(1_000);
    const few = await reportOf(5);
    const dropped = { 'conversations-not-listed': 4 * enough - 5 };
    const expected = { ...all, conversations: all.conversations.slice(0, 5), counters: { ...all.counters, dropped } };
    expect(few).to.deep.equal(expected);
  });

  it('reads everything where hellos are asked for, or secrets are given', async () => {
    const capture = new Capture();
    times(2 * enough, () => capture.tls12());
    expect(await capture.repeats('hellos', { hellos: true })).to.equal(0);
    const keyLog = [`CLIENT_RANDOM ${'00'.repeat(32)} ${'11'.repeat(48)}`];
    expect(await capture.repeats('key log', { keyLog })).to.equal(0);
  });

  it('lists certificates in the order of the packets that had them first, whatever ended first', async () => {
    const capture = new Capture();
    const streams = tls12Streams(tls12Handshake({ hello: tls12Hello(3, sni), seed: 4, server: other }));
    const long = capture.talk().connect();
    long.send('client', helloRecord(tls12Hello(3, sni)));
    long.send('server', streams.server);
    capture.tls12();
    long.send('client', streams.client);
    long.send('server', streams.serverEnd);
    long.close('client');
    await capture.repeats('two at once');
  });

  it('tells dates of certificates as of the packets that had them first', async () => {
    const capture = new Capture();
    const streams = tls12Streams(tls12Handshake({ hello: tls12Hello(3, sni), seed: 4, server: other }));
    const long = capture.talk().connect();
    long.send('client', helloRecord(tls12Hello(3, sni)));
    long.send('server', streams.server);
    capture.trace.wait(3 * 86_400_000);
    times(9, () => capture.tls12({ server: other }));
    long.close('client');
    await capture.repeats('days between');
  });

  it('keeps the same certificates where they are too many to be kept', async () => {
    const capture = new Capture();
    const slow: Talk[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const server = identity(`host${seed}.example.com`, ed25519Key(bytesFrom(seed)(32)));
      const { server: flight } = tls12Streams(
        tls12Handshake({ hello: tls12Hello(3, sni), seed, server: { ...rsa, ...server, privateKey: rsa.privateKey } }),
      );
      const talk = capture.talk().connect();
      talk.send('client', helloRecord(tls12Hello(3, sni)));
      talk.send('server', flight);
      if (seed % 3 === 0) slow.push(talk);
      else talk.close('client');
    }
    for (const talk of slow) talk.close('client');
    for (const certificateStoreBytes of [20_000, 35_000])
      await capture.repeats('few', { limits: { certificateStoreBytes } });
  });

  it('reads what breaks the protocol no later than where bytes that are missing matter', async () => {
    const capture = new Capture();
    times(enough, () => capture.tls12());
    const talk = capture.talk().connect();
    const broken = helloRecord(tls12Hello(3, sni));
    broken[43] = 0xff;
    talk.send('client', broken);
    const [late, ...rest] = talk.segments('client', new Uint8Array(1_000).fill(0x17), 500);
    for (const segment of rest) talk.transmit(segment);
    talk.close('client');
    if (late !== undefined) talk.transmit(late);
    await capture.repeats('a hole before the end');
  });

  it('reads what is less than a record in the order in which both sides said it', async () => {
    const hello = helloRecord(tls12Hello(3, sni));
    const sslv2 = Uint8Array.of(0x80, 31, 1, 3, 3, 0, 6, 0, 0, 0, 16, 0, 0, 0x2f, 0, 0xc0, 0x30, ...bytesFrom(1)(16));
    const capture = new Capture();
    times(enough, () => capture.tls12());
    const inPieces = capture.talk().connect();
    for (const [start, end] of [
      [0, 2],
      [2, 4],
      [4, 33],
    ] as const)
      inPieces.send('client', sslv2.subarray(start, end));
    inPieces.close('server');
    const between = capture.talk().connect();
    between.send('client', hello.subarray(0, 20));
    between.send('server', Uint8Array.of(0));
    between.send('client', hello.subarray(20));
    between.send('server', new Uint8Array(1_000).fill(1), { size: 500, unseen: [0] });
    between.close('server');
    await capture.repeats('less than a record');
  });

  it('does not count certificates that expire between two handshakes as the same', async () => {
    const capture = new Capture();
    times(2 * enough, () => capture.tls12());
    capture.trace.wait(20 * 365 * 86_400_000);
    times(enough, () => capture.tls12());
    await capture.repeats('decades later');
  });

  it('says the same of captures that are gone through several times, under any damage', async () => {
    let repeats = 0;
    for (const [index, { name, make }] of recipes.entries()) {
      for (const damage of [0, 0.02, 0.3]) repeats += await expectSame(copied(make(), 25, damage, index), name);
    }
    expect(repeats).to.be.above(300);
  }).timeout(120_000);

  it('says the same of handshakes with damaged bytes', async () => {
    let repeats = 0;
    for (let seed = 0; seed < 8; seed++) {
      const capture = new Capture();
      capture.tls12().tls13().refused().tls12({ authorities: [], client: other });
      const bytes = capture.trace.toPcapng();
      repeats += await expectSame(copied(bytes, 30, seed / 12, seed), `seed ${seed}`);
    }
    expect(repeats).to.be.above(60);
  });
});
