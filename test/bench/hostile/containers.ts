/** Files that are hard to read as files: blocks, options, secrets, times, lengths, compression. */

import { createWriteStream, writeFileSync } from 'node:fs';
import { createGzip, gzipSync } from 'node:zlib';
import { pcapngBlock } from '../../../lib/capture/write/index.ts';
import { concat } from '../../../lib/wire/index.ts';
import { interfaceBlock, sectionHeader, words } from '../../support/capture/hostile/row.ts';
import { pcapHeader, pcapRecord } from '../../support/capture/index.ts';
import { FloodFile } from './floodFile.ts';
import type { Shape } from './flows.ts';
import { helloOf, nameExtension, noise, recordsOf } from './messages.ts';

const million = 1_000_000;

const ng =
  (says: (put: (bytes: Uint8Array) => void) => void): Shape =>
  (path) => {
    const file = new FloodFile(path, { header: new Uint8Array(0) });
    says((bytes) => file.raw(bytes));
    file.close();
  };
const pcap =
  (says: (put: (bytes: Uint8Array) => void) => void): Shape =>
  (path) => {
    const file = new FloodFile(path);
    says((bytes) => file.raw(bytes));
    file.close();
  };
const repeat = (put: (bytes: Uint8Array) => void, bytes: Uint8Array, count: number): void => {
  for (let i = 0; i < count; i++) put(bytes);
};
const option = (code: number, value: Uint8Array): Uint8Array =>
  concat(words((code | (value.length << 16)) >>> 0), value, new Uint8Array(-value.length & 3));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const frame = new Uint8Array(60).fill(2);
const packetBlock = (bytes: Uint8Array, options: Uint8Array = new Uint8Array(0), high = 0x60000, low = 0): Uint8Array =>
  pcapngBlock(
    6,
    concat(words(0, high, low, bytes.length, bytes.length), bytes, new Uint8Array(-bytes.length & 3), options),
  );
const hexOf = (i: number): string => i.toString(16).padStart(64, '0');
/** A line of the NSS format. */
export const keyLine = (i: number, secret = 96): string => `CLIENT_RANDOM ${hexOf(i)} ${'ab'.repeat(secret / 2)}\n`;
const keyLines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => keyLine(from + i)).join('');
const secrets = (body: string): Uint8Array => {
  const bytes = text(body);
  return pcapngBlock(10, concat(words(0x544c534b, bytes.length), bytes, new Uint8Array(-bytes.length & 3)));
};
const hello = recordsOf(22, helloOf({ extensions: nameExtension('vpn.example.com') }));

/** Text that could do harm where it is shown. */
const names = [
  '\u001b[31mred\u001b[0m',
  '<script>alert(1)</script>',
  'a\u0000b',
  '__proto__',
  '\r\nX: y',
  '\u202eexe',
  '\u0085\u009b31m',
  "'; --",
];

/** GiB of this chunk, compressed. */
const bomb =
  (chunk: Uint8Array, count: number, head = pcapHeader()): Shape =>
  (path) => {
    const parts = gzipSync(concat(...Array.from({ length: 64 }, () => chunk)), { level: 9 });
    writeFileSync(path, concat(gzipSync(head), ...Array.from({ length: Math.ceil(count / 64) }, () => parts)));
  };

