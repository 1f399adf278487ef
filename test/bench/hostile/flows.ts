/** Floods of connections: half open, meaningless, each with a hello, a certificate or an alert of its own. */

import { concat } from '../../../lib/wire/index.ts';
import { FloodFile, type Way } from './floodFile.ts';
import {
  certificatesOf,
  extensionOf,
  helloOf,
  helloRandom,
  helloSuites,
  ManyCertificates,
  nameExtension,
  noise,
  put16,
  put32,
  recordsOf,
  serverHelloOf,
  u16,
} from './messages.ts';

export type Shape = (path: string) => void;

const million = 1_000_000;
const server = 0xc612_0001;
const syn = 0x02;
const ack = 0x10;

/** The i-th client of one server. */
export const wayOf = (i: number, to = server, toPort = 443): Way => ({
  from: (0x0a00_0000 + Math.imul(i, 7)) >>> 0,
  to,
  fromPort: 1024 + (i % 60_000),
  toPort,
});
export const back = ({ from, to, fromPort, toPort }: Way): Way => ({
  from: to,
  to: from,
  fromPort: toPort,
  toPort: fromPort,
});

const flood =
  (each: (file: FloodFile, i: number) => void, count = million, isV6 = false): Shape =>
  (path) => {
    const file = new FloodFile(path, { isV6 });
    for (let i = 0; i < count; i++) each(file, i);
    file.close();
  };

const hello = recordsOf(22, helloOf({ extensions: nameExtension('vpn.example.com') }));
const own = (record: Uint8Array, i: number): Uint8Array => {
  put32(record, helloRandom, i);
  return record;
};

/** SYN, SYN-ACK and what the sides then say, in turns. */
function talk(file: FloodFile, way: Way, said: readonly Uint8Array[], isn = 1000, ends = true): void {
  const other = back(way);
  file.tcp(way, { seq: isn, ack: 0, flags: syn });
  file.tcp(other, { seq: 5000, ack: isn + 1, flags: syn | ack });
  const seq = [isn + 1, 5001];
  for (const [i, bytes] of said.entries()) {
    const d = i % 2;
    if (bytes.length > 0)
      for (let at = 0; at < bytes.length; at += 60_000) {
        const part = bytes.subarray(at, at + 60_000);
        file.tcp(d === 0 ? way : other, { seq: seq[d] as number, ack: seq[1 - d] as number }, part);
        seq[d] = ((seq[d] as number) + part.length) >>> 0;
      }
  }
  if (ends) file.tcp(way, { seq: seq[0] as number, ack: seq[1] as number, flags: 0x14 });
}

/** Hellos of 60 KB, no two alike. */
const longHellos =
  (make: (i: number) => Uint8Array, count: number): Shape =>
  (path) => {
    const file = new FloodFile(path);
    for (let i = 0; i < count; i++) talk(file, wayOf(i), [make(i)]);
    file.close();
  };

const named = (i: number): string => `host-${String(i).padStart(7, '0')}.example.com`;
const namedHello = recordsOf(22, helloOf({ extensions: nameExtension(named(0)) }));
const nameAt = Buffer.from(namedHello).indexOf('host-') + 5;
function helloNamed(i: number): Uint8Array {
  for (let k = 0, rest = i; k < 7; k++, rest = Math.floor(rest / 10)) namedHello[nameAt + 6 - k] = 48 + (rest % 10);
  return own(namedHello, i);
}

const manyCertificates = new ManyCertificates();
const serverFlight = (i: number): Uint8Array =>
  recordsOf(22, concat(serverHelloOf(), certificatesOf(manyCertificates.number(i))));
const alertRecord = (code: number): Uint8Array => Uint8Array.of(21, 3, 3, 0, 2, 2, code);
const tinyCertificate = (i: number): Uint8Array => {
  const bytes = Uint8Array.of(0x30, 4, 0, 0, 0, 0);
  put32(bytes, 2, i);
  return bytes;
};

