/** Certificates that are none, or more than anyone needs, each in a server's flight. */

import { concat, handshakeType } from '../../../../lib/wire/index.ts';
import {
  altNames,
  ascii,
  bits,
  type CertificateSpec,
  ca,
  certificateOf,
  der,
  dns,
  extension,
  fixedKeys,
  generalizedTime,
  int,
  nameOf,
  octets,
  oid,
  seq,
  utf8,
} from '../../../x509/der.ts';
import { message } from '../tls/messages.ts';
import { goodHello, type HostileCapture, talkOf } from './row.ts';
import { inRecords, serverHelloMessage } from './tls.ts';

const keys = fixedKeys(9);
const subject = nameOf(['O', 'Example'], ['CN', 'vpn.example.com']);
const make = (spec: Partial<CertificateSpec> = {}): Uint8Array => certificateOf({ subject, keys, ...spec });
const many = (count: number, part: Uint8Array): Uint8Array => concat(...Array.from({ length: count }, () => part));

const nested = (depth: number): Uint8Array => {
  let value = seq();
  for (let i = 0; i < depth; i++) value = seq(value);
  return value;
};

const rows: readonly (readonly [name: string, make: () => Uint8Array])[] = [
  ['noise', () => Uint8Array.from({ length: 900 }, (_, i) => (i * 7919) & 0xff)],
  ['an empty sequence', () => seq()],
  ['text', () => ascii('<script>alert(1)</script>')],
  ['a certificate cut in half', () => make().subarray(0, 150)],
  ['a certificate with bytes behind it', () => concat(make(), new Uint8Array(100))],
  ['a length that is longer than the certificate', () => make().with(3, 0xff)],
  ['a length without end', () => concat(Uint8Array.of(0x30, 0x80), make().subarray(4), Uint8Array.of(0, 0))],
  ['sequences 2000 deep', () => make({ subject: nested(2000) })],
  ['a serial number of 30,000 bytes', () => make({ serial: der(0x02, new Uint8Array(30_000).fill(0x7f)) })],
  ['a negative serial number', () => make({ serial: int(0x80, 1) })],
  [
    'times that are none',
    () => make({ notBefore: der(0x17, ascii('999999999999Z')), notAfter: generalizedTime('00000000000000Z') }),
  ],
  [
    'times with escapes in them',
    () => make({ notBefore: der(0x17, ascii('\u001b[31m2401010Z')), notAfter: der(0x18, new Uint8Array(0)) }),
  ],
  ['3000 alternative names', () => make({ extensions: [altNames(many(3000, dns('a.example.com')))] })],
  [
    'names with control characters',
    () =>
      make({
        subject: nameOf(['CN', 'a\u0000b\u001b[31m\r\n\u202e']),
        extensions: [altNames(dns('\u0007\u001b]0;x\u0007'), dns('__proto__'))],
      }),
  ],
  [
    'names that are no UTF-8',
    () => make({ subject: seq(der(0x31, seq(oid('2.5.4.3'), der(0x0c, Uint8Array.of(0xff, 0xfe, 0xc0, 0x80))))) }),
  ],
  [
    'a key of 200,000 bits',
    () =>
      make({
        keys: {
          ...keys,
          spki: seq(
            seq(oid('1.2.840.113549.1.1.1'), der(0x05)),
            bits(seq(der(0x02, new Uint8Array(25_000).fill(0x55)), int(1, 0, 1))),
          ),
        },
      }),
  ],
  [
    'an object identifier of 5000 bytes',
    () => make({ extensions: [seq(der(0x06, new Uint8Array(5000).fill(0x81)), octets(seq()))] }),
  ],
  ['3000 extensions of one kind', () => make({ extensions: [many(3000, ca)] })],
  [
    'an extension of nothing, and one of 60,000 bytes',
    () =>
      make({
        extensions: [extension('2.5.29.19', new Uint8Array(0)), extension('2.5.29.17', seq(utf8('x'.repeat(60_000))))],
      }),
  ],
];

export const certificateRows: readonly HostileCapture[] = rows.map(([name, certificate]) => ({
  name: `a certificate: ${name}`,
  make: () => {
    const bytes = certificate();
    const entry = concat(Uint8Array.of(bytes.length >> 16, bytes.length >> 8, bytes.length), bytes);
    const list = concat(Uint8Array.of(entry.length >> 16, entry.length >> 8, entry.length), entry);
    const flight = concat(serverHelloMessage(), message(handshakeType.certificate, list));
    return talkOf((talk) => {
      talk.send('client', goodHello);
      talk.send('server', inRecords(flight));
      talk.close('server');
    });
  },
  conversations: 1,
  hellos: 1,
  certificates: 1,
}));
