/** DTLS of openssl on loopback, every datagram of it: certificates in fragments, and Finished opened with the key log. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { looksLikeDtls } from '../../../lib/capture/tls/dtls.ts';
import { createTestPki } from '../../../lib/lab/index.ts';
import { KeyLog } from '../../../lib/session/index.ts';
import { contextWith, factsOf, type Sent } from './dtls-datagrams.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('DtlsReader on a handshake of openssl', function () {
  this.timeout(20_000);
  let folder = '';

  before(function () {
    if (!hasOpenssl) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'helloprobe-dtls-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  for (const [cipher, code] of [
    ['ECDHE-ECDSA-AES128-GCM-SHA256', '0xc02b'],
    ['ECDHE-ECDSA-CHACHA20-POLY1305', '0xcca9'],
  ]) {
    it(`reads the chains of both sides and opens Finished: ${cipher}`, async () => {
      const pki = createTestPki({ now: new Date() });
      const leaf = pki.issue({ names: ['vpn.example.test'] });
      const chain = [leaf, ...pki.intermediates.toReversed()];
      const file = (name: string, text = ''): string => {
        const path = join(folder, `${cipher}-${name}`);
        if (text !== '') writeFileSync(path, text);
        return path;
      };
      const key = file('key.pem', leaf.privateKeyPem);
      const issuers = file(
        'issuers.pem',
        chain
          .slice(1)
          .map(({ pem }) => pem)
          .join(''),
      );
      const identity = ['-key', key, '-cert', file('leaf.pem', leaf.pem), '-cert_chain', issuers];
      const roots = file('roots.pem', pki.rootsPem);
      const keyLog = file('keys.log');
      const mtu = ['-dtls1_2', '-mtu', '400'];
      const sent = await exchange(
        [
          's_server',
          ...mtu,
          ...identity,
          '-accept',
          '127.0.0.1:0',
          '-Verify',
          '4',
          '-CAfile',
          roots,
          '-cipher',
          cipher as string,
        ],
        ['s_client', ...mtu, ...identity, '-keylogfile', keyLog],
      );
      for (const [, datagram] of sent) expect(looksLikeDtls(datagram, 0, datagram.length)).to.equal(true);
      const log = new KeyLog();
      log.add(readFileSync(keyLog));
      log.end();
      const context = contextWith({}, log);
      const facts = factsOf(sent, context);
      const expected = chain.map(({ der }) => context.certificates.add(der, 0, der.length, { number: 1, time: 0 }));
      expect(context.certificates.size).to.equal(chain.length);
      expect(facts.certificates).to.deep.equal({ client: expected, server: expected });
      expect(facts).to.deep.include({ complete: true, decrypted: true, resumed: false, malformed: null });
      expect(facts.serverHellos[0]).to.deep.include({ version: 'DTLSv1.2', cipherSuite: code });
      expect(facts.received.map(({ message }) => message)).to.deep.equal([
        'hello-verify-request',
        'server-hello',
        'certificate',
        'server-key-exchange',
        'certificate-request',
        'server-hello-done',
        'new-session-ticket',
        'change-cipher-spec',
        'finished',
      ]);
      expect(facts.clientMessages.map(({ message }) => message).slice(0, 7)).to.deep.equal([
        'client-hello',
        'client-hello',
        'certificate',
        'client-key-exchange',
        'certificate-verify',
        'change-cipher-spec',
        'finished',
      ]);
      expect(context.counters.toJSON()).to.deep.equal({});
    });
  }
});

/** Runs both programs with a relay between them until the client has shaken hands; gives what went through it. */
async function exchange(serverArguments: readonly string[], clientArguments: readonly string[]): Promise<Sent[]> {
  const server = spawn('openssl', serverArguments);
  const relay = createSocket('udp4').bind(0, '127.0.0.1');
  const toServer = createSocket('udp4').bind(0, '127.0.0.1');
  let client: ChildProcess | undefined;
  try {
    await Promise.all([once(relay, 'listening'), once(toServer, 'listening')]);
    const port = Number(await printed(server, /ACCEPT 127\.0\.0\.1:(?<found>\d+)/));
    const sent: Sent[] = [];
    let clientPort = 0;
    relay.on('message', (datagram, from) => {
      clientPort = from.port;
      sent.push([0, Uint8Array.from(datagram)]);
      toServer.send(datagram, port, '127.0.0.1');
    });
    toServer.on('message', (datagram) => {
      sent.push([1, Uint8Array.from(datagram)]);
      relay.send(datagram, clientPort, '127.0.0.1');
    });
    client = spawn('openssl', [...clientArguments, '-connect', `127.0.0.1:${portOf(relay)}`]);
    await printed(client, /Verify return code: (?<found>\d+)/);
    return [...sent];
  } finally {
    client?.kill();
    server.kill();
    relay.close();
    toServer.close();
  }
}

function portOf(socket: Socket): number {
  return socket.address().port;
}

/** The group `found` of the first match in what a program prints. */
function printed(program: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    program.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text)?.groups?.['found'];
      if (found !== undefined) resolve(found);
    });
    program.on('exit', () => reject(new Error(`openssl ended: ${text}`)));
  });
}
