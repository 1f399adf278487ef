/** Servers of DTLS say nothing to what they do not take: another pre-shared key, or no certificate. */

import { expect } from 'chai';
import { certificateRequestTls12, concat, contentType, encode, type handshakeType } from '../../lib/wire/index.ts';
import {
  certificateBody,
  changeCipherSpec,
  DtlsSender,
  helloBody,
  serverHelloBody,
} from '../capture/tls/dtls-datagrams.ts';
import { Trace, UdpTalk } from '../support/capture/index.ts';
import { reportOf } from './scenes.ts';

type Messages = readonly (readonly [keyof typeof handshakeType, Uint8Array])[];

const none = new Uint8Array(0);
const psk = 0x00a8;

/** The hello, the server's flight, and that of the client with its Finished, which is sent again and again. */
async function unanswered(cipherSuite: number, flight: Messages, answer: Messages, language: 'en' | 'ja' = 'en') {
  const trace = new Trace();
  const talk = new UdpTalk(trace);
  const [client, server] = [new DtlsSender(), new DtlsSender()];
  for (const one of client.message('client_hello', helloBody())) talk.send('client', one);
  for (const [type, body] of [['server_hello', serverHelloBody(cipherSuite)] as const, ...flight])
    for (const one of server.message(type, body)) talk.send('server', one);
  for (let sealed = 0; sealed < 4; sealed++) {
    Object.assign(client, { messageSeq: 1, epoch: 0, sequenceNumber: 10 * (sealed + 1) });
    const records = answer.flatMap(([type, body]) => client.message(type, body));
    records.push(client.record(contentType.change_cipher_spec, changeCipherSpec));
    Object.assign(client, { epoch: 1, sequenceNumber: sealed });
    talk.send('client', concat(...records, client.record(contentType.handshake, new Uint8Array(40).fill(7))));
    trace.wait(1_000 * 2 ** sealed);
  }
  const { findings, conversations } = await reportOf(trace, language);
  expect(conversations.map(({ outcome }) => outcome)).to.deep.equal(['stalled']);
  const finding = findings.find(({ id }) => id === 'handshake.silent');
  return { texts: finding?.evidence.map(({ text }) => text) ?? [], finding };
}

describe('captures: what a server of DTLS passes over', () => {
  const done = ['server_hello_done', none] as const;
  const exchange = ['client_key_exchange', new Uint8Array(20)] as const;

  it('may be encrypted with another pre-shared key, and its log knows', async () => {
    const { texts, finding } = await unanswered(psk, [done], [exchange]);
    expect(texts[0]).to.match(/one with another pre-shared key cannot decrypt it, and passes it over$/);
    expect(finding?.remedies[0]?.id).to.equal('read-server-log');
    const japanese = await unanswered(psk, [done], [exchange], 'ja');
    expect(japanese.texts[0]).to.match(/新しい応答なし\(事前共有鍵が異なるサーバーは復号できず、応答しません\)$/);
  });

  it('is not said to be that where there is no such key', async () => {
    const { texts } = await unanswered(0xc02b, [['certificate', certificateBody], done], [exchange]);
    expect(texts[0]).to.match(/the client sent its key exchange, and nothing new came from the server$/);
    expect(texts).to.have.length(1);
  });

  it('may lack the certificate that it asked for', async () => {
    const request = encode(certificateRequestTls12, {
      certificateTypes: [64],
      supportedSignatureAlgorithms: [0x0403],
      certificateAuthorities: [],
    });
    const flight = [['certificate', certificateBody], ['certificate_request', request], done] as const;
    const { texts, finding } = await unanswered(0xc02b, flight, [['certificate', new Uint8Array(3)], exchange]);
    expect(texts[1]).to.match(/a client certificate is demanded; .*; the client sent none$/);
    expect(finding?.remedies.map(({ id }) => id)).to.include('install-client-certificate');
  });
});
