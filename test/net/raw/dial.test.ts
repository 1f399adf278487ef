/** Raw connections to servers of the kernel's TCP on loopback: the same outcomes as `dial`, and nothing left. */

import { expect } from 'chai';
import { type DialOutcome, type DialRequest, dial, type RawVia } from '../../../lib/net/index.ts';
import { type RawSystem, rawDial } from '../../../lib/net/raw/dial.ts';
import { quietPort } from '../../../lib/net/raw/quiet-port.ts';
import { routeTo } from '../../../lib/net/raw/route.ts';
import { type CarrierName, openPost } from '../../../lib/net/raw/station.ts';
import { HarnessError } from '../../../lib/wire/index.ts';
import { activeHandles, listen, type TestServer, unusedPort } from '../servers.ts';
import { openSockets, rawWorks } from './ready.ts';

const hello = Uint8Array.from({ length: 3000 }, (_, i) => i);

interface Dialled extends DialOutcome {
  readonly received: Uint8Array;
}

type Given = Partial<DialRequest> & { until?: number; via?: Partial<RawVia>; carriers?: readonly CarrierName[] };

async function dialled(server: { address?: string; port: number }, given: Given = {}): Promise<Dialled> {
  const { until = Number.POSITIVE_INFINITY, via = {}, carriers = ['raw-socket', 'packet'], ...request } = given;
  const system: RawSystem = {
    routeTo,
    quietPort: (address) => quietPort(address),
    openPost: (pair, listener) => openPost(pair, listener, carriers),
  };
  const received: number[] = [];
  const outcome = await rawDial(
    { address: server.address ?? '127.0.0.1', port: server.port },
    {
      writes: [hello],
      connectTimeoutMs: 2000,
      firstReplyTimeoutMs: 100,
      totalTimeoutMs: 4000,
      onBytes(chunk) {
        received.push(...chunk);
        return received.length >= until ? 'enough' : 'more';
      },
      ...request,
    },
    { kind: 'raw', ...via },
    system,
  );
  return { ...outcome, received: Uint8Array.from(received) };
}

/** A server that answers each client's whole hello with `reply`, and notes how its connections end. */
async function answering(
  reply: Uint8Array,
  address = '127.0.0.1',
): Promise<TestServer & { readonly ends: string[]; got(): number }> {
  const ends: string[] = [];
  let got = 0;
  const server = await listen((socket) => {
    let length = 0;
    socket
      .on('data', (chunk) => {
        got += chunk.length;
        length += chunk.length;
        if (length === hello.length) socket.write(reply);
      })
      .on('end', () => ends.push('FIN'))
      .on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? 'error'));
  }, address);
  return { ...server, ends, got: () => got };
}

