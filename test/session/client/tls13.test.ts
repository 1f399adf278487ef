/** Our client against a TLS 1.3 server that does right, and that does each thing wrong. */

import { brotliCompressSync, deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { buildHello, encodeHello, type HelloOptions } from '../../../lib/hello/index.ts';
import { type ClientFlight, createTlsClient, type TlsClient } from '../../../lib/session/index.ts';
import { nodeClientPrimitives } from '../../../lib/session/node.ts';
import {
  cipherSuite,
  compressedCertificate,
  concat,
  contentType,
  encode,
  encodeRecord,
  encryptedExtensions,
  extensionType,
  group,
  handshakeMessage,
  signatureScheme,
  tlsVersion,
} from '../../../lib/wire/index.ts';
import { alertRecord, at, handshake } from '../server-flights.ts';
import { clientFor, names, noAead, random, retryRecord, wholeFlight } from './clients.ts';
import { answer, certificateMessage, type Knobs, leaf, sealed, tls12Version } from './tls13-server.ts';

type Edit = NonNullable<Knobs['edit']>;
type MessageType = Parameters<Edit>[0];

/** A new client and its flight when the server answers so. */
async function flightOf(knobs: Knobs, options: Partial<HelloOptions> = {}): Promise<ClientFlight> {
  const client = await clientFor(options);
  const { clear, sealed: rest } = answer(encodeHello(client.hello), knobs);
  client.push(concat(clear, rest), at);
  return client.end('closed');
}

/** Replaces the messages of one type. */
function instead(type: MessageType, change: (message: Uint8Array) => readonly Uint8Array[]): Knobs {
  return { edit: (one, message) => (one === type ? change(message) : [message]) };
}

function flipped(message: Uint8Array, at: number): Uint8Array {
  const copy = message.slice();
  const place = at < 0 ? copy.length + at : at;
  copy[place] = (copy[place] ?? 0) ^ 1;
  return copy;
}

describe('a client in TLS 1.3', () => {
  it('reads the flight however it lies in records, padded or not', async () => {
    for (const recordSize of [1, 5, 100, 2 ** 14]) {
      for (const padding of [0, 1, 300]) {
        const flight = await flightOf({ recordSize, padding });
        expect(names(flight)).to.deep.equal(wholeFlight);
        expect(flight).to.deep.include({ end: 'complete', detail: null, gap: null, finished: false });
        expect(flight.certificates).to.deep.equal([leaf.der]);
        expect(flight.proof).to.deep.equal({ scheme: signatureScheme.ecdsa_secp256r1_sha256, verdict: 'valid' });
      }
    }
  });

  for (const suite of [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
  ] as const) {
    it(`has the suite ${suite}`, async () => {
      const flight = await flightOf({ suite: cipherSuite[suite] }, { cipherSuites: [cipherSuite[suite]] });
      expect(flight.end).to.equal('complete');
    });
  }

  for (const name of ['X25519MLKEM768', 'SecP256r1MLKEM768'] as const) {
    it(`agrees on a key with ${name}`, async () => {
      const groups = [group[name]];
      const flight = await flightOf({ group: group[name] }, { groups });
      expect(flight).to.deep.include({ end: 'complete', gap: null });
      expect(flight.negotiated?.group).to.equal(group[name]);
    });
  }

  it('says what it lacks for a group of which it has no key, and claims nothing', async () => {
    const client = await clientFor({ groups: [group.x25519, group.curveSM2], keyShares: [group.x25519] });
    client.push(retryRecord(group.curveSM2), at);
    expect(client.flight).to.deep.include({ end: 'stopped', gap: 'group', certificates: [] });
  });

  const compressed = (algorithm: number, bytes: Uint8Array, uncompressedLength: number): Knobs =>
    instead('certificate', () => [
      handshake(
        'compressed_certificate',
        encode(compressedCertificate, { algorithm, uncompressedLength, compressedCertificateMessage: bytes }),
      ),
    ]);
  const body = certificateMessage().subarray(4);

  /** compress_certificate with zlib and brotli (RFC 8879 §3). */
  const offersCompression: Partial<HelloOptions> = { extra: [{ type: '0x001b', data: '0400010002' }] };

  it('calls a compressed certificate malformed where none was offered', async () => {
    const flight = await flightOf(compressed(1, new Uint8Array(deflateSync(body)), body.length));
    expect(flight).to.include({ end: 'malformed', detail: 'The certificate is compressed, which was not offered.' });
  });

  it('reads certificates compressed with zlib and brotli', async () => {
    for (const [algorithm, bytes] of [
      [1, deflateSync(body)],
      [2, brotliCompressSync(body)],
    ] as const) {
      const flight = await flightOf(compressed(algorithm, new Uint8Array(bytes), body.length), offersCompression);
      expect(flight).to.deep.include({ end: 'complete', certificateCompression: algorithm });
      expect(flight.certificates).to.deep.equal([leaf.der]);
    }
  });

  it('stops at compressed certificates that it cannot read, or that are longer than it accepts', async () => {
    const bomb = new Uint8Array(deflateSync(new Uint8Array(10_000_000)));
    for (const knobs of [
      compressed(9, body, body.length),
      compressed(1, bomb, 10_000_000),
      compressed(1, bomb, 200_000),
      compressed(1, Uint8Array.of(1, 2, 3), body.length),
    ]) {
      expect(await flightOf(knobs, offersCompression)).to.deep.include({
        end: 'stopped',
        gap: 'certificate-compression',
        certificates: [],
      });
    }
  });

  it('names the protocol and the extensions that the server chose', async () => {
    const extensions = encode(encryptedExtensions, {
      extensions: [
        { type: extensionType.server_name, data: new Uint8Array() },
        { type: extensionType.application_layer_protocol_negotiation, data: [new TextEncoder().encode('h2')] },
      ],
    });
    const knobs = instead('encrypted_extensions', () => [handshake('encrypted_extensions', extensions)]);
    const flight = await flightOf(knobs, { alpn: ['h2', 'http/1.1'] });
    expect(flight).to.deep.include({ end: 'complete', alpn: 'h2', encryptedExtensions: [0, 16] });
    expect(await flightOf(knobs))
      .to.include({ end: 'malformed' })
      .and.to.have.property('detail')
      .that.matches(/not offered/);
  });

  it('keeps 32 certificates of a longer list, and says so', async () => {
    const list = Array.from({ length: 40 }, () => leaf.der);
    const flight = await flightOf(instead('certificate', () => [certificateMessage(list)]));
    expect(flight.certificates).to.have.length(32);
    expect(flight.detail).to.equal('The server sent 40 certificates; the first 32 were kept.');
  });

  const wrongs: readonly [what: string, knobs: Knobs, detail: RegExp][] = [
    ['a wrong signature', instead('certificate_verify', (m) => [flipped(m, -1)]), /signature of CertificateVerify/],
    ['a signature of a scheme that TLS 1.3 lacks', instead('certificate_verify', (m) => [concat(m.subarray(0, 4), Uint8Array.of(4, 1), m.subarray(6))]), /rsa_pkcs1_sha256 .*TLS 1\.3 does not have/],
    ['a signature of a scheme that was not offered', instead('certificate_verify', (m) => [concat(m.subarray(0, 4), Uint8Array.of(9, 9), m.subarray(6))]), /0x0909.*was not offered/],
    ['a wrong Finished', instead('finished', (m) => [flipped(m, -1)]), /verify_data of Finished is wrong/],
    ['no CertificateVerify', instead('certificate_verify', () => []), /finished came where TLS 1\.3 has certificate_verify/],
    ['no certificate', instead('certificate', () => []), /certificate_verify came where/],
    ['an empty list of certificates', instead('certificate', () => [certificateMessage([])]), /holds no certificate/],
    ['two EncryptedExtensions', instead('encrypted_extensions', (m) => [m, m]), /encrypted_extensions came where/],
    ['a ServerKeyExchange', instead('certificate', (m) => [handshake('server_key_exchange', m)]), /server_key_exchange came where/],
    ['an unknown message', instead('finished', (m) => [encode(handshakeMessage, { type: 99, body: m })]), /type 99 came/],
    ['EncryptedExtensions that cannot be read', instead('encrypted_extensions', () => [handshake('encrypted_extensions', Uint8Array.of(9))]), /cannot be read/],
    ['more after Finished in its record', instead('finished', (m) => [m, m]), /in one record with Finished/],
    ['another session id', { sessionId: new Uint8Array(32) }, /does not repeat the session id/],
  ]; // biome-ignore format: a table
  for (const [what, knobs, detail] of wrongs) {
    it(`calls ${what} malformed`, async () => {
      expect(await flightOf(knobs))
        .to.include({ end: 'malformed', finished: false })
        .and.to.have.property('detail')
        .that.matches(detail);
    });
  }

  it('keeps the certificates that a wrong signature came with', async () => {
    const flight = await flightOf(instead('certificate_verify', (m) => [flipped(m, -1)]));
    expect(flight.certificates).to.have.length(1);
    expect(flight.proof?.verdict).to.equal('wrong');
  });

  it('refuses records that do not open, and handshake messages in clear', async () => {
    const client = await clientFor();
    const { clear, sealed: rest } = answer(encodeHello(client.hello));
    client.push(concat(clear, flipped(rest, -1)), at);
    expect(client.flight)
      .to.include({ end: 'malformed' })
      .and.to.have.property('detail')
      .that.matches(/cannot be opened/);
    const other = await clientFor();
    const flight = answer(encodeHello(other.hello));
    other.push(concat(flight.clear, encodeRecord(contentType.handshake, tls12Version, certificateMessage())), at);
    expect(other.flight.detail).to.match(/in clear/);
  });

  it('refuses messages behind the ServerHello in its record', async () => {
    const client = await clientFor();
    const { clear } = answer(encodeHello(client.hello));
    const both = concat(clear.subarray(5), certificateMessage());
    client.push(encodeRecord(contentType.handshake, tls12Version, both), at);
    expect(client.flight.detail).to.match(/keys change inside a record/);
  });

  it('ends floods inside the encryption as it does outside', async () => {
    const floods: readonly [type: number, content: Uint8Array, detail: RegExp][] = [
      [contentType.handshake, Uint8Array.of(11, 0xff, 0xff, 0xff), /^A handshake message is too long/],
      [contentType.alert, Uint8Array.of(1, 90), /more than 4 warning alerts/],
      [contentType.application_data, random(100), /^A record of type application_data came during the handshake/],
      [contentType.handshake, new Uint8Array(), /^More than 16 records in a row/],
    ];
    for (const [type, content, detail] of floods) {
      const client = await clientFor();
      const server = answer(encodeHello(client.hello), { edit: (one, m) => (one === 'server_hello' ? [m] : []) });
      client.push(server.clear, at);
      for (let count = 0; count < 20; count++) {
        const { type: outer, version, fragment } = server.handshake.seal(type, content);
        client.push(encodeRecord(outer, version, fragment), at);
      }
      expect(client.flight).to.include({ end: 'malformed' }).and.to.have.property('detail').that.matches(detail);
    }
  });

  it('tells an alert, encrypted or in clear', async () => {
    for (const isSealed of [true, false]) {
      const client = await clientFor();
      const server = answer(encodeHello(client.hello), { edit: (type, m) => (type === 'server_hello' ? [m] : []) });
      const alert = sealed(server.handshake, Uint8Array.of(2, 40), {}, contentType.alert);
      client.push(concat(server.clear, isSealed ? alert : alertRecord(2, 40)), at);
      expect(client.flight.end).to.equal('alert');
      expect(client.flight.alert?.name).to.equal('handshake_failure');
    }
  });

  it("does not take an alert of another key for the server's", async () => {
    const client = await clientFor();
    const server = answer(encodeHello(client.hello));
    client.push(concat(server.clear, sealed(server.after, Uint8Array.of(2, 40), {}, contentType.alert)), at);
    expect(client.flight).to.include({ end: 'malformed', alert: null });
  });

  it('takes the group of a share however its code is written', async () => {
    const { hello } = await clientFor();
    const extensions = (hello.extensions ?? []).map((one) =>
      'keyShares' in one
        ? { ...one, keyShares: one.keyShares.map((share) => ({ ...share, group: '0x001D' as const })) }
        : one,
    );
    const primitives = await nodeClientPrimitives([]);
    const client = createTlsClient({ hello: { ...hello, extensions }, goal: 'server-flight', primitives });
    const { clear, sealed: rest } = answer(encodeHello(client.hello));
    client.push(concat(clear, rest), at);
    expect(client.flight).to.include({ end: 'complete', detail: null });
  });

  it('lacks an algorithm that Node was built without, and says nothing of the server', async () => {
    const { hello } = await clientFor();
    const primitives = { ...(await nodeClientPrimitives([])), aead: noAead };
    const client = createTlsClient({ hello, goal: 'server-flight', primitives });
    client.push(answer(encodeHello(client.hello)).clear, at);
    expect(client.flight).to.include({ end: 'stopped', gap: 'cipher-suite', detail: null });
  });

  it('writes the secrets of a key log', async () => {
    const secrets = new Map<string, Uint8Array>();
    const client = createTlsClient({
      hello: buildHello({ versions: [tlsVersion['TLSv1.3']], groups: [group.x25519], random }),
      goal: 'server-flight',
      primitives: await nodeClientPrimitives([]),
      onSecret: (label, _, secret) => secrets.set(label, secret),
    });
    const { clear, sealed: rest, secrets: server } = answer(encodeHello(client.hello));
    client.push(concat(clear, rest), at);
    expect(secrets.get('CLIENT_HANDSHAKE_TRAFFIC_SECRET')).to.deep.equal(server.clientHandshake);
    expect(secrets.get('CLIENT_TRAFFIC_SECRET_0')).to.deep.equal(server.client);
    expect(secrets.get('SERVER_TRAFFIC_SECRET_0')).to.deep.equal(server.server);
    const shown = JSON.stringify(client.flight, (_, value: unknown) => (value instanceof Uint8Array ? 'bytes' : value));
    expect(shown).to.not.contain('secret');
  });

  it('holds every prefix of a flight for what it is', async () => {
    const client = await clientFor();
    const flight = answer(encodeHello(client.hello), { recordSize: 90 });
    const bytes = concat(flight.clear, flight.sealed);
    // Each prefix in turn: the same client goes on until the end of the flight.
    for (let length = 0; length < bytes.length; length++) {
      expect(client.push(bytes.subarray(length, length + 1), at).progress).to.equal(
        length === bytes.length - 1 ? 'enough' : 'more',
      );
    }
    expect(client.flight.end).to.equal('complete');
    // ECDSA signatures, and so flights, differ in length: the last octet is counted from the end.
    for (const length of [0, 3, 40, flight.clear.length, -1]) {
      const cut = await clientFor();
      cut.push(answerBytes(cut).subarray(0, length), at);
      expect(cut.end('closed').end).to.equal('closed');
    }
  });

  it('ends every damaged flight in a typed outcome', async () => {
    let state = 12345;
    const next = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let round = 0; round < 500; round++) {
      const client = await clientFor();
      // Messages are damaged before they are sealed, so that the damage gets to the reader.
      const damaged: Edit = (type, message) => {
        if (next(3) > 0 || (type === 'server_hello' && next(2) > 0)) return [message];
        const copy = message.slice(0, next(4) === 0 ? next(message.length) : message.length);
        for (let i = next(4); i >= 0 && copy.length > 0; i--) copy[next(copy.length)] = next(256);
        return [copy];
      };
      const { clear, sealed: rest } = answer(encodeHello(client.hello), { edit: damaged, recordSize: 1 + next(400) });
      client.push(concat(clear, rest), at);
      expect(client.end('closed').end).to.be.oneOf(['complete', 'closed', 'malformed', 'stopped', 'alert']);
    }
  });
});

function answerBytes(client: TlsClient): Uint8Array {
  const { clear, sealed: rest } = answer(encodeHello(client.hello), { recordSize: 90 });
  return concat(clear, rest);
}
