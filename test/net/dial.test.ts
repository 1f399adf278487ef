/** Every way a connection can go, and that nothing of it is left. */

import { expect } from 'chai';
import { type DialOutcome, type DialRequest, dial, maxChunks } from '../../lib/net/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { activeHandles, listen, openDescriptors, type TestServer, unansweringPort, unusedPort } from './servers.ts';

const hello = Uint8Array.from({ length: 64 }, (_, i) => i);

interface Dialled extends DialOutcome {
  readonly received: Uint8Array;
}

/** Dials with short deadlines, collecting what comes; `until` says when it is enough. */
async function dialled(
  server: { address?: string; port: number },
  request: Partial<DialRequest> & { until?: number } = {},
): Promise<Dialled> {
  const { until = Number.POSITIVE_INFINITY, ...given } = request;
  let received = new Uint8Array();
  const outcome = await dial(
    { address: server.address ?? '127.0.0.1', port: server.port },
    {
      writes: [hello],
      connectTimeoutMs: 2000,
      firstReplyTimeoutMs: 60,
      totalTimeoutMs: 4000,
      onBytes(chunk) {
        received = Uint8Array.from([...received, ...chunk]);
        return received.length >= until ? 'enough' : 'more';
      },
      ...given,
    },
  );
  return { ...outcome, received };
}

/** Collects what the client sends; `then` is called when `length` bytes are there. */
function afterHello(
  then: (socket: Parameters<Parameters<typeof listen>[0]>[0]) => void,
  length = hello.length,
): Parameters<typeof listen>[0] {
  return (socket) => {
    let got = 0;
    socket.on('data', (chunk) => {
      got += chunk.length;
      if (got >= length) then(socket);
    });
  };
}

