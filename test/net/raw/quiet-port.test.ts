/** A port at which the kernel stays silent: for that port only, and only as long as it is held. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { type QuietPort, quietPort } from '../../../lib/net/raw/quiet-port.ts';
import { unusedPort } from '../servers.ts';

/** What the kernel says to a SYN at once; `silence` when it says nothing (its RST on loopback comes within connect(2)). */
async function answer(port: number, address = '127.0.0.1'): Promise<string> {
  const socket = connect({ port, host: address });
  try {
    return await Promise.race([
      once(socket, 'connect').then(() => 'SYN-ACK'),
      once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? 'error'),
      turns(50).then(() => 'silence'),
    ]);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'error';
  } finally {
    socket.on('error', () => {}).destroy();
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function held(address: string, way: QuietPort['how']): Promise<QuietPort | null> {
  const port = await quietPort(address, [way]);
  return 'reason' in port ? null : port;
}

/** A process that holds a quiet port and tells which. */
async function holder(way: QuietPort['how']): Promise<{ child: ChildProcess; port: number }> {
  const code = `
    const { quietPort } = await import(${JSON.stringify(new URL('../../../lib/net/raw/quiet-port.ts', import.meta.url).href)});
    const held = await quietPort('127.0.0.1', ['${way}']);
    console.log(held.port);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, port: Number(text.toString()) };
}

describe('a quiet port', () => {
  for (const [address, name] of [
    ['127.0.0.1', 'IPv4'],
    ['::1', 'IPv6'],
  ] as const) {
    it(`answers nothing while it is held, and RST afterwards (filter, ${name})`, async function () {
      const port = await held(address, 'filter');
      if (port === null) this.skip();
      expect(await answer(port.port, address)).to.equal('silence');
      expect(await answer(await unusedPort()), 'others answer').to.equal('ECONNREFUSED');
      await port.close();
      expect(await answer(port.port, address)).to.equal('ECONNREFUSED');
    });
  }

  it('is another one for every connection', async function () {
    const ports = await Promise.all(Array.from({ length: 10 }, () => held('127.0.0.1', 'filter')));
    if (ports.includes(null)) this.skip();
    expect(new Set(ports.map((port) => port?.port)).size).to.equal(10);
    for (const port of ports) await port?.close();
  });

  it('is an ordinary port again after SIGKILL (filter)', async function () {
    const probe = await held('127.0.0.1', 'filter');
    if (probe === null) this.skip();
    await probe.close();
    const { child, port } = await holder('filter');
    expect(await answer(port)).to.equal('silence');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await answer(port)).to.equal('ECONNREFUSED');
  });

  it('sends no RST by a rule of nftables, which goes with its holder, also after SIGKILL', async function () {
    const port = await held('127.0.0.1', 'nft');
    if (port === null) this.skip();
    expect(rules()).to.include(`helloprobe_${process.pid}_${port.port}`);
    await port.close();
    expect(rules()).not.to.include(`helloprobe_${process.pid}_${port.port}`);

    const { child, port: other } = await holder('nft');
    const table = `helloprobe_${child.pid}_${other}`;
    expect(rules()).to.include(table);
    child.kill('SIGKILL');
    await once(child, 'close');
    for (let tries = 0; tries < 200 && rules().includes(table); tries++) await turns(10);
    expect(rules()).not.to.include(table);
  });
});

function rules(): string {
  return spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout ?? '';
}
