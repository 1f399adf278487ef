/** Presets against the clients they were modelled on, where those are installed in that version. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { decodeHello, type HelloSpec, makePreset, type PresetName, sniOf } from '../../lib/hello/index.ts';
import { HandshakeDeframer, RecordDeframer } from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

/** The ClientHello that a command sends to a port of ours. */
async function helloOf(command: (port: number) => readonly string[]): Promise<HelloSpec> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [program = '', ...args] = command((server.address() as AddressInfo).port);
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
  const exited = once(child, 'exit');
  try {
    const [socket] = (await once(server, 'connection')) as [Socket];
    const records = new RecordDeframer();
    const handshake = new HandshakeDeframer();
    for await (const chunk of socket) {
      const messages = records.push(chunk as Uint8Array).flatMap(({ fragment }) => handshake.push(fragment));
      if (messages[0] !== undefined) return decodeHello(messages[0].raw);
    }
    throw new Error(`${program} closed the connection before its hello`);
  } finally {
    child.kill();
    server.close();
    await exited;
  }
}

/** What is left when everything random is taken out. */
function shape(spec: HelloSpec): object {
  return {
    ...spec,
    random: '',
    sessionId: spec.sessionId.length,
    extensions: spec.extensions?.map((extension) =>
      'keyShares' in extension
        ? extension.keyShares.map(({ group, keyExchange }) => [group, keyExchange.length])
        : extension,
    ),
  };
}

function printed(...command: readonly [string, ...string[]]): string {
  try {
    return execFileSync(command[0], command.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

const sni = 'vpn.example.com';

async function expectSame(name: PresetName, command: (port: number) => readonly string[]): Promise<void> {
  const theirs = await helloOf(command);
  expect(shape(makePreset(name, { sni: sniOf(theirs), random: seededRandom(1) }))).to.deep.equal(shape(theirs));
}

describe('presets and the clients they are modelled on', () => {
  it('openssl-3 is what openssl s_client 3.0 sends, with and without a name', async function () {
    if (!printed('openssl', 'version').startsWith('OpenSSL 3.0.')) this.skip();
    await expectSame('openssl-3', (port) => [
      'openssl',
      's_client',
      '-connect',
      `127.0.0.1:${port}`,
      '-servername',
      sni,
    ]);
    await expectSame('openssl-3', (port) => ['openssl', 's_client', '-connect', `127.0.0.1:${port}`, '-noservername']);
  });

  it('node-20 is what this node sends, when it is version 20', async function () {
    if (!process.version.startsWith('v20.')) this.skip();
    const script = (port: number): string =>
      `require('tls').connect({ port: ${port}, host: '127.0.0.1', servername: '${sni}' }).on('error', () => {})`;
    await expectSame('node-20', (port) => [process.execPath, '-e', script(port)]);
  });

  it('gnutls is what openconnect 9 with GnuTLS 3.7 sends, with and without a name', async function () {
    const version = printed('openconnect', '--version');
    if (!version.startsWith('OpenConnect version v9.') || !/GnuTLS 3\.7\./.test(version)) this.skip();
    await expectSame('gnutls', (port) => ['openconnect', '--non-inter', `https://127.0.0.1:${port}/`]);
    await expectSame('gnutls', (port) => [
      'openconnect',
      '--non-inter',
      `--resolve=${sni}:127.0.0.1`,
      `https://${sni}:${port}/`,
    ]);
  });
});
