/** Encrypted flights, sealed here by hand (RFC 8446 §5.2, §7.1, §7.3): what can be opened is read, the rest is no flight at all. */

import { createCipheriv, createHmac } from 'node:crypto';
import { expect } from 'chai';
import { openFlight, type ReceivedRecord } from '../../lib/live/sealed-flight.ts';
import {
  certificateTls13,
  cipherSuite,
  concat,
  contentType,
  encode,
  handshakeMessage,
  handshakeType,
} from '../../lib/wire/index.ts';

const secret = new Uint8Array(32).fill(7);
const suite = cipherSuite.TLS_AES_128_GCM_SHA256;
const at = new Date('2030-06-01T00:00:00Z');

const message = (type: keyof typeof handshakeType, body: Uint8Array): Uint8Array =>
  encode(handshakeMessage, { type: handshakeType[type], body });
const der = Uint8Array.of(0x30, 0x00);
const certificate = message(
  'certificate',
  encode(certificateTls13, {
    certificateRequestContext: new Uint8Array(),
    certificateList: [{ certificateData: der, extensions: [] }],
  }),
);
const finished = message('finished', new Uint8Array(32));

describe('openFlight', () => {
  it('reads the messages up to Finished, however they lie in records', () => {
    const whole = [sealed(concat(certificate, finished), 0)];
    const cut = [sealed(certificate.subarray(0, 5), 0), sealed(concat(certificate.subarray(5), finished), 1)];
    for (const records of [whole, cut]) {
      const flight = openFlight(records, secret, suite);
      expect(flight?.messages.map((received) => received.message)).to.deep.equal(['certificate', 'finished']);
      expect(flight?.certificates).to.deep.equal([der]);
    }
  });

  it('reads nothing when any byte of a record is not what was sealed', () => {
    const record = sealed(concat(certificate, finished), 0);
    for (let index = 0; index < record.fragment.length; index++) {
      const fragment = record.fragment.map((octet, at) => (at === index ? octet ^ 1 : octet));
      expect(openFlight([{ ...record, fragment }], secret, suite), `byte ${index}`).to.equal(null);
    }
    for (const length of [0, 1, 15, 16]) {
      const fragment = record.fragment.subarray(0, length);
      expect(openFlight([{ ...record, fragment }], secret, suite), `${length} bytes`).to.equal(null);
    }
  });

  it('reads nothing of a flight without its end, of one that does not decode, and of a suite that it does not know', () => {
    expect(openFlight([], secret, suite)).to.equal(null);
    expect(openFlight([sealed(certificate, 0)], secret, suite)).to.equal(null);
    const undecodable = concat(message('certificate', Uint8Array.of(9)), finished);
    expect(openFlight([sealed(undecodable, 0)], secret, suite)).to.equal(null);
    expect(openFlight([sealed(new Uint8Array(), 0, 0)], secret, suite)).to.equal(null);
    const record = sealed(concat(certificate, finished), 0);
    expect(openFlight([record], secret, cipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256)).to.equal(null);
  });
});

/** One record of AES-128-GCM; `sequence` is at most 255 here. */
function sealed(content: Uint8Array, sequence: number, innerType: number = contentType.handshake): ReceivedRecord {
  const nonce = expanded('iv', 12);
  nonce[11] = (nonce[11] ?? 0) ^ sequence;
  const length = content.length + 1 + 16;
  const cipher = createCipheriv('aes-128-gcm', expanded('key', 16), nonce);
  cipher.setAAD(Uint8Array.of(contentType.application_data, 3, 3, length >> 8, length & 0xff));
  const text = concat(cipher.update(concat(content, Uint8Array.of(innerType))), cipher.final());
  return {
    type: contentType.application_data,
    version: 0x0303,
    fragment: concat(text, cipher.getAuthTag()),
    at,
  };
}

/** HKDF-Expand-Label with an empty context. */
function expanded(label: 'key' | 'iv', length: number): Uint8Array {
  const name = new TextEncoder().encode(`tls13 ${label}`);
  const info = Uint8Array.of(0, length, name.length, ...name, 0, 1);
  return Uint8Array.from(createHmac('sha256', secret).update(info).digest().subarray(0, length));
}
