import { readdirSync } from 'node:fs';
import { connect } from 'node:tls';
import { expect } from 'chai';
import { createTestPki, type HeadendSpec, startHeadend } from '../../lib/lab/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { connectRaw, handshake, helloMessage, helloRecords, until } from './support.ts';

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('lab: starting and stopping headends', () => {
  it('takes a row by its id and closes at the end of an `await using` block', async () => {
    let port: number;
    {
      await using headend = await startHeadend('tls13-only');
      port = headend.port;
      expect(headend.spec.id).to.equal('tls13-only');
      expect((await handshake(headend)).protocol).to.equal('TLSv1.3');
    }
    const late = await connectRaw({ host: '127.0.0.1', port });
    expect(await late.ended).to.equal('reset');
  });

  it('answers a request of HTTP once the handshake is done, so that HTTP clients see that it is', async () => {
    await using headend = await startHeadend('good');
    const { host, port, sni: servername, rootsPem: ca } = headend;
    const ask = async (line: string): Promise<string> => {
      const socket = connect({ host, port, servername, ca });
      socket.end(`${line}\r\n\r\n`);
      let response = '';
      for await (const chunk of socket) response += String(chunk);
      return response;
    };
    expect(await ask('GET / HTTP/1.1')).to.match(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)*\r\nThe handshake is done\.\n$/);
    expect(await ask('HEAD / HTTP/1.1')).to.match(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)*\r\n$/);
    expect(await ask('hello')).to.equal('');
  });

  it('takes a row of the caller', async () => {
    const spec: HeadendSpec = {
      id: 'mine',
      title: { en: 'Mine', ja: '自作' },
      behaviour: { kind: 'tls', certificates: [{ names: ['mine.example.test'] }] },
      sni: 'mine.example.test',
      expect: [],
      verdictHint: 'clean',
    };
    await using headend = await startHeadend(spec);
    expect(headend.sni).to.equal('mine.example.test');
    expect(await handshake(headend)).to.include({ unauthorized: null, error: null });
  });

  it('uses the PKI it is given, and shares one otherwise', async () => {
    const pki = createTestPki({ now: new Date(), organisation: 'Mine' });
    await using mine = await startHeadend('tls13-only', { pki });
    await using shared = await startHeadend('tls13-only');
    await using sharedToo = await startHeadend('silent');
    expect(mine.rootsPem).to.equal(pki.rootsPem);
    expect(shared.rootsPem).to.equal(sharedToo.rootsPem).and.not.equal(mine.rootsPem);
    expect((await handshake(mine)).unauthorized).to.equal(null);
  });

  it('listens on ::1 when asked to', async function () {
    const headend = await startHeadend('tls13-only', { host: '::1' }).catch(() => this.skip());
    try {
      expect((await handshake(headend)).unauthorized).to.equal(null);
    } finally {
      await headend.close();
    }
  });

  it('counts connections and hellos while they come', async () => {
    await using headend = await startHeadend('tls13-only');
    const idle = await connectRaw(headend);
    await handshake(headend);
    expect(headend.seen.connections).to.equal(2);
    expect(headend.seen.helloLengths).to.have.length(1);
    const raw = await connectRaw(headend);
    raw.socket.write(helloRecords(helloMessage({ length: 333 })));
    await until(() => headend.seen.helloLengths.length === 2);
    expect(headend.seen.helloLengths[1]).to.equal(333);
    idle.socket.destroy();
    raw.socket.destroy();
  });

  it('ends every connection when it closes, and closes only once', async () => {
    const headend = await startHeadend('good');
    const idle = await connectRaw(headend);
    const secure = connect({ host: headend.host, port: headend.port, servername: headend.sni, ca: headend.rootsPem });
    const secureEnded = new Promise((resolve) => secure.once('close', resolve));
    secure.on('error', () => undefined);
    await new Promise((resolve) => secure.once('secureConnect', resolve));
    const closing = headend.close();
    expect(headend.close()).to.equal(closing);
    await Promise.all([closing, headend[Symbol.asyncDispose](), idle.ended, secureEnded]);
  });

  it('closes when its signal fires, and does not start when it has fired', async () => {
    const controller = new AbortController();
    const headend = await startHeadend('silent', { signal: controller.signal });
    const client = await connectRaw(headend);
    controller.abort();
    await client.ended;
    await headend.close();
    expect(await failureOf(startHeadend('silent', { signal: AbortSignal.abort() }))).to.have.property(
      'name',
      'AbortError',
    );
  });

  it('refuses an unknown id and an address that is not its own in one clear sentence', async () => {
    const unknown = await failureOf(startHeadend('toString' as 'good'));
    expect(unknown).to.be.instanceOf(HarnessError).with.property('code', 'unknown-headend');
    expect(unknown).to.have.property('hint').that.includes('expired');
    const mistyped = await failureOf(startHeadend('slient' as 'silent'));
    expect(mistyped).to.have.property('hint', 'Did you mean silent?');
    const elsewhere = await failureOf(startHeadend('silent', { host: '192.0.2.1' }));
    expect(elsewhere).to.be.instanceOf(HarnessError).with.property('code', 'cannot-listen');
  });

  it('leaves no descriptor behind after 50 starts with clients in every state', async function () {
    const openFiles = (): number => readdirSync('/proc/self/fd').length;
    try {
      openFiles();
    } catch {
      this.skip();
    }
    const ids = [
      'tls13-only',
      'silent',
      'slow-bytes-200ms',
      'endless-warnings',
      'serial',
      'late-100ms',
      'one-byte-records',
    ] as const;
    const cycle = async (id: (typeof ids)[number]): Promise<void> => {
      const headend = await startHeadend(id);
      const [idle, half, asked] = await Promise.all([connectRaw(headend), connectRaw(headend), connectRaw(headend)]);
      half.socket.write(Uint8Array.of(22, 3, 1));
      asked.socket.write(helloRecords(helloMessage()));
      await until(() => headend.seen.helloLengths.length === 1);
      await headend.close();
      await Promise.all([idle.ended, half.ended, asked.ended]);
    };
    for (const id of ids) await cycle(id);
    const before = openFiles();
    for (let i = 0; i < 50; i++) await cycle(ids[i % ids.length] ?? 'silent');
    expect(openFiles()).to.be.at.most(before);
  });
});
