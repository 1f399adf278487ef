/** What a side sends first may be too little to tell what it is; unread connections must not understand it later in another way. */

import { expect } from 'chai';
import { CaptureAnalyzer, defaultCaptureLimits } from '../../../lib/capture/index.ts';
import { alertDescription, concat } from '../../../lib/wire/index.ts';
import type { Segment } from '../../support/capture/index.ts';
import { alertRecord, helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../../support/capture/tls/tls12.ts';
import { Capture, enough, rsa, sni, times } from './connections.ts';

const spec = tls12Hello(7, sni);
const hello = helloRecord(spec);
const streams = tls12Streams(tls12Handshake({ hello: spec, seed: 8, server: rsa }));
const text = (line: string): Uint8Array => new TextEncoder().encode(line);

const handshakes = new Capture();
times(enough, () => handshakes.tls12());

/** What a server may answer a ClientHello with, or say before. */
const answers: Record<string, Uint8Array> = {
  'a handshake': streams.server,
  'an alert': alertRecord(alertDescription.handshake_failure),
  'two alerts': concat(alertRecord(alertDescription.unrecognized_name), alertRecord(alertDescription.unknown_ca)),
  'an SSL 2.0 header': Uint8Array.of(0x80, 0x2e, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10, 7, 7),
  'a record of SSL 2.0': Uint8Array.of(0x15, 0x02, 0, 0, 2, 2, 40),
  text: text('HTTP/1.1 400 Bad Request\r\n\r\n'),
};

describe('first bytes of a side', () => {
  it('come to the same when they came before the hello of the other', async () => {
    const before = await handshakes.repeats('known');
    for (const [name, answer] of Object.entries(answers)) {
      const capture = new Capture(handshakes);
      for (let length = 1; length <= Math.min(12, answer.length); length++) {
        for (const pieces of [1, 3]) {
          const talk = capture.talk().connect();
          talk.send('server', answer.subarray(0, length), { size: Math.ceil(length / pieces) });
          talk.send('client', hello);
          if (answer.length > length) talk.send('server', answer.subarray(length));
          talk.send('client', streams.client);
          talk.close('client');
        }
      }
      expect(await capture.repeats(name), name).to.equal(before);
    }
  });

  it('come to the same when they are few, behind the hello or between its pieces', async () => {
    for (const [name, answer] of Object.entries(answers)) {
      const capture = new Capture(handshakes);
      for (const size of [hello.length, 100]) {
        for (let length = 1; length <= Math.min(12, answer.length); length++) {
          const talk = capture.talk().connect();
          const [first, ...others] = talk.segments('client', hello, size);
          talk.transmit(first as Segment);
          talk.send('server', answer.subarray(0, length));
          for (const segment of others) talk.transmit(segment);
          talk.send('client', alertRecord(alertDescription.internal_error));
          talk.close('client');
        }
      }
      await capture.repeats(name);
    }
  });

  it('are read as they come when they came before the hello', () => {
    const certificatesSeen = (...before: readonly Uint8Array[]): number => {
      const capture = new Capture();
      const talk = capture.talk().connect();
      for (const bytes of before) talk.send('server', bytes);
      talk.send('client', hello);
      talk.send('server', streams.server);
      const analyzer = new CaptureAnalyzer({ limits: defaultCaptureLimits, repeat: () => true });
      analyzer.push(capture.trace.toPcapng());
      return [...analyzer.certificates()].length;
    };
    expect(certificatesSeen()).to.equal(0);
    expect(certificatesSeen(alertRecord(alertDescription.unrecognized_name))).to.equal(1);
    // Not TLS, whatever follows.
    expect(certificatesSeen(text('220 mail.example.com ESMTP\r\n'))).to.equal(0);
  });
});
