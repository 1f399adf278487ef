import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { createDeflate, createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Counters } from '../../../lib/capture/counters.ts';
import { type Decompressed, decompress, type Inflate } from '../../../lib/capture/file/decompress.ts';
import { inflateGzip } from '../../../lib/capture/file/gzip.ts';
import { hasEngine } from '../../../lib/capture/file/zlib-engine.ts';
import { inflateZstd } from '../../../lib/capture/file/zstd.ts';
import { type CaptureLimits, defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { nodeGunzip, nodeGunzipByStream, nodeUnzstd } from '../../../lib/capture/node.ts';
import { HarnessError, toHex } from '../../../lib/wire/index.ts';
import { mutate, randomFrom } from '../../wire/mutate.ts';
import { concat, data, u32 } from './files.ts';

interface Unpacked extends Pick<Decompressed, 'compression' | 'truncated'> {
  readonly bytes: Uint8Array;
  readonly dropped: Record<string, number>;
}

interface Options {
  readonly chunk?: number;
  readonly inflate?: Inflate;
  readonly limits?: Partial<CaptureLimits>;
}

async function unpack(file: Uint8Array, { chunk = 4096, inflate, limits = {} }: Options = {}): Promise<Unpacked> {
  const counters = new Counters();
  const buffer = Buffer.alloc(chunk);
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.length; at += chunk) {
      const piece = file.subarray(at, at + chunk);
      buffer.set(piece);
      yield buffer.subarray(0, piece.length);
      buffer.fill(0xee);
    }
  }
  const result = await decompress(source(), {
    counters,
    limits: { ...defaultCaptureLimits, ...limits },
    ...(inflate !== undefined && { gunzip: inflate, unzstd: inflate }),
  });
  const parts: Uint8Array[] = [];
  for await (const part of result.chunks) parts.push(new Uint8Array(part));
  const { compression, truncated } = result;
  return { compression, truncated, bytes: concat(parts), dropped: counters.toJSON() };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return error instanceof HarnessError ? `${error.code}: ${error.message}` : String(error);
  }
}

/** A capture compresses like this: 300 KiB, about a third of it noise. */
const noise = randomFrom(5);
const plain = Uint8Array.from({ length: 300_000 }, (_, i) => (i % 100 < 60 ? i % 251 : Math.floor(noise() * 256)));

/** A zstd frame of raw and run-length blocks. */
function zstdFrame(
  blocks: readonly (Uint8Array | readonly [byte: number, times: number])[],
  window = 0x58,
): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, window)];
  blocks.forEach((block, i) => {
    const run = !(block instanceof Uint8Array);
    const field = (i === blocks.length - 1 ? 1 : 0) | (run ? 2 : 0) | ((run ? block[1] : block.length) << 3);
    parts.push(u32(field).subarray(0, 3), run ? Uint8Array.of(block[0]) : block);
  });
  return concat(parts);
}

const skippable = concat([u32(0x184d2a53), u32(5), data(5)]);

describe('a capture that is not compressed', () => {
  it('is passed on as it is, also when it is empty or shorter than a magic number', async () => {
    for (const length of [0, 1, 3, 4, 9000])
      for (const chunk of [1, 7, 4096]) {
        const { compression, bytes, dropped } = await unpack(data(length, 1), { chunk });
        expect({ compression, dropped }).to.deep.equal({ compression: null, dropped: {} });
        expect(bytes).to.deep.equal(data(length, 1));
      }
  });
});

