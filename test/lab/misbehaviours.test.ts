import { expect } from 'chai';
import {
  alertOnHello,
  answerAfter,
  banAfter,
  type HeadendId,
  headends,
  slowBytes,
  startHeadend,
} from '../../lib/lab/index.ts';
import {
  alertDescription,
  contentType,
  decode,
  extensionType,
  handshakeType,
  RecordDeframer,
  serverHello,
} from '../../lib/wire/index.ts';
import { connectRaw, handshake, helloMessage, helloRecords, messagesIn, replyTo, turns, until } from './support.ts';

const hello = helloRecords(helloMessage());

describe('lab: headends that answer no hello', () => {
  it('silent: reads the hello and keeps the connection open without a byte', async () => {
    await using headend = await startHeadend('silent');
    expect(await replyTo(headend, hello)).to.equal('silent');
  });

  it('reset-on-hello sends RST, close-on-hello sends FIN', async () => {
    await using reset = await startHeadend('reset-on-hello');
    expect(await replyTo(reset, hello)).to.equal('reset');
    await using close = await startHeadend('close-on-hello');
    expect(await replyTo(close, hello)).to.equal('closed');
    expect([reset.seen.helloLengths.length, close.seen.helloLengths.length]).to.deep.equal([1, 1]);
  });

  it('reset-on-accept sends RST before any hello', async () => {
    await using headend = await startHeadend('reset-on-accept');
    const client = await connectRaw(headend);
    expect(await client.ended).to.equal('reset');
    expect(client.bytes()).to.have.length(0);
    expect(headend.seen).to.deep.equal({ connections: 1, helloLengths: [] });
  });

  it('alertOnHello sends that alert at that level, then FIN', async () => {
    for (const [name, level, expected] of [
      ['handshake_failure', 'fatal', 2],
      ['protocol_version', 'fatal', 2],
      ['unrecognized_name', 'warning', 1],
    ] as const) {
      await using headend = await startHeadend(alertOnHello(name, level));
      const client = await connectRaw(headend);
      client.socket.write(hello);
      expect(await client.ended).to.equal('closed');
      expect([...client.bytes()]).to.deep.equal([21, 3, 3, 0, 2, expected, alertDescription[name]]);
    }
    expect(alertOnHello('internal_error').id).to.equal('alert-internal_error');
  });

  it('http, garbage: answer the hello with something that is not TLS', async () => {
    for (const [id, start] of [
      ['http', 'HTTP/1.1 400 Bad Request\r\n'],
      ['garbage', '\u00c7'],
    ] as const) {
      await using headend = await startHeadend(id);
      const client = await connectRaw(headend);
      await turns();
      expect(client.bytes(), id).to.have.length(0);
      client.socket.write(hello);
      expect(await client.ended).to.equal('closed');
      expect(String.fromCharCode(...client.bytes()).startsWith(start), id).to.be.true;
    }
  });

  it('ssh, smtp: greet before the client speaks', async () => {
    for (const [id, start] of [
      ['ssh', 'SSH-2.0-'],
      ['smtp', '220 '],
    ] as const) {
      await using headend = await startHeadend(id);
      const client = await connectRaw(headend);
      await until(() => client.bytes().length > 0);
      expect(String.fromCharCode(...client.bytes())).to.match(new RegExp(`^${start}.*\r\n$`));
      client.socket.destroy();
    }
  });
});

