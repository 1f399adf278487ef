/** Handshakes of DTLS that come to a stop: who repeats what, and what of the server's flight came. */

import { expect } from 'chai';
import { webIdentity } from '../../captures/make/pki.ts';
import { concat, contentType, dtlsRecordHeaderLength } from '../../lib/wire/index.ts';
import { DtlsIdExchange } from '../capture/tls/dtls-ids.ts';
import { Trace, UdpTalk } from '../support/capture/index.ts';
import { dtls12Exchange } from '../support/capture/tls/dtls12.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { hostName, later, reportOf } from './scenes.ts';

const { datagrams } = dtls12Exchange({ hello: tls12Hello(972, hostName), seed: 973, server: webIdentity([hostName]) });
type Datagram = (typeof datagrams)[number];
const none = new Uint8Array(0);

const flights = datagrams.reduce<Datagram[][]>((all, datagram) => {
  if (all.at(-1)?.at(-1)?.from === datagram.from) all.at(-1)?.push(datagram);
  else all.push([datagram]);
  return all;
}, []);
const [hello = [], verify = [], second = [], answer = [], keys = [], [last] = []] = flights;

function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < bytes.length; ) {
    const end = at + dtlsRecordHeaderLength + view.getUint16(at + 11);
    records.push(bytes.subarray(at, end));
    at = end;
  }
  return records;
}

/** What a server says that goes on with an earlier session: ServerHello, change_cipher_spec, Finished. */
const resumption: Datagram = {
  from: 'server',
  bytes: concat(
    ...recordsOf(answer[0]?.bytes ?? none).slice(0, 1),
    ...recordsOf(last?.bytes.slice() ?? none)
      .slice(-2)
      .map(numbered),
  ),
};

/** As it is numbered behind HelloVerifyRequest and ServerHello; the Finished is the first of its epoch. */
function numbered(record: Uint8Array): Uint8Array {
  if (record[0] === contentType.change_cipher_spec) record[10] = 2;
  return record;
}

/** The same in records of their own, whose numbers go on. */
function again({ from, bytes }: Datagram, times: number): Datagram {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at < copy.length; at += dtlsRecordHeaderLength + view.getUint16(at + 11))
    view.setUint16(at + 9, view.getUint16(at + 9) + 16 * times);
  return { from, bytes: copy };
}

/** What was said, and the last of it again and again, for 31 s; nothing of the capture is later. */
async function stalled(said: readonly Datagram[], repeated: readonly Datagram[]) {
  const trace = new Trace();
  const talk = new UdpTalk(trace);
  for (const { from, bytes } of said) talk.send(from, bytes);
  for (const times of [1, 2, 3, 4, 5]) {
    trace.wait(1_000 * 2 ** (times - 1));
    for (const datagram of repeated) {
      const { from, bytes } = again(datagram, times);
      talk.send(from, bytes);
    }
  }
  return silenceIn(trace);
}

/** What was said, and then other things of others. */
async function paused(said: readonly Datagram[]) {
  const trace = new Trace();
  const talk = new UdpTalk(trace);
  for (const { from, bytes } of said) talk.send(from, bytes);
  return silenceIn(later(trace));
}

async function silenceIn(trace: Trace) {
  const { conversations, findings } = await reportOf(trace);
  const finding = findings.find(({ id }) => id === 'handshake.silent');
  return { conversation: conversations[0], finding, text: finding?.evidence[0]?.text ?? '' };
}

