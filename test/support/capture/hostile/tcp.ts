/** TCP as nobody sends it: floods, contradictions, wrong order, numbers that wrap. */

import { ipProtocol, tcpFlag, tcpSegment } from '../../../../lib/capture/write/index.ts';
import { concat } from '../../../../lib/wire/index.ts';
import { randomFrom } from '../../../wire/mutate.ts';
import { Talk } from '../talk.ts';
import { Trace } from '../trace.ts';
import { goodHello, type HostileCapture, talkOf } from './row.ts';

/** A record of 16 KiB begins, so that the stream is taken for TLS. */
const recordStart = Uint8Array.of(22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc, 3, 3);
const manyNoise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7919) & 0xff);
const indices = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

export const tcpRows: readonly HostileCapture[] = [
  {
    name: '6000 half-open connections with room for 500',
    make: () => {
      const trace = new Trace();
      for (let i = 0; i < 6000; i++) {
        const talk = new Talk(trace, { client: { address: `10.1.${i >> 8}.${i & 255}`, port: 1024 + (i % 60_000) } });
        talk.syn({ lost: true });
      }
      return trace.toPcap();
    },
    conversations: 0,
    limits: { flows: 500 },
  },
  {
    name: 'segments of one byte',
    make: () => talkOf((talk) => talk.send('client', goodHello, { size: 1 })),
    hellos: 1,
    whole: true,
  },
  {
    name: 'segments of one byte in reverse order',
    make: () =>
      talkOf((talk) => talk.send('client', goodHello, { size: 1, order: indices(goodHello.length).reverse() })),
    hellos: 1,
    whole: true,
  },
  {
    name: '20,000 segments of one byte with holes between them',
    make: () =>
      talkOf((talk) => {
        talk.send('client', recordStart, { ack: false });
        // Lost on the way, for the other side: what it would answer is not the point.
        const order = indices(20_000).map((i) => 2 * i + 1);
        talk.send('client', manyNoise(40_000), { size: 1, order, lost: order, ack: false });
      }),
    hellos: 0,
  },
  {
    name: 'overlaps that contradict each other',
    make: () =>
      talkOf((talk) => {
        const [whole] = talk.segments('client', goodHello);
        if (whole === undefined) return;
        for (let at = 8; at < goodHello.length; at += 8) {
          talk.transmit({ ...whole, offset: at, bytes: manyNoise(24) });
          talk.transmit({ ...whole, offset: at - 4, bytes: goodHello.subarray(at - 4, at + 8) });
        }
        talk.transmit({ ...whole, bytes: goodHello.subarray(0, 8) });
      }),
  },
  {
    name: 'a second hello in place of the first one',
    make: () =>
      talkOf((talk) => {
        const [whole] = talk.segments('client', goodHello);
        if (whole === undefined) return;
        talk.transmit(whole);
        talk.transmit({ ...whole, bytes: goodHello.map((byte, i) => (i > 50 ? byte ^ 0xff : byte)) });
      }),
    hellos: 1,
  },
  {
    name: 'a hello whose middle is missing',
    make: () => talkOf((talk) => talk.send('client', goodHello, { size: 60, order: [0, 2, 3] })),
    hellos: 0,
  },
  {
    name: 'sequence numbers that wrap in the middle of the hello',
    make: () =>
      talkOf((talk) => talk.send('client', goodHello, { size: 10 }), {
        client: { isn: 0xffff_ffb0 },
        server: { isn: 0xffff_ffff },
      }),
    hellos: 1,
    whole: true,
  },
  {
    name: 'sequence numbers that wrap, in reverse order',
    make: () =>
      talkOf(
        (talk) =>
          talk.send('client', goodHello, { size: 10, order: indices(Math.ceil(goodHello.length / 10)).reverse() }),
        {
          client: { isn: 0xffff_ffb0 },
        },
      ),
    hellos: 1,
    whole: true,
  },
  {
    name: 'a port used again, 300 times',
    make: () => {
      const trace = new Trace();
      for (let i = 0; i < 300; i++) {
        const talk = new Talk(trace, { client: { isn: i * 0x0100_0000 }, server: { isn: 0x8000_0000 + i } }).connect();
        talk.send('client', goodHello);
      }
      return trace.toPcapng();
    },
    hellos: 300,
  },
  {
    name: 'a stream from its middle on',
    make: () => {
      const trace = new Trace();
      const talk = new Talk(trace);
      talk.segments('client', manyNoise(5000));
      for (let i = 0; i < 50; i++)
        talk.send('client', concat(Uint8Array.of(23, 3, 3, 0, 100), manyNoise(100)), { ack: false });
      return trace.toPcapng();
    },
    hellos: 0,
  },
  {
    name: 'segments of random flags, offsets and option lengths',
    make: () => {
      const trace = new Trace();
      const random = randomFrom(77);
      const below = (n: number): number => Math.floor(random() * n);
      const { pair } = new Talk(trace);
      for (let i = 0; i < 2000; i++) {
        const bytes = tcpSegment(
          {
            ...pair.addresses('client'),
            sourcePort: 49_152,
            destinationPort: 443,
            seq: below(4) * 2 ** 30 + below(100),
            ack: below(2 ** 32),
            flags: below(256),
            options: { timestamps: [1, 2] },
          },
          goodHello.subarray(0, below(goodHello.length)),
        );
        bytes[12] = below(256);
        bytes[21 + below(10)] = below(256);
        trace.add(pair.frame('client', pair.packet('client', ipProtocol.tcp, bytes)));
      }
      return trace.toPcapng();
    },
  },
  {
    name: '3000 resets for one connection',
    make: () =>
      talkOf((talk) => {
        talk.send('client', goodHello);
        for (let i = 0; i < 3000; i++) talk.reset(i % 2 === 0 ? 'server' : 'client', { ttl: 1 + (i % 255) });
      }),
    hellos: 1,
  },
  {
    name: 'a FIN before the data and data behind the FIN',
    make: () =>
      talkOf((talk) => {
        const segments = talk.segments('client', goodHello, 50);
        talk.fin('client', { flags: tcpFlag.fin });
        for (const segment of segments.reverse()) talk.transmit(segment);
        talk.send('client', goodHello);
      }),
    hellos: 1,
  },
];
