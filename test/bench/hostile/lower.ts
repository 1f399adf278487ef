/** Floods below TCP: fragments, towers of headers, ARP, ICMP; and DTLS, which has fragments of its own. */

import { concat } from '../../../lib/wire/index.ts';
import { FloodFile } from './floodFile.ts';
import { back, type Shape, wayOf } from './flows.ts';
import { helloOf, nameExtension, noise, put16, put32, recordsOf, u16, u24 } from './messages.ts';

const million = 1_000_000;
const server = 0xc612_0001;
const client = 0x0a00_0001;

const write =
  (says: (file: FloodFile) => void, isV6 = false): Shape =>
  (path) => {
    const file = new FloodFile(path, { isV6 });
    says(file);
    file.close();
  };

/** IPv6 fragment header (RFC 8200 §4.5) and what it carries. @param place offset in bytes, a multiple of 8, and the M flag */
const fragment6 = (protocol: number, place: number, id: number, payload: Uint8Array): Uint8Array => {
  const head = new Uint8Array(8);
  head[0] = protocol;
  put16(head, 2, place);
  put32(head, 4, id);
  return concat(head, payload);
};

/** Frames of one header again and again, to 65,000 bytes. */
function tower(etherType: number, part: Uint8Array, first: Uint8Array = new Uint8Array(0)): Shape {
  const body = new Uint8Array(65_000);
  for (let at = 0; at + part.length <= body.length; at += part.length) body.set(part, at);
  const frame = concat(new Uint8Array(12).fill(2), u16(etherType), first, body);
  return write((file) => {
    for (let i = 0; i < 2000; i++) file.frame(frame);
  });
}

const ip4 = (protocol: number, length: number): Uint8Array => {
  const head = new Uint8Array(20);
  head.set([0x45, 0]);
  put16(head, 2, length);
  head[8] = 64;
  head[9] = protocol;
  put32(head, 12, client);
  put32(head, 16, server);
  return head;
};
/** Headers whose lengths all fit, the outermost first. */
function nested(outer: (left: number) => Uint8Array, etherType: number): Shape {
  const parts: Uint8Array[] = [];
  let left = 60_000;
  while (left > 200) {
    const head = outer(left);
    parts.push(head);
    left -= head.length;
  }
  const frame = concat(new Uint8Array(12).fill(2), u16(etherType), ...parts, new Uint8Array(left));
  return write((file) => {
    for (let i = 0; i < 2000; i++) file.frame(frame);
  });
}
const ip6 = (next: number, length: number): Uint8Array => {
  const head = new Uint8Array(40);
  head[0] = 0x60;
  put16(head, 4, length);
  head[6] = next;
  head[7] = 64;
  head[23] = 1;
  head[39] = 2;
  return head;
};

const icmpOf = (type: number, code: number, quoted: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(type, code, 0, 0, 0, 0, 5, 0), quoted);
const quoted4 = (i: number): Uint8Array => {
  const { from, to, fromPort, toPort } = wayOf(i);
  const bytes = concat(ip4(6, 1500), new Uint8Array(8));
  put32(bytes, 12, from);
  put32(bytes, 16, to);
  put16(bytes, 20, fromPort);
  put16(bytes, 22, toPort);
  return bytes;
};

