import { expect } from 'chai';
import { type AnalyzerOptions, CaptureAnalyzer, defaultCaptureLimits } from '../../../lib/capture/index.ts';
import { concat, encodeRecord, extensionType, handshakeType } from '../../../lib/wire/index.ts';
import { type Segment, Talk, Trace } from '../../support/capture/index.ts';
import { message } from '../../support/capture/tls/messages.ts';

const count = 3_600;
const two = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);
const codes = (count: number, seed: number): Uint8Array =>
  concat(...Array.from({ length: count }, (_, i) => two((seed * 7919 + i * 31) & 0xffff)));
const extension = (type: number, body: Uint8Array): Uint8Array => concat(two(type), two(body.length), body);
const list = (body: Uint8Array): Uint8Array => concat(two(body.length), body);

/** A ClientHello with 400 suites, groups and signature schemes that no other one has. */
function longHello(seed: number): Uint8Array {
  const suites = codes(400, seed);
  const extensions = concat(
    extension(extensionType.supported_groups, list(codes(400, seed + 1))),
    extension(extensionType.signature_algorithms, list(codes(400, seed + 2))),
    ...Array.from({ length: 200 }, (_, i) => extension(20_000 + ((seed + i) % 30_000), new Uint8Array(0))),
  );
  const random = new Uint8Array(34).fill(3);
  const body = concat(random, Uint8Array.of(0), list(suites), Uint8Array.of(1, 0), list(extensions));
  return encodeRecord(22, 0x0303, message(handshakeType.client_hello, body));
}

/** Hellos that are long, each in a connection of its own. */
function capture(then: (talk: Talk) => unknown = () => undefined): Uint8Array {
  const trace = new Trace();
  for (let i = 0; i < count; i++) {
    const talk = new Talk(trace, { client: { address: `10.3.${i >> 8}.${i & 255}` } }).connect();
    talk.send('client', longHello(i), { ack: false });
    then(talk);
  }
  return trace.toPcap();
}

/** How many were finished early; all are told. */
function early(bytes: Uint8Array, options: Partial<AnalyzerOptions> = {}): number {
  const limits = { ...defaultCaptureLimits, openConversations: 10_000 };
  const analyzer = new CaptureAnalyzer({ limits, ...options });
  const told: string[] = [];
  const take = (): void => {
    for (const event of analyzer.take()) if (event.type === 'conversation') told.push(event.conversation.id);
  };
  analyzer.push(bytes);
  take();
  const before = told.length;
  analyzer.end();
  for (let done = false; !done; take()) done = analyzer.finish();
  expect(new Set(told).size).to.equal(count);
  expect(analyzer.counters.toJSON()['conversation-finished-early'] ?? 0).to.equal(before);
  return before;
}

describe('capture open conversations', () => {
  it('are finished early where each holds long lists that no other one has, and the rest is told all the same', () => {
    // The hellos that come first are kept for comparison; of those that come later hardly a thousand are held at once.
    expect(early(capture())).to.be.within(500, count - 500);
  }).timeout(120_000);

  it('are finished early also where they were kept unread until something waited for missing bytes', () => {
    const bytes = capture((talk) => {
      const [, behind] = talk.segments('server', new Uint8Array(200), 100);
      talk.transmit(behind as Segment);
      talk.close('client');
    });
    expect(early(bytes, { repeat: () => false })).to.be.within(500, count - 500);
  }).timeout(120_000);
});
