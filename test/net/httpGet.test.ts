import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { expect } from 'chai';
import { httpGet } from '../../lib/net/index.ts';

const bounds = { maxBytes: 1_000, timeoutMs: 2_000, allowLoopback: true };

describe('a bounded HTTP GET', () => {
  let server: Server;
  let base: string;
  let answer: (response: ServerResponse, path: string) => void;
  const asked: string[] = [];

  before((done) => {
    server = createServer((request, response) => {
      asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
      answer(response, request.url ?? '');
    }).listen(0, '127.0.0.1', () => {
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  it('gives the body of an answer', async () => {
    answer = (response) => response.end('abc');
    expect(await httpGet(`${base}/ca.cer?x=1`, bounds)).to.deep.equal({ body: Buffer.from('abc') });
    expect(asked.at(-1)).to.equal(`${base.slice(7)}/ca.cer?x=1`);
  });

  it('follows no redirect', async () => {
    const before = asked.length;
    answer = (response) => response.writeHead(302, { Location: `${base}/other` }).end();
    expect(await httpGet(base, bounds)).to.deep.equal({ failure: 'http-error' });
    expect(asked).to.have.lengthOf(before + 1);
  });

  it('reads no more than it was told, of an endless body too', async () => {
    answer = (response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4_096)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    };
    expect(await httpGet(base, bounds)).to.deep.equal({ failure: 'too-large' });
  });

  it('ends in time where the answer never does, or never begins', async () => {
    answer = (response) => response.write('a');
    expect(await httpGet(base, { ...bounds, timeoutMs: 60 })).to.deep.equal({ failure: 'timeout' });
    const silent = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const sockets: { destroy(): unknown }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const port = (silent.address() as AddressInfo).port;
    expect(await httpGet(`http://127.0.0.1:${port}/`, { ...bounds, timeoutMs: 60 })).to.deep.equal({
      failure: 'timeout',
    });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('does not speak of anything but an answer over HTTP', async () => {
    const odd = createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => odd.once('listening', resolve));
    const port = (odd.address() as AddressInfo).port;
    expect(await httpGet(`http://127.0.0.1:${port}/`, bounds)).to.deep.equal({ failure: 'unreachable' });
    odd.close();
    const aborted = AbortSignal.abort();
    expect(await httpGet(base, { ...bounds, signal: aborted })).to.deep.equal({ failure: 'unreachable' });
  });

  it('asks plain http:// addresses only', async () => {
    for (const url of [
      'https://a/',
      'ldap://a/',
      'file:///etc/passwd',
      'http://u:p@a/',
      'http://',
      'x',
      `http://a/${'x'.repeat(3_000)}`,
    ])
      expect(await httpGet(url, bounds), url).to.deep.equal({ failure: 'bad-url' });
  });

  it('never dials this machine unasked, link-local addresses or those of cloud metadata, by whatever name', async () => {
    const addresses = ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'];
    const never = [
      '0.0.0.0',
      '169.254.169.254',
      '::',
      'fe80::1',
      '224.0.0.1',
      'fd00:ec2::254',
      '::ffff:169.254.169.254',
    ];
    for (const address of [...addresses, ...never]) {
      const query = () => Promise.resolve([address]);
      expect(
        await httpGet('http://ca.example.test/x', { ...bounds, allowLoopback: false, query }),
        address,
      ).to.deep.equal({
        failure: 'forbidden-address',
      });
    }
    for (const address of never) {
      const query = () => Promise.resolve([address]);
      expect(await httpGet('http://ca.example.test/x', { ...bounds, query }), address).to.deep.equal({
        failure: 'forbidden-address',
      });
    }
    expect(await httpGet('http://[::1]/', { ...bounds, allowLoopback: false })).to.deep.equal({
      failure: 'forbidden-address',
    });
  });
});
