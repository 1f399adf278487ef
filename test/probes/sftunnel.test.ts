import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { check } from '../../lib/check.ts';
import type { SftunnelValue } from '../../lib/evidence/index.ts';
import {
  createTestPki,
  type HeadendId,
  internalCa,
  labDeviceUuid,
  labManagerUuid,
  startHeadend,
} from '../../lib/lab/index.ts';
import { rootSet } from '../../lib/x509/index.ts';
import { nodeVerify } from '../../lib/x509/node.ts';
import { observeAt } from './support.ts';

const noRoots = { trust: { roots: rootSet([]), verify: nodeVerify } };

/** A server of OpenSSL that asks after the handshake, as far as a python with ssl is here. */
async function startPython(test: Mocha.Context): Promise<{ readonly port: number; close(): Promise<void> }> {
  const [leaf, folder] = [
    createTestPki({ now: new Date() }).issue({ names: ['localhost'] }),
    mkdtempSync(join(tmpdir(), 'pha-')),
  ];
  writeFileSync(join(folder, 'cert.pem'), leaf.pem);
  writeFileSync(join(folder, 'key.pem'), leaf.privateKeyPem);
  const python = spawn('python3', ['-c', asksLater], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => {
    python.once('error', () => resolve());
    python.once('close', () => resolve());
  });
  const line = new Promise<string>((resolve) =>
    python.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  const port = Number(await Promise.race([line, ended.then(() => '')]));
  const close = async (): Promise<void> => {
    python.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(port > 0)) {
    await close();
    test.skip();
  }
  return { port, close };
}

const asksLater = `
import socket, ssl, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_3
context.load_cert_chain('cert.pem', 'key.pem')
context.load_verify_locations('cert.pem')
context.verify_mode = ssl.CERT_REQUIRED
context.post_handshake_auth = True
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
def serve(raw):
    try:
        with context.wrap_socket(raw, server_side=True) as tls:
            tls.verify_client_post_handshake()
            tls.write(b'x')
            tls.read(1)
    except Exception:
        pass
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
`;

/** Ids of the findings of low or above, with their confidence. */
async function judged(id: HeadendId, options: { readonly withCa?: boolean } = {}): Promise<Record<string, string>> {
  await using headend = await startHeadend(id);
  const { findings } = await check(headend, {
    only: ['sftunnel'],
    timeouts: { firstReplyMs: 400 },
    ...(options.withCa === true ? { caPem: [headend.rootsPem] } : {}),
  });
  return Object.fromEntries(findings.map((finding) => [finding.id, finding.confidence]));
}

describe('probe sftunnel', () => {
  it('tells who the peer is, whose CA signed it and what it asks for, without credentials', async () => {
    const { value, run } = await observeAt('sftunnel-good', ['sftunnel'], noRoots);
    const { chains, ca, clientCertificate, ...rest } = value('sftunnel');
    expect(rest).to.deep.equal({
      peer: 'answers',
      tls12: true,
      tls13: false,
      identity: { role: 'sftunnel', uuid: labDeviceUuid, managerUuid: labManagerUuid },
    });
    expect(chains.map(({ version, how, chain }) => [version, how, chain.length])).to.deep.equal([
      ['TLSv1.2', 'plain', 2],
    ]);
    expect(ca).to.include({ how: 'sent', signed: true });
    expect(ca?.certificate).to.include({ version: 1, serial: '00', isCa: false });
    expect(clientCertificate.when).to.equal('handshake');
    expect(clientCertificate.authorities).to.deep.equal([
      `O=Cisco Systems\\, Inc,CN=${labManagerUuid},OU=Intrusion Management System,title=InternalCA`,
    ]);
    expect(run.connections).to.be.at.most(4);
  });

  it('takes the InternalCA from the roots given where it is not sent, and says whether it signed', async () => {
    const unsent = await observeAt('sftunnel-expired-ca-unsent', ['sftunnel'], noRoots);
    expect(unsent.value('sftunnel').ca).to.equal(null);
    const given = await observeAt('sftunnel-expired-ca-unsent', ['sftunnel']);
    expect(given.value('sftunnel').ca).to.include({ how: 'given', signed: true });
    const other = createTestPki({ now: new Date() });
    const stranger = internalCa(other, { validToDays: 100 });
    const reissued = other.issue({ issuer: 'self', subject: stranger.subject, version: 1 });
    const trust = { roots: rootSet([reissued.der]), verify: nodeVerify };
    const wrong = await observeAt('sftunnel-expired-ca-unsent', ['sftunnel'], { trust });
    expect(wrong.value('sftunnel').ca).to.include({ how: 'given', signed: false });
  });

  it('reads what TLS 1.3 hides, and says that TLS 1.2 is not spoken', async () => {
    const { value } = await observeAt('sftunnel-tls13', ['sftunnel']);
    const { tls12, tls13, identity, clientCertificate } = value('sftunnel');
    expect([tls12, tls13, identity?.uuid]).to.deep.equal([false, true, labDeviceUuid]);
    expect(clientCertificate).to.include({ when: 'handshake', required: true });
  });

  it('says that a certificate is asked for after the handshake, and of which CA', async () => {
    const { value } = await observeAt('sftunnel-post-handshake', ['sftunnel']);
    const { tls13, identity, ca, clientCertificate } = value('sftunnel');
    expect([tls13, identity?.uuid, ca?.signed]).to.deep.equal([true, labDeviceUuid, true]);
    expect(clientCertificate).to.include({ when: 'post-handshake', required: true });
    expect(clientCertificate.authorities[0]).to.match(/title=InternalCA$/);
  });

  it('sees post-handshake authentication of OpenSSL too', async function () {
    const peer = await startPython(this);
    const headend = { host: '127.0.0.1', port: peer.port };
    try {
      const report = await check(headend, { only: ['sftunnel'], timeouts: { firstReplyMs: 1000 } });
      const value = report.observations['sftunnel']?.value as SftunnelValue;
      expect(value.clientCertificate.when).to.equal('post-handshake');
    } finally {
      await peer.close();
    }
  }).timeout(20_000);

  it('says that a peer refuses, and that an ordinary server is none of sftunnel', async () => {
    const refusing = await observeAt('sftunnel-refuses', ['sftunnel']);
    expect(refusing.value('sftunnel')).to.include({ peer: 'refuses', identity: null });
    const web = await observeAt('tls12-only', ['sftunnel']);
    expect(web.value('sftunnel')).to.include({ peer: 'answers', identity: null, ca: null });
    expect(web.value('sftunnel').clientCertificate.when).to.equal('never');
    const silent = await observeAt('silent', ['sftunnel']);
    expect(silent.value('sftunnel').peer).to.equal('other');
  }).timeout(10_000);
});

describe('an sftunnel that is probed', () => {
  it('is clean where nothing is wrong: no host name is matched, no public root is missed', async () => {
    expect(await judged('sftunnel-good')).to.deep.equal({});
    expect(await judged('sftunnel-tls13')).to.deep.equal({});
    expect(await judged('sftunnel-post-handshake')).to.deep.equal({});
  });

  it('has an expired CA, proven where the CA was sent or given, and likely where the leaf alone tells', async () => {
    const leaf = { 'sftunnel.certificate-expired': 'proven' };
    expect(await judged('sftunnel-expired-ca')).to.deep.equal({ ...leaf, 'sftunnel.ca-expired': 'proven' });
    expect(await judged('sftunnel-expired-ca-unsent')).to.deep.equal({ ...leaf, 'sftunnel.ca-expired': 'likely' });
    expect(await judged('sftunnel-expired-ca-unsent', { withCa: true })).to.deep.equal({
      ...leaf,
      'sftunnel.ca-expired': 'proven',
    });
    expect(await judged('sftunnel-expiring-ca')).to.have.keys('sftunnel.ca-expiring', 'sftunnel.certificate-expiring');
  });

  it('refuses, on whatever port it was asked for', async () => {
    expect(await judged('sftunnel-refuses')).to.deep.equal({
      'handshake.reset': 'proven',
      'sftunnel.peer-refuses': 'likely',
    });
  });

  it('has another CA than the one given by that name: likely a mismatch', async () => {
    const stranger = createTestPki({ now: new Date() });
    const named = internalCa(stranger, {});
    const other = stranger.issue({ issuer: 'self', subject: named.subject, version: 1 });
    await using headend = await startHeadend('sftunnel-expired-ca-unsent');
    const { findings } = await check(headend, { only: ['sftunnel'], caPem: [other.pem] });
    const mismatch = findings.find(({ id }) => id === 'sftunnel.ca-mismatch');
    expect(mismatch).to.include({ confidence: 'likely' });
    expect(mismatch?.evidence[0]?.text).to.match(/its key did not sign/);
  });
});
