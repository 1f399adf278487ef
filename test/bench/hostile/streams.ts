/** One or few connections that make every segment, record or fragment as dear as they can. */

import { concat } from '../../../lib/wire/index.ts';
import { FloodFile } from './floodFile.ts';
import { back, type Shape, wayOf } from './flows.ts';
import {
  certificatesOf,
  handshakeOf,
  helloOf,
  nameExtension,
  noise,
  put16,
  put32,
  recordsOf,
  serverHelloOf,
} from './messages.ts';

const million = 1_000_000;
const hello = recordsOf(22, helloOf({ extensions: nameExtension('vpn.example.com') }));

/** One connection, up to its hello; then what `says` sends with sequence numbers from `from`. */
function stream(says: (file: FloodFile, seq: number, way: ReturnType<typeof wayOf>) => void, isn = 1000): Shape {
  return (path) => {
    const file = new FloodFile(path);
    const way = wayOf(1);
    file.tcp(way, { seq: isn, ack: 0, flags: 2 });
    file.tcp(back(way), { seq: 5000, ack: (isn + 1) >>> 0, flags: 0x12 });
    file.tcp(way, { seq: (isn + 1) >>> 0, ack: 5001 }, hello);
    says(file, (isn + 1 + hello.length) >>> 0, way);
    file.close();
  };
}

/** What the server says, behind the hello, in segments of this length. */
const answered = (bytes: () => Uint8Array, length = 1460, ends = false): Shape =>
  stream((file, seq, way) => {
    const all = bytes();
    for (let at = 0; at < all.length; at += length)
      file.tcp(back(way), { seq: (5001 + at) >>> 0, ack: seq }, all.subarray(at, at + length));
    if (ends) file.tcp(back(way), { seq: (5001 + all.length) >>> 0, ack: seq, flags: 0x11 });
  });

const repeated = (part: Uint8Array, count: number): Uint8Array => {
  const bytes = new Uint8Array(part.length * count);
  for (let at = 0; at < bytes.length; at += part.length) bytes.set(part, at);
  return bytes;
};
const one = Uint8Array.of(0x55);
const longMessage = (length: number): Uint8Array => {
  const start = recordsOf(22, concat(serverHelloOf(), Uint8Array.of(11, length >> 16, length >> 8, length)));
  return concat(start, recordsOf(22, noise(Math.min(length, 0xff_ffff))));
};

/** Many connections at once, the segments of all in turns. */
function woven(count: number, segments: number, place: (k: number) => number, length: number): Shape {
  return (path) => {
    const file = new FloodFile(path);
    for (let i = 0; i < count; i++) {
      const way = wayOf(i);
      file.tcp(way, { seq: 1000, ack: 0, flags: 2 });
      file.tcp(back(way), { seq: 5000, ack: 1001, flags: 0x12 });
      file.tcp(way, { seq: 1001, ack: 5001 }, hello);
    }
    const bytes = noise(length);
    for (let k = 0; k < segments; k++)
      for (let i = 0; i < count; i++)
        file.tcp(back(wayOf(i)), { seq: (5001 + place(k)) >>> 0, ack: 1001 + hello.length }, bytes);
    file.close();
  };
}

const sack = (i: number): Uint8Array => {
  const options = Uint8Array.of(1, 1, 5, 34, ...new Uint8Array(32));
  for (let k = 0; k < 4; k++) {
    put32(options, 4 + 8 * k, (5001 + ((i * 7919 + k * 104_729) % 1_000_000)) >>> 0);
    put32(options, 8 + 8 * k, (5001 + ((i * 7919 + k * 104_729) % 1_000_000) + 100) >>> 0);
  }
  return options;
};

