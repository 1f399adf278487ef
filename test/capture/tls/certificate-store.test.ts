import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { bytesFrom } from '../../support/capture/random.ts';
import { contextWith } from './streams.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A packet that came a second after the one before. */
const at = (number: number) => ({ number, time: 1000 * number });

describe('capture tls certificate store', () => {
  it('keeps each certificate once, with its hash and the time it was first seen', () => {
    const { certificates: store } = contextWith();
    const [a, b] = [bytesFrom(1)(801), bytesFrom(2)(1203)];
    const buffer = new Uint8Array(4096);
    for (let i = 0; i < 50; i++) {
      buffer.set(a, i);
      expect(store.add(buffer, i, i + a.length, at(1 + i))).to.equal(sha256(a));
      buffer.set(b, 3 * i);
      expect(store.add(buffer, 3 * i, 3 * i + b.length, at(2 + i))).to.equal(sha256(b));
    }
    expect([...store.entries()].map(({ sha256: hash, firstTime }) => [hash, firstTime])).to.deep.equal([
      [sha256(a), 1000],
      [sha256(b), 2000],
    ]);
    expect(store.get(sha256(a))?.der).to.deep.equal(a);
    expect(store.get('00')).to.equal(undefined);
  });

  it('lists certificates in the order of their first packets, whenever it is told of these', () => {
    const { certificates: store } = contextWith();
    const made = [1, 2, 3].map((seed) => bytesFrom(seed)(90 + seed));
    const packets = [30, 20, 40];
    for (const [i, der] of made.entries()) store.add(der, 0, der.length, at(packets[i] ?? 0));
    const order = (): (readonly [number, number])[] =>
      [...store.entries()].map(({ firstPacket, firstTime }) => [firstPacket, firstTime]);
    const hashes = made.map(sha256);
    store.saw(hashes[0] as string, at(50));
    expect(order()).to.deep.equal([
      [20, 20_000],
      [30, 30_000],
      [40, 40_000],
    ]);
    store.saw(hashes[2] as string, at(10));
    store.saw('00', at(1));
    expect(order()).to.deep.equal([
      [10, 10_000],
      [20, 20_000],
      [30, 30_000],
    ]);
    store.add(made[0] as Uint8Array, 0, 91, at(5));
    expect([...store.entries()].map((entry) => entry.sha256)).to.deep.equal([hashes[0], hashes[2], hashes[1]]);
  });

  it('lists those of one packet in the order in which they came in it', () => {
    const { certificates: store } = contextWith();
    const [a, b, d] = [1, 2, 3].map((seed) => bytesFrom(seed)(90 + seed)) as [Uint8Array, Uint8Array, Uint8Array];
    store.add(b, 0, b.length, at(7));
    for (const der of [d, a, b]) store.add(der, 0, der.length, at(3));
    expect([...store.entries()].map((entry) => entry.sha256)).to.deep.equal([d, a, b].map(sha256));
  });

  it('tells certificates apart that differ in one byte anywhere', () => {
    const { certificates: store } = contextWith();
    const der = bytesFrom(3)(67);
    const seen = new Set([store.add(der, 0, der.length, at(0))]);
    for (let i = 0; i < der.length; i++) {
      const other = der.slice();
      other[i] = (other[i] as number) ^ 1;
      expect(store.add(other, 0, other.length, at(0))).to.equal(sha256(other));
      seen.add(sha256(other));
    }
    expect(store.size).to.equal(68);
    expect(seen.size).to.equal(68);
  });

  it('knows certificates of the same length and end that are more than it keeps in a row', () => {
    const { certificates: store } = contextWith();
    const made = Array.from({ length: 40 }, (_, i) => {
      const der = bytesFrom(4)(100);
      der[0] = i;
      return der;
    });
    for (const time of [2, 1])
      for (const der of made) expect(store.add(der, 0, der.length, at(time))).to.equal(sha256(der));
    expect(store.size).to.equal(40);
    expect(new Set([...store.entries()].map(({ firstPacket }) => firstPacket))).to.deep.equal(new Set([1]));
  });

  it('counts what a limit keeps out, and tells its hash all the same', () => {
    const { certificates: store, counters } = contextWith({
      certificateBytes: 100,
      certificateStoreBytes: 250 + 3 * 7168,
    });
    const sizes = [100, 101, 90, 70, 60];
    for (const [i, size] of sizes.entries()) {
      const der = bytesFrom(10 + i)(size);
      expect(store.add(der, 0, size, at(0))).to.equal(sha256(der));
    }
    expect(store.size).to.equal(3);
    expect(counters.toJSON()).to.deep.equal({ 'certificate-store-full': 1, 'certificate-too-long': 1 });
  });

  it('counts what it makes of a certificate too, so that tiny ones do not fill the memory', () => {
    const { certificates: store } = contextWith({ certificateStoreBytes: 2 ** 16 });
    for (let i = 0; i < 1000; i++) store.add(Uint8Array.of(i >> 8, i), 0, 2, at(0));
    expect(store.size).to.equal(9);
  });

  it('counts what is beyond 4 KiB of a certificate four times, since its names take several times their bytes', () => {
    const { certificates: store } = contextWith({ certificateStoreBytes: 2 ** 20 });
    for (let i = 0; i < 10; i++) store.add(new Uint8Array(60_000).fill(i), 0, 60_000, at(0));
    expect(store.size).to.equal(4);
  });
});
