/** What a path of MTU 1454, as on PPPoE lines, does to a handshake. Seen from the client unless said otherwise. */

import { fragmentationNeeded, fragmentIpv4, ipProtocol, ipv4Packet } from '../../lib/capture/write/index.ts';
import { padTo } from '../../lib/hello/index.ts';
import { contentType } from '../../lib/wire/index.ts';
import { type Segment, type Talk, Trace } from '../../test/support/capture/index.ts';
import { helloRecord, type Identity, withShare } from '../../test/support/capture/tls/messages.ts';
import { playTls12, tls12Hello } from '../../test/support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../../test/support/capture/tls/tls12.ts';
import { type Tls13Streams, tls13Streams } from '../../test/support/capture/tls/tls13.ts';
import { ed25519Identity, exampleRoot, webIdentity } from './pki.ts';
import { address, bigHello, headendName, type Recipe, vpnTalk } from './recipe.ts';

export const pathRecipes: readonly Recipe[] = [
  { name: 'path-1454-outbound-loss', make: outboundLoss },
  { name: 'path-1454-inbound-loss', make: inboundLoss },
  { name: 'path-pmtud', make: pathMtuDiscovery },
  { name: 'path-clamped', make: clamped },
  { name: 'ip-fragments', make: fragments },
];

/** When Linux sent the head of the hello again, in milliseconds after the first time. */
const retransmissions = [7, 200, 650, 1500, 3100, 6500];

/** The head of the hello, 1448 bytes, never arrives; its tail does, and the server acknowledges that with SACK. */
function outboundLoss(): Uint8Array {
  const trace = new Trace();
  const talk = vpnTalk(trace, 50_200, { rtt: 5 }).connect();
  const start = trace.now;
  const [head] = talk.send('client', helloRecord(bigHello(200)), { lost: [0] }) as [Segment, Segment];
  for (const after of retransmissions) {
    trace.at(start + after);
    talk.transmit(head, { lost: true });
  }
  return trace.toPcapng();
}

/** The hello is acknowledged; of the server's flight of four segments only the short last one arrives. */
function inboundLoss(): Uint8Array {
  const trace = new Trace();
  const talk = vpnTalk(trace, 50_210, { rtt: 5 }).connect();
  const hello = padTo(tls12Hello(210, headendName), 295);
  const flightFor = (server: Identity): Uint8Array => tls12Streams(tls12Handshake({ hello, seed: 211, server })).server;
  talk.send('client', helloRecord(hello));
  const segments = talk.segments('server', flightFor(identityForFlight(4838, flightFor)));
  talk.transmit(segments.at(-1) as Segment).ack('client');
  // The user gives up.
  trace.wait(30_000);
  talk.fin('client').ack('server');
  return trace.toPcapng();
}

/** A chain with so many names that the server's flight is exactly `size` bytes. */
function identityForFlight(size: number, flightFor: (server: Identity) => Uint8Array): Identity {
  const names = [headendName];
  const identity = (): Identity => {
    const leaf = webIdentity(names, { serial: 0x2003 });
    return { ...leaf, certificates: [...leaf.certificates, exampleRoot.der] };
  };
  // A name costs its characters and two bytes; the last one makes up for what is missing.
  for (let missing = size - flightFor(identity()).length; missing > 0; ) {
    const host = `vpn${names.length}`.padEnd(missing < 60 ? missing - 14 : 16, 'x');
    names.push(`${host}.example.com`);
    missing = size - flightFor(identity()).length;
  }
  return identity();
}

/** The router tells the MTU, the client sends smaller segments, and all is well. */
function pathMtuDiscovery(): Uint8Array {
  const trace = new Trace();
  const talk = vpnTalk(trace, 50_220, { rtt: 5 }).connect();
  const { hello, streams } = bigHandshake(220);
  const [head] = talk.send('client', helloRecord(hello), { lost: [0], ack: false }) as [Segment, Segment];
  const message = fragmentationNeeded(talk.packetOf(head), 1454);
  const icmp = ipv4Packet(
    { source: address.router, destination: address.user, protocol: ipProtocol.icmp, ttl: 255, dontFragment: false },
    message,
  );
  trace.wait(1).add(talk.pair.frame('server', icmp));
  talk.ack('server');
  for (const [from, to] of [
    [0, 1402],
    [1402, 1448],
  ] as const) {
    talk.transmit({ ...head, offset: head.offset + from, bytes: head.bytes.subarray(from, to) });
  }
  finish(talk, streams, 1402);
  return trace.toPcapng();
}

/** A router lowers the MSS of both SYNs to what PPPoE leaves; seen behind it. */
function clamped(): Uint8Array {
  const trace = new Trace();
  const talk = vpnTalk(trace, 50_230, { client: { mss: 1414 }, server: { mss: 1414 } }).connect();
  playTls12(talk, { hello: tls12Hello(230, headendName), seed: 231, server: webIdentity([headendName]) });
  return trace.toPcapng();
}

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
