import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { abilityOf } from '../../lib/net/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The executable as `npm run probe` starts it. */
const program = ['--import', 'tsx', 'lib/cli/main.ts'];
const plainEnvironment = () => ({ ...process.env, LC_ALL: 'C', NO_COLOR: '1' });

function start(words: readonly string[], detached = false) {
  const options = { cwd: root, env: plainEnvironment(), detached };
  const child = spawn(process.execPath, [...program, ...words], options);
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...text }));
  return { child, text, ended };
}

describe('cli: the process', () => {
  it('answers --version with the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
    expect(await start(['--version']).ended).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('exits with 2 and one sentence for a mistake', async () => {
    const { code, stdout, stderr } = await start(['check', 'vpn.example.com:0']).ended;
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr.replaceAll(/^npm warn.*\n/gm, '')).to.equal(
      'helloprobe: The port "0" of the target "vpn.example.com:0" is not a number from 1 to 65535.\n  Error code: bad-port\n',
    );
  });

  it('ends without a word when the reader of its output goes away', async () => {
    const { child, ended } = start(['list', 'ciphers']);
    child.stdout.destroy();
    const { code, stderr } = await ended;
    expect(stderr).to.equal('');
    expect(code).to.equal(141);
  });

  it('says that its output found no room, and exits with 2', function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [...program, 'list', 'ciphers'], {
        cwd: root,
        env: plainEnvironment(),
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      expect(stderr).to.equal(
        'helloprobe: Standard output cannot be written: no space left on the device.\n  Error code: unwritable-file\n',
      );
      expect(status).to.equal(2);
    } finally {
      closeSync(full);
    }
  });

  it('writes the conversations of a live capture as they end, before its input does', async () => {
    const capture = readFileSync(`${root}captures/sftunnel-good.pcapng`);
    for (const format of ['--jsonl', '--json', '--csv']) {
      const { child, text, ended } = start(['pcap', '-', format, '--quiet']);
      child.stdin.write(capture.subarray(0, capture.length - 600));
      const first = (): boolean =>
        text.stdout.split('\n').length > (format === '--csv' ? 2 : 1) && /8305/.test(text.stdout);
      // Without it the test runs out of time: the process waits for more.
      while (!first()) await once(child.stdout, 'data');
      child.stdin.end(capture.subarray(capture.length - 600));
      const { code, stderr } = await ended;
      expect(stderr, format).to.not.match(/^(?!npm).*(?:Error|cannot)/m);
      expect(code, format).to.be.oneOf([0, 1]);
    }
  }).timeout(20_000);

  it('keeps what it has when it is interrupted, and exits with 130', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connected = once(server, 'connection');
    try {
      const { port } = server.address() as AddressInfo;
      const { child, ended } = start(['check', `127.0.0.1:${port}`, '--json', '--timeout', '30']);
      // Should it end without connecting, the expectations below say how.
      await Promise.race([connected, ended]);
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      expect(code, stderr).to.equal(130);
      expect(JSON.parse(stdout)).to.include({ schemaVersion: 1, verdict: 'inconclusive' });
    } finally {
      server.close();
    }
  });

  it('keeps what it has when Ctrl-C at a terminal interrupts a check in a lab, and leaves no lab', async function () {
    for (const id of ['namespaces', 'nft'] as const) if (!(await abilityOf(id)).available) this.skip();
    const { child, text, ended } = start(['lab', 'hello-dropped', '--json', '--timeout', '30'], true);
    while (!text.stderr.includes('planted: ')) await once(child.stderr, 'data');
    // To its whole process group, as a terminal does.
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).to.equal(130);
    expect(JSON.parse(stdout)).to.include({ schemaVersion: 1, command: 'lab' });
  }).timeout(60_000);

  it('gives a program in a lab its own streams, and what it writes nothing of ours', async function () {
    for (const id of ['namespaces', 'nft'] as const) if (!(await abilityOf(id)).available) this.skip();
    const { child, ended } = start(['lab', 'plain', '--quiet', '--', 'tr', 'a-z', 'A-Z']);
    child.stdin.end('to the program');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout, stderr: stderr.replaceAll(/^npm warn.*\n/gm, '') }).to.deep.equal({
      code: 0,
      stdout: 'TO THE PROGRAM',
      stderr: '',
    });
  }).timeout(60_000);
});
