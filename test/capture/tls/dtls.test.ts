/** DTLS: what is put together of datagrams in any state, and that nothing is made up. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { DtlsReader, looksLikeDtls } from '../../../lib/capture/tls/dtls.ts';
import type { TlsFacts } from '../../../lib/capture/tls/facts.ts';
import { concat, contentType } from '../../../lib/wire/index.ts';
import { mutate, randomFrom } from '../../wire/mutate.ts';
import {
  certificateBody,
  chain,
  changeCipherSpec,
  contextWith,
  DtlsSender,
  factsOf,
  fragmentOf,
  handshake,
  helloBody,
  readerOf,
  type Sent,
  serverHelloBody,
} from './dtls-datagrams.ts';

/** What does not depend on when things came. */
function summary(facts: TlsFacts): unknown {
  return {
    clientHellos: facts.clientHellos.map(({ length, sni, ja3, ja4 }) => ({ length, sni, ja3, ja4 })),
    serverHellos: facts.serverHellos.map(({ version, cipherSuite }) => ({ version, cipherSuite })),
    certificates: facts.certificates,
    received: facts.received.map(({ message, bytes }) => ({ message, bytes })),
    clientMessages: facts.clientMessages.map(({ message, bytes }) => ({ message, bytes })),
    complete: facts.complete,
    resumed: facts.resumed,
    renegotiated: facts.renegotiated,
    malformed: facts.malformed,
    absence: facts.certificateAbsence,
  };
}

/** The same where a change_cipher_spec may have come before what it follows. */
function unordered(facts: TlsFacts): unknown {
  const sorted = (messages: TlsFacts['received']) => messages.toSorted((a, b) => (a.message < b.message ? -1 : 1));
  return summary({ ...facts, received: sorted(facts.received), clientMessages: sorted(facts.clientMessages) });
}

const whole = handshake();

