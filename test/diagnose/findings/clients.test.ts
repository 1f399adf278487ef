import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type Server } from 'node:tls';
import { expect } from 'chai';
import { clientKinds, clientReactions, isFindingId } from '../../../lib/diagnose/index.ts';
import { chainOf, createTestPki, daysAfter, type TestCertificate } from '../../../lib/lab/index.ts';

const ids = [
  'cert.expired',
  'cert.not-yet-valid',
  'cert.name-mismatch',
  'cert.chain-incomplete',
  'cert.self-signed',
  'cert.untrusted-root',
  'cert.wrong-usage',
];
const reaction = (finding: string, client: string) =>
  clientReactions([{ id: finding }]).find((one) => one.client === client);

describe('what clients say', () => {
  it('is told for every kind of client, each with a source, and only for findings that there are', () => {
    for (const id of ids) {
      expect(isFindingId(id), id).to.equal(true);
      const rows = clientReactions([{ id }, { id }]);
      expect(rows.map(({ client }) => client)).to.deep.equal(clientKinds);
      for (const { source } of rows) expect(source).not.to.equal('');
    }
  });

  it('is not told of what only may hold, or of findings that clients do not see', () => {
    expect(clientReactions([{ id: 'cert.expired', confidence: 'possible' }])).to.deep.equal([]);
    expect(clientReactions([{ id: 'cert.expiring' }, { id: 'path.mtu-reduced' }, { id: '__proto__' }])).to.deep.equal(
      [],
    );
  });

  it('quotes nothing of clients whose words are not known', () => {
    for (const id of ids)
      for (const client of ['browser', 'java'])
        expect(reaction(id, client)).to.include({ words: null, code: null, alert: null });
  });

  describe('is what they do', () => {
    const now = new Date();
    const pki = createTestPki({ now });
    const name = 'vpn.example.com';
    const cases: Readonly<Record<string, { chain: TestCertificate[]; servername: string }>> = {
      'cert.expired': { chain: chainOf(pki.issue({ names: [name], notAfter: daysAfter(now, -1) })), servername: name },
      'cert.name-mismatch': { chain: chainOf(pki.issue({ names: [name] })), servername: 'other.example.com' },
      'cert.chain-incomplete': { chain: [pki.issue({ names: [name] })], servername: name },
      'cert.self-signed': { chain: [pki.issue({ names: [name], issuer: 'self' })], servername: name },
    };
    let server: Server;

    const serve = async (chain: readonly TestCertificate[]): Promise<number> => {
      server = createServer({ cert: chain.map(({ pem }) => pem).join(''), key: chain[0]?.privateKeyPem ?? '' });
      server.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    afterEach((done) => void server.close(() => done()));

    for (const [id, { chain, servername }] of Object.entries(cases)) {
      it(`Node.js has the code of ${id}`, async () => {
        const port = await serve(chain);
        const socket = connect({ host: '127.0.0.1', port, servername, ca: pki.rootsPem });
        const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
        expect(error.code).to.equal(reaction(id, 'node')?.code);
        const words = reaction(id, 'node')?.words?.replace('…', '');
        if (words !== undefined) expect(error.message).to.include(words);
      });

      it(`OpenSSL has the number of ${id}`, async function () {
        if (spawnSync('openssl', ['version']).status !== 0) this.skip();
        const port = await serve(chain);
        const folder = mkdtempSync(join(tmpdir(), 'helloprobe-'));
        try {
          writeFileSync(join(folder, 'ca.pem'), pki.rootsPem);
          const args = [
            's_client',
            '-connect',
            `127.0.0.1:${port}`,
            '-servername',
            servername,
            '-verify_hostname',
            servername,
            '-verify_return_error',
            '-CAfile',
            join(folder, 'ca.pem'),
            '-no-CApath',
            '-no-CAstore',
          ];
          const client = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
          let said = '';
          client.stdout.on('data', (text) => (said += String(text)));
          client.stderr.on('data', (text) => (said += String(text)));
          await new Promise((resolve) => client.once('close', resolve));
          const { code, words } = reaction(id, 'openssl') ?? {};
          expect(said).to.include(`num=${String(code).replace('verify error ', '')}`);
          if (words !== null && words !== undefined) expect(said).to.match(new RegExp(words, 'i'));
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    }
  });
});
