/** Our own client against node's TLS: versions, suites, groups, certificates of both sides, and what the server thinks of it. */

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { expect } from 'chai';
import { buildHello, type HelloOptions, makePreset, planOf } from '../../lib/hello/index.ts';
import { chainOf, createTestPki, type TestCertificate } from '../../lib/lab/index.ts';
import { type Handshake, type HandshakeOptions, handshake } from '../../lib/live/index.ts';
import type { ClientCredential } from '../../lib/session/index.ts';
import { nodeCredential } from '../../lib/session/node.ts';
import { cipherSuite, cipherSuites, group, groups, signatureScheme, tlsVersion } from '../../lib/wire/index.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const pki = createTestPki({ now: new Date() });
const leaves = {
  ec: pki.issue({ key: 'P-256', names: ['localhost'] }),
  rsa: pki.issue({ key: 'RSA-2048', names: ['localhost'] }),
};
const pemOf = (leaf: TestCertificate): string =>
  chainOf(leaf)
    .map(({ pem }) => pem)
    .join('');
const derOf = (leaf: TestCertificate): Uint8Array[] => chainOf(leaf).map(({ der }) => der);

/** A server, and what it saw. */
interface Seen {
  readonly port: number;
  /** Handshakes that the server finished. */
  completed: number;
  readonly errors: string[];
  connections: number;
}