const suites = new Uint8Array(60_000);
for (let i = 0; i < suites.length; i += 2) put16(suites, i, i / 2 + 0x1000);
const longSuites = recordsOf(22, helloOf({ suites }));
const manyExtensions = concat(...Array.from({ length: 15_000 }, (_, i) => concat(u16(0x1000 + i), u16(0))));
const longExtensions = recordsOf(22, helloOf({ extensions: manyExtensions }));
const longAlpn = recordsOf(
  22,
  helloOf({
    extensions: extensionOf(
      16,
      concat(u16(60_000), ...Array.from({ length: 15_000 }, () => Uint8Array.of(3, 97, 98, 99))),
    ),
  }),
);
const groups = extensionOf(10, concat(u16(60_000), suites));
const longGroups = recordsOf(22, helloOf({ extensions: groups }));
const longName = recordsOf(22, helloOf({ extensions: nameExtension('x'.repeat(60_000)) }));

/** Copied: the record is also part of other shapes. */
function changed(record: Uint8Array, at: number, i: number): Uint8Array {
  const copy = record.slice();
  put32(copy, at, i);
  return own(copy, i);
}

const requestOf = (i: number): Uint8Array => {
  const name = new TextEncoder().encode(String(i).padStart(8, '0'));
  const dn = concat(Uint8Array.of(0x30, 19, 0x31, 17, 0x30, 15, 6, 3, 0x55, 4, 3, 0x0c, 8), name);
  const list = concat(...Array.from({ length: 20 }, () => concat(u16(dn.length), dn)));
  return concat(Uint8Array.of(1, 1, 0, 2, 4, 1), u16(list.length), list);
};

