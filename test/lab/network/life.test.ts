import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { expect } from 'chai';
import { type Lab, ownProgram, startLab } from '../../../lib/lab/index.ts';
import type { HarnessError } from '../../../lib/wire/index.ts';
import { inside, labOrSkip } from './support.ts';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'nothing';
  } catch (error) {
    return (error as HarnessError).code;
  }
};

/** Network namespaces of the nodes, as they are called in /proc. */
const namespacesOf = (pids: readonly number[]): string[] => pids.map((pid) => readlinkSync(`/proc/${pid}/ns/net`));

/** Processes that are in one of the namespaces. */
const processesIn = (namespaces: readonly string[]): string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && namespaces.includes(readlinkSync(`/proc/${name}/ns/net`));
    } catch {
      return false;
    }
  });

const nobodyIn = async (namespaces: readonly string[]): Promise<void> => {
  while (processesIn(namespaces).length > 0) await new Promise((resolve) => setImmediate(resolve));
};

describe('a lab', function () {
  this.timeout(60_000);

  describe('while it runs', () => {
    let lab: Lab;
    before(async function () {
      lab = await labOrSkip(this, 'plain', { hops: 3, faultyHop: 2 });
    });
    after(() => lab?.close());

    it('has nodes in a row, the faulty router among them', () => {
      expect(lab.nodes.map(({ name }) => name)).to.deep.equal(['client', 'router1', 'router2', 'router3', 'server']);
      expect(lab.router.name).to.equal('router2');
      expect(lab.client.interfaces).to.deep.equal(['toserver']);
      expect(lab.router.interfaces).to.deep.equal(['toclient', 'toserver']);
    });

    it('runs programs with their input, output, status and environment', async () => {
      const script = 'cat; echo "$HELLOPROBE_LAB $WORD" >&2; exit 3';
      const result = await lab.run('client', ['sh', '-c', script], { input: 'ja 日本', env: { WORD: 'word' } });
      expect(result).to.deep.equal({
        status: 3,
        signal: null,
        stdout: 'ja 日本',
        stderr: 'plain word\n',
        timedOut: false,
      });
    });

    it('kills a program, and what that has started, when its time is over', async () => {
      const result = await lab.run('client', ['sh', '-c', 'sleep 1000; true'], { timeoutMs: 50 });
      expect(result).to.include({ status: null, signal: 'SIGKILL', timedOut: true });
    });

    it('kills a program when the signal fires', async () => {
      const controller = new AbortController();
      const running = lab.run('client', ['sleep', '1000'], { signal: controller.signal });
      controller.abort(new Error('enough'));
      expect(await running.then(() => null, String)).to.equal('Error: enough');
    });

    it('says that a program or a node does not exist', async () => {
      expect(await codeOf(lab.run('client', ['no-such-program']))).to.equal('cannot-start');
      expect(await codeOf(lab.run('router4', ['true']))).to.equal('unknown-node');
    });

    it('hands signals to the program itself', async () => {
      const script = 'trap "echo ended; exit 4" TERM; echo ready; read -r line';
      const child = lab.spawn('client', ['sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
      let said = '';
      child.stdout?.on('data', (text) => {
        if (said === '') child.kill('SIGTERM');
        said += String(text);
      });
      expect(await once(child, 'close')).to.deep.equal([4, null]);
      expect(said).to.equal('ready\nended\n');
    });

    it('serves several headends at once, also such as are made inside', async () => {
      const first = await lab.serve();
      const second = await lab.serve({ maker: 'silentAbove', args: [100] });
      expect(first.port).to.equal(443);
      expect(second).to.include({ id: 'silent-above-100', host: lab.server.v4, host6: lab.server.v6 });
      await lab.call('client', inside, 'handshake', first.host6, first.port, first.sni, first.rootsPem);
      expect(await first.seen()).to.have.property('connections', 1);
      await second.close();
      expect(await lab.call('client', inside, 'whyRefused', second.host, second.port)).to.equal('ECONNREFUSED');
    });

    it('passes on what goes wrong on a node', async () => {
      expect(await codeOf(lab.serve('no-such' as 'good'))).to.equal('unknown-headend');
      expect(await codeOf(lab.serve({ maker: 'noSuch' }))).to.equal('unknown-headend');
      expect(await codeOf(lab.call('client', inside, 'noSuch'))).to.equal('no-such-function');
      expect(await codeOf(lab.capture('client', { interface: 'none' }))).to.be.oneOf([
        'missing-ability',
        'unknown-interface',
      ]);
      expect(await codeOf(lab.change({ mtu: 1 }))).to.equal('bad-fault');
    });
  });

  it('leaves no process and no namespace behind when it closes', async function () {
    const lab = await labOrSkip(this, 'plain');
    const namespaces = namespacesOf(lab.nodes.map(({ pid }) => pid));
    expect(new Set(namespaces).size).to.equal(3);
    const child = lab.spawn('client', ['sh', '-c', 'sleep 1000 & sleep 1000'], { stdio: 'ignore' });
    await lab.serve('silent');
    const ended = once(child, 'close');
    await Promise.all([lab.close(), lab.close()]);
    await ended;
    expect(processesIn(namespaces)).to.deep.equal([]);
    expect(await codeOf(lab.serve('silent'))).to.equal('lab-ended');
    expect(await codeOf(lab.run('client', ['true']))).to.equal('lab-ended');
  });

  it('closes when its signal fires, and does not start after it', async function () {
    const controller = new AbortController();
    const lab = await labOrSkip(this, 'plain', { signal: controller.signal });
    const namespaces = namespacesOf(lab.nodes.map(({ pid }) => pid));
    controller.abort();
    await lab.close();
    expect(processesIn(namespaces)).to.deep.equal([]);
    expect(await startLab('plain', { signal: controller.signal }).then(() => null, String)).to.contain('AbortError');
  });

  it('ends with the program that started it, also when that is killed', async function () {
    await (await labOrSkip(this, 'plain')).close();
    const [node = '', ...rest] = ownProgram('test/lab/network/holder');
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const child: ChildProcess = spawn(node, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer];
      const namespaces = namespacesOf(JSON.parse(line.toString()) as number[]);
      child.kill(signal);
      await nobodyIn(namespaces);
    }
  });

  it('is there for ordinary users', async function () {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/setpriv')) this.skip();
    await (await labOrSkip(this, 'plain')).close();
    const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
    const child = spawn('setpriv', [...nobody, ...ownProgram('test/lab/network/holder')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => ['null'])])) as [
      Buffer,
    ];
    const pids = JSON.parse(String(line)) as number[] | null;
    // The sources may be where only root can read.
    if (pids === null) this.skip();
    const namespaces = namespacesOf(pids);
    child.kill('SIGKILL');
    await nobodyIn(namespaces);
  });

  it('finds the programs of the system where the PATH is that of ordinary users, and its own programs keep that PATH', async function () {
    await (await labOrSkip(this, 'plain')).close();
    const { PATH } = process.env;
    process.env['PATH'] = '/usr/local/bin:/usr/bin:/bin';
    try {
      await using lab = await startLab('plain');
      expect((await lab.run('client', ['sh', '-c', 'echo "$PATH"'])).stdout).to.equal(`${process.env['PATH']}\n`);
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
