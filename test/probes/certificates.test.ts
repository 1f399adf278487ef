/** The certificates of servers that hide them: how many connections that takes, and what the server sees of it. */

import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { expect } from 'chai';
import { type CheckOptions, check } from '../../lib/check.ts';
import type { CheckReport } from '../../lib/evidence/index.ts';
import { chainOf, createTestPki, type TestCertificate } from '../../lib/lab/index.ts';

const pki = createTestPki({ now: new Date() });
const pem = (leaf: TestCertificate): string =>
  chainOf(leaf)
    .map((one) => one.pem)
    .join('');
const ec = pki.issue({ key: 'P-256', names: ['localhost'] });
const rsa = pki.issue({ key: 'RSA-2048', names: ['localhost'] });

interface Looked {
  readonly report: CheckReport;
  /** Handshakes that the server finished. */
  readonly completed: number;
  /** All connections that it took. */
  readonly connections: number;
}

async function look(
  options: TlsOptions,
  leaves: readonly TestCertificate[],
  what: CheckOptions = { only: ['certificates'] },
): Promise<Looked> {
  let completed = 0;
  let connections = 0;
  const server = createServer({
    cert: leaves.map(pem),
    key: leaves.map(({ privateKeyPem }) => privateKeyPem),
    ca: pki.rootsPem,
    ...options,
  });
  server.on('secureConnection', (socket) => {
    completed++;
    socket.on('error', () => undefined).resume();
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const report = await check({ host: '127.0.0.1', port }, { ...what, sni: 'localhost', caPem: [pki.rootsPem] });
    return { report, completed, connections };
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

interface Row {
  readonly version: string;
  readonly auth: string;
  readonly chain: readonly { readonly sha256: string }[];
  readonly assessment: { readonly trust: string };
}

function rowsOf({ observations }: CheckReport): readonly Row[] {
  return (observations['certificates']?.value ?? []) as readonly Row[];
}

const demand = { requestCert: true, rejectUnauthorized: true };

describe('certificates that a server hides', () => {
  const cases: readonly [what: string, options: TlsOptions, leaves: readonly TestCertificate[], rows: number][] = [
    ['TLS 1.3 alone', { minVersion: 'TLSv1.3' }, [ec], 1],
    ['TLS 1.3 alone with two certificates', { minVersion: 'TLSv1.3' }, [ec, rsa], 2],
    ['TLS 1.3 alone and a demand for one of ours', { minVersion: 'TLSv1.3', ...demand }, [rsa], 1],
    ['TLS 1.2 alone and a demand for one of ours', { maxVersion: 'TLSv1.2', ...demand }, [ec], 1],
    ['both versions and a demand for one of ours', demand, [rsa], 2],
  ];
  for (const [what, options, leaves, rows] of cases) {
    it(`take two connections at most and no finished handshake: ${what}`, async () => {
      const { report, completed } = await look(options, leaves);
      expect(rowsOf(report)).to.have.length(rows);
      for (const { chain, assessment } of rowsOf(report)) {
        expect(chain).to.have.length(3);
        expect(assessment.trust).to.equal('trusted');
      }
      expect(report.observations['certificates']?.attempts.length).to.be.at.most(2);
      expect(completed).to.equal(0);
    });
  }

  it('are got in a quick look with one connection', async () => {
    const { report, completed } = await look({ minVersion: 'TLSv1.3', ...demand }, [rsa], { quick: true });
    expect(rowsOf(report).map(({ version, auth }) => [version, auth])).to.deep.equal([['TLSv1.3', 'rsa']]);
    expect(report.observations['certificates']?.attempts).to.have.length(1);
    expect(completed).to.equal(0);
  });

  it('are got in a quick look for them alone with two connections in all, the first hello included', async () => {
    const quickly = { only: ['certificates'], quick: true };
    for (const [options, version, most] of [
      [{ minVersion: 'TLSv1.3' }, 'TLSv1.3', 2],
      [{ minVersion: 'TLSv1.3', ...demand }, 'TLSv1.3', 2],
      [demand, 'TLSv1.3', 2],
      [{ maxVersion: 'TLSv1.2', ...demand }, 'TLSv1.2', 1],
    ] as const) {
      const { report, completed, connections } = await look(options, [rsa], quickly);
      expect(rowsOf(report).map((row) => row.version)).to.deep.equal([version]);
      expect(Object.keys(report.observations)).to.deep.equal(['connect', 'certificates']);
      expect([connections, completed]).to.deep.equal([most, 0]);
    }
  });

  it('are all of them found where each version has two', async () => {
    const { report, completed } = await look({}, [ec, rsa]);
    expect(rowsOf(report).map(({ version, auth }) => `${version} ${auth}`)).to.have.members([
      'TLSv1.2 ecdsa',
      'TLSv1.2 rsa',
      'TLSv1.3 ecdsa',
      'TLSv1.3 rsa',
    ]);
    expect(completed).to.equal(0);
  });

  it('are got where the server has only X448', async () => {
    const { report } = await look({ minVersion: 'TLSv1.3', ecdhCurve: 'X448' }, [ec]);
    expect(rowsOf(report)).to.have.length(1);
  });
});
