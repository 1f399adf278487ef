/** Real servers on loopback answer every preset and every key share. Skipped without the openssl command. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect } from 'chai';
import {
  buildHello,
  type HelloSpec,
  makePreset,
  type PresetName,
  padTo,
  planOf,
  presets,
  writesOf,
} from '../../lib/hello/index.ts';
import {
  alerts,
  concat,
  decode,
  group,
  groups,
  HandshakeDeframer,
  isHelloRetryRequest,
  RecordDeframer,
  serverHello,
} from '../../lib/wire/index.ts';
import { seededRandom } from './support.ts';

/** Port that s_server says it listens on; its output is drained from then on. */
function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = '';
    server.once('exit', () => reject(new Error('s_server ended before it listened')));
    server.stdout?.on('data', (chunk) => {
      printed += String(chunk);
      const [, found] = /ACCEPT \S*:(\d+)/.exec(printed) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
  });
}

/** First thing the server at this port says to the hello. */
async function answerTo(port: number, spec: HelloSpec): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const records = new RecordDeframer();
  const handshake = new HandshakeDeframer();
  try {
    socket.write(concat(...writesOf(planOf(spec))));
    for await (const chunk of socket) {
      for (const { type, fragment } of records.push(chunk as Uint8Array)) {
        if (type === 21) return `alert ${alerts.nameOf(fragment[1] as number)}`;
        const [message] = handshake.push(fragment);
        if (message === undefined) continue;
        if (message.type !== 2) return `message ${message.type}`;
        return isHelloRetryRequest(decode(serverHello, message.body)) ? 'hello-retry-request' : 'server-hello';
      }
    }
    return 'closed';
  } finally {
    socket.destroy();
  }
}

const answersOf = async (port: number): Promise<Record<string, string>> => {
  const answers: Record<string, string> = {};
  for (const name of Object.keys(presets) as PresetName[]) {
    answers[name] = await answerTo(port, makePreset(name, { sni: 'vpn.example.com', random: seededRandom(1) }));
  }
  return answers;
};

const helloFromAll = {
  ...Object.fromEntries(Object.keys(presets).map((name) => [name, 'server-hello'])),
  'hrr-puller': 'hello-retry-request',
};

describe('real servers', () => {
  let folder = '';
  let openssl: ChildProcess | undefined;
  let port = 0;

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), 'hello-'));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=vpn.example.com'];
    try {
      execFileSync('openssl', ['req', '-x509', ...key, '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], {
        stdio: 'ignore',
      });
    } catch {
      this.skip();
    }
    const offered = 'X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192';
    const files = ['-cert', join(folder, 'cert'), '-key', join(folder, 'key')];
    openssl = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...files, '-groups', offered], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    port = await portOf(openssl);
  });

  after(async () => {
    if (openssl !== undefined && openssl.exitCode === null) {
      openssl.kill();
      await once(openssl, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('answer each preset: OpenSSL', async () => {
    expect(await answersOf(port)).to.deep.equal(helloFromAll);
  });

  it('accept a key share of each group: OpenSSL', async () => {
    const known = [
      'x25519',
      'secp256r1',
      'secp384r1',
      'secp521r1',
      'x448',
      'ffdhe2048',
      'ffdhe3072',
      'ffdhe4096',
    ] as const;
    for (const name of [...known, 'ffdhe6144', 'ffdhe8192'] as const) {
      const spec = buildHello({ versions: [0x0304], groups: [group[name]], random: seededRandom(3) });
      expect(await answerTo(port, spec), groups.nameOf(group[name])).to.equal('server-hello');
    }
  });

  it('answer hellos of every size and padding: OpenSSL', async () => {
    const spec = makePreset('hrr-puller', { sni: 'vpn.example.com', random: seededRandom(1) });
    for (const size of [182, 256, 511, 512, 1414, 4096, 16_000]) {
      expect(await answerTo(port, padTo(spec, size)), `${size} bytes`).to.equal('hello-retry-request');
    }
  });

  it('answer each preset: node', async () => {
    const server = createServer({ key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await answersOf((server.address() as AddressInfo).port)).to.deep.equal(helloFromAll);
    } finally {
      server.close();
      await once(server, 'close');
    }
  });
});