describe('lab: headends with manners of their own', () => {
  it('one-byte-records: every handshake record in the clear has one byte, and both versions complete', async () => {
    await using headend = await startHeadend('one-byte-records');
    const client = await connectRaw(headend);
    client.socket.write(hello);
    await until(() => messagesIn(client.bytes()).some(({ type }) => type === handshakeType.server_hello_done));
    const records = new RecordDeframer().push(client.bytes());
    expect(records.every(({ type, fragment }) => type === contentType.handshake && fragment.length === 1)).to.be.true;
    client.socket.destroy();
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      expect(await handshake(headend, { maxVersion })).to.include({
        protocol: maxVersion,
        unauthorized: null,
        error: null,
      });
    }
  });

  it('slowBytes: sends single bytes, spaced out', async () => {
    await using headend = await startHeadend(slowBytes(5));
    const client = await connectRaw(headend);
    const started = performance.now();
    client.socket.write(hello);
    await until(() => client.bytes().length >= 4);
    expect(performance.now() - started).to.be.above(15);
    expect([...client.bytes().subarray(0, 3)]).to.deep.equal([contentType.handshake, 3, 3]);
    expect(client.bytes().length).to.be.below(200);
    client.socket.destroy();
  });

  it('answerAfter: answers, but not before its time', async () => {
    await using headend = await startHeadend(answerAfter(40));
    const started = performance.now();
    expect(await handshake(headend)).to.include({ protocol: 'TLSv1.3', error: null });
    expect(performance.now() - started).to.be.above(38);
  });

  it('banAfter: serves the first connections and refuses the rest', async () => {
    await using headend = await startHeadend(banAfter(2));
    const replies = [];
    for (let i = 0; i < 4; i++) replies.push(await replyTo(headend, hello));
    expect(replies).to.deep.equal(['answered', 'answered', 'reset', 'reset']);
    await using silent = await startHeadend(banAfter(0, 'silent'));
    expect(await replyTo(silent, hello)).to.equal('silent');
  });

  it('serial: answers a second connection only when the first, even an idle one, is over', async () => {
    await using headend = await startHeadend('serial');
    const idle = await connectRaw(headend);
    await until(() => headend.seen.connections === 1);
    const second = await connectRaw(headend);
    second.socket.write(hello);
    await until(() => headend.seen.helloLengths.length === 1);
    await turns(100);
    expect(second.bytes()).to.have.length(0);
    idle.socket.destroy();
    await until(() => second.bytes().length > 0);
    expect(messagesIn(second.bytes())[0]).to.have.property('type', handshakeType.server_hello);
    second.socket.destroy();
    expect(await handshake(headend)).to.include({ protocol: 'TLSv1.3', error: null });
  });

  it('no-renegotiation-info: a whole TLS 1.2 flight whose ServerHello lacks the extension', async () => {
    const typesFrom = async (id: HeadendId): Promise<(number | undefined)[][]> => {
      await using headend = await startHeadend(id);
      const client = await connectRaw(headend);
      client.socket.write(hello);
      await until(() => messagesIn(client.bytes()).some(({ type }) => type === handshakeType.server_hello_done));
      client.socket.destroy();
      const messages = messagesIn(client.bytes());
      const first = decode(serverHello, messages[0]?.body ?? new Uint8Array());
      return [messages.map(({ type }) => type), (first.extensions ?? []).map(({ type }) => type)];
    };
    const [messages, extensions] = await typesFrom('no-renegotiation-info');
    const [usualMessages, usualExtensions] = await typesFrom('tls12-only');
    expect(messages).to.deep.equal(usualMessages);
    expect(extensions).to.deep.equal(usualExtensions?.filter((type) => type !== extensionType.renegotiation_info));
    expect(usualExtensions).to.include(extensionType.renegotiation_info);
    await using headend = await startHeadend('no-renegotiation-info');
    expect((await handshake(headend)).error).to.equal('ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED');
  });
});

describe('lab: headends without end', () => {
  const floods: readonly [HeadendId, firstRecord: readonly number[]][] = [
    ['endless-empty-records', [contentType.handshake]],
    ['endless-warnings', [contentType.alert, 1, alertDescription.unrecognized_name]],
    ['endless-hello-requests', [contentType.handshake, 0, 0, 0, 0]],
    ['oversized-message', [contentType.handshake, handshakeType.server_hello, 0xff, 0xff, 0xff]],
  ];
  for (const [id, [type, ...fragment]] of floods) {
    it(`${id}: goes on beyond 1 MiB, and stops when the client goes`, async () => {
      await using headend = await startHeadend(id);
      const client = await connectRaw(headend);
      client.socket.write(hello);
      await until(() => client.reads.reduce((sum, length) => sum + length, 0) > 2 ** 20);
      client.socket.destroy();
      const [first] = new RecordDeframer().push(client.bytes().subarray(0, 64));
      expect(first?.type).to.equal(type);
      expect([...(first?.fragment ?? [])]).to.deep.equal(fragment);
    });
  }

  it('endless-certificate: a genuine ServerHello, then a Certificate of 16 MiB', async () => {
    await using headend = await startHeadend('endless-certificate');
    const client = await connectRaw(headend);
    client.socket.write(hello);
    await until(() => client.reads.reduce((sum, length) => sum + length, 0) > 2 ** 20);
    client.socket.destroy();
    const [first, second] = new RecordDeframer().push(client.bytes());
    expect(first?.fragment[0]).to.equal(handshakeType.server_hello);
    expect([...(second?.fragment ?? [])]).to.deep.equal([handshakeType.certificate, 0xff, 0xff, 0xff]);
  });

  it('are refused by a client with limits of its own', async () => {
    for (const [id, code] of [
      ['endless-empty-records', 'ERR_SSL_RECORD_TOO_SMALL'],
      ['endless-warnings', 'ERR_SSL_TOO_MANY_WARN_ALERTS'],
      ['oversized-message', 'ERR_SSL_EXCESSIVE_MESSAGE_SIZE'],
      ['endless-certificate', 'ERR_SSL_EXCESSIVE_MESSAGE_SIZE'],
    ] as const) {
      await using headend = await startHeadend(headends[id]);
      expect((await handshake(headend)).error, id).to.equal(code);
    }
  });
});

describe('lab: what clients may send', () => {
  it('bytes that are no TLS go to the TLS server, which ends the connection', async () => {
    await using headend = await startHeadend('several-records-alert');
    const client = await connectRaw(headend);
    client.socket.write('GET / HTTP/1.0\r\n\r\n');
    await client.ended;
    expect(headend.seen.helloLengths).to.deep.equal([0]);
  });

  it('a hello that never becomes whole is cut off at 1 MiB', async () => {
    await using headend = await startHeadend('silent');
    const client = await connectRaw(headend);
    client.socket.write(Uint8Array.of(22, 3, 1, 0, 4, 1, 0, 255, 255));
    for (let i = 0; i < 80; i++) client.socket.write(emptyRecords);
    expect(await client.ended).to.equal('reset');
  });
});

/** 16,000 bytes of handshake records without content. */
const emptyRecords: Uint8Array = new Uint8Array(16_000).map((_, i) => [22, 3, 1, 0, 0][i % 5] ?? 0);
