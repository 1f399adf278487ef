import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { recipes } from '../../captures/make.ts';
import type { CaptureInput } from '../../lib/capture/index.ts';
import { analyzeCapture, captureEvents } from '../../lib/captures.ts';
import type { CaptureEvent, CaptureReport } from '../../lib/evidence/index.ts';
import { analyzeLog } from '../../lib/logs.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';

const now = new Date('2026-03-05T00:00:00Z');
const captures = recipes.map(({ name, make }) => ({ name, bytes: make() }));

/** Without the time it took. */
async function resultOf(input: CaptureInput): Promise<string> {
  const { startedAt: _started, finishedAt: _finished, ...result } = await analyzeCapture(input, { now, name: 'x' });
  return JSON.stringify(result);
}

function* inChunks(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

describe('captures: input in any form', () => {
  for (const size of [1, 7, 1500, 65_536]) {
    it(`gives the same result in chunks of ${size} bytes as in one`, async () => {
      for (const { name, bytes } of captures) {
        expect(await resultOf(inChunks(bytes, size)), name).to.equal(await resultOf(bytes));
      }
    });
  }

  it('does not look at a chunk again once the next is asked for', async () => {
    for (const { name, bytes } of captures) {
      const reused = function* (): Generator<Uint8Array> {
        const buffer = new Uint8Array(600);
        for (let at = 0; at < bytes.length; at += buffer.length) {
          const part = bytes.subarray(at, at + buffer.length);
          buffer.set(part);
          yield buffer.subarray(0, part.length);
          buffer.fill(0xee);
        }
      };
      expect(await resultOf(reused()), name).to.equal(await resultOf(bytes));
    }
  });

  it('takes streams of Node.js and of the web, blobs, buffers and gzip', async () => {
    const bytes = captures[0]?.bytes ?? new Uint8Array();
    const whole = await resultOf(bytes);
    const forms: CaptureInput[] = [
      Readable.from([...inChunks(bytes, 1000)]),
      new Blob([bytes]),
      new Blob([bytes]).stream(),
      bytes.slice().buffer,
      [bytes.subarray(0, 99), bytes.subarray(99)],
    ];
    for (const form of forms) expect(await resultOf(form)).to.equal(whole);
    const unpacked = JSON.parse(await resultOf(gzipSync(bytes))) as CaptureReport;
    expect(unpacked.source.compression).to.equal('gzip');
    expect({ ...unpacked, source: { ...unpacked.source, compression: null } }).to.deep.equal(JSON.parse(whole));
  });

  it('calls a File by its name, unless it is told another one', async () => {
    const bytes = captures[0]?.bytes ?? new Uint8Array();
    const nameOf = async (source: CaptureInput, name?: string): Promise<string> =>
      (await analyzeCapture(source, { now, ...(name === undefined ? {} : { name }) })).source.name;
    expect(await nameOf(new File([bytes], 'ticket.pcapng'))).to.equal('ticket.pcapng');
    expect(await nameOf(new File([bytes], 'ticket.pcapng'), 'mine')).to.equal('mine');
    expect(await nameOf(new File([bytes], ''))).to.equal('capture');
    expect(await nameOf(new Blob([bytes]))).to.equal('capture');
    expect((await analyzeLog(new File(['x'], 'sftunnel.log'))).sources[0]?.name).to.equal('sftunnel.log');
  });

  it('shows of no prefix more than of the whole', async function () {
    this.timeout(120_000);
    for (const { name, bytes } of captures) {
      const whole = shownIn(await analyzeCapture(bytes, { now }));
      const step = Math.max(1, bytes.length >> 5);
      for (let length = 200; length < bytes.length; length += step) {
        const shown = shownIn(await analyzeCapture(bytes.subarray(0, length), { now }));
        for (const [what, count] of Object.entries(shown)) {
          expect(count, `${name}, ${what} in the first ${length} bytes`).to.be.at.most(whole[what] ?? 0);
        }
      }
    }
  });

  it('reads at most maxBytes, and says so', async () => {
    const bytes = captures[0]?.bytes ?? new Uint8Array();
    const report = await analyzeCapture(inChunks(bytes, 100), { now, maxBytes: 2_000 });
    expect(report.counters.dropped).to.include({ 'size-limit': 1 });
    expect(report.counters.packets).to.be.lessThan((await analyzeCapture(bytes, { now })).counters.packets);
  });

  it('lists at most maxConversations, judges all, and counts the rest', async () => {
    const bytes = captures.find(({ name }) => name === 'sftunnel-expired')?.bytes ?? new Uint8Array();
    const [whole, short] = [
      await analyzeCapture(bytes, { now }),
      await analyzeCapture(bytes, { now, limits: { maxConversations: 1 } }),
    ];
    expect(whole.conversations).to.have.length(2);
    expect(short.conversations).to.have.length(1);
    expect(short.counters.dropped).to.include({ 'conversations-not-listed': 1 });
    expect(short.findings).to.deep.equal(whole.findings);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const run = async (): Promise<void> => {
      const bytes = captures[0]?.bytes ?? new Uint8Array();
      for await (const { type } of captureEvents(inChunks(bytes, 100), { now, signal: stop.signal })) {
        seen.push(type);
        stop.abort(new Error('enough'));
      }
    };
    const outcome = await run().then(
      () => 'finished',
      (error: unknown) => (error as Error).message,
    );
    expect(outcome).to.equal('enough');
    expect(seen).to.deep.equal(['source', 'progress']);
  });

  it('tells of a capture whose reading breaks off how much that was', async () => {
    for (const { name, bytes } of captures) {
      const part = bytes.subarray(0, bytes.length >> 1);
      const vanishes = function* (): Generator<Uint8Array> {
        yield part;
        throw new Error('gone');
      };
      const events: CaptureEvent[] = [];
      const run = async (): Promise<void> => {
        for await (const event of captureEvents(vanishes(), { now })) events.push(event);
      };
      expect(await run().catch((error: unknown) => (error as Error).message), name).to.equal('gone');
      const last = events.at(-1) as CaptureEvent & { readonly type: 'progress' };
      const { counters } = await analyzeCapture(part, { now });
      const tlsConversations = events.filter(({ type }) => type === 'conversation').length;
      expect(last, name).to.include({ type: 'progress', bytes: part.length, packets: counters.packets });
      const { packets, bytes: captured, tcpFlows } = counters;
      expect(last.counters, name).to.deep.include({ packets, bytes: captured, tcpFlows, tlsConversations });
    }
    const nothing = (): Promise<unknown> => captureEvents(new Uint8Array(5_000), { now }).next();
    expect(await nothing().catch((error: unknown) => (error as { code: string }).code)).to.equal('not-a-capture');
  });

  it('tells conversations while a chunk is read, however large it is', async () => {
    const trace = new Trace();
    for (let i = 0; i < 600; i++) {
      const talk = new Talk(trace, { client: { address: `10.1.${i >> 8}.${i & 255}`, port: 40_000 } }).connect();
      talk.send('client', helloRecord(tls12Hello(i, 'host.example.com')));
      talk.close('client');
    }
    const stop = new AbortController();
    let told = 0;
    const run = async (): Promise<void> => {
      for await (const { type } of captureEvents([trace.toPcapng()], { now, signal: stop.signal })) {
        if (type !== 'conversation') continue;
        told++;
        stop.abort(new Error('enough'));
      }
    };
    expect(await run().catch((error: unknown) => (error as Error).message)).to.equal('enough');
    expect(told).to.be.within(1, 300);
  });

  it('refuses options that make no sense', async () => {
    const wrong = [{ maxBytes: 0 }, { ports: [70_000] }, { limits: { flows: 0 } }, { now: new Date(Number.NaN) }];
    for (const options of wrong) {
      const code = await analyzeCapture(new Uint8Array(), options).catch(
        (error: unknown) => (error as { code: string }).code,
      );
      expect(code, JSON.stringify(options)).to.equal('bad-option');
    }
  });
});

function shownIn({ conversations, certificates }: CaptureReport): Record<string, number> {
  return {
    conversations: conversations.length,
    hellos: conversations.reduce((sum, c) => sum + (c.clientHello === null ? 0 : 1) + c.moreClientHellos.length, 0),
    certificates: certificates.length,
    sent: conversations.reduce((sum, c) => sum + c.certificates.server.length + c.certificates.client.length, 0),
  };
}