export const containerShapes: Readonly<Record<string, Shape>> = {
  'sections-20000': ng((put) =>
    repeat(
      put,
      concat(pcapngBlock(0x0a0d0d0a, sectionHeader.subarray(8, 24)), interfaceBlock(1), packetBlock(frame)),
      20_000,
    ),
  ),
  'sections-million': ng((put) => repeat(put, sectionHeader, 3 * million)),
  'sections-interfaces': ng((put) =>
    repeat(put, concat(sectionHeader, interfaceBlock(1), interfaceBlock(101)), million),
  ),
  'interfaces-20000': ng((put) => {
    put(sectionHeader);
    for (let i = 0; i < 20_000; i++) put(interfaceBlock(i & 0xffff));
    repeat(put, packetBlock(frame), 1000);
  }),
  'interfaces-million': ng((put) => {
    put(sectionHeader);
    for (let i = 0; i < 2 * million; i++) put(interfaceBlock(i & 0xffff));
  }),
  'interfaces-options': ng((put) => {
    put(sectionHeader);
    repeat(put, interfaceBlock(1, concat(...Array.from({ length: 15_000 }, () => option(2, new Uint8Array(0))))), 1500);
  }),
  'empty-options': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    const options = concat(...Array.from({ length: 15_000 }, () => option(1, new Uint8Array(0))));
    repeat(put, packetBlock(frame, options), 1500);
  }),
  comments: ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    for (let i = 0; i < 100_000; i++)
      put(packetBlock(frame, option(1, text(`helloprobe ${names[i % names.length]} ${'x'.repeat(900)}`))));
  }),
  'comments-own': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    for (let i = 0; i < 300_000; i++)
      put(
        packetBlock(
          frame,
          option(1, text(`helloprobe: {"attempt":"a${i}","probing":true,"mss":${i},"left":true} ${'x'.repeat(200)}`)),
        ),
      );
  }),
  'comments-long': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    const long = option(1, new Uint8Array(60_000).fill(120));
    repeat(put, packetBlock(frame, concat(long, long, long, long)), 600);
  }),
  'section-comment': ng((put) => {
    const long = option(1, new Uint8Array(60_000).fill(120));
    const body = concat(sectionHeader.subarray(8, 24), ...Array.from({ length: 1500 }, () => long));
    put(pcapngBlock(0x0a0d0d0a, body));
    put(interfaceBlock(1));
  }),
  'blocks-unknown': ng((put) => {
    put(sectionHeader);
    repeat(put, pcapngBlock(0x7777, new Uint8Array(0)), 8 * million);
  }),
  'blocks-numbered': ng((put) => {
    put(sectionHeader);
    repeat(put, pcapngBlock(9, new Uint8Array(4)), 6 * million);
  }),
  'simple-packets': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    repeat(put, pcapngBlock(3, words(0)), 6 * million);
  }),
  'secrets-lines': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    for (let i = 0; i < 100; i++) put(secrets(keyLines(i * 1000, 1000)));
    repeat(put, packetBlock(frame), 1000);
  }),
  'secrets-one-line-blocks': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    for (let i = 0; i < 500_000; i++) put(secrets(keyLine(i)));
  }),
  'secrets-noise': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    repeat(put, secrets('x\n'.repeat(50_000)), 1500);
  }),
  'secrets-huge-line': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    put(secrets(`CLIENT_RANDOM ${'ab'.repeat(8_000_000)}`));
  }),
  'secrets-empty': ng((put) => {
    put(sectionHeader);
    put(interfaceBlock(1));
    repeat(put, secrets(''), 4 * million);
  }),
  'times-wild': (path) => {
    const file = new FloodFile(path, { header: new Uint8Array(0) });
    file.raw(sectionHeader);
    for (let i = 0; i < 256; i++)
      file.raw(interfaceBlock(1, concat(option(9, Uint8Array.of(i)), option(14, noise(8, i)), words(0))));
    const syn = concat(
      new Uint8Array(12),
      Uint8Array.of(8, 0, 0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2),
      Uint8Array.of(4, 0, 1, 187, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0),
    );
    for (let i = 0; i < million; i++) {
      syn[29] = i & 255;
      syn[28] = (i >> 8) & 255;
      file.raw(
        pcapngBlock(
          6,
          concat(
            words(i & 255, Math.imul(i, 2_654_435_761) >>> 0, Math.imul(i, 40_503) >>> 0, syn.length, syn.length),
            syn,
            new Uint8Array(-syn.length & 3),
          ),
        ),
      );
    }
    file.close();
  },
  'times-back': (path) => {
    const file = new FloodFile(path);
    file.gap = -7000;
    for (let i = 0; i < 100_000; i++) file.tcp({ from: i, to: 7, fromPort: 1, toPort: 443 }, { seq: 1 }, hello);
    file.close();
  },
  'caplen-above-origlen': pcap((put) => {
    const record = pcapRecord({ time: 1_772_600_000_000, bytes: concat(frame, hello), length: 20 });
    repeat(put, record, million);
  }),
  'caplen-lies': pcap((put) => {
    const record = pcapRecord({ time: 1_772_600_000_000, bytes: frame, length: 20 });
    repeat(put, record, 100_000);
    put(words(0, 0, 0x7fff_ffff, 0x7fff_ffff));
    repeat(put, record, million);
  }),
  'caplen-zero': pcap((put) => repeat(put, words(0, 0, 0, 0), 8 * million)),
  'gzip-bomb-zeros': bomb(new Uint8Array(2 ** 20), 10_240),
  'gzip-bomb-packets': bomb(
    concat(...Array.from({ length: 4000 }, () => pcapRecord({ time: 1_772_600_000_000, bytes: frame }))),
    10_240,
  ),
  'gzip-bomb-nested': (path) => {
    let bytes: Uint8Array = concat(
      ...Array.from({ length: 2000 }, () => gzipSync(new Uint8Array(2 ** 20), { level: 9 })),
    );
    for (let i = 0; i < 4; i++) bytes = gzipSync(bytes, { level: 9 });
    writeFileSync(path, bytes);
  },
  'gzip-members-empty': (path) => {
    const empty = gzipSync(new Uint8Array(0));
    writeFileSync(path, concat(gzipSync(pcapHeader()), ...Array.from({ length: 100_000 }, () => empty)));
  },
  'gzip-stored-flood': (path) => {
    const out = createGzip({ level: 9 });
    out.pipe(createWriteStream(path));
    out.write(pcapHeader());
    const record = pcapRecord({ time: 1_772_600_000_000, bytes: frame });
    const part = concat(...Array.from({ length: 10_000 }, () => record));
    for (let i = 0; i < 200; i++) out.write(part);
    out.end();
  },
};