describe('DtlsReader', () => {
  it('reads hellos, cookie exchange, certificates and the end of a handshake', () => {
    const facts = factsOf(whole);
    expect(facts.protocol).to.equal('dtls');
    expect(facts.clientHellos).to.have.length(2);
    expect(facts.clientHellos[0]).to.deep.include({
      packet: 1,
      length: helloBody().length + 4,
      version: 'DTLSv1.2',
      sni: 'vpn.example.test',
      segments: 1,
    });
    expect(facts.clientHellos[1]).to.deep.include({ packet: 3, length: helloBody().length + 24 });
    expect(facts.clientHellos[0]?.ja4).to.match(/^dd2d0201/);
    expect(facts.serverHellos).to.have.length(1);
    expect(facts.serverHellos[0]).to.deep.include({ packet: 4, version: 'DTLSv1.2', cipherSuite: '0xc02b' });
    expect(facts.certificates.server).to.have.length(chain.length);
    expect(facts.received.map(({ message }) => message)).to.deep.equal([
      'hello-verify-request',
      'server-hello',
      'certificate',
      'server-hello-done',
      'change-cipher-spec',
    ]);
    expect(facts.received[2]).to.deep.equal({
      message: 'certificate',
      at: '1970-01-01T00:00:05.000Z',
      bytes: certificateBody.length + 4,
    });
    expect(facts).to.deep.include({ complete: true, resumed: false, renegotiated: false, malformed: null });
    expect(facts.certificateAbsence).to.deep.equal({ client: null, server: null });
  });

  it('gives the same however messages are cut, and counts the datagrams that a hello came in', () => {
    for (const size of [1, 20, 64, 500, 1400]) {
      const facts = factsOf(handshake(size));
      expect(summary(facts), `fragments of ${size}`).to.deep.equal(summary(factsOf(whole)));
      expect(facts.clientHellos[0]?.segments).to.equal(Math.ceil(helloBody().length / size));
    }
  });

  it('gives the same when records share datagrams', () => {
    for (const size of [64, 65_000]) {
      const joined: [0 | 1, Uint8Array][] = [];
      for (const [direction, datagram] of handshake(size)) {
        const last = joined.at(-1);
        if (last !== undefined && last[0] === direction && last[1].length + datagram.length <= 1400)
          last[1] = concat(last[1], datagram);
        else joined.push([direction, datagram]);
      }
      expect(summary(factsOf(joined))).to.deep.equal(summary(factsOf(whole)));
      for (const [, datagram] of joined) expect(looksLikeDtls(datagram, 0, datagram.length)).to.equal(true);
    }
  });

  it('gives the same when the datagrams of a flight come out of order and twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(50, 300, 65_000), fc.infiniteStream(fc.nat(1000)), (size, numbers) => {
        const next = (): number => numbers.next().value as number;
        const flights: Sent[][] = [];
        for (const sent of handshake(size)) {
          if (flights.at(-1)?.[0]?.[0] === sent[0]) flights.at(-1)?.push(sent);
          else flights.push([sent]);
        }
        const shuffled = flights.flatMap((flight) =>
          flight
            .flatMap((sent) => (next() % 3 === 0 ? [sent, sent] : [sent]))
            .map((sent) => ({ sent, at: next() }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ sent }) => sent),
        );
        expect(unordered(factsOf(shuffled))).to.deep.equal(unordered(factsOf(whole)));
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('shows no more of a beginning than of the whole', () => {
    const sent = handshake(300);
    let before = { hellos: 0, certificates: 0, messages: 0 };
    for (let count = 0; count <= sent.length; count++) {
      const facts = factsOf(sent.slice(0, count));
      const now = {
        hellos: facts.clientHellos.length + facts.serverHellos.length,
        certificates: facts.certificates.server.length,
        messages: facts.received.length + facts.clientMessages.length,
      };
      for (const key of ['hellos', 'certificates', 'messages'] as const)
        expect(now[key], `${key} after ${count}`).to.be.at.least(before[key]);
      before = now;
    }
  });

  it('counts what is sent again once, and tells that it was', () => {
    const client = new DtlsSender();
    const [hello] = client.message('client_hello', helloBody()) as [Uint8Array];
    const again = client.record(contentType.handshake, hello.subarray(13));
    const reader = readerOf([
      [0, hello],
      [0, hello],
      [0, again],
      [0, again],
      [0, client.record(contentType.handshake, hello.subarray(13))],
    ]);
    expect(reader.facts.clientHellos).to.have.length(1);
    expect(reader.retransmissions, "the same record twice is the capture's doing").to.deep.equal([2, 0]);
  });

  it('takes a Finished that is sent again for no renegotiation', () => {
    const [client, server] = [new DtlsSender(), new DtlsSender()];
    const sent = handshake(65_000, client, server);
    for (let i = 0; i < 5; i++) {
      sent.push([0, client.record(contentType.handshake, new Uint8Array(48))]);
      sent.push([1, server.record(contentType.handshake, new Uint8Array(48))]);
    }
    expect(factsOf(sent)).to.deep.include({ renegotiated: false, complete: true });
    sent.push([0, client.record(contentType.change_cipher_spec, new Uint8Array(30))]);
    expect(factsOf(sent)).to.deep.include({ renegotiated: true });
  });

  it('begins anew where a client comes with another random, and gives both handshakes', () => {
    const client = new DtlsSender();
    const random = new Uint8Array(32).fill(0x77);
    const facts = factsOf([
      ...client.message('client_hello', helloBody()).map((one): Sent => [0, one]),
      ...new DtlsSender().message('client_hello', helloBody(new Uint8Array(), random)).map((one): Sent => [0, one]),
      ...new DtlsSender().message('server_hello', serverHelloBody()).map((one): Sent => [1, one]),
    ]);
    expect(facts.clientHellos).to.have.length(2);
    expect(facts.serverHellos).to.have.length(1);
  });

  it('tells a lost flight from a resumed session', () => {
    const client = new DtlsSender();
    const server = new DtlsSender();
    const to = (direction: 0 | 1, records: readonly Uint8Array[]): Sent[] => records.map((one) => [direction, one]);
    const hello = to(0, client.message('client_hello', helloBody()));
    const answer = to(1, server.message('server_hello', serverHelloBody()));
    const lost = [
      ...server.message('certificate', certificateBody),
      ...server.message('server_hello_done', new Uint8Array()),
    ];
    const changed = to(1, [server.record(contentType.change_cipher_spec, changeCipherSpec)]);
    const full = factsOf([...hello, ...answer, ...changed]);
    expect(full).to.deep.include({ resumed: false });
    expect(full.gap.server).to.equal(true);
    expect(full.certificateAbsence.server).to.equal('truncated');
    server.sequenceNumber = lost.length - 1;
    const short = factsOf([...hello, ...answer, ...to(1, [server.record(20, changeCipherSpec)])]);
    expect(short).to.deep.include({ resumed: true });
    expect(short.certificateAbsence.server).to.equal('resumed');
  });

  it('reads what it can when a message is missing or incomplete', () => {
    const sent = handshake(300);
    const certificate = sent.findIndex(([direction, one]) => direction === 1 && one[13] === 11);
    const facts = factsOf(sent.filter((_, at) => at !== certificate + 1));
    expect(facts.certificates.server).to.deep.equal([]);
    expect(facts.certificateAbsence.server).to.equal('truncated');
    expect(facts.received.map(({ message }) => message)).to.include('server-hello-done');
    const headless = factsOf(sent.slice(certificate));
    expect(headless.midStream.server).to.equal(true);
    expect(headless.certificates.server).to.have.length(2);
  });

  it('believes the first of fragments that contradict each other', () => {
    const body = helloBody();
    const record = (fragment: Uint8Array): Sent => [0, new DtlsSender().record(contentType.handshake, fragment)];
    const part = (from: number, to: number, bytes = body): Sent =>
      record(fragmentOf('client_hello', 0, body.length, from, bytes.subarray(from, to)));
    const lie = body.map((byte) => byte ^ 0xff);
    const context = contextWith();
    const facts = factsOf(
      [
        part(0, 30),
        part(
          10,
          40,
          lie.map((byte, at) => (at < 30 ? byte : (body[at] as number))),
        ),
        part(5, 25, lie),
        record(fragmentOf('client_hello', 0, body.length + 1, 60, lie.subarray(60))),
        record(fragmentOf('server_hello', 0, body.length, 60, lie.subarray(60))),
        part(50, 70),
        part(45, body.length, body),
        part(35, 60),
      ],
      context,
    );
    expect(facts.clientHellos).to.have.length(1);
    expect(facts.clientHellos[0]).to.deep.include({ sni: 'vpn.example.test', segments: 5 });
    expect(context.counters.toJSON()).to.deep.equal({ 'dtls-fragment-contradicts': 2 });
  });

  it('passes over records that are damaged, and says how many', () => {
    const context = contextWith();
    const [good] = new DtlsSender().message('client_hello', helloBody()) as [Uint8Array];
    const facts = factsOf(
      [
        [0, good.subarray(0, 12)],
        [0, good.subarray(0, 40)],
        [0, new DtlsSender().record(22, fragmentOf('client_hello', 0, 10, 8, new Uint8Array(5)))],
        [0, new DtlsSender().record(22, new Uint8Array(11))],
        [0, concat(good, Uint8Array.of(1, 2, 3))],
      ],
      context,
    );
    expect(facts.clientHellos).to.have.length(1);
    expect(context.counters.toJSON()).to.deep.equal({ 'dtls-record-damaged': 5 });
  });

  it('keeps no message that is too long, none far out of the window, and no more than its room', () => {
    const context = contextWith({ messageBytes: 1000 });
    const sender = new DtlsSender();
    const sent: Sent[] = [
      ...sender.message('client_hello', helloBody()).map((one): Sent => [0, one]),
      ...sender.message('certificate', certificateBody, 500).map((one): Sent => [0, one]),
      ...sender.message('client_key_exchange', new Uint8Array(66)).map((one): Sent => [0, one]),
    ];
    const facts = factsOf(
      [...sent, [0, sender.record(22, fragmentOf('certificate', 60, 9, 0, new Uint8Array(3)))]],
      context,
    );
    expect(facts.clientMessages.map(({ message }) => message)).to.deep.equal(['client-hello', 'client-key-exchange']);
    expect(context.counters.toJSON()).to.deep.equal({
      'dtls-message-out-of-window': 1,
      'handshake-message-too-long': 1,
    });
    const crowded = contextWith();
    const open = Array.from({ length: 400 }, () => {
      const reader = new DtlsReader(crowded);
      const last = new DtlsSender().message('certificate', new Uint8Array(200_000), 60_000)[3] as Uint8Array;
      reader.datagram(1, last, 0, last.length);
      return reader;
    });
    expect(crowded.counters.toJSON()['handshake-buffers-full']).to.be.greaterThan(100);
    for (const reader of open) reader.end();
    expect(factsOf(handshake(100), crowded).certificates.server, 'the room is given back').to.have.length(2);
  });

  it('gives up a message whose parts lie too far apart', () => {
    const context = contextWith();
    const sender = new DtlsSender();
    const [hello] = sender.message('client_hello', helloBody()) as [Uint8Array];
    const parts = Array.from({ length: 70 }, (_, i): Sent => {
      return [0, sender.record(contentType.handshake, fragmentOf('certificate', 1, 200, 2 * i, Uint8Array.of(i)))];
    });
    const facts = factsOf([[0, hello], ...parts], context);
    expect(facts.clientMessages.map(({ message }) => message)).to.deep.equal(['client-hello']);
    expect(context.counters.toJSON()).to.deep.equal({ 'dtls-fragments-apart': 1 });
  });

  it('never throws and never shows what was not sent, whatever happens to the datagrams', () => {
    const random = randomFrom(8);
    const valid = [...handshake(200), ...handshake()];
    for (let i = 0; i < 300; i++) {
      const context = contextWith();
      const sent = valid
        .map(([direction, datagram]): Sent => [direction, random() < 0.3 ? mutate(datagram, random) : datagram])
        .filter(() => random() < 0.9);
      const facts = factsOf(sent, context);
      expect(facts.clientHellos.length).to.be.at.most(8);
      expect(JSON.stringify(facts)).to.not.match(/NaN|Invalid|null,null,null,null,null/);
      expect(context.packet.number).to.equal(sent.length);
    }
  });
});
