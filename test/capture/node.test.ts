import { readdirSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileBytes, nodeDigests } from '../../lib/capture/node.ts';
import { portableDigests } from '../../lib/hello/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';

const bytes = Uint8Array.from({ length: 1_300_000 }, (_, i) => (i * 7) & 0xff);

async function read(path: string, signal?: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of fileBytes(path, { signal })) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('the bytes of a file', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'captures-'));
    file = join(folder, 'capture.pcap');
    await writeFile(file, bytes);
    await writeFile(join(folder, 'empty.pcap'), '');
  });
  after(() => rm(folder, { recursive: true }));

  it('come in order, in chunks that are used at once', async () => {
    expect(Buffer.compare(await read(file), bytes)).to.equal(0);
    expect(await read(join(folder, 'empty.pcap'))).to.have.length(0);
  });

  it('share two buffers', async () => {
    const buffers = new Set<ArrayBufferLike>();
    for await (const chunk of fileBytes(file)) {
      buffers.add(chunk.buffer);
      expect(chunk.length).to.be.at.most(2 ** 19);
    }
    expect(buffers.size).to.be.at.most(2);
  });

  it('end with the reason of a signal, and the file is closed', async function () {
    if (process.platform !== 'linux') this.skip();
    const before = openFiles();
    const reason = new Error('enough');
    expect(await read(file, AbortSignal.abort(reason)).catch((error: unknown) => error)).to.equal(reason);
    const controller = new AbortController();
    let chunks = 0;
    const reading = (async () => {
      for await (const chunk of fileBytes(file, { signal: controller.signal })) {
        chunks += Math.sign(chunk.length);
        controller.abort(reason);
      }
    })();
    expect(await reading.catch((error: unknown) => error)).to.equal(reason);
    expect(chunks).to.equal(1);
    for await (const chunk of fileBytes(file)) if (chunk.length > 0) break;
    expect(openFiles()).to.equal(before);
  });

  it('leave turns to timers and signals, however fast they are read', async () => {
    const long = join(folder, 'long.pcap');
    await writeFile(long, '');
    await truncate(long, 2 ** 26);
    const controller = new AbortController();
    setImmediate(() => setImmediate(() => controller.abort('enough')));
    let read = 0;
    const reading = (async () => {
      for await (const chunk of fileBytes(long, { signal: controller.signal })) read += chunk.length;
    })();
    expect(await reading.catch((error: unknown) => error)).to.equal('enough');
    expect(read).to.be.below(2 ** 26);
  });

  it('that cannot be read are told as an unreadable file, with the reason', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [join(folder, 'none.pcap'), /no such file/],
      [folder, /folder/],
      [join(file, 'inside'), /not a folder/],
    ];
    for (const [path, message] of cases) {
      const error: unknown = await read(path).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(HarnessError).with.property('code', 'unreadable-file');
      expect((error as HarnessError).message).to.match(message);
    }
  });
});

describe('the digests of Node.js', () => {
  it('are the portable ones', () => {
    for (const length of [0, 1, 64, 5_000]) {
      const part = bytes.subarray(7, 7 + length);
      expect(nodeDigests.md5(part)).to.equal(portableDigests.md5(part));
      expect(nodeDigests.sha256(part)).to.equal(portableDigests.sha256(part));
    }
  });
});
