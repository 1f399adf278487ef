/** Compressed certificates: what is decompressed, and that a bomb stays small. */

import { execFileSync, spawnSync } from 'node:child_process';
import { brotliCompressSync, deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { decompressCertificate } from '../../lib/session/index.ts';
import { nodeInflate } from '../../lib/session/node.ts';
import { certificateCompressionAlgorithm, compressedCertificate, DecodeError, encode } from '../../lib/wire/index.ts';
import { mutate, randomFrom } from '../wire/mutate.ts';

const { zlib, brotli, zstd } = certificateCompressionAlgorithm;
const content = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) >> 3);
const hasZstd = spawnSync('zstd', ['--version']).status === 0;

/** A frame of one block as it is (RFC 8878 §3.1.1.2): `type` 0 raw, 1 one byte repeated. */
function zstdFrame(size: number, type: 0 | 1, block: Uint8Array, blockSize = size): Uint8Array {
  const header = 1 | (type << 1) | (blockSize << 3);
  const little = (value: number, length: number): number[] => Array.from({ length }, (_, i) => value >>> (8 * i));
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...little(size, 4), ...little(header, 3), ...block);
}

const compressed = new Map<number, Uint8Array>([
  [zlib, deflateSync(content)],
  [brotli, brotliCompressSync(content)],
  [zstd, zstdFrame(content.length, 0, content)],
]);

describe('nodeInflate', () => {
  for (const [name, algorithm] of Object.entries(certificateCompressionAlgorithm)) {
    const bytes = compressed.get(algorithm) as Uint8Array;

    it(`undoes ${name}, up to the length that is accepted`, () => {
      expect(nodeInflate(algorithm, bytes, 3000)).to.deep.equal(content);
      expect(nodeInflate(algorithm, bytes, 5000)).to.deep.equal(content);
      for (const most of [0, 1, 2999]) expect(nodeInflate(algorithm, bytes, most), `${most}`).to.equal(null);
    });

    it(`refuses damaged ${name} without throwing, and gives no more than is accepted`, () => {
      const random = randomFrom(algorithm);
      for (let i = 0; i < 500; i++) {
        expect(nodeInflate(algorithm, mutate(bytes, random), 4000)?.length ?? 0).to.be.at.most(4000);
      }
      for (let length = 0; length < 40; length++) {
        expect(nodeInflate(algorithm, bytes.subarray(0, length), 4000)).to.equal(null);
      }
    });
  }

  it('knows no other algorithm', () => {
    for (const algorithm of [0, 4, 65_535]) expect(nodeInflate(algorithm, deflateSync(content), 4000)).to.equal(null);
  });

  it('undoes zstd as the zstd program makes it, with and without a checksum and a content size', function () {
    if (!hasZstd) this.skip();
    for (const options of [['-19'], ['-1', '--no-check'], ['--no-content-size', '-3']]) {
      for (const input of [content, new Uint8Array(3000), new Uint8Array()]) {
        const bytes = execFileSync('zstd', [...options, '-c', '--no-progress'], { input, stdio: 'pipe' });
        expect(nodeInflate(zstd, bytes, 3000), options.join(' ')).to.deep.equal(input);
        if (input.length > 0) expect(nodeInflate(zstd, bytes, 2999), options.join(' ')).to.equal(null);
        expect(nodeInflate(zstd, Uint8Array.of(...bytes, ...bytes), 6000), 'two frames').to.equal(null);
      }
    }
  });

  it('stays small on bombs', () => {
    const bomb = deflateSync(new Uint8Array(2 ** 24));
    expect(nodeInflate(zlib, bomb, 1000)).to.equal(null);
    expect(nodeInflate(brotli, brotliCompressSync(new Uint8Array(2 ** 24)), 1000)).to.equal(null);
    // The announced size is a lie: the block repeats a byte more often.
    expect(nodeInflate(zstd, zstdFrame(1000, 1, Uint8Array.of(0), 2 ** 20), 1000)).to.equal(null);
    // A window of 3.75 TiB, 1 GiB and 16 MiB, and content of 4 GiB.
    const before = process.memoryUsage().arrayBuffers;
    for (const window of [0xff, 0xa0, 0x70]) {
      const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, window, 0x03, 0, 0, 7);
      expect(nodeInflate(zstd, frame, 1000)).to.equal(null);
    }
    expect(nodeInflate(zstd, zstdFrame(0xffff_ffff, 1, Uint8Array.of(0), 10), 1000)).to.equal(null);
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(2 ** 22);
  });
});

describe('decompressCertificate', () => {
  const message = (algorithm: number, uncompressedLength: number): Uint8Array =>
    encode(compressedCertificate, {
      algorithm,
      uncompressedLength,
      compressedCertificateMessage: compressed.get(algorithm) ?? content,
    });

  it('gives the Certificate message when its length is as announced and accepted', () => {
    for (const algorithm of compressed.keys()) {
      expect(decompressCertificate(message(algorithm, 3000), nodeInflate, 3000)).to.deep.equal(content);
      expect(decompressCertificate(message(algorithm, 3000), nodeInflate, 2999)).to.equal(null);
      expect(decompressCertificate(message(algorithm, 2999), nodeInflate, 4000)).to.equal(null);
      expect(decompressCertificate(message(algorithm, 3001), nodeInflate, 4000)).to.equal(null);
    }
    expect(decompressCertificate(message(9, 3000), nodeInflate, 4000)).to.equal(null);
  });

  it('refuses what is no CompressedCertificate', () => {
    expect(() => decompressCertificate(Uint8Array.of(1, 2, 3), nodeInflate, 4000)).to.throw(DecodeError);
  });
});