export const streamShapes: Readonly<Record<string, Shape>> = {
  'one-byte-in-order': answered(() => recordsOf(22, noise(million)), 1),
  'one-byte-app-data': answered(() => concat(recordsOf(22, serverHelloOf()), recordsOf(23, noise(million))), 1),
  'one-byte-holes': stream((file, seq, way) => {
    for (let i = 0; i < million; i++) file.tcp(back(way), { seq: 5002 + 2 * i, ack: seq }, one);
  }),
  'one-byte-reverse': stream((file, seq, way) => {
    for (let i = 0; i < million; i++) file.tcp(back(way), { seq: 5001 + 2_000_000 - 2 * i, ack: seq }, one);
  }),
  'one-byte-random': stream((file, seq, way) => {
    for (let i = 0; i < million; i++)
      file.tcp(back(way), { seq: 5002 + ((Math.imul(i, 7919) >>> 0) % 250_000), ack: seq }, one);
  }),
  'one-byte-random-flows': woven(1000, 500, (k) => 1 + ((k * 7919) % 1000) * 2, 1),
  'reverse-segments': stream((file, seq, way) => {
    const bytes = noise(1460);
    for (let i = 0; i < 100_000; i++)
      file.tcp(back(way), { seq: (5001 + ((100_000 - i) % 170) * 1460 + Math.floor(i / 170)) >>> 0, ack: seq }, bytes);
  }),
  'overlap-by-one': stream((file, seq, way) => {
    const bytes = noise(1460);
    for (let i = 0; i < 100_000; i++) file.tcp(back(way), { seq: 5001 + i, ack: seq }, bytes);
  }),
  'overlap-out-of-order': stream((file, seq, way) => {
    const bytes = noise(1460);
    for (let i = 0; i < 100_000; i++) file.tcp(back(way), { seq: 5002 + ((i * 7919) % 200_000), ack: seq }, bytes);
  }),
  'same-again': stream((file, seq, way) => {
    const bytes = noise(1460);
    for (let i = 0; i < 100_000; i++) file.tcp(back(way), { seq: 5001, ack: seq }, bytes);
  }),
  'sequence-wrap': stream((file, seq, way) => {
    const bytes = noise(100);
    for (let i = 0; i < million; i++) file.tcp(way, { seq: (seq + i * 4_294_967) >>> 0, ack: 5001 }, bytes);
  }, 0xffff_ff00),
  'holes-in-many-flows': woven(10_000, 60, (k) => 100 + 200 * k, 100),
  'big-holes-in-many-flows': woven(10_000, 10, (k) => 100 + 1600 * k, 1400),
  'sack-flood': stream((file, seq, way) => {
    const bytes = noise(1000);
    for (let i = 0; i < 1000; i++) file.tcp(back(way), { seq: 5001 + i * 1000, ack: seq }, bytes);
    for (let i = 0; i < million; i++) file.tcp(way, { seq, ack: 5001, flags: 0x10, options: sack(i) });
  }),
  'duplicate-acks': stream((file, seq, way) => {
    for (let i = 0; i < million; i++) file.tcp(back(way), { seq: 5001, ack: seq - (i % 7), flags: 0x10 });
  }),
  'message-16mib': answered(() => longMessage(0xff_ffff)),
  'messages-16mib-flows': (path) => {
    const file = new FloodFile(path);
    const bytes = longMessage(0x3_fff0);
    for (let i = 0; i < 600; i++) {
      const way = wayOf(i);
      file.tcp(way, { seq: 1001, ack: 5001 }, hello);
      for (let at = 0; at < bytes.length; at += 16_000)
        file.tcp(back(way), { seq: 5001 + at, ack: 1001 + hello.length }, bytes.subarray(at, at + 16_000));
    }
    file.close();
  },
  'empty-records': answered(() => repeated(Uint8Array.of(22, 3, 3, 0, 0), 10 * million)),
  'empty-app-data': answered(() =>
    concat(recordsOf(22, serverHelloOf()), repeated(Uint8Array.of(23, 3, 3, 0, 0), 10 * million)),
  ),
  'one-byte-records': answered(() =>
    concat(recordsOf(22, serverHelloOf()), repeated(Uint8Array.of(22, 3, 3, 0, 1, 0), 10 * million)),
  ),
  warnings: answered(() => repeated(Uint8Array.of(21, 3, 3, 0, 2, 1, 90), 10 * million)),
  'hello-requests': answered(() => repeated(recordsOf(22, handshakeOf(0, new Uint8Array(0))), 10 * million)),
  'hello-requests-one-record': answered(() => recordsOf(22, new Uint8Array(40 * million))),
  'change-cipher-specs': answered(() => repeated(Uint8Array.of(20, 3, 3, 0, 1, 1), 10 * million)),
  'server-hellos': answered(() => repeated(recordsOf(22, serverHelloOf()), million)),
  heartbeats: answered(() => repeated(Uint8Array.of(24, 3, 3, 0, 3, 1, 0, 0), 10 * million)),
  'certificate-of-certificates': answered(() => {
    const list = Array.from({ length: 40_000 }, (_, i) => Uint8Array.of(0x30, 1, i & 0xff));
    return recordsOf(22, concat(serverHelloOf(), certificatesOf(...list)));
  }),
  'sslv2-hellos': (path) => {
    const file = new FloodFile(path);
    const record = concat(Uint8Array.of(0x80, 46, 1, 3, 1, 0, 21, 0, 0, 0, 16), noise(37));
    for (let i = 0; i < million; i++) {
      put16(record, 12, i & 0xffff);
      file.tcp(wayOf(i), { seq: 1 }, record);
    }
    file.close();
  },
  'proxy-headers': (path) => {
    const file = new FloodFile(path);
    const text = new TextEncoder().encode(`PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n`);
    for (let i = 0; i < million; i++) file.tcp(wayOf(i), { seq: 1 }, concat(text, hello));
    file.close();
  },
  starttls: (path) => {
    const file = new FloodFile(path);
    const text = new TextEncoder().encode('EHLO a.example.com\r\nSTARTTLS\r\n');
    for (let i = 0; i < million; i++) file.tcp({ ...wayOf(i), toPort: 25 }, { seq: 1 }, text);
    file.close();
  },
};