describe('rawDial', () => {
  let server: TestServer | undefined;
  let handlesBefore: string[];
  let socketsBefore: number;

  before(async function () {
    // What is opened once in the life of a process is open after this.
    if (!(await rawWorks())) this.skip();
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
  });

  beforeEach(async () => {
    await Promise.resolve(); // mocha's own timer of an asynchronous hook runs now, as it will in afterEach
    handlesBefore = activeHandles();
    socketsBefore = openSockets();
  });

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
    // The ends of the server's sockets close one turn of the event loop later, or two.
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(activeHandles()).to.deep.equal(handlesBefore);
    expect(openSockets()).to.equal(socketsBefore);
  });

  const ways: readonly (readonly [name: string, address: string, carriers: readonly CarrierName[]])[] = [
    ['raw-socket', '127.0.0.1', ['raw-socket']],
    ['AF_PACKET', '127.0.0.1', ['packet']],
    ['AF_PACKET, IPv6', '::1', ['packet']],
  ];
  for (const [name, address, carriers] of ways) {
    it(`talks to a server by ${name}, and leaves with FIN`, async () => {
      const reply = Uint8Array.from({ length: 50_000 }, (_, i) => i * 3);
      const answers = await answering(reply, address);
      server = answers;
      const outcome = await dialled({ address, port: server.port }, { until: reply.length, carriers });
      expect(outcome.received).to.deep.equal(reply);
      expect(outcome).to.deep.include({
        connect: 'ok',
        end: 'enough',
        bytesSent: hello.length,
        endedBeforeHello: false,
        detail: null,
      });
      expect(outcome.wire?.sent).to.deep.include({
        bytes: hello.length,
        acked: hello.length,
        retransmitted: 0,
        lostSegment: null,
      });
      expect(outcome.wire?.inbound).to.deep.include({ bytes: reply.length, acked: reply.length });
      expect(outcome.wire?.path.synAck?.ttl).to.equal(64);
      expect(answers.got()).to.equal(hello.length);
      expect(answers.ends).to.deep.equal(['FIN']);
    });
  }

  it('gives the same outcome as the kernel for what a server may do', async function () {
    this.timeout(30_000);
    const behaviours: Record<string, Parameters<typeof listen>[0]> = {
      silent: (socket) => socket.resume(),
      closes: (socket) => socket.resume().once('data', () => socket.end()),
      resets: (socket) => socket.resume().once('data', () => socket.resetAndDestroy()),
      'closes at once': (socket) => socket.resume().end(),
      answers: (socket) => socket.once('data', () => socket.write('hello')).resume(),
    };
    for (const [name, behaviour] of Object.entries(behaviours)) {
      await using each = await listen(behaviour);
      const request = {
        writes: [hello.subarray(0, 100)],
        firstReplyTimeoutMs: 80,
        totalTimeoutMs: 4000,
        onBytes: () => 'enough' as const,
      };
      const kernel = await dial({ address: '127.0.0.1', port: each.port }, request);
      const raw = await rawDial({ address: '127.0.0.1', port: each.port }, request, { kind: 'raw' });
      const { connect, end, bytesSent } = kernel;
      expect(raw, name).to.deep.include({ connect, end, bytesSent });
      expect(raw.chunks.map(({ length }) => length)).to.deep.equal(kernel.chunks.map(({ length }) => length));
    }
    const nobody = await dialled({ port: await unusedPort() });
    expect(nobody).to.deep.include({ connect: 'refused', end: 'not-connected', connectMs: null });
    expect(nobody.detail).to.match(/answered the SYN with RST\.$/);
  });

  it('announces the MSS that is asked for, and the server keeps to it', async () => {
    server = await answering(new Uint8Array(5000));
    const { wire, received } = await dialled(server, { until: 5000, via: { mss: 600 } });
    expect(received).to.have.length(5000);
    expect(wire?.path.announcedMss).to.equal(600);
    expect(wire?.inbound?.largestAcked === null || wire?.inbound?.largestAcked === 588).to.equal(true);
  });

  it('sends segments out of order, and IP fragments, that the server puts together', async () => {
    for (const via of [
      {
        segments: [
          { from: 1000, to: 3000 },
          { from: 500, to: 1500 },
          { from: 0, to: 600, afterMs: 10 },
        ],
      },
      { fragmentPayload: 256 },
      { timestamps: false, sackPermitted: false, window: 2000 },
    ]) {
      server = await answering(new Uint8Array(10));
      const outcome = await dialled(server, { until: 10, via });
      expect(outcome.end, JSON.stringify(via)).to.equal('enough');
      await server[Symbol.asyncDispose]();
    }
    server = undefined;
  });

  it('runs many connections at once over one pair of sockets', async () => {
    server = await answering(new Uint8Array(4000));
    const { port } = server;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => dialled({ port }, { until: 4000, firstReplyTimeoutMs: 3000 })),
    );
    expect(outcomes.map(({ end }) => end)).to.deep.equal(Array(20).fill('enough'));
  });

  it('can be stopped at any time', async () => {
    server = await listen((socket) => socket.resume());
    const before = await dialled(server, { signal: AbortSignal.abort() });
    expect(before).to.deep.include({ connect: 'unseen', end: 'aborted' });
    const controller = new AbortController();
    const during = await dialled(server, {
      signal: controller.signal,
      firstReplyTimeoutMs: 3000,
      onConnect: () => setImmediate(() => controller.abort()),
    });
    expect(during).to.deep.include({ connect: 'ok', end: 'aborted' });
  });

  it('rejects with what the caller throws, and still cleans up', async () => {
    server = await answering(new Uint8Array(10));
    const oops = new Error('oops');
    const thrown = await dialled(server, {
      onBytes: () => {
        throw oops;
      },
    }).catch((error: unknown) => error);
    expect(thrown).to.equal(oops);
  });

  it('holds a conversation', async () => {
    server = await listen((socket) => socket.on('data', (chunk) => socket.write(`<${chunk.toString()}>`)));
    let text = '';
    let talk: { send(bytes: Uint8Array, flushed: (taken: boolean) => void): void; finish(): void } | undefined;
    const flushed: boolean[] = [];
    const outcome = await dialled(server, {
      writes: [],
      onConnect: (line) => {
        talk = line;
        line.send(Buffer.from('a'), (taken) => flushed.push(taken));
      },
      onBytes: (chunk) => {
        text += Buffer.from(chunk).toString();
        if (text === '<a>') talk?.send(Buffer.from('b'), (taken) => flushed.push(taken));
        else talk?.finish();
        return 'more';
      },
    });
    expect(text).to.equal('<a><b>');
    expect(flushed).to.deep.equal([true, true]);
    expect(outcome).to.deep.include({ end: 'enough', bytesSent: 2 });
  });

  it('tells a recording every packet', async () => {
    server = await answering(new Uint8Array(10));
    const packets: Uint8Array[] = [];
    const tap = {
      connected: () => {},
      sent: () => {},
      received: () => {},
      secret: () => {},
      remark: () => {},
      ended: () => {},
      packet: (bytes: Uint8Array) => packets.push(bytes.slice()),
    };
    await dialled(server, { until: 10, tap });
    const flags = packets.map((packet) => (packet[33] ?? 0) & 0x17);
    expect(flags.slice(0, 3)).to.deep.equal([0x02, 0x12, 0x10]);
    expect(packets.length).to.be.greaterThan(6);
  });

  it('works by raw-socket and nftables alone, where koffi is missing', async function () {
    const probe = await quietPort('127.0.0.1', ['nft']);
    if ('reason' in probe) this.skip();
    await probe.close();
    server = await answering(new Uint8Array(10));
    const outcome = await rawDial(
      { address: '127.0.0.1', port: server.port },
      { writes: [hello], onBytes: () => 'enough' },
      { kind: 'raw' },
      {
        routeTo,
        quietPort: (address) => quietPort(address, ['nft']),
        openPost: (pair, listener) => openPost(pair, listener, ['raw-socket']),
      },
    );
    expect(outcome.end).to.equal('enough');
  });

  it('says what is missing where raw sockets cannot be used', async () => {
    const lack = { reason: 'not-permitted', detail: 'No.', help: 'do this' };
    const system: RawSystem = {
      routeTo,
      quietPort: (address) => quietPort(address),
      openPost: () => Promise.resolve(lack),
    };
    const error: unknown = await rawDial(
      { address: '127.0.0.1', port: 9 },
      { writes: [], onBytes: () => 'more' },
      { kind: 'raw' },
      system,
    ).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(HarnessError).with.property('code', 'missing-ability');
    expect(error).to.have.property('hint', 'Try: do this');
  });

  it('refuses what cannot be sent before it sends anything', async () => {
    const wrong: Partial<RawVia>[] = [
      { mss: 0 },
      { ttl: 256 },
      { window: 70_000 },
      { fragmentPayload: 12 },
      { segments: [{ from: 0, to: 5 }] },
      { retransmissions: -1 },
    ];
    for (const via of wrong) {
      const error: unknown = await dialled({ port: 9 }, { via }).catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify(via)).to.be.instanceOf(HarnessError).with.property('code', 'bad-segments');
    }
    for (const address of ['localhost', 'fe80::1%lo']) {
      const error: unknown = await dialled({ address, port: 9 }).catch((thrown: unknown) => thrown);
      expect(error, address).to.be.instanceOf(HarnessError).with.property('code', 'bad-endpoint');
    }
  });
});