export const flowShapes: Readonly<Record<string, Shape>> = {
  'syn-v4': flood((file, i) => file.tcp(wayOf(i), { seq: i, flags: syn })),
  'syn-v6': flood((file, i) => file.tcp(wayOf(i), { seq: i, flags: syn }), million, true),
  'syn-servers': flood((file, i) => file.tcp(wayOf(7, 0x0b00_0000 + i), { seq: i, flags: syn })),
  'syn-ports': flood((file, i) => file.tcp(wayOf(7, 0x0b00_0000 + (i >> 16), i & 0xffff), { seq: i, flags: syn })),
  'syn-refused': flood((file, i) => {
    file.tcp(wayOf(i, 0x0b00_0000 + (i % 5000)), { seq: i, ack: 0, flags: syn });
    file.tcp(back(wayOf(i, 0x0b00_0000 + (i % 5000))), { seq: 0, ack: i + 1, flags: 0x14 });
  }, million / 2),
  'synack-v4': flood((file, i) => file.tcp(wayOf(i), { seq: i, flags: syn | ack })),
  'ack-v4': flood((file, i) => file.tcp(wayOf(i), { seq: i, ack: i * 3, flags: ack })),
  'ack-v6': flood((file, i) => file.tcp(wayOf(i), { seq: i, ack: i * 3, flags: ack }), million, true),
  'rst-v4': flood((file, i) => file.tcp(wayOf(i), { seq: i, flags: 0x04 })),
  'fin-v4': flood((file, i) => file.tcp(wayOf(i), { seq: i, flags: 0x11 })),
  'noise-v4': flood((file, i) => file.tcp(wayOf(i), { seq: i }, noise(40, i))),
  'all-flags': flood((file, i) =>
    file.tcp(wayOf(i % 1000), { seq: i * 977, ack: i * 31, flags: i & 0xff }, noise(i % 9, i)),
  ),
  'hello-v4': flood((file, i) => file.tcp(wayOf(i), { seq: i }, own(hello, i))),
  'hello-v6': flood((file, i) => file.tcp(wayOf(i), { seq: i }, own(hello, i)), million, true),
  'hello-servers': flood((file, i) => file.tcp(wayOf(i, 0x0b00_0000 + i), { seq: i }, own(hello, i))),
  'hello-open': flood((file, i) => talk(file, wayOf(i), [own(hello, i)], i, false), 300_000),
  'hello-reset': flood((file, i) => talk(file, wayOf(i), [own(hello, i)], i), 300_000),
  'hello-offers': flood((file, i) => file.tcp(wayOf(i), { seq: i }, changed(hello, helloSuites, i))),
  'hello-lists': flood((file, i) => {
    const hellos = Array.from({ length: 16 }, (_, k) => helloNamed(16 * i + k).slice());
    talk(file, wayOf(i), [concat(...hellos)], 1000, false);
  }, 30_000),
  'hello-names': flood((file, i) => file.tcp(wayOf(i), { seq: i }, helloNamed(i))),
  'hello-cut': flood((file, i) => file.tcp(wayOf(i), { seq: i }, own(hello, i).subarray(0, 50))),
  'hello-bad': flood((file, i) => file.tcp(wayOf(i), { seq: i }, changed(hello, 44, 0xffff_ffff - i))),
  'names-alerts': flood((file, i) => talk(file, wayOf(i), [helloNamed(i), alertRecord(i % 120)]), 300_000),
  alerts: flood((file, i) => talk(file, wayOf(i), [own(hello, i), alertRecord(i & 0xff)]), 300_000),
  'versions-chosen': flood(
    (file, i) => talk(file, wayOf(i), [own(hello, i), recordsOf(22, serverHelloOf({ suite: i & 0xffff }))]),
    300_000,
  ),
  'reset-after-hello-servers': flood((file, i) => {
    const way = wayOf(i, 0x0b00_0000 + i);
    talk(file, way, [own(hello, i)], i, false);
    file.tcp(back(way), { seq: 5001, ack: i + 1 + hello.length, flags: 0x14 });
  }, 300_000),
  certificates: flood((file, i) => talk(file, wayOf(i), [own(hello, i), serverFlight(i)]), 150_000),
  'certificates-names': flood((file, i) => talk(file, wayOf(i), [helloNamed(i), serverFlight(i)]), 150_000),
  'certificates-tiny': flood(
    (file, i) =>
      talk(file, wayOf(i), [own(hello, i), recordsOf(22, concat(serverHelloOf(), certificatesOf(tinyCertificate(i))))]),
    300_000,
  ),
  'certificates-32': flood((file, i) => {
    const list = Array.from({ length: 32 }, (_, k) => manyCertificates.number(32 * i + k).slice());
    talk(file, wayOf(i), [own(hello, i), recordsOf(22, concat(serverHelloOf(), certificatesOf(...list)))]);
  }, 10_000),
  requests: flood((file, i) => {
    const request = concat(Uint8Array.of(13), Uint8Array.of(0, 0, 0));
    const body = concat(Uint8Array.of(1, 1), u16(2), Uint8Array.of(4, 1), requestOf(i).subarray(6));
    request.set([body.length >> 16, body.length >> 8, body.length], 1);
    talk(file, wayOf(i), [own(hello, i), recordsOf(22, concat(serverHelloOf(), request, body))]);
  }, 150_000),
  'long-suites': longHellos((i) => changed(longSuites, helloSuites, i), 3000),
  'long-suites-10000': longHellos((i) => changed(longSuites, helloSuites, i), 10_000),
  'long-suites-end': longHellos((i) => changed(longSuites, longSuites.length - 6, i), 3000),
  'long-extensions': longHellos((i) => changed(longExtensions, longExtensions.length - 4, i << 16), 3000),
  'long-alpn': longHellos((i) => changed(longAlpn, helloSuites, i), 3000),
  'long-groups': longHellos((i) => changed(longGroups, longGroups.length - 4, i), 3000),
  'long-name': longHellos((i) => changed(longName, longName.length - 8, 0x6100_0000 + i), 3000),
  'one-flow-hellos': (path) => {
    const file = new FloodFile(path);
    const way = wayOf(1);
    talk(file, way, [], 1000, false);
    for (let i = 0; i < million; i++) file.tcp(way, { seq: (1001 + i * hello.length) >>> 0, ack: 5001 }, own(hello, i));
    file.close();
  },
  'port-reuse': flood((file, i) => {
    const way = wayOf(1);
    file.tcp(way, { seq: i * 100_003, ack: 0, flags: syn });
  }),
  'port-reuse-hellos': flood((file, i) => talk(file, wayOf(1), [own(hello, i)], (i * 100_003) >>> 0, false), 300_000),
  'port-reuse-no-synack': flood((file, i) => {
    const isn = (i * 100_003) >>> 0;
    file.tcp(wayOf(1), { seq: isn, ack: 0, flags: syn });
    file.tcp(wayOf(1), { seq: isn + 1 }, own(hello, i));
  }, million / 2),
};
