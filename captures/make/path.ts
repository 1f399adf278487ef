/** What a path does to a handshake; the losses of a line of MTU 1454 are recorded in labs (`lab.ts`). */

import { fragmentIpv4 } from '../../lib/capture/write/index.ts';
import { contentType } from '../../lib/wire/index.ts';
import { type Segment, type Talk, Trace } from '../../test/support/capture/index.ts';
import { helloRecord, withShare } from '../../test/support/capture/tls/messages.ts';
import { type Tls13Streams, tls13Streams } from '../../test/support/capture/tls/tls13.ts';
import { ed25519Identity } from './pki.ts';
import { bigHello, headendName, type Recipe, vpnTalk } from './recipe.ts';

export const pathRecipes: readonly Recipe[] = [{ name: 'ip-fragments', make: fragments }];

/** When Linux sent the head of the hello again, in milliseconds after the first time. */
const retransmissions = [7, 200, 650, 1500, 3100, 6500];

/** Hellos in IP fragments, seen at the server: both fragments of the first one arrive, of the second one only one. */
function fragments(): Uint8Array {
  const trace = new Trace();
  const whole = vpnTalk(trace, 50_240).connect();
  const { hello, streams } = bigHandshake(240);
  const [first, second] = whole.segments('client', helloRecord(hello)) as [Segment, Segment];
  for (const packet of inFragments(whole, first)) trace.wait(0.05).add(packet);
  whole.transmit(first, { unseen: true }).transmit(second).ack('server');
  finish(whole, streams, 1360);

  const cut = vpnTalk(trace.wait(1000), 50_241).connect();
  const [head] = cut.send('client', helloRecord(bigHello(250)), { order: [1] }).slice(0, 1);
  for (const after of retransmissions) {
    const [start] = inFragments(cut, head as Segment);
    trace.wait(after).add(start as Uint8Array);
  }
  return trace.toPcapng();
}

function inFragments(talk: Talk, segment: Segment): Uint8Array[] {
  const packet = talk.packetOf(segment, { dontFragment: false });
  return fragmentIpv4(packet, [1376]).map((fragment) => talk.pair.frame('client', fragment));
}

function bigHandshake(seed: number) {
  const clientSeed = new Uint8Array(32).fill(seed);
  const hello = withShare(bigHello(seed), clientSeed);
  const server = ed25519Identity([headendName], 1);
  return { hello, streams: tls13Streams({ hello, clientSeed, seed: seed + 1, server }) };
}

/** The rest of a TLS 1.3 handshake. */
function finish(talk: Talk, streams: Tls13Streams, size: number): void {
  talk.send('server', streams.server, { size });
  talk.send('client', streams.client, { size });
  talk.send('client', streams.seal('client', contentType.application_data, new Uint8Array(64)));
  talk.close();
}