async function withServer<T>(options: TlsOptions, work: (seen: Seen) => Promise<T>): Promise<T> {
  const server: Server = createServer({
    cert: [pemOf(leaves.ec), pemOf(leaves.rsa)],
    key: [leaves.ec.privateKeyPem, leaves.rsa.privateKeyPem],
    ca: pki.rootsPem,
    dhparam: 'auto',
    ciphers: 'ALL:@SECLEVEL=0',
    ...options,
  });
  const seen = { port: 0, completed: 0, errors: [] as string[], connections: 0 };
  server.on('connection', () => seen.connections++);
  server.on('secureConnection', (socket) => {
    seen.completed++;
    socket.on('error', () => undefined);
    socket.resume();
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => seen.errors.push(error.code ?? error.message));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  seen.port = (server.address() as AddressInfo).port;
  try {
    return await work(seen);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function shake(
  { port }: Seen,
  hello: Partial<HelloOptions> & Pick<HelloOptions, 'versions'>,
  options: Partial<HandshakeOptions> = {},
): Promise<Handshake> {
  const endpoint = { address: '127.0.0.1', port };
  return handshake(endpoint, buildHello({ sni: 'localhost', random, ...hello }), {
    id: 'a1',
    goal: 'finished',
    timeouts: { connectMs: 2000, firstReplyMs: 3000, totalMs: 5000 },
    ...options,
  });
}

const tls12 = [tlsVersion['TLSv1.2']];
const tls13 = [tlsVersion['TLSv1.3']];

/** Suites of TLS 1.2 that node's OpenSSL has: each key exchange with each way to protect records. */
const suites = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM', 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256', 'TLS_DHE_RSA_WITH_AES_128_CCM_8', 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_256_CBC_SHA', 'TLS_RSA_WITH_AES_256_CBC_SHA256', 'TLS_RSA_WITH_AES_256_CCM',
] as const; // biome-ignore format: a list

describe('our own client and a server of node', () => {
  it('finish TLS 1.2 with every kind of suite, MAC-then-encrypt and encrypt-then-MAC', async () => {
    await withServer({ maxVersion: 'TLSv1.2' }, async (seen) => {
      let finished = 0;
      for (const name of suites) {
        for (const extra of [[], [{ type: '0x0016', data: '' } as const]]) {
          const { flight } = await shake(seen, { versions: tls12, cipherSuites: [cipherSuite[name]], extra });
          expect(flight, `${name} ${flight.detail}`).to.deep.include({
            end: 'complete',
            finished: true,
            accepted: true,
          });
          expect(cipherSuites.nameOf(flight.negotiated?.cipherSuite ?? 0)).to.equal(name);
          expect(flight.proof?.verdict ?? null).to.equal(name.startsWith('TLS_RSA') ? null : 'valid');
          finished++;
        }
      }
      expect(seen.errors).to.deep.equal([]);
      expect(seen.completed).to.equal(finished);
    });
  });

  it('finish TLS 1.3 with every suite and group that both have', async () => {
    await withServer({ ecdhCurve: 'X25519:P-256:P-384:P-521:X448', minVersion: 'TLSv1.3' }, async (seen) => {
      for (const name of [
        'TLS_AES_128_GCM_SHA256',
        'TLS_AES_256_GCM_SHA384',
        'TLS_CHACHA20_POLY1305_SHA256',
      ] as const) {
        for (const code of [group.x25519, group.secp256r1, group.secp384r1, group.secp521r1, group.x448]) {
          for (const keyShares of [[code], []]) {
            const hello = { versions: tls13, cipherSuites: [cipherSuite[name]], groups: [code], keyShares };
            const { flight } = await shake(seen, hello);
            const what = `${name} ${groups.nameOf(code)} ${flight.detail}`;
            expect(flight, what).to.deep.include({ end: 'complete', finished: true, accepted: true, gap: null });
            expect(flight.helloRetryRequest === null, what).to.equal(keyShares.length > 0);
            expect(flight.negotiated?.group).to.equal(code);
            expect(flight.proof?.verdict).to.equal('valid');
          }
        }
      }
      expect(seen.errors).to.deep.equal([]);
    });
  });

  it('finish with the hello of an ordinary client, however it is cut', async () => {
    await withServer({}, async (seen) => {
      for (const name of ['openssl-3', 'gnutls', 'browser', 'tls12-minimal'] as const) {
        const plan = planOf(makePreset(name, { sni: 'localhost', random }), { preset: name, recordLengths: [50, 1] });
        const { flight, attempt } = await handshake({ address: '127.0.0.1', port: seen.port }, plan, {
          id: 'a1',
          goal: 'finished',
        });
        expect(flight, name).to.deep.include({ end: 'complete', finished: true, detail: null });
        expect(attempt.hello.preset).to.equal(name);
        expect(attempt.records.slice(0, 2)).to.deep.equal([50, 1]);
        expect(attempt.evidence.certificates.server).to.have.length(3);
        expect(attempt.evidence.certificateAbsence.server).to.equal(null);
      }
    });
  });

  it('finish where the server forbids downgrades, and both agree on the protocol', async () => {
    await withServer({ ALPNProtocols: ['h2', 'http/1.1'] }, async (seen) => {
      for (const versions of [tls12, tls13, [...tls12, ...tls13]]) {
        const { flight } = await shake(seen, { versions, alpn: ['http/1.1'] });
        expect(flight).to.deep.include({ end: 'complete', alpn: 'http/1.1' });
      }
    });
  });

  const credentials: Record<string, ClientCredential> = {};
  for (const [name, leaf] of Object.entries({
    rsa: pki.issue({ key: 'RSA-2048', names: ['client rsa'] }),
    ec: pki.issue({ key: 'P-256', names: ['client ec'] }),
  })) {
    credentials[name] = nodeCredential({ chain: derOf(leaf), keyPem: leaf.privateKeyPem });
  }

  for (const versions of [tls12, tls13]) {
    const name = versions === tls12 ? 'TLS 1.2' : 'TLS 1.3';
    it(`agree on a client certificate in ${name}, and say when it is missing`, async () => {
      await withServer({ requestCert: true, rejectUnauthorized: true }, async (seen) => {
        for (const kind of ['rsa', 'ec']) {
          const { flight, attempt, clientCertificateRequired } = await shake(
            seen,
            { versions },
            { credential: credentials[kind] ?? null },
          );
          expect(flight, `${kind} ${flight.detail}`).to.deep.include({
            end: 'complete',
            finished: true,
            accepted: true,
          });
          expect(flight.certificateRequest?.authorities).to.have.length(1);
          expect(attempt.evidence.certificates.client).to.have.length(3);
          expect(clientCertificateRequired).to.equal(null);
        }
        expect(seen.completed).to.equal(2);
        const without = await shake(seen, { versions });
        expect(without.flight.end).to.equal('alert');
        expect(without.clientCertificateRequired).to.equal(true);
        expect(without.flight.certificates).to.have.length(3);
        expect(seen.completed).to.equal(2);
      });
    });

    it(`know in ${name} that no certificate is needed where one is only asked for, or not at all`, async () => {
      for (const requestCert of [true, false]) {
        await withServer({ requestCert, rejectUnauthorized: false }, async (seen) => {
          const { flight, clientCertificateRequired } = await shake(seen, { versions });
          expect(flight).to.deep.include({ end: 'complete', finished: true });
          expect(flight.certificateRequest === null).to.equal(!requestCert);
          expect(clientCertificateRequired).to.equal(false);
        });
      }
    });

    it(`leave each other before the end in ${name} when the flight is all that is wanted`, async () => {
      await withServer({ requestCert: true, rejectUnauthorized: true }, async (seen) => {
        const { flight } = await shake(seen, { versions }, { goal: 'server-flight' });
        expect(flight).to.deep.include({ end: 'complete', finished: false, accepted: false });
        expect(flight.certificates).to.deep.equal(derOf(leaves.ec));
        expect(flight.proof?.verdict).to.equal('valid');
        expect(seen.completed).to.equal(0);
        expect(seen.connections).to.equal(1);
      });
    });
  }

  it('choose the certificate by the signatures that are offered', async () => {
    await withServer({ minVersion: 'TLSv1.3' }, async (seen) => {
      const { flight } = await shake(seen, {
        versions: tls13,
        signatureSchemes: [signatureScheme.rsa_pss_rsae_sha256],
      });
      expect(flight.certificates[0]).to.deep.equal(leaves.rsa.der);
      expect(flight.proof).to.deep.equal({ scheme: signatureScheme.rsa_pss_rsae_sha256, verdict: 'valid' });
    });
  });

  it('give a key log that other programs understand, and no secret anywhere else', async () => {
    await withServer({}, async (seen) => {
      for (const versions of [tls12, tls13]) {
        const lines: string[] = [];
        const result = await shake(seen, { versions }, { onSecret: (line) => lines.push(line) });
        const labels = lines.map((line) => line.split(' ')[0]);
        expect(labels).to.include(versions === tls12 ? 'CLIENT_RANDOM' : 'SERVER_HANDSHAKE_TRAFFIC_SECRET');
        for (const line of lines) expect(line).to.match(/^[A-Z_0-9]+ [0-9a-f]{64} (?:[0-9a-f]{64}|[0-9a-f]{96})\n$/);
        const shown = JSON.stringify(result.attempt);
        for (const line of lines) expect(shown).to.not.contain(line.trim().split(' ')[2]);
      }
    });
  });

  it('refuse a key that does not belong to its certificate, without a word of it', () => {
    const other = pki.issue({ key: 'P-256', names: ['other'] });
    for (const keyPem of [
      other.privateKeyPem,
      'nonsense',
      '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n',
    ]) {
      expect(() => nodeCredential({ chain: derOf(leaves.ec), keyPem }))
        .to.throw()
        .that.satisfies(
          (error: Error & { code: string }) => error.code === 'bad-credential' && !/c2Vj|BEGIN/.test(error.message),
        );
    }
  });
});
