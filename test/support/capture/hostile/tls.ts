/** TLS as nobody sends it: records and messages of odd sizes, floods, names that want to be something else. */

import { encodeHello, type HelloSpec } from '../../../../lib/hello/index.ts';
import {
  type Codec,
  cipherSuite,
  codeText,
  concat,
  contentType,
  encode,
  encodeRecord,
  extensionType,
  handshakeType,
  helloRetryRequestRandom,
  type ServerHello,
  serverHello,
  toHex,
} from '../../../../lib/wire/index.ts';
import { Talk } from '../talk.ts';
import { alertRecord, message } from '../tls/messages.ts';
import { tls12Hello } from '../tls/play.ts';
import { Trace } from '../trace.ts';
import { goodHello, type HostileCapture, talkOf } from './row.ts';

const handshakeRecord = (bytes: Uint8Array): Uint8Array => encodeRecord(contentType.handshake, 0x0303, bytes);
const repeat = (n: number, bytes: Uint8Array): Uint8Array => concat(...Array.from({ length: n }, () => bytes));

/** Handshake bytes in records of 16 KiB. */
export function inRecords(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 2 ** 14) parts.push(handshakeRecord(bytes.subarray(at, at + 2 ** 14)));
  return concat(...parts);
}

export function serverHelloMessage(fields: Partial<ServerHello> = {}): Uint8Array {
  const hello: ServerHello = {
    legacyVersion: 0x0303,
    random: new Uint8Array(32).fill(7),
    sessionId: new Uint8Array(0),
    cipherSuite: cipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    compressionMethod: 0,
    extensions: [],
    ...fields,
  };
  return message(handshakeType.server_hello, encode(serverHello as Codec<ServerHello>, hello));
}

/** A good hello, and then what the server says. */
const answered =
  (bytes: () => Uint8Array): (() => Uint8Array) =>
  () =>
    talkOf((talk) => {
      talk.send('client', goodHello);
      talk.send('server', bytes(), { size: 1400, ack: false });
    });

/** A message header that claims `length` bytes, and `there` of them. */
const claimed = (type: number, length: number, there: number): Uint8Array =>
  concat(Uint8Array.of(type, length >> 16, length >> 8, length), new Uint8Array(there));

const retry = (): Uint8Array =>
  message(
    handshakeType.server_hello,
    encode(serverHello, {
      legacyVersion: 0x0303,
      random: helloRetryRequestRandom,
      sessionId: new Uint8Array(0),
      cipherSuite: cipherSuite.TLS_AES_128_GCM_SHA256,
      compressionMethod: 0,
      extensions: [{ type: extensionType.supported_versions, data: 0x0304 }],
    }),
  );

const floods: readonly HostileCapture[] = (
  [
    ['10,000 empty handshake records', () => repeat(10_000, handshakeRecord(new Uint8Array(0)))],
    ['a record of 65,535 bytes', () => handshakeRecord(new Uint8Array(65_535))],
    ['a message that claims 16 MiB', () => inRecords(claimed(handshakeType.certificate, 0xff_ffff, 1_200_000))],
    [
      'a message that claims 16 MiB and never comes',
      () => inRecords(claimed(handshakeType.server_hello, 0xff_ffff, 0)),
    ],
    ['3000 HelloRetryRequests', () => inRecords(repeat(3000, retry()))],
    ['3000 ServerHellos', () => inRecords(repeat(3000, serverHelloMessage()))],
    [
      '100,000 HelloRequests',
      () => inRecords(repeat(100_000, message(handshakeType.hello_request, new Uint8Array(0)))),
    ],
    ['10,000 warnings', () => repeat(10_000, encodeRecord(contentType.alert, 0x0303, Uint8Array.of(1, 90)))],
    ['10,000 fatal alerts', () => repeat(10_000, alertRecord(40))],
    [
      '10,000 times change_cipher_spec',
      () => repeat(10_000, encodeRecord(contentType.change_cipher_spec, 0x0303, Uint8Array.of(1))),
    ],
    [
      'alerts of odd lengths and unknown codes',
      () => concat(...[0, 1, 3, 64].map((n) => encodeRecord(contentType.alert, 0x0303, new Uint8Array(n).fill(0xff)))),
    ],
    ['10,000 certificates of one byte', () => certificates(repeat(10_000, Uint8Array.of(0, 0, 1, 0x30)))],
    ['10,000 certificates of no bytes', () => certificates(repeat(10_000, Uint8Array.of(0, 0, 0)))],
    [
      '1000 Certificate messages',
      () =>
        inRecords(
          concat(
            ...Array.from({ length: 1000 }, (_, i) => certificateMessage(Uint8Array.of(0, 0, 3, 0x30, i >> 8, i))),
          ),
        ),
    ],
    ['a certificate list whose lengths lie', () => certificates(Uint8Array.of(0, 0xff, 0xff, 1, 2, 3))],
    [
      'a CertificateRequest of 60,000 names',
      () =>
        inRecords(
          message(
            handshakeType.certificate_request,
            concat(Uint8Array.of(1, 1, 0, 2, 4, 1, 0xff, 0xfc), repeat(16_383, Uint8Array.of(0, 2, 0x30, 0))),
          ),
        ),
    ],
    [
      'records of every type',
      () => concat(...Array.from({ length: 256 }, (_, type) => encodeRecord(type, 0x0303, new Uint8Array(20)))),
    ],
    [
      'records of every version',
      () =>
        concat(...Array.from({ length: 256 }, (_, minor) => encodeRecord(22, (3 << 8) | minor, serverHelloMessage()))),
    ],
  ] as [string, () => Uint8Array][]
).map(([name, bytes]) => ({ name: `a server that sends ${name}`, make: answered(bytes), conversations: 1, hellos: 1 }));