describe('captures: DTLS handshakes that stop', () => {
  it('have stalled when a side says the same for longer than an answer takes, even if the capture ends with that', async () => {
    for (const [name, said, repeated] of [
      ['hello with the cookie', [...hello, ...verify, ...second], second],
      ['flight of the server', [...hello, ...verify, ...second, ...answer], answer],
      ['flight with the key exchange', [...hello, ...verify, ...second, ...answer, ...keys], keys],
    ] as const) {
      const { conversation, finding } = await stalled(said, repeated);
      expect(conversation?.outcome, name).to.equal('stalled');
      expect(conversation?.loss.retransmissions, name).to.be.at.least(5);
      expect(finding, name).to.include({ confidence: 'proven' });
    }
  });

  it('have not when they only pause: nothing was sent again', async () => {
    const { conversation, finding } = await stalled([...hello, ...verify, ...second, ...answer], []);
    expect(conversation?.outcome).to.equal('unknown');
    expect(finding).to.equal(undefined);
  });

  it('have not either when the capture goes on with other things: a side that waits says the same again', async () => {
    const { conversation, finding } = await paused([...hello, ...verify, ...second, ...answer]);
    expect(conversation?.outcome).to.equal('unknown');
    expect(finding).to.equal(undefined);
  });

  it('that resume a session have the whole answer with the Finished of the server, and no certificate to refuse', async () => {
    const { conversation, finding, text } = await stalled([...hello, ...verify, ...second, resumption], [resumption]);
    expect(conversation?.certificateAbsence.server).to.equal('resumed');
    expect(text).to.match(/the flight of the server is whole, but the client did not go on$/);
    expect(finding?.severity).to.equal('medium');
    const pause = await paused([...hello, ...verify, ...second, resumption]);
    expect(pause.conversation?.outcome).to.equal('unknown');
    expect(pause.finding).to.equal(undefined);
  });

  it('are told with the HelloVerifyRequest, which is no answer in part, and no TCP connection', async () => {
    const { finding, text } = await stalled([...hello, ...verify, ...second], second);
    expect(text).to.match(/: HelloVerifyRequest, then nothing more$/);
    expect(finding?.excluded?.find(({ id }) => id === 'policy.port-filtered')?.why).to.equal(
      'packets came back from this port',
    );
  });

  it('have no whole flight of the server where a fragment of it never came, though its last message did', async () => {
    const holed = answer.filter((_, i) => i !== 1);
    const { conversation, text } = await stalled([...hello, ...verify, ...second, ...holed], holed);
    expect(conversation?.evidence.received.map(({ message }) => message)).to.include('server-hello-done');
    expect(conversation?.evidence.answerInPart).to.equal(true);
    expect(text).to.match(/nothing more, the answer is not whole$/);
  });

  it('have one where all of it came, which the client did not answer', async () => {
    const { conversation, text } = await stalled([...hello, ...verify, ...second, ...answer], answer);
    expect(conversation?.evidence).to.not.have.property('answerInPart');
    expect(text).to.match(/the flight of the server is whole, but the client did not go on$/);
  });

  it('have stalled with connection IDs, too, where a Finished looks like data', async () => {
    const trace = new Trace();
    const talk = new UdpTalk(trace);
    const exchange = new DtlsIdExchange().finish(0);
    const whole = exchange.sent.length;
    for (let i = 0; i < 3; i++) exchange.exchangeKeys().finish(0);
    for (const [i, [direction, bytes]] of exchange.sent.entries()) {
      if (i === whole || i === whole + 2) trace.wait(2_000);
      talk.send(direction === 0 ? 'client' : 'server', bytes);
    }
    const { conversation, finding } = await silenceIn(trace);
    expect(conversation?.outcome).to.equal('stalled');
    expect(finding).to.include({ confidence: 'proven' });
  });

  it('after the key exchange may be passed over: the log of the server knows, and without a certificate that is named', async () => {
    const { finding, text } = await stalled([...hello, ...verify, ...second, ...answer, ...keys], keys);
    expect(text).to.match(/the client sent its key exchange, and nothing new came from the server$/);
    expect(finding?.remedies[0]?.id).to.equal('read-server-log');
    expect(finding?.remedies.map(({ id }) => id)).to.not.include('clamp-mss');
  });

  it('have stalled though the server had finished, when the client never gets all of that', async () => {
    const finish = flights[5] ?? [];
    const said = [...hello, ...verify, ...second, ...answer, ...keys, ...finish.slice(0, 1)];
    const { conversation, finding, text } = await stalled(said, keys);
    expect(conversation?.outcome).to.equal('stalled');
    expect(finding).to.include({ confidence: 'proven' });
    expect(text).to.match(/though the server had finished: it did not get all that the server sent last$/);
    const answered = await stalled(said, [...keys, ...finish.slice(0, 1)]);
    expect(answered.conversation?.outcome, 'the last copy may have come').to.equal('completed');
    const went = await stalled([...said, ...flights.slice(6).flat()], keys);
    expect(went.conversation?.outcome, 'with data of the client').to.equal('completed');
  });

  it('have not, when what the client sent again only crossed the answer', async () => {
    const trace = new Trace();
    const talk = new UdpTalk(trace);
    for (const { from, bytes } of [...hello, ...verify, ...second, ...answer, ...keys]) talk.send(from, bytes);
    talk.send('server', flights[5]?.[0]?.bytes ?? none);
    trace.wait(900);
    for (const one of keys) talk.send('client', again(one, 1).bytes);
    const { conversation } = await silenceIn(later(trace));
    expect(conversation?.outcome).to.equal('completed');
  });

  it('that went on later are as whole as any', async () => {
    const trace = new Trace();
    const talk = new UdpTalk(trace);
    for (const { from, bytes } of [...hello, ...verify, ...second]) talk.send(from, bytes);
    trace.wait(4_000);
    for (const { from, bytes } of second.map((one) => again(one, 1))) talk.send(from, bytes);
    for (const { from, bytes } of flights.slice(3).flat()) talk.send(from, bytes);
    const { conversations } = await reportOf(later(trace));
    expect(conversations[0]?.outcome).to.equal('completed');
  });

  it('have not when nobody could go on without a flight that is not in the capture', async () => {
    expect(flights.length).to.be.at.least(8);
    for (const lacking of flights.slice(1, -1)) {
      const trace = new Trace();
      const talk = new UdpTalk(trace);
      for (const { from, bytes } of flights.filter((flight) => flight !== lacking).flat()) talk.send(from, bytes);
      const { findings } = await reportOf(later(trace));
      const place = `without flight ${flights.indexOf(lacking) + 1}`;
      expect(
        findings.map(({ id }) => id).filter((id) => id.startsWith('handshake.')),
        place,
      ).to.deep.equal([]);
    }
  });
});
