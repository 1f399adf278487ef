/** Data of unread connections may wait for bytes that a reader would not want: what is said of the capture must not show it. */

import { expect } from 'chai';
import { alertDescription, concat, contentType, encodeRecord, handshakeType } from '../../../lib/wire/index.ts';
import type { Segment, Talk } from '../../support/capture/index.ts';
import { helloRecord, message } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import { randomFrom } from '../../wire/mutate.ts';
import { Capture, enough, sni, times } from './connections.ts';

/** A message whose lengths do not add up: nothing more is read of the direction, though it goes on in records. */
const broken = (type: number): Uint8Array =>
  encodeRecord(contentType.handshake, 0x0303, message(type, new Uint8Array(60).fill(0xff)));
const brokenAnswer = broken(handshakeType.server_hello);

/** Records of application data; so many bytes of them. */
function data(length: number): Uint8Array {
  const record = encodeRecord(contentType.application_data, 0x0303, new Uint8Array(995));
  return concat(...Array.from({ length: Math.ceil(length / record.length) }, () => record)).subarray(0, length);
}

/** Both sides said what they had to, of which the server's cannot be read. */
function begun(capture: Capture): Talk {
  const talk = capture.talk().connect();
  talk.send('client', helloRecord(tls12Hello(7, sni)));
  talk.send('server', brokenAnswer);
  return talk;
}

/** Sends these segments of all that follows, 1,000 bytes each, in this order. */
function sendOnly(talk: Talk, side: 'client' | 'server', order: readonly number[]): Segment[] {
  const segments = talk.segments(side, data(1000 * (1 + Math.max(...order))), 1000);
  for (const index of order) talk.transmit(segments[index] as Segment);
  return segments;
}

const handshakes = new Capture();
times(enough, () => handshakes.tls12());
const known = (): Capture => new Capture(handshakes);

describe('unread connections of which a reader would want no more', () => {
  it('end with their FINs, though bytes before these never came', async () => {
    const variations: Record<string, (talk: Talk) => unknown> = {
      'data behind a hole': (talk) => {
        sendOnly(talk, 'server', [0, 2, 4]);
        talk.close('server');
      },
      'nothing but a FIN behind a hole': (talk) => {
        sendOnly(talk, 'server', [0]);
        talk.segments('server', data(1000));
        talk.close('client');
      },
      'data that comes after the FINs': (talk) => {
        const late = talk.segments('server', data(1000));
        talk.close('server');
        for (const segment of late) talk.transmit(segment);
      },
      'a hole in the other direction': (talk) => {
        sendOnly(talk, 'client', [0, 2]);
        talk.close('client');
      },
    };
    for (const [name, vary] of Object.entries(variations)) {
      const capture = known();
      const before = await capture.repeats('known');
      const talk = begun(capture);
      vary(talk);
      // They are told in the order in which they end.
      capture.trace.wait(5_000);
      capture.refused(alertDescription.unknown_ca).tls12();
      expect(await capture.repeats(name), name).to.equal(before + 1);
    }
  });

  it('keep nothing for which a limit would count, of one direction or of all', async () => {
    const limits = { unorderedBytesPerDirection: 8_000, unorderedBytes: 100_000 };
    const one = known();
    sendOnly(begun(one), 'server', [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    await one.repeats('one direction', { limits });
    const all = known();
    const talks = Array.from({ length: 30 }, () => begun(all));
    for (const talk of talks) sendOnly(talk, 'server', [1, 3, 5]);
    await all.repeats('all of them', { limits });
  });

  it('come to the same under any order, loss and limit', async () => {
    let repeats = 0;
    for (let seed = 0; seed < 40; seed++) {
      const capture = known();
      playShuffled(capture, randomFrom(seed));
      const limits = {
        unorderedBytesPerDirection: 2_000 + 500 * (seed % 7),
        unorderedBytes: 30_000 + 9_000 * (seed % 5),
      };
      repeats += await capture.repeats(`seed ${seed}`, { limits });
    }
    expect(repeats).to.be.above(40);
  }).timeout(60_000);
});

/** Connections side by side, some of them like those before, whose segments come in any order, or not at all. */
function playShuffled(capture: Capture, random: () => number): void {
  const below = (n: number): number => Math.floor(random() * n);
  const steps: (() => unknown)[][] = Array.from({ length: 12 }, () => {
    const talk = capture.talk().connect();
    const hello = helloRecord(tls12Hello(below(1000), sni));
    const client = concat(hello, [data(4_000), broken(handshakeType.client_hello), data(300)][below(3)] as Uint8Array);
    const server = concat([brokenAnswer, data(50)][below(2)] as Uint8Array, data(6_000));
    const first = talk.segments('client', client, 700).concat(talk.segments('server', server, 900));
    const kept = first.filter(() => random() < 0.85);
    for (let swaps = below(6); swaps > 0; swaps--) {
      const at = 1 + below(kept.length - 1);
      const [moved] = kept.splice(at, 1);
      kept.splice(1 + below(kept.length), 0, moved as Segment);
    }
    const ends = [() => talk.fin('client'), () => talk.fin('server')].slice(below(2));
    return [...kept.map((segment) => () => talk.transmit(segment)), ...ends];
  });
  for (let left = steps.filter(({ length }) => length > 0); left.length > 0; left = steps.filter((l) => l.length > 0))
    (left[below(left.length)] as (() => unknown)[]).shift()?.();
  capture.refused().tls12();
}
