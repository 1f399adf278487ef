/** Client certificates from the command line: shown to servers that ask, and the key in no output. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { expect } from 'chai';
import { check } from '../../lib/check.ts';
import { readCredential } from '../../lib/cli/credential.ts';
import type { CheckReport, ClientAuthValue } from '../../lib/evidence/index.ts';
import { chainOf, createTestPki, type TestCertificate } from '../../lib/lab/index.ts';
import { renderText } from '../../lib/report/index.ts';

const pki = createTestPki({ now: new Date() });
const server = pki.issue({ key: 'P-256', names: ['localhost'] });
const client = pki.issue({ key: 'P-256', names: ['client'] });
const stranger = createTestPki({ now: new Date() }).issue({ key: 'P-256', names: ['client'] });
const pem = (leaf: TestCertificate): string =>
  chainOf(leaf)
    .map((one) => one.pem)
    .join('');

describe('a client certificate given to check', () => {
  let dir = '';
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'helloprobe-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  async function shown(leaf: TestCertificate, options: TlsOptions): Promise<CheckReport> {
    const listening = createServer({
      cert: pem(server),
      key: server.privateKeyPem,
      ca: pki.rootsPem,
      requestCert: true,
      ...options,
    });
    listening.on('secureConnection', (socket) => socket.on('error', () => undefined).resume());
    listening.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = listening.address() as AddressInfo;
      const both = file('both.pem', pem(leaf) + leaf.privateKeyPem);
      const credential = readCredential(both, undefined);
      return await check(
        { host: '127.0.0.1', port },
        { only: ['client-auth'], sni: 'localhost', caPem: [pki.rootsPem], credential },
      );
    } finally {
      await new Promise((resolve) => listening.close(resolve));
    }
  }
  const valueOf = ({ observations }: CheckReport): ClientAuthValue =>
    observations['client-auth']?.value as ClientAuthValue;

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const only = { minVersion: version, maxVersion: version };
    it(`is accepted in ${version}, or not known to be, and its key stands nowhere`, async () => {
      const accepted = await shown(client, only);
      expect(valueOf(accepted)).to.include({ requested: true, required: true });
      expect(valueOf(accepted).ours).to.include({ accepted: true, alert: null });
      const refused = await shown(stranger, only);
      // Node closes without a word: that is no proof of either.
      expect(valueOf(refused).ours).to.include({ accepted: null, alert: null });
      const secret = client.privateKeyPem.split('\n')[1] ?? 'none';
      for (const report of [accepted, refused])
        expect(JSON.stringify(report)).to.not.contain(secret).and.not.contain('PRIVATE KEY');
      expect(renderText(accepted, { language: 'en', colour: false, width: 100 })).to.contain(
        'the certificate given is accepted',
      );
    });
  }

  it('is not spoken of where the server asks for none', async () => {
    expect(valueOf(await shown(client, { requestCert: false })).ours).to.equal(undefined);
  });

  it('is wanted with its own key, in files that can be read', () => {
    const certificate = file('client.pem', pem(client));
    const key = file('client.key', client.privateKeyPem);
    expect(readCredential(certificate, key).chain).to.have.length(chainOf(client).length);
    for (const [cert, other, code] of [
      [undefined, key, 'bad-option'],
      [join(dir, 'none.pem'), key, 'unreadable-file'],
      [certificate, join(dir, 'none.key'), 'unreadable-file'],
      [key, key, 'unreadable-file'],
      [certificate, undefined, 'bad-credential'],
      [certificate, file('other.key', stranger.privateKeyPem), 'bad-credential'],
    ] as const)
      expect(() => readCredential(cert, other))
        .to.throw()
        .which.satisfies(
          (error: { code: string; message: string }) => error.code === code && !/MI[GI]/.test(error.message),
        );
  });
});
