import { expect } from 'chai';
import type { CertificateAbsence } from '../../../lib/evidence/index.ts';
import { cipherSuite, concat, encodeRecord, fromHex, handshakeType } from '../../../lib/wire/index.ts';
import { alertRecord, changeCipherSpec, helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import { authority, client, feed, handshakeRecord, mutual, type Piece, tls12 } from './streams.ts';

const { server_hello, server_hello_done, certificate, client_key_exchange, new_session_ticket } = handshakeType;
const [hello, serverFlight, clientFlight, serverEnd] = mutual as readonly [Piece, Piece, Piece, Piece];
const oneWay = tls12();
const sealed = encodeRecord(22, 0x0303, new Uint8Array(40).fill(0xa5));
const data = encodeRecord(23, 0x0303, new Uint8Array(200));
const s = (...parts: readonly Uint8Array[]): Piece => ['s', concat(...parts)];
const c = (...parts: readonly Uint8Array[]): Piece => ['c', concat(...parts)];

function choice(suite: number, extensions = '', version = '0303'): Uint8Array {
  const block =
    extensions === '' ? '' : (extensions.replaceAll(' ', '').length / 2).toString(16).padStart(4, '0') + extensions;
  const code = suite.toString(16).padStart(4, '0');
  return handshakeRecord(server_hello, fromHex(`${version} ${'33'.repeat(32)} 00 ${code} 00 ${block}`));
}

const serverHelloLength = 5 + (((serverFlight[1][3] as number) << 8) | (serverFlight[1][4] as number));
const gcm = cipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
const tls13 = choice(0x1301, '002b00020304 003300040017 0000');
const tls13Psk = choice(0x1301, '002b00020304 002900020000');
const done = handshakeRecord(server_hello_done, new Uint8Array());
const exchange = handshakeRecord(client_key_exchange, new Uint8Array(33));
const noCertificates = handshakeRecord(certificate, new Uint8Array(3));
const ticket = handshakeRecord(new_session_ticket, new Uint8Array(40));
const withPostHandshakeAuth = helloRecord({
  ...tls12Hello(9, null),
  extensions: [{ type: '0x0031', data: '' }],
});

type Row = readonly [
  what: string,
  pieces: readonly Piece[],
  server: CertificateAbsence | null,
  client: CertificateAbsence | null,
];

const rows: readonly Row[] = [
  ['both are there', mutual, null, null],
  ['the client was not asked', oneWay, null, null],
  ['the client was asked and has none', tls12({ authorities: [authority] }), null, null],
  ['the client sends an empty list, then the handshake fails', [hello, serverFlight, c(noCertificates, exchange), s(alertRecord(116))], null, null],
  ['an anonymous suite', [hello, s(choice(cipherSuite.TLS_ECDH_anon_WITH_AES_128_CBC_SHA), done)], null, null],
  ['nothing answers', [hello], 'no-handshake', 'no-handshake'],
  ['an alert answers', [hello, s(alertRecord(40))], 'no-handshake', 'no-handshake'],
  ['another protocol answers', [hello, s(new TextEncoder().encode('SSH-2.0-x\r\n'))], 'not-tls', 'not-tls'],
  ['a session goes on', [hello, s(choice(gcm), changeCipherSpec, sealed), c(changeCipherSpec, sealed)], 'resumed', 'resumed'],
  ['a session goes on with a new ticket', [hello, s(choice(gcm), ticket, changeCipherSpec, sealed), c(changeCipherSpec, sealed)], 'resumed', 'resumed'],
  ['a session goes on, then another handshake', [hello, s(choice(gcm), changeCipherSpec, sealed), c(changeCipherSpec, sealed, sealed), s(sealed)], 'renegotiated', 'renegotiated'],
  ['another handshake follows, in which the client may be asked', [...oneWay, c(sealed), s(sealed)], null, 'renegotiated'],
  ['another handshake follows after both were there', [...mutual, c(sealed), s(sealed)], null, null],
  ['the client names its protocol inside the encryption', [hello, s(choice(gcm, '33740000'), serverFlight[1].subarray(serverHelloLength)), c(exchange, changeCipherSpec, sealed, sealed), s(changeCipherSpec, sealed)], null, null],
  ['TLS 1.3', [hello, s(tls13, data), c(data), s(data)], 'tls13-encrypted', 'tls13-encrypted'],
  ['TLS 1.3 goes on from a session', [hello, s(tls13Psk, data), c(data), s(data)], 'resumed', 'resumed'],
  ['TLS 1.3 goes on from a session, and the client may be asked later', [c(withPostHandshakeAuth), s(tls13Psk, data), c(data)], 'resumed', 'tls13-encrypted'],
  ['the server stops after its hello', [hello, s(choice(gcm))], 'truncated', 'truncated'],
  ['the server stops within its certificates', [hello, s(serverFlight[1].subarray(0, 900))], 'truncated', 'truncated'],
  ['the server stops before it is done', [hello, s(serverFlight[1].subarray(0, -9))], null, 'truncated'],
  ['the client stops where its certificates would come', [hello, serverFlight], null, 'truncated'],
  ['the client refuses the server where its certificates would come', [hello, serverFlight, c(alertRecord(48))], null, 'truncated'],
  ['the handshake fails after the certificates', [hello, serverFlight, clientFlight, s(alertRecord(42))], null, null],
  ['only the client was captured, and it sent none', [hello, c(exchange, changeCipherSpec, sealed)], 'truncated', null],
  ['only the client was captured, and it sent some', [hello, clientFlight], 'truncated', null],
  ['only the client was captured, and it went on', [hello, c(changeCipherSpec, sealed), c(data)], 'truncated', 'truncated'],
  ['only the server was captured', [serverFlight, serverEnd], null, 'truncated'],
  ['the capture starts in the middle', [c(data), s(data)], 'truncated', 'truncated'],
  ['the capture starts after the certificates of the client', [hello, serverFlight, c(exchange, changeCipherSpec)], null, null],
  ['a certificate is longer than it says', [hello, s(choice(gcm), handshakeRecord(certificate, fromHex('000003 000009')))], 'truncated', 'truncated'],
  ['raw public keys were agreed on', [hello, s(choice(gcm, '0014000102'), handshakeRecord(certificate, new Uint8Array(44)), done)], null, null],
]; // biome-ignore format: a table

describe('capture tls certificate absence', () => {
  for (const [what, pieces, server, of] of rows) {
    it(`says ${server ?? 'nothing'} of the server and ${of ?? 'nothing'} of the client where ${what}`, () => {
      const { certificateAbsence } = feed(pieces).facts;
      expect(certificateAbsence).to.deep.equal({ client: of, server });
    });
  }

  it('keeps the certificates of a handshake that failed after them', () => {
    const { facts } = feed([hello, serverFlight, clientFlight, s(alertRecord(42))]);
    expect(facts.certificates.client).to.have.length(client.certificates.length);
    expect(facts).to.deep.include({ complete: false, certificateVerify: { client: true, server: false } });
  });
});
