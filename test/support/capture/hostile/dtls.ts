/** DTLS handshake fragments that lie about their lengths, places and numbers. */

import { webIdentity } from '../../../../captures/make/pki.ts';
import { contentType, dtlsHandshake, dtlsRecord, dtlsVersion, encode } from '../../../../lib/wire/index.ts';
import { dtls12Exchange } from '../tls/dtls12.ts';
import { tls12Hello } from '../tls/play.ts';
import { Trace } from '../trace.ts';
import { UdpTalk } from '../udp.ts';
import type { HostileCapture } from './row.ts';

interface Fragment {
  readonly type?: number;
  readonly length: number;
  readonly messageSeq?: number;
  readonly fragmentOffset: number;
  readonly fragment: Uint8Array;
}

function recordOf({ type = 11, messageSeq = 2, ...rest }: Fragment, sequenceNumber: number): Uint8Array {
  const fragment = encode(dtlsHandshake, { type, messageSeq, ...rest });
  return encode(dtlsRecord, {
    type: contentType.handshake,
    version: dtlsVersion['DTLSv1.2'],
    epoch: 0,
    sequenceNumber,
    fragment,
  });
}

/** A sound beginning (both hellos, HelloVerifyRequest, ServerHello), then what the server says. */
function afterHello(says: (talk: UdpTalk) => void): Uint8Array {
  const trace = new Trace();
  const talk = new UdpTalk(trace);
  const { datagrams } = dtls12Exchange({
    hello: tls12Hello(950, 'vpn.example.com'),
    seed: 951,
    server: webIdentity(['vpn.example.com']),
    size: 600,
  });
  for (const { from, bytes } of datagrams.slice(0, 4)) talk.send(from, bytes);
  says(talk);
  return trace.toPcapng();
}

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
const server =
  (...fragments: readonly Fragment[]): (() => Uint8Array) =>
  () =>
    afterHello((talk) => {
      for (const [i, fragment] of fragments.entries()) talk.send('server', recordOf(fragment, 10 + i));
    });

export const dtlsRows: readonly HostileCapture[] = (
  [
    ['a fragment that ends beyond its message', server({ length: 100, fragmentOffset: 90, fragment: noise(50) })],
    [
      'a fragment that begins beyond its message',
      server({ length: 100, fragmentOffset: 0xff_ffff, fragment: noise(50) }),
    ],
    [
      'fragments that disagree about the length',
      server(...[100, 200, 50].map((length) => ({ length, fragmentOffset: 0, fragment: noise(40) }))),
    ],
    [
      'fragments that overlap with other bytes',
      server(
        ...[0, 20, 40, 10].map((at) => ({
          length: 100,
          fragmentOffset: at,
          fragment: noise(30).map((byte) => byte ^ at),
        })),
      ),
    ],
    [
      'a message of 16 MiB in pieces of one byte',
      server(
        ...Array.from({ length: 1500 }, (_, i) => ({ length: 0xff_ffff, fragmentOffset: 3 * i, fragment: noise(1) })),
      ),
    ],
    [
      'empty fragments',
      server(...Array.from({ length: 1000 }, (_, i) => ({ length: i, fragmentOffset: 0, fragment: noise(0) }))),
    ],
    [
      'messages with numbers far ahead',
      server(
        ...Array.from({ length: 1000 }, (_, i) => ({
          length: 10,
          messageSeq: (i * 7919) & 0xffff,
          fragmentOffset: 0,
          fragment: noise(10),
        })),
      ),
    ],
    [
      'records that are longer than their datagram',
      () =>
        afterHello(
          (talk) =>
            void talk.send(
              'server',
              recordOf({ length: 10, fragmentOffset: 0, fragment: noise(10) }, 9).subarray(0, 20),
            ),
        ),
    ],
    [
      '800 HelloVerifyRequests',
      () =>
        afterHello((talk) => {
          for (let i = 0; i < 800; i++)
            talk.send(
              'server',
              recordOf({ type: 3, length: 23, messageSeq: 0, fragmentOffset: 0, fragment: noise(23) }, i),
            );
        }),
    ],
  ] as [string, () => Uint8Array][]
).map(([name, make]) => ({ name: `DTLS: ${name}`, make, hellos: 1 }));