describe('dial', () => {
  let server: TestServer | undefined;
  let handlesBefore: string[];

  beforeEach(async () => {
    await Promise.resolve(); // mocha's own timer of an asynchronous hook runs now, as it will in afterEach
    handlesBefore = activeHandles();
  });

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
    await until(() => activeHandles().length <= handlesBefore.length, 'sockets or timers are left');
  });

  it('hands a hello to the kernel in one write and stops when the reader has enough', async () => {
    const seen: number[] = [];
    let end: string | undefined;
    server = await listen((socket) => {
      socket.on('data', (chunk) => {
        seen.push(chunk.length);
        socket.write('answer');
      });
      socket.on('end', () => (end = 'FIN'));
      socket.on('error', () => (end = 'RST'));
    });
    const outcome = await dialled(server, { until: 6 });
    expect(outcome).to.include({ connect: 'ok', end: 'enough', bytesSent: 64, endedBeforeHello: false, detail: null });
    expect(seen).to.deep.equal([64]);
    expect(outcome.connectMs).to.be.within(0, 2000);
    expect(outcome.replyMs).to.be.within(0, 2000);
    expect(outcome.chunks.map(({ length }) => length)).to.deep.equal([6]);
    await until(() => end !== undefined);
    expect(end).to.equal('FIN');
  });

  it('sends a FIN before it closes, even when the peer is still sending', async () => {
    const ends: string[] = [];
    server = await listen((socket) => {
      socket.on('end', () => ends.push('FIN'));
      socket.on('data', () => {
        socket.write(Buffer.alloc(200_000));
      });
    });
    const outcome = await dialled(server, { until: 1 });
    expect(outcome.end).to.equal('enough');
    await until(() => server?.open.size === 0 || ends.length > 0);
    expect(ends).to.deep.equal(['FIN']);
  });

  it('keeps slices apart, each flushed before the next', async () => {
    const seen: number[] = [];
    server = await listen((socket) => {
      let got = 0;
      socket.on('data', (chunk) => {
        seen.push(chunk.length);
        got += chunk.length;
        if (got === 64) socket.write('!');
      });
    });
    const outcome = await dialled(server, {
      writes: [hello.subarray(0, 1), hello.subarray(1, 6), hello.subarray(6)],
      gapMs: 15,
      until: 1,
    });
    expect(seen).to.deep.equal([1, 5, 58]);
    expect(outcome).to.include({ end: 'enough', bytesSent: 64 });
    expect(outcome.replyMs).to.be.below(outcome.chunks[0]?.at ?? 0);
  });

  it('calls a port on which nobody listens refused', async () => {
    const outcome = await dialled({ port: await unusedPort() });
    expect(outcome).to.include({
      connect: 'refused',
      connectMs: null,
      end: 'not-connected',
      bytesSent: 0,
      replyMs: null,
    });
    expect(outcome.detail).to.match(/^connect ECONNREFUSED 127\.0\.0\.1:\d+\.$/);
  });

  it('calls a connection request that stays without an answer a timeout, at the deadline of the connection', async () => {
    await using unanswering = await unansweringPort();
    const outcome = await dialled(unanswering, { connectTimeoutMs: 50 });
    expect(outcome).to.include({ connect: 'timeout', connectMs: null, end: 'not-connected', bytesSent: 0 });
    expect(outcome.detail).to.equal('No answer to the connection request within 50 ms.');
  });

  it('calls a destination without a route unreachable and names the system error', async () => {
    // RFC 5737 / class E: the kernel refuses it by itself, no packet leaves.
    const outcome = await dialled({ address: '255.255.255.255', port: 9 });
    expect(outcome).to.include({ connect: 'unreachable', end: 'not-connected' });
    expect(outcome.detail).to.match(/^connect E[A-Z]+ /);
  });

  it('calls silence after the hello silent, within the first-reply deadline', async () => {
    server = await listen((socket) => socket.resume());
    const outcome = await dialled(server, { firstReplyTimeoutMs: 50 });
    expect(outcome).to.include({ connect: 'ok', end: 'silent', bytesSent: 64, replyMs: null });
    expect(outcome.waitedMs).to.be.a('number');
    expect(outcome.detail).to.equal('No reply within 50 ms of the last byte sent.');
  });

  it('ends a peer that drips bytes at the total deadline', async () => {
    const drips = new Set<NodeJS.Timeout>();
    server = await listen((socket) => {
      const drip = setInterval(() => socket.write('.'), 5);
      drips.add(drip);
      socket.on('close', () => clearInterval(drip));
    });
    const start = performance.now();
    const outcome = await dialled(server, { totalTimeoutMs: 120 });
    expect(performance.now() - start).to.be.below(1000);
    expect(outcome.end).to.equal('silent');
    expect(outcome.received.length).to.be.above(2);
    expect(outcome.detail).to.match(/^Not finished within 120 ms \(\d+ bytes had come\)\.$/);
    for (const drip of drips) clearInterval(drip);
  });

  it('ends at the total deadline when the peer takes no bytes', async () => {
    server = await listen((socket) => socket.pause());
    const outcome = await dialled(server, {
      writes: [new Uint8Array(2 ** 25)],
      totalTimeoutMs: 120,
      firstReplyTimeoutMs: 60,
    });
    expect(outcome).to.include({ end: 'silent', bytesSent: 0, endedBeforeHello: false });
  });

  it('tells FIN from RST after the hello', async () => {
    server = await listen(afterHello((socket) => socket.end()));
    expect(await dialled(server)).to.include({ end: 'closed', bytesSent: 64, endedBeforeHello: false });
    await server[Symbol.asyncDispose]();
    server = await listen(afterHello((socket) => socket.resetAndDestroy()));
    const reset = await dialled(server);
    expect(reset).to.include({ end: 'reset', bytesSent: 64, endedBeforeHello: false });
    expect(reset.detail).to.equal('read ECONNRESET.');
  });

  it('says so when the peer ended the connection before any byte left', async () => {
    server = await listen((socket) => socket.destroy());
    expect(await dialled(server)).to.include({ connect: 'ok', end: 'closed', bytesSent: 0, endedBeforeHello: true });
    await server[Symbol.asyncDispose]();
    server = await listen((socket) => socket.resetAndDestroy());
    expect(await dialled(server)).to.include({ connect: 'ok', end: 'reset', bytesSent: 0, endedBeforeHello: true });
  });

  it('does not say so when a part of a long hello had left', async () => {
    server = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await dialled(server, { writes: [new Uint8Array(2 ** 25)] })).to.include({
      end: 'reset',
      bytesSent: 0,
      endedBeforeHello: false,
    });
  });

  it('reads what came before the peer closed, though a later slice could not be sent', async () => {
    for (const close of ['destroy', 'resetAndDestroy', 'end'] as const) {
      server = await listen((socket) => socket.once('data', () => socket.write('alert!!', () => socket[close]())));
      const outcome = await dialled(server, { writes: [hello.subarray(0, 5), hello.subarray(5)], gapMs: 20 });
      expect(Buffer.from(outcome.received).toString(), close).to.equal('alert!!');
      expect(outcome.end, close).to.equal(close === 'resetAndDestroy' ? 'reset' : 'closed');
      expect(outcome.bytesSent, close).to.equal(5);
      expect(outcome.replyMs, close).to.equal(null);
      await server[Symbol.asyncDispose]();
    }
  });

  it('keeps an answer that is already there when the loop was too busy to read it between slices', async () => {
    let client: Promise<Dialled> | undefined;
    server = await listen((socket) =>
      socket.once('data', () => {
        socket.write('alert!!');
        socket.resetAndDestroy();
        // The client's gap timer is due before the loop polls again.
        const busyUntil = performance.now() + 30;
        while (performance.now() < busyUntil);
      }),
    );
    client = dialled(server, { writes: [hello.subarray(0, 5), hello.subarray(5)], gapMs: 10 });
    const outcome = await client;
    expect(Buffer.from(outcome.received).toString()).to.equal('alert!!');
    expect(outcome.end).to.equal('reset');
  });

  it('notices a peer that closes its half and leaves ours open', async () => {
    server = await listen(afterHello((socket) => socket.end('bye')));
    const outcome = await dialled(server);
    expect(outcome).to.include({ end: 'closed', detail: null });
    expect(Buffer.from(outcome.received).toString()).to.equal('bye');
  });

  it('reads no more than the cap and says that it was hit', async () => {
    server = await listen((socket) => socket.end(Buffer.alloc(100_000)));
    const outcome = await dialled(server, { maxBytes: 1000 });
    expect(outcome.end).to.equal('limit');
    expect(outcome.received).to.have.length(1000);
    expect(outcome.chunks.reduce((sum, { length }) => sum + length, 0)).to.equal(1000);
    expect(outcome.detail).to.contain('1000 bytes');
  });

  it('keeps the list of chunks short while the peer sends single bytes', async () => {
    const outcome = await manyChunks();
    expect(outcome.chunks).to.have.lengthOf.at.most(maxChunks);
    expect(outcome.chunks.reduce((sum, { length }) => sum + length, 0)).to.equal(outcome.received.length);

    async function manyChunks(): Promise<Dialled> {
      server = await listen((socket) => {
        const send = (): void => {
          if (!socket.destroyed) socket.write('.', () => setImmediate(send));
        };
        send();
      });
      return dialled(server, { until: maxChunks + 200, firstReplyTimeoutMs: 4000 });
    }
  });

  it('gives plain arrays that do not share memory with a later delivery', async () => {
    server = await listen(afterHello((socket) => socket.end('abc')));
    let kind: unknown;
    await dialled(server, {
      onBytes(chunk) {
        kind = chunk.constructor;
        return 'more';
      },
    });
    expect(kind).to.equal(Uint8Array);
  });

  it('stops when the caller aborts: before, while connecting, while waiting', async () => {
    server = await listen((socket) => socket.resume());
    expect(await dialled(server, { signal: AbortSignal.abort() })).to.include({
      connect: 'unseen',
      end: 'aborted',
      bytesSent: 0,
    });
    const connecting = new AbortController();
    const first = dialled(server, { signal: connecting.signal });
    connecting.abort();
    expect(await first).to.include({ connect: 'unseen', end: 'aborted' });
    const waiting = new AbortController();
    const second = dialled(server, { signal: waiting.signal, firstReplyTimeoutMs: 4000 });
    await until(() => (server?.open.size ?? 0) > 0);
    setImmediate(() => waiting.abort());
    expect((await second).end).to.equal('aborted');
  });

  it('lets one signal stop many connections without a warning of node', async () => {
    server = await listen((socket) => socket.resume());
    const at = server;
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, () => dialled(at, { signal, firstReplyTimeoutMs: 20 })));
    process.off('warning', note);
    expect(warnings).to.deep.equal([]);
  });

  it('rejects with what the reader threw, and leaves nothing open', async () => {
    server = await listen(afterHello((socket) => socket.write('x')));
    const bug = new Error('bug in the reader');
    let caught: unknown;
    await dialled(server, {
      onBytes() {
        throw bug;
      },
    }).catch((error: unknown) => (caught = error));
    expect(caught).to.equal(bug);
    await until(() => server?.open.size === 0);
  });

  it('refuses an endpoint that is none', async () => {
    for (const [address, port] of [
      ['localhost', 443],
      ['', 443],
      ['127.0.0.1', 0],
      ['127.0.0.1', 65_536],
      ['127.0.0.1', 1.5],
    ] as const) {
      let caught: unknown;
      await dialled({ address, port }).catch((error: unknown) => (caught = error));
      expect(caught).to.be.instanceOf(HarnessError).with.property('code', 'bad-endpoint');
    }
  });

  it('speaks IPv6', async function () {
    try {
      server = await listen((socket) => socket.end('six'), '::1');
    } catch {
      this.skip();
    }
    expect(await dialled(server, { until: 3 })).to.include({ connect: 'ok', end: 'enough' });
  });

  it('takes deadlines that no timer can hold', async () => {
    server = await listen(afterHello((socket) => socket.write('x')));
    expect(
      await dialled(server, { until: 1, totalTimeoutMs: 1e12, connectTimeoutMs: Number.POSITIVE_INFINITY }),
    ).to.include({ end: 'enough' });
  });

  it('leaves no descriptor behind, however the connections end', async () => {
    const before = openDescriptors();
    const ways = [
      (socket: Parameters<Parameters<typeof listen>[0]>[0]) => socket.destroy(),
      (socket: Parameters<Parameters<typeof listen>[0]>[0]) => socket.resetAndDestroy(),
      (socket: Parameters<Parameters<typeof listen>[0]>[0]) => socket.end('x'.repeat(5000)),
      (socket: Parameters<Parameters<typeof listen>[0]>[0]) => socket.resume(),
    ];
    let count = 0;
    server = await listen((socket) => ways[count++ % ways.length]?.(socket.resume()));
    const at = server;
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 20 }, () => dialled(at, { until: 100, firstReplyTimeoutMs: 20 })));
    }
    await until(() => at.open.size === 0);
    expect(count).to.equal(200);
    if (before !== null) expect(openDescriptors()).to.be.at.most(before + 3);
  });
});

/** Waits for the event loop to make `condition` true. */
async function until(condition: () => boolean, otherwise = 'it never came true'): Promise<void> {
  const deadline = performance.now() + 3000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(otherwise);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