function certificateMessage(list: Uint8Array): Uint8Array {
  return message(
    handshakeType.certificate,
    concat(Uint8Array.of(list.length >> 16, list.length >> 8, list.length), list),
  );
}

function certificates(list: Uint8Array): Uint8Array {
  return inRecords(concat(serverHelloMessage(), certificateMessage(list)));
}

/** Host names that would like to be markup, commands, paths, spreadsheets' formulas, or properties of objects. */
const names = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  'a\u0000b.example.com',
  '../../../../etc/passwd',
  'C:\\windows\\system32',
  '=cmd|"/c calc"!A1',
  '+1+1',
  '@SUM(A1)',
  '__proto__',
  'constructor',
  'toString',
  '%s%n%x',
  '\r\nX-Injected: yes',
  '\u202eexe.moc',
  '\u2028\u2029',
  '\ud83d\ude00',
  '',
  '.',
  'x'.repeat(60_000),
];

const namedHello = (name: string): HelloSpec => {
  const bytes = new TextEncoder().encode(name);
  const entry = concat(Uint8Array.of(0, bytes.length >> 8, bytes.length), bytes);
  const data = toHex(concat(Uint8Array.of(entry.length >> 8, entry.length), entry));
  const hello = tls12Hello(901, null);
  return { ...hello, extensions: [{ type: '0x0000', data }, ...(hello.extensions ?? [])] };
};

const hellos: readonly HostileCapture[] = [
  {
    name: `${names.length} hostile server names`,
    make: () => {
      const trace = new Trace();
      for (const [i, name] of names.entries()) {
        const talk = new Talk(trace, { client: { port: 2000 + i } }).connect();
        talk.send('client', inRecords(encodeHello(namedHello(name))));
      }
      return trace.toPcapng();
    },
    conversations: names.length,
    hellos: names.length,
  },
  {
    name: 'hostile names of application protocols',
    make: () =>
      talkOf((talk) => {
        const alpn = ['<b>', '\u001b[2J', '__proto__', '\u0000', 'ÿ'.repeat(255)];
        const hello = tls12Hello(902, 'a.example.com');
        talk.send('client', inRecords(encodeHello({ ...hello, extensions: [{ type: '0x0010', alpn }] })));
      }),
    hellos: 1,
  },
  {
    name: 'a hello with 15,000 extensions',
    make: () =>
      talkOf((talk) => {
        // More than our own encoder writes: the list is put behind a hello that ends before it.
        const body = encodeHello({ ...tls12Hello(903, null), extensions: null }).subarray(4);
        const list = Array.from({ length: 15_000 }, (_, i) => Uint8Array.of((i + 0x1000) >> 8, i & 0xff, 0, 0));
        const extensions = concat(Uint8Array.of(60_000 >> 8, 60_000 & 0xff), ...list);
        talk.send('client', inRecords(message(handshakeType.client_hello, concat(body, extensions))));
      }),
    hellos: 1,
  },
  {
    name: 'a hello with 32,000 cipher suites',
    make: () =>
      talkOf((talk) => {
        const cipherSuites = Array.from({ length: 32_000 }, (_, i) => codeText(i));
        talk.send('client', inRecords(encodeHello({ ...tls12Hello(904, null), cipherSuites })));
      }),
    hellos: 1,
  },
  {
    name: 'a hello in records of one byte',
    make: () =>
      talkOf((talk) => {
        const hello = encodeHello(tls12Hello(905, 'a.example.com'));
        talk.send('client', concat(...Array.from(hello, (byte) => handshakeRecord(Uint8Array.of(byte)))));
      }),
    hellos: 1,
  },
  {
    name: '2000 hellos on one connection',
    make: () =>
      talkOf((talk) =>
        talk.send('client', repeat(2000, encodeRecord(22, 0x0301, encodeHello(tls12Hello(906, null)))), { ack: false }),
      ),
    conversations: 1,
    hellos: 1,
  },
  {
    name: 'both sides as clients, and both as servers',
    make: () => {
      const trace = new Trace();
      for (const [i, bytes] of [goodHello, handshakeRecord(serverHelloMessage())].entries()) {
        const talk = new Talk(trace, { client: { port: 3000 + i } }).connect();
        talk.send('client', bytes);
        talk.send('server', bytes);
      }
      return trace.toPcapng();
    },
  },
];

export const tlsRows: readonly HostileCapture[] = [...floods, ...hellos];
