import { expect } from 'chai';
import { webIdentity } from '../../captures/make/pki.ts';
import { CaptureAnalyzer, defaultCaptureLimits } from '../../lib/capture/index.ts';
import { TlsReader } from '../../lib/capture/tls/reader.ts';
import { captureEvents } from '../../lib/captures.ts';
import { goodHello } from '../support/capture/hostile/row.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../support/capture/tls/tls12.ts';

const count = 1_000;

/** Connections that no server answers, each with a hello of its own. */
function halfOpen(hello: (i: number) => Uint8Array = () => goodHello): Uint8Array {
  const trace = new Trace();
  for (let i = 0; i < count; i++)
    new Talk(trace, { client: { address: `10.3.${i >> 8}.${i & 255}` } })
      .connect()
      .send('client', hello(i), { ack: false });
  return trace.toPcap();
}

/** Counts how often the getter or method of a class is used meanwhile. */
function uses(prototype: object, name: string, work: () => void): number {
  const before = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  let used = 0;
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: object) {
      used++;
      return before.get?.call(this) as unknown;
    },
  });
  try {
    work();
  } finally {
    Object.defineProperty(prototype, name, before);
  }
  return used;
}

/** Tells what these methods of analyzers return. @returns ends that */
function watched(told: Readonly<Record<'take' | 'end', (returned: unknown) => void>>): () => void {
  const prototype = CaptureAnalyzer.prototype as unknown as Record<string, (this: unknown) => unknown>;
  const before = { take: prototype['take'], end: prototype['end'] };
  for (const name of ['take', 'end'] as const) {
    prototype[name] = function () {
      const returned = before[name]?.call(this);
      told[name](returned);
      return returned;
    };
  }
  return () => void Object.assign(prototype, before);
}

describe('capture: the work that a flood makes', () => {
  it('is to look at each open conversation once, however many are finished early behind it', () => {
    const bytes = halfOpen();
    const analyzer = new CaptureAnalyzer({ limits: { ...defaultCaptureLimits, openConversations: 100 } });
    const looks = uses(TlsReader.prototype, 'handshakeOver', () => {
      analyzer.push(bytes);
      analyzer.end();
      while (!analyzer.finish());
    });
    expect(analyzer.counters.toJSON()['conversation-finished-early']).to.equal(count - 100);
    expect(looks).to.be.within(count - 100, count);
  });

  it('is to look again at one in which something came, so that one whose handshake is over goes first', () => {
    const trace = new Trace();
    const talks = Array.from({ length: 5 }, (_, i) =>
      new Talk(trace, { client: { address: `10.4.0.${i}` } }).connect(),
    );
    const { server, client, serverEnd } = tls12Streams(
      tls12Handshake({ hello: tls12Hello(7, null), seed: 8, server: webIdentity(['vpn.example.com']) }),
    );
    for (const talk of talks.slice(0, 3)) talk.send('client', goodHello);
    // The limit is reached: all are looked at, and the first is finished.
    talks[3]?.send('client', goodHello);
    talks[2]?.send('server', server);
    talks[2]?.send('client', client);
    talks[2]?.send('server', serverEnd);
    talks[4]?.send('client', goodHello);
    const analyzer = new CaptureAnalyzer({ limits: { ...defaultCaptureLimits, openConversations: 3 } });
    analyzer.push(trace.toPcap());
    const early = analyzer
      .take()
      .map((event) => (event.type === 'conversation' ? event.conversation.client.address : ''));
    expect(early).to.deep.equal(['10.4.0.0', '10.4.0.2']);
  });

  it('is to keep few conversations between two looks, when many end within few bytes', async () => {
    const bytes = halfOpen((i) => helloRecord(tls12Hello(i, null)));
    let looks = 0;
    let most = 0;
    let over = false;
    const restore = watched({
      // The first piece shows how many there are; at the end they come by the hundred.
      take: (events) => {
        if (++looks > 1 && !over) most = Math.max(most, (events as readonly unknown[]).length);
      },
      end: () => {
        over = true;
      },
    });
    let told = 0;
    try {
      for await (const event of captureEvents(bytes, { limits: { openConversations: 10 } }))
        if (event.type === 'conversation') told++;
    } finally {
      restore();
    }
    expect(told).to.equal(count);
    expect(most).to.be.within(1, 64);
  });
});
