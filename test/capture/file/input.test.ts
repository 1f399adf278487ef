import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { bytesOf, type CaptureInput } from '../../../lib/capture/file/input.ts';
import { HarnessError, toHex } from '../../../lib/wire/index.ts';
import { concat, data } from './files.ts';

async function read(source: CaptureInput): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of bytesOf(source)) parts.push(new Uint8Array(chunk));
  return toHex(concat(parts));
}

async function* counted(state: { open: boolean }): AsyncGenerator<Uint8Array> {
  state.open = true;
  try {
    for (;;) yield data(10);
  } finally {
    state.open = false;
  }
}

/** A stream of browsers that cannot be iterated over. */
function plainStream(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return { getReader: () => source.getReader() } as ReadableStream<Uint8Array>;
}

describe('the bytes of a capture', () => {
  const bytes = data(300);
  const halves = [bytes.subarray(0, 100), bytes.subarray(100)];
  const sources: readonly (readonly [string, () => CaptureInput])[] = [
    ['a Uint8Array', () => bytes],
    ['a part of a larger buffer', () => concat([bytes, bytes]).subarray(300)],
    ['an ArrayBuffer', () => bytes.slice().buffer],
    ['a Blob', () => new Blob([bytes.slice()])],
    ['a web stream', () => ReadableStream.from(halves)],
    ['a web stream that cannot be iterated', () => plainStream(ReadableStream.from(halves))],
    ['a stream of Node.js', () => Readable.from(halves.map((half) => Buffer.from(half)))],
    ['an array of chunks', () => halves],
    ['a generator', () => halves.values()],
    ['a Uint8Array of another realm', () => runInNewContext('Uint8Array.from(a)', { a: [...bytes] }) as Uint8Array],
    [
      'an ArrayBuffer of another realm',
      () => runInNewContext('Uint8Array.from(a).buffer', { a: [...bytes] }) as ArrayBuffer,
    ],
  ];
  for (const [name, source] of sources) {
    it(`come from ${name}`, async () => {
      expect(await read(source())).to.equal(toHex(bytes));
    });
  }

  it('are asked for no more when the reader stops early', async () => {
    const wraps: readonly ((chunks: AsyncGenerator<Uint8Array>) => CaptureInput)[] = [
      (chunks) => chunks,
      (chunks) => ReadableStream.from(chunks),
      (chunks) => plainStream(ReadableStream.from(chunks)),
    ];
    for (const wrap of wraps) {
      const state = { open: false };
      for await (const chunk of bytesOf(wrap(counted(state)))) if (chunk.length > 0) break;
      expect(state.open).to.equal(false);
    }
  });

  it('are waited for until a signal is aborted, also where none ever come', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const silent = new Readable({ read() {} });
    silent.push(data(10));
    let chunks = 0;
    const reading = (async () => {
      for await (const chunk of bytesOf(silent, { signal: controller.signal })) {
        chunks += Math.sign(chunk.length);
        setImmediate(() => controller.abort(reason));
      }
    })();
    expect(await reading.catch((error: unknown) => error)).to.equal(reason);
    expect(chunks).to.equal(1);
    silent.push(null);
    const late = bytesOf(halves, { signal: controller.signal }).next();
    expect(await late.catch((error: unknown) => error)).to.equal(reason);
  });

  it('close the stream that they wait for when the signal is aborted', async () => {
    const reason = new Error('enough');
    const state = { node: false, web: null as unknown };
    const web = () =>
      new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(data(10)), cancel: (why) => void (state.web = why) });
    const node = new Readable({ read() {}, destroy: () => void (state.node = true) });
    node.push(data(10));
    for (const silent of [node, web(), plainStream(web()), { stream: web }]) {
      const controller = new AbortController();
      Object.assign(state, { node: silent !== node && state.node, web: null });
      const reading = (async () => {
        for await (const chunk of bytesOf(silent, { signal: controller.signal })) {
          expect(chunk).to.have.length(10);
          setImmediate(() => controller.abort(reason));
        }
      })();
      expect(await reading.catch((error: unknown) => error)).to.equal(reason);
      expect(state).to.deep.equal({ node: true, web: silent === node ? null : reason });
    }
    const unread = new Readable({ read() {} });
    const late = bytesOf(unread, { signal: AbortSignal.abort(reason) }).next();
    expect(await late.catch((error: unknown) => error)).to.equal(reason);
    expect(unread.destroyed).to.equal(true);
  });

  it('are all read, and the source is closed, with a signal that is never aborted', async () => {
    const { signal } = new AbortController();
    const state = { open: false };
    for await (const chunk of bytesOf(counted(state), { signal })) if (chunk.length > 0) break;
    expect(state.open).to.equal(false);
    const parts: Uint8Array[] = [];
    for await (const chunk of bytesOf(halves, { signal })) parts.push(chunk);
    expect(toHex(concat(parts))).to.equal(toHex(bytes));
  });

  it('do not come from a path, text or anything else', async () => {
    const wrong: unknown[] = ['capture.pcap', 5, null, undefined, {}, ['text'], Readable.from(['text']), [null]];
    for (const source of wrong) {
      const error: unknown = await read(source as CaptureInput).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(HarnessError).with.property('code', 'bad-input');
    }
  });

  it('pass the error of their source on', async () => {
    const error = new RangeError('the network is gone');
    const stream = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(error) });
    expect(await read(stream).catch((reason: unknown) => reason)).to.equal(error);
    expect(
      await read(plainStream(new ReadableStream({ pull: (c) => c.error(error) }))).catch((e: unknown) => e),
    ).to.equal(error);
  });
});