const dtlsRecord = (sequence: number, content: Uint8Array): Uint8Array => {
  const head = Uint8Array.of(22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  put32(head, 7, sequence);
  put16(head, 11, content.length);
  return concat(head, content);
};
const dtlsFragment = (type: number, length: number, seq: number, offset: number, part: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(type), u24(length), u16(seq), u24(offset), u24(part.length), part);
const tlsHello = helloOf({ extensions: nameExtension('vpn.example.com') }).subarray(4);
/** With an empty cookie behind the session id. */
const dtlsHelloBody = concat(
  Uint8Array.of(0xfe, 0xfd),
  tlsHello.subarray(2, 35),
  Uint8Array.of(0),
  tlsHello.subarray(35),
);
const dtlsHello = dtlsRecord(0, dtlsFragment(1, dtlsHelloBody.length, 0, 0, dtlsHelloBody));
/** One DTLS connection, and what its server says. */
const dtls = (says: (say: (bytes: Uint8Array) => void) => void): Shape =>
  write((file) => {
    file.udp(wayOf(1), dtlsHello);
    says((bytes) => file.udp(back(wayOf(1)), bytes));
  });
const eight = noise(8);

const arp = (sender: number, target: number, operation = 1): Uint8Array => {
  const bytes = concat(
    new Uint8Array(12).fill(255),
    u16(0x0806),
    Uint8Array.of(0, 1, 8, 0, 6, 4, 0, operation),
    new Uint8Array(20),
  );
  put32(bytes, 28, sender);
  put32(bytes, 38, target);
  return bytes;
};

export const lowerShapes: Readonly<Record<string, Shape>> = {
  'fragments-first-v4': write((file) => {
    for (let i = 0; i < million; i++)
      file.ip(6, client + (i >> 16), server, noise(40, i), { id: i & 0xffff, fragment: 0x2000 });
  }),
  'fragments-first-v6': write((file) => {
    for (let i = 0; i < million; i++) file.ip(44, client, server, fragment6(6, 1, i, noise(40, i)));
  }, true),
  'fragments-tiny': write((file) => {
    for (let i = 0; i < million; i++)
      file.ip(17, client, server, eight, { id: Math.floor(i / 8000), fragment: 0x2000 | (i % 8000) });
  }),
  'fragments-tiny-reverse': write((file) => {
    for (let i = 0; i < million; i++)
      file.ip(17, client, server, eight, { id: Math.floor(i / 8000), fragment: 0x2000 | (7999 - (i % 8000)) });
  }),
  'fragments-tiny-holes': write((file) => {
    for (let i = 0; i < million; i++)
      file.ip(17, client, server, eight, { id: Math.floor(i / 4000), fragment: 0x2000 | (8000 - 2 * (i % 4000)) });
  }),
  'fragments-tiny-random': write((file) => {
    for (let i = 0; i < million; i++)
      file.ip(17, client, server, eight, {
        id: Math.floor(i / 8000),
        fragment: 0x2000 | (((i * 7919) % 4000) * 2 + 1),
      });
  }),
  'fragments-tiny-v6': write((file) => {
    for (let i = 0; i < million; i++)
      file.ip(44, client, server, fragment6(17, ((((i * 7919) % 4000) * 2 + 1) << 3) | 1, Math.floor(i / 8000), eight));
  }, true),
  'fragments-overlap': write((file) => {
    const bytes = noise(1400);
    for (let i = 0; i < 100_000; i++)
      file.ip(6, client, server, bytes, { id: Math.floor(i / 1000), fragment: 0x2000 | ((i * 7919) % 7900) });
  }),
  'fragments-teardrop': write((file) => {
    for (let i = 0; i < million / 2; i++) {
      file.ip(17, client, server, noise(40, i), { id: i & 0xffff, fragment: 0x2000 });
      file.ip(17, client, server, noise(8, i), { id: i & 0xffff, fragment: 3 });
    }
  }),
  'fragments-last': write((file) => {
    for (let i = 0; i < million; i++) file.ip(6, client + i, server, noise(40, i), { id: i & 0xffff, fragment: 8000 });
  }),
  'fragments-pairs': write((file) => {
    for (let i = 0; i < million / 2; i++) {
      file.ip(6, client + i, server, noise(40, i), { id: i & 0xffff, fragment: 0x2000 });
      file.ip(6, client + i, server, noise(40, i), { id: i & 0xffff, fragment: 5 });
    }
  }),
  'icmp-of-fragments': write((file) => {
    for (let i = 0; i < 1000; i++) file.tcp(wayOf(i), { seq: 1000, ack: 0, flags: 2 });
    for (let i = 0; i < million; i++) {
      const bytes = icmpOf(11, 1, quoted4(i % 1000));
      put16(bytes, 8 + 6, 0x2000 | (i & 0x1fff));
      file.ip(1, 0x0101_0101 + i, wayOf(i).from, bytes, { id: i & 0xffff });
    }
  }),
  'icmp-in-fragments': write((file) => {
    const bytes = icmpOf(3, 4, concat(quoted4(1), noise(500)));
    for (let i = 0; i < 400_000; i++) {
      const at = 8 * (i % 60);
      file.ip(1, 0x0101_0101, client, bytes.subarray(at, at + 8), {
        id: Math.floor(i / 60) & 0xffff,
        fragment: 0x2000 | (i % 60),
      });
    }
  }),
  'icmp-named': write((file) => {
    for (let i = 0; i < 1000; i++) file.tcp(wayOf(i), { seq: 1000, ack: 0, flags: 2 });
    for (let i = 0; i < million; i++)
      file.ip(1, 0x0101_0101 + (i % 251), wayOf(i % 1000).from, icmpOf(3, i % 16, quoted4(i % 1000)));
  }),
  'icmp-named-hellos': write((file) => {
    const hello = recordsOf(22, helloOf({ extensions: nameExtension('vpn.example.com') }));
    for (let i = 0; i < 100_000; i++) {
      file.tcp(wayOf(i), { seq: 1000 }, hello);
      for (let k = 0; k < 7; k++) file.ip(1, 0x0101_0101 + k, wayOf(i).from, icmpOf(3, k, quoted4(i)));
    }
  }),
  'icmp-unknown': write((file) => {
    for (let i = 0; i < million; i++) file.ip(1, 0x0101_0101 + i, wayOf(i).from, icmpOf(3, 4, quoted4(i)));
  }),
  'icmp-before-syn': write((file) => {
    for (let i = 0; i < million / 2; i++) {
      file.tcp(wayOf(i, 0x0b00_0000 + i), { seq: 1000, ack: 0, flags: 2 });
      const bytes = icmpOf(3, 1, quoted4(i));
      put32(bytes, 24, 0x0b00_0000 + i);
      file.ip(1, 0x0101_0101, wayOf(i).from, bytes);
    }
  }),
  'arp-asks': write((file) => {
    for (let i = 0; i < million; i++) file.frame(arp(client + (i % 1000), 0x0b00_0000 + i));
  }),
  'arp-asks-thrice': write((file) => {
    for (let k = 0; k < 5; k++) for (let i = 0; i < 200_000; i++) file.frame(arp(client, 0x0b00_0000 + i));
  }),
  'arp-answers': write((file) => {
    for (let i = 0; i < million; i++) file.frame(arp(0x0b00_0000 + i, client, 2));
  }),
  'tower-vlan': tower(0x8100, Uint8Array.of(0, 1, 0x81, 0)),
  'tower-mpls': tower(0x8847, Uint8Array.of(0, 1, 0, 64)),
  'tower-ip-in-ip': nested((left) => ip4(4, left), 0x0800),
  'tower-ip6-in-ip6': nested((left) => ip6(41, left - 40), 0x86dd),
  'tower-gre': nested((left) => concat(ip4(47, left), Uint8Array.of(0, 0, 8, 0)), 0x0800),
  'tower-extension-headers': tower(0x86dd, Uint8Array.of(60, 0, 1, 4, 0, 0, 0, 0), ip6(60, 65_000 - 1)),
  'tower-gre-small': write((file) => {
    const levels = Array.from({ length: 20 }, (_, k) => concat(ip4(47, 24 * (20 - k)), Uint8Array.of(0, 0, 8, 0)));
    const frame = concat(new Uint8Array(12).fill(2), u16(0x0800), ...levels);
    for (let i = 0; i < 200_000; i++) file.frame(frame);
  }),
  'link-noise': write((file) => {
    for (let i = 0; i < million; i++) file.frame(noise(i % 97, i));
  }),
  'dtls-hellos': write((file) => {
    for (let i = 0; i < million; i++) {
      put32(dtlsHello, 30, i);
      file.udp(wayOf(i), dtlsHello);
    }
  }),
  'dtls-hellos-cut': write((file) => {
    for (let i = 0; i < million; i++)
      file.udp(wayOf(i), dtlsRecord(0, dtlsFragment(1, dtlsHelloBody.length, 0, 0, dtlsHelloBody.subarray(0, 40))));
  }),
  'dtls-same-flow-hellos': write((file) => {
    for (let i = 0; i < million; i++) {
      put32(dtlsHello, 30, i);
      file.udp(wayOf(1), dtlsHello);
    }
  }),
  'dtls-fragments': dtls((say) => {
    for (let i = 0; i < million; i++) say(dtlsRecord(i, dtlsFragment(11, 0xff_ffff, 2, 3 * i, Uint8Array.of(1))));
  }),
  'dtls-fragments-holes': dtls((say) => {
    for (let i = 0; i < million; i++)
      say(
        dtlsRecord(i, dtlsFragment(11, 200_000, 1, ((2 * Math.imul(i, 7919)) % 199_990) & 0x3_ffff, Uint8Array.of(1))),
      );
  }),
  'dtls-fragments-reverse': dtls((say) => {
    for (let i = 0; i < million; i++)
      say(dtlsRecord(i, dtlsFragment(11, 200_000, 1, 199_998 - 2 * (i % 99_990), Uint8Array.of(1))));
  }),
  'dtls-many-records': dtls((say) => {
    const parts = Array.from({ length: 50 }, (_, k) =>
      dtlsRecord(k, dtlsFragment(11, 200_000, 1, 4 * k + 1, Uint8Array.of(1))),
    );
    const datagram = concat(...parts);
    for (let i = 0; i < 100_000; i++) {
      for (let k = 0; k < 50; k++) {
        put32(datagram, k * 26 + 7, i * 50 + k);
        put32(datagram, k * 26 + 18, ((((i * 50 + k) * 14) % 199_000) << 8) | 0);
      }
      say(datagram);
    }
  }),
  'dtls-messages-ahead': dtls((say) => {
    for (let i = 0; i < million; i++) say(dtlsRecord(i, dtlsFragment(11, 100, i & 0xffff, 0, eight)));
  }),
  'dtls-verify-requests': dtls((say) => {
    for (let i = 0; i < million; i++)
      say(dtlsRecord(i, dtlsFragment(3, 23, 0, 0, concat(Uint8Array.of(0xfe, 0xfd, 20), noise(20, i)))));
  }),
  'dtls-alerts': dtls((say) => {
    const bytes = Uint8Array.of(21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 90);
    for (let i = 0; i < million; i++) say(bytes);
  }),
  'udp-noise': write((file) => {
    for (let i = 0; i < million; i++) file.udp(wayOf(i), noise(60, i));
  }),
};