describe('gzip', () => {
  const inflaters: readonly (readonly [string, Inflate])[] = [
    ['DecompressionStream', inflateGzip],
    ['zlib', nodeGunzip],
    ['a stream of zlib', nodeGunzipByStream],
  ];
  for (const [name, inflate] of inflaters) {
    describe(`by ${name}`, () => {
      it('is recognised by its magic number and unpacked, in chunks of any size', async () => {
        const file = gzipSync(plain);
        for (const chunk of [100, 1500, 70_000, file.length]) {
          const { bytes, ...rest } = await unpack(file, { inflate, chunk });
          expect(rest).to.deep.equal({ compression: 'gzip', truncated: false, dropped: {} });
          expect(Buffer.compare(bytes, plain)).to.equal(0);
        }
      });

      it('may have several members', async () => {
        const parts = [plain.subarray(0, 100_000), plain.subarray(100_000)];
        const { bytes, dropped } = await unpack(concat(parts.map((part) => gzipSync(part))), { inflate });
        // The standard of DecompressionStream refuses the second; that is counted.
        const all = name !== 'DecompressionStream' || bytes.length === plain.length;
        expect(dropped).to.deep.equal(all ? {} : { 'truncated-gzip': 1 });
        expect(Buffer.compare(bytes, all ? plain : (parts[0] as Uint8Array))).to.equal(0);
      });

      it('that ends early gives all that can be had of it, and is counted', async () => {
        const file = gzipSync(plain);
        for (const length of [file.length - 1, file.length - 9, 100_000, 70_000, 1000]) {
          const { bytes, truncated, dropped } = await unpack(file.subarray(0, length), { inflate });
          expect({ truncated, dropped }).to.deep.equal({ truncated: true, dropped: { 'truncated-gzip': 1 } });
          const most = gunzipSync(file.subarray(0, length), { finishFlush: 2 });
          expect(bytes.length).to.equal(most.length);
          expect(Buffer.compare(bytes, plain.subarray(0, bytes.length))).to.equal(0);
        }
      });

      it('with damage gives what came before, the same for every size of chunk', async () => {
        const file = gzipSync(plain);
        file.fill(0xff, 100_000, 100_100);
        const whole = await unpack(file, { inflate, chunk: file.length });
        expect(whole.dropped).to.deep.equal({ 'truncated-gzip': 1 });
        expect(whole.bytes.length).to.be.above(100_000);
        // Behind the damage, deflate goes on with wrong bytes until it notices.
        expect(Buffer.compare(whole.bytes.subarray(0, 100_000), plain.subarray(0, 100_000))).to.equal(0);
        expect((await unpack(file, { inflate, chunk: 999 })).bytes.length).to.equal(whole.bytes.length);
      });

      it('with damage far into it loses at most an eighth of what came before, the same for every size of chunk', async () => {
        const long = concat(Array.from({ length: 16 }, () => plain));
        const file = gzipSync(long, { level: 1 });
        const at = file.length - 300_000;
        file.fill(0xff, at, at + 100);
        const whole = await unpack(file, { inflate, chunk: file.length });
        expect(whole.dropped).to.deep.equal({ 'truncated-gzip': 1 });
        expect(whole.bytes.length).to.be.above((7 / 8) * (at / file.length) * long.length);
        for (const chunk of [7001, 2 ** 16, 2 ** 19])
          expect((await unpack(file, { inflate, chunk })).bytes.length, String(chunk)).to.equal(whole.bytes.length);
      });

      it('of which nothing can be unpacked is refused', async () => {
        const file = gzipSync(plain);
        const message = /^not-a-capture: The file looks like gzip, but nothing/;
        expect(await codeOf(unpack(file.subarray(0, 12), { inflate }))).to.match(message);
        expect(await codeOf(unpack(concat([file.subarray(0, 10), data(90, 255)]), { inflate }))).to.match(message);
      });

      it('that is a bomb is stopped', async () => {
        const { bytes, truncated, dropped } = await unpackBomb(inflate);
        expect({ truncated, dropped }).to.deep.equal({ truncated: true, dropped: { 'inflate-ratio': 1 } });
        expect(bytes).to.be.within(2 ** 26 - 2 ** 20, 2 ** 26);
      });
    });
  }

  it('takes no memory for chunks that were read', async () => {
    const taken: ArrayBufferLike[] = [];
    async function* source(): AsyncGenerator<Uint8Array> {
      yield gzipSync(new Uint8Array(2 ** 24));
    }
    for await (const { buffer } of nodeGunzipByStream(source())) taken.push(buffer);
    const bytes = [...new Set(taken)].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).to.be.at.most(2 ** 19);
  });

  it('leaves turns to timers and signals, however fast it is unpacked', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield gzipSync(new Uint8Array(2 ** 25));
    }
    let turned = false;
    setImmediate(() => void (turned = true));
    let before = 0;
    for await (const { length } of nodeGunzip(source())) if (!turned) before += length;
    expect(before).to.be.within(1, 2 ** 24);
  });

  it('is unpacked without a thread where streams of zlib are made as they are known, which is tried', () => {
    expect(hasEngine(createGunzip())).to.equal(true);
    expect(hasEngine(createDeflate())).to.equal(false);
    expect(hasEngine(new PassThrough())).to.equal(false);
  });

  it('passes an error of the source on', async () => {
    for (const [, inflate] of inflaters) {
      async function* source(): AsyncGenerator<Uint8Array> {
        yield gzipSync(plain).subarray(0, 70_000);
        throw new RangeError('the disk is gone');
      }
      const options = { limits: defaultCaptureLimits, counters: new Counters(), gunzip: inflate };
      const { chunks } = await decompress(source(), options);
      expect(await codeOf(drain(chunks))).to.equal('RangeError: the disk is gone');
    }
  });

  it('closes its source when the reader stops early', async () => {
    for (const [, inflate] of inflaters) {
      let closed = false;
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield gzipSync(plain);
        } finally {
          closed = true;
        }
      }
      const options = { limits: defaultCaptureLimits, counters: new Counters(), gunzip: inflate };
      const { chunks } = await decompress(source(), options);
      for await (const chunk of chunks) if (chunk.length > 0) break;
      expect(closed).to.equal(true);
    }
  });
});

