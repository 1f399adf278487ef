/** What node:tls and our own reading of the same bytes tell together, and that no server makes it throw. */

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createServer, type TlsOptions } from 'node:tls';
import { expect } from 'chai';
import { createTestPki } from '../../lib/lab/index.ts';
import { type TlsSession, type TlsSessionOptions, tlsSession } from '../../lib/live/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { activeHandles, listen, openDescriptors, type TestServer, unusedPort } from '../net/servers.ts';
import { alertRecord, helloOf, records, retryHello, tls12Flight } from '../session/server-flights.ts';

const timeouts = { connectMs: 2000, firstReplyMs: 80, totalMs: 4000 };
const name = 'vpn.example.test';

describe('tlsSession', function () {
  this.timeout(20_000);
  const pki = createTestPki({ now: new Date() });
  const ecdsa = pki.issue({ names: [name] });
  const rsa = pki.issue({ names: [name], key: 'RSA-2048' });
  const [upper, lower] = pki.intermediates;
  const good: TlsOptions = {
    key: ecdsa.privateKeyPem,
    cert: [ecdsa, lower, upper].map(({ pem }) => pem).join(''),
    ciphers: 'DEFAULT:@SECLEVEL=0',
    minVersion: 'TLSv1',
  };
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });

  /** A TLS server behind a plain listener, so that its connections are counted. */
  async function serve(
    options: TlsOptions,
    onSecure: (socket: Socket) => void = (socket) => socket.resume(),
  ): Promise<TestServer> {
    const inner = createServer({ ...good, ...options });
    inner.on('tlsClientError', () => undefined);
    inner.on('secureConnection', (socket) => {
      socket.on('error', () => undefined).on('end', () => socket.end());
      onSecure(socket);
    });
    server = await listen((socket) => inner.emit('connection', socket));
    return server;
  }

  function session(at: { port: number }, options: Partial<Parameters<typeof tlsSession>[1]> = {}): Promise<TlsSession> {
    return tlsSession(
      { address: '127.0.0.1', port: at.port },
      { servername: name, id: 'a1', timeouts, ca: [pki.rootsPem], ...options },
    );
  }

  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
    it(`finishes a ${version} handshake and gives the chain as sent`, async () => {
      const found = await session(await serve({ minVersion: version, maxVersion: version }));
      expect(found).to.deep.include({
        connected: true,
        protocol: version,
        chain: [ecdsa.der, lower.der, upper.der],
        authorizationError: null,
        sessionReused: false,
        clientCertificateRequired: false,
        error: null,
      });
      expect(found.cipher).to.match(/^TLS_/);
      expect(found.group).to.be.oneOf(['x25519', 'X25519MLKEM768']);
      expect(found.flight.end).to.equal('complete');
      expect(found.attempt.evidence).to.deep.include({
        connect: 'ok',
        end: 'complete',
        reply: 'server-hello',
        alert: null,
      });
      expect(found.attempt.evidence.certificates.server).to.have.length(3);
      expect(found.attempt.evidence.certificateAbsence.server).to.equal(null);
      expect(found.attempt.evidence.hello?.sni).to.equal(name);
      expect(found.attempt.records).to.deep.equal([found.attempt.hello.length]);
    });
  }

  it('keeps the order of a misordered TLS 1.3 chain, and a certificate that no issuer link reaches', async () => {
    const stray = pki.stranger().root;
    const cert = [ecdsa, upper, stray, lower].map(({ pem }) => pem).join('');
    const found = await session(await serve({ cert, minVersion: 'TLSv1.3' }));
    expect(found.chain).to.deep.equal([ecdsa.der, upper.der, stray.der, lower.der]);
  });

  it('opens the flight of every TLS 1.3 suite, and after a HelloRetryRequest', async () => {
    for (const suite of [
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_128_CCM_SHA256',
      'TLS_AES_128_CCM_8_SHA256',
    ]) {
      const at = await serve({ ciphers: `${suite}:DEFAULT:@SECLEVEL=0`, minVersion: 'TLSv1.3', ecdhCurve: 'P-521' });
      const found = await session(at, { ciphers: suite, minVersion: 'TLSv1.3' });
      expect(found.cipher).to.equal(suite);
      expect(found.flight.messages.map(({ message }) => message)).to.deep.equal([
        'hello-retry-request',
        'server-hello',
        'encrypted-extensions',
        'certificate',
        'certificate-verify',
        'finished',
      ]);
      expect(found.chain).to.have.length(3);
      await at[Symbol.asyncDispose]();
    }
  });

  it('chooses the certificate by signature algorithm', async () => {
    const at = await serve({
      key: [ecdsa.privateKeyPem, rsa.privateKeyPem],
      cert: [ecdsa.pem + lower.pem, rsa.pem + lower.pem],
    });
    expect((await session(at, { sigalgs: 'RSA-PSS+SHA256' })).chain[0]).to.deep.equal(rsa.der);
    expect((await session(at, { sigalgs: 'ECDSA+SHA256' })).chain[0]).to.deep.equal(ecdsa.der);
  });

  it('says why node would not trust the chain, and finishes all the same', async () => {
    const at = await serve({ cert: ecdsa.pem });
    expect(await session(at)).to.include({ connected: true, authorizationError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await at[Symbol.asyncDispose]();
    const expired = pki.issue({ names: [name], notBefore: new Date(0), notAfter: new Date(1e12) });
    const old = await serve({ key: expired.privateKeyPem, cert: expired.pem + lower.pem + upper.pem });
    expect(await session(old)).to.include({ connected: true, authorizationError: 'CERT_HAS_EXPIRED' });
    await old[Symbol.asyncDispose]();
    expect(await session(await serve({}), { servername: 'other.example.test' })).to.include({
      authorizationError: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('takes no address for a server name', async () => {
    const found = await session(await serve({}), { servername: '127.0.0.1' });
    expect(found).to.include({ connected: true });
    expect(found.attempt.evidence.hello?.sni).to.equal(null);
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`tells required from requested client certificates in ${version}`, async () => {
      const only = { minVersion: version, maxVersion: version } as const;
      const required = await session(
        await serve({ ...only, requestCert: true, rejectUnauthorized: true, ca: pki.rootsPem }),
      );
      expect(required.clientCertificateRequired).to.equal(true);
      expect(required.error?.alert).to.include({
        code: version === 'TLSv1.3' ? 116 : 40,
        level: 'fatal',
        from: 'server',
      });
      expect(required.flight.certificateRequest?.authorities).to.have.length(1);
      expect(required.attempt.evidence).to.include({ end: 'alert', reply: 'server-hello' });
      expect(required.attempt.evidence.received.at(-1)?.message).to.equal('alert');
      expect(required.chain).to.have.length(3);
      await server?.[Symbol.asyncDispose]();
      const requested = await session(await serve({ ...only, requestCert: true, rejectUnauthorized: false }));
      expect(requested).to.include({ connected: true, clientCertificateRequired: false, error: null });
      expect(requested.flight.certificateRequest).to.not.equal(null);
    });

    it(`resumes a ${version} session`, async () => {
      const at = await serve({ minVersion: version, maxVersion: version });
      const first = await session(at);
      if (first.session === null) throw new Error('no session');
      const second = await session(at, { session: first.session });
      expect(second).to.include({ connected: true, sessionReused: true, error: null });
      expect(second.chain).to.have.length(0);
      expect(second.attempt.evidence.certificateAbsence.server).to.equal('resumed');
    });
  }

  it('does not know whether a server that asks and then says nothing goes on without a certificate', async () => {
    const inner = createServer({ ...good, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: false });
    inner.on('tlsClientError', () => undefined).on('secureConnection', (socket) => socket.on('error', () => undefined));
    server = await listen((socket) => inner.emit('connection', muteAfterFirstFlight(socket)));
    const found = await session(server);
    expect(found).to.include({ connected: true, clientCertificateRequired: null, error: null });
    expect(found.flight.certificateRequest).to.not.equal(null);
  });

  it('gives the protocol of ALPN, and the alert when there is none', async () => {
    const at = await serve({ ALPNProtocols: ['h2', 'http/1.1'] });
    expect((await session(at, { alpn: ['http/1.1'] })).alpn).to.equal('http/1.1');
    expect((await session(at)).alpn).to.equal(null);
    const none = await session(at, { alpn: ['helloprobe-none'] });
    expect(none).to.include({ connected: false });
    expect(none.error?.alert).to.include({ code: 120, name: 'no_application_protocol' });
  });

  it('gives the alert when no version is shared', async () => {
    const found = await session(await serve({ minVersion: 'TLSv1.3' }), { maxVersion: 'TLSv1.2' });
    expect(found).to.include({ connected: false, protocol: null, cipher: null, group: null });
    expect(found.error).to.deep.include({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    expect(found.attempt.evidence).to.include({ end: 'alert', reply: 'alert' });
    expect(found.attempt.evidence.received, 'the alert is not counted twice').to.have.length(1);
  });

  const hostile: readonly [string, (socket: Socket) => void, Record<string, unknown>][] = [
    ['closes at once', (socket) => socket.destroy(), { end: 'closed' }],
    ['resets at once', (socket) => socket.resetAndDestroy(), { end: 'reset' }],
    ['closes after the hello', (socket) => socket.once('data', () => socket.end()), { end: 'closed' }],
    ['resets after the hello', (socket) => socket.once('data', () => socket.resetAndDestroy()), { end: 'reset' }],
    ['says nothing', (socket) => socket.resume(), { end: 'silent' }],
    [
      'speaks HTTP',
      (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      { end: 'not-tls', looksLike: 'http' },
    ],
    ['speaks SSH before we speak', (socket) => socket.write('SSH-2.0-x\r\n'), { end: 'not-tls', looksLike: 'ssh' }],
    ['sends an alert', (socket) => socket.once('data', () => socket.end(alertRecord(2, 80))), { end: 'alert' }],
    ['sends a flight that OpenSSL refuses', (socket) => socket.once('data', () => socket.write(tls12Flight)), {}],
    [
      'sends a HelloRetryRequest that OpenSSL refuses',
      (socket) => socket.once('data', () => socket.write(records(retryHello))),
      { end: 'malformed', reply: 'hello-retry-request', detail: 'OpenSSL: invalid session id.' },
    ],
    [
      'chooses what was not offered',
      (socket) => socket.once('data', () => socket.write(records(helloOf({ cipherSuite: 0xee01 })))),
      { end: 'malformed' },
    ],
    [
      'falls silent in its flight',
      (socket) => socket.once('data', () => socket.write(records(helloOf()).subarray(0, 20))),
      { end: 'silent' },
    ],
  ];
  for (const [what, serveRaw, expected] of hostile) {
    it(`reports a server that ${what}`, async () => {
      server = await listen(serveRaw);
      const found = await session(server, { timeouts: { ...timeouts, totalMs: 300 } });
      expect(found).to.include({ connected: false, protocol: null });
      expect(found.error?.code).to.be.a('string');
      expect(found.error?.message).to.match(/\.$/);
      expect(found.attempt.evidence).to.include({ connect: 'ok', ...expected });
    });
  }

  it('reports a refused port, and a stop by the caller', async () => {
    expect((await session({ port: await unusedPort() })).error).to.include({ code: 'refused', alert: null });
    server = await listen((socket) => socket.resume());
    expect((await session(server, { signal: AbortSignal.abort() })).error).to.include({ code: 'unseen' });
  });

  it('refuses options that node:tls refuses, before it connects', async () => {
    for (const options of [
      { ciphers: 'NO-SUCH-CIPHER' },
      { sigalgs: 'nonsense' },
      { groups: 'nonsense' },
    ] satisfies Partial<TlsSessionOptions>[]) {
      let caught: unknown;
      await session({ port: 1 }, options).catch((error: unknown) => (caught = error));
      expect(caught).to.be.instanceOf(HarnessError).with.property('code', 'bad-tls-option');
    }
  });

  it('leaves nothing open', async () => {
    const at = await serve({});
    await session(at);
    const [handles, descriptors] = [activeHandles().length, openDescriptors()];
    for (let i = 0; i < 30; i++) await session(at);
    while (at.open.size > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(activeHandles()).to.have.lengthOf.at.most(handles);
    if (descriptors !== null) expect(openDescriptors()).to.be.at.most(descriptors + 3);
  });
});

/** Passes everything on until the client's second flight has come; nothing of the server's after that. */
function muteAfterFirstFlight(socket: Socket): Duplex {
  let flights = 0;
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      if (flights < 2) socket.write(chunk);
      done();
    },
  });
  socket.on('data', (chunk) => {
    flights++;
    stream.push(chunk);
  });
  return stream.on('error', () => undefined);
}