describe('zstd', () => {
  it('is unpacked block by block, over frames and skippable frames', async () => {
    const frames = [
      skippable,
      zstdFrame([data(700, 1), [7, 100_000], data(0), data(3, 2)]),
      skippable,
      zstdFrame([data(0)]),
      zstdFrame([[1, 1]]),
      skippable,
    ];
    const expected = concat([data(700, 1), new Uint8Array(100_000).fill(7), data(3, 2), Uint8Array.of(1)]);
    for (const chunk of [1, 7, 4096]) {
      const { bytes, ...rest } = await unpack(concat(frames), { chunk });
      expect(rest).to.deep.equal({ compression: 'zstd', truncated: false, dropped: {} });
      expect(Buffer.compare(bytes, expected)).to.equal(0);
    }
  });

  it('cut anywhere gives its whole blocks, and is counted', async () => {
    const file = concat([zstdFrame([data(30, 1), data(20, 2)]), skippable, zstdFrame([data(10, 3)])]);
    const whole = concat([data(30, 1), data(20, 2), data(10, 3)]);
    const ends = [62, 75];
    for (let length = 60; length < file.length; length++) {
      const { bytes, truncated } = await unpack(file.subarray(0, length));
      expect(toHex(whole).startsWith(toHex(bytes)), String(length)).to.equal(true);
      expect(truncated, String(length)).to.equal(!ends.includes(length));
    }
  });

  it('with a window larger than 32 MiB, or a dictionary, is refused with the command that unpacks it', async () => {
    expect(await codeOf(unpack(zstdFrame([data(9)], 0x80)))).to.match(/^not-a-capture: .* 64 MiB/);
    const dictionary = zstdFrame([data(9)]);
    dictionary[4] = 1;
    expect(await codeOf(unpack(concat([dictionary, data(20)])))).to.match(/^not-a-capture: .*dictionary/);
  });

  it('that is a bomb is stopped', async () => {
    const bomb = zstdFrame(
      Array.from({ length: 4000 }, () => [0, 131_072] as const),
      0x50,
    );
    const { bytes, dropped } = await sizeOf(bomb, inflateZstd);
    expect(dropped).to.deep.equal({ 'inflate-ratio': 1 });
    expect(bytes).to.be.within(2 ** 26 - 2 ** 20, 2 ** 26);
  });

  it('of small blocks in a large window is stopped before it costs more than a few seconds', async () => {
    const bomb = zstdFrame(
      Array.from({ length: 30_000 }, () => [0, 1] as const),
      0x78,
    );
    const { dropped } = await sizeOf(bomb, inflateZstd);
    expect(dropped).to.deep.equal({ 'truncated-zstd': 1 });
  }).timeout(20_000);

  it('changed anywhere, in 1,000 ways, gives bytes and counts', async () => {
    const random = randomFrom(0x25d);
    const file = concat([zstdFrame([data(70, 1), [7, 300], data(30, 2)], 0x08), skippable, zstdFrame([data(9)], 0x08)]);
    for (let i = 0; i < 1000; i++) {
      const changed = mutate(file, random);
      const result = await codeOf(unpack(changed));
      expect(result).to.match(/^(?:none|not-a-capture)/);
    }
  });

  for (const level of ['-1', '-19']) {
    it(`of the zstd program, level ${level}, is unpacked`, async function () {
      const file = zstdProgram(plain, [level]);
      if (file === null) this.skip();
      for (const inflate of [inflateZstd, nodeUnzstd]) {
        const { bytes, ...rest } = await unpack(file, { inflate });
        expect(rest).to.deep.equal({ compression: 'zstd', truncated: false, dropped: {} });
        expect(Buffer.compare(bytes, plain)).to.equal(0);
      }
    });
  }

  it('may have thousands of frames', async () => {
    const file = concat(Array.from({ length: 3000 }, (_, i) => zstdFrame([data(1 + (i % 90), i)], 0x08)));
    const [pure, node] = [await unpack(file, { inflate: inflateZstd }), await unpack(file, { inflate: nodeUnzstd })];
    expect(pure.dropped).to.deep.equal({});
    expect(node).to.deep.equal(pure);
  });

  it('of the zstd program, in several frames, cut or damaged, is unpacked as far as it goes', async function () {
    const file = zstdProgram(plain, []);
    if (file === null) this.skip();
    for (const inflate of [inflateZstd, nodeUnzstd]) {
      const twice = await unpack(concat([file, skippable, file]), { inflate });
      expect(twice.dropped).to.deep.equal({});
      expect(Buffer.compare(twice.bytes, concat([plain, plain]))).to.equal(0);
      const cut = await unpack(file.subarray(0, file.length - 1000), { inflate });
      expect(cut.dropped).to.deep.equal({ 'truncated-zstd': 1 });
      expect(Buffer.compare(cut.bytes, plain.subarray(0, cut.bytes.length))).to.equal(0);
      expect(cut.bytes.length).to.be.above(131_000);
    }
  });
});

function zstdProgram(bytes: Uint8Array, args: readonly string[]): Uint8Array | null {
  const { status, stdout } = spawnSync('zstd', ['-c', ...args], { input: bytes, maxBuffer: 2 ** 26 });
  return status === 0 ? stdout : null;
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

interface Size {
  readonly bytes: number;
  readonly truncated: boolean;
  readonly dropped: Record<string, number>;
}

async function sizeOf(file: Uint8Array, inflate: Inflate): Promise<Size> {
  const counters = new Counters();
  async function* source(): AsyncGenerator<Uint8Array> {
    yield file;
  }
  const result = await decompress(source(), {
    limits: defaultCaptureLimits,
    counters,
    gunzip: inflate,
    unzstd: inflate,
  });
  const bytes = await drain(result.chunks);
  return { bytes, truncated: result.truncated, dropped: counters.toJSON() };
}

async function unpackBomb(inflate: Inflate): Promise<Size> {
  return await sizeOf(gzipSync(new Uint8Array(2 ** 27)), inflate);
}
