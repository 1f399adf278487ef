/** TLS handshakes of a VPN headend and its users, and what can be seen of them. */

import { buildHello } from '../../lib/hello/index.ts';
import { alertDescription, contentType, tlsVersion } from '../../lib/wire/index.ts';
import { Trace, UdpTalk } from '../../test/support/capture/index.ts';
import { bytesFrom } from '../../test/support/capture/random.ts';
import { dtls12Exchange } from '../../test/support/capture/tls/dtls12.ts';
import { helloRecord, withShare } from '../../test/support/capture/tls/messages.ts';
import { playRefused, playTls12, playTls13, tls12Hello, tls13Hello } from '../../test/support/capture/tls/play.ts';
import { tls13Streams } from '../../test/support/capture/tls/tls13.ts';
import { ed25519Identity, exampleIssuer, subjectOf, webIdentity } from './pki.ts';
import { address, bigHello, headendName, type Recipe, vpnTalk } from './recipe.ts';

const authorities = [subjectOf(exampleIssuer.der)];
const user = (serial: number) => webIdentity(['user-17'], { client: true, serial });

export const tlsRecipes: readonly Recipe[] = [
  { name: 'tls12-mutual', make: tls12Mutual },
  { name: 'tls13-without-keys', make: () => tls13(110, false) },
  { name: 'tls13-with-keys', make: () => tls13(120, true) },
  {
    name: 'expired-server',
    make: () =>
      refused(130, headendName, alertDescription.certificate_expired, {
        validity: { notBefore: '2025-02-01T00:00:00Z', notAfter: '2026-02-01T00:00:00Z' },
      }),
  },
  { name: 'wrong-name', make: () => refused(140, 'firepower.localdomain', alertDescription.bad_certificate) },
  { name: 'dtls', make: dtls },
  { name: 'starttls-smtp', make: starttls },
  { name: 'hello-out-of-order', make: helloOutOfOrder },
];

function tls12Mutual(): Uint8Array {
  const trace = new Trace();
  playTls12(vpnTalk(trace, 50_100).connect(), {
    hello: tls12Hello(100, headendName),
    seed: 101,
    server: webIdentity([headendName]),
    client: user(0x3001),
    authorities,
  });
  return trace.toPcapng();
}

function tls13(seed: number, withKeys: boolean): Uint8Array {
  const trace = new Trace();
  const clientSeed = new Uint8Array(32).fill(seed);
  const keyLog = playTls13(vpnTalk(trace, 50_000 + seed).connect(), {
    hello: tls13Hello(seed, headendName, clientSeed),
    clientSeed,
    seed: seed + 1,
    server: ed25519Identity([headendName], 1),
    client: ed25519Identity(['user-17'], 2, { client: true, serial: 0x3002 }),
  });
  return trace.toPcapng(withKeys ? { keyLog } : {});
}

function refused(
  seed: number,
  name: string,
  alert: number,
  options: Parameters<typeof webIdentity>[1] = {},
): Uint8Array {
  const trace = new Trace();
  const server = webIdentity([name], { serial: seed, ...options });
  const hello = tls12Hello(seed, headendName);
  playRefused(vpnTalk(trace, 50_000 + seed).connect(), { hello, seed: seed + 1, server }, 'client', alert);
  return trace.toPcapng();
}

function dtls(): Uint8Array {
  const trace = new Trace();
  const talk = new UdpTalk(trace, {
    client: { address: address.user, port: 50_150 },
    server: { address: address.headend, port: 443 },
  });
  const hello = buildHello({ versions: [tlsVersion['TLSv1.2']], sni: headendName, random: bytesFrom(150) });
  const exchange = dtls12Exchange({ hello, seed: 151, server: webIdentity([headendName]), size: 600 });
  for (const { from, bytes } of exchange.datagrams) talk.send(from, bytes);
  return trace.toPcapng();
}

/** The same bytes each way as any mail client and server exchange before TLS (RFC 3207). */
function starttls(): Uint8Array {
  const trace = new Trace();
  const talk = vpnTalk(trace, 50_160, { server: { port: 587 } }).connect();
  const line = (text: string): Uint8Array => new TextEncoder().encode(`${text}\r\n`);
  talk.send('server', line('220 mail.example.com ESMTP'));
  talk.send('client', line('EHLO client.example.com'));
  talk.send('server', line('250-mail.example.com\r\n250-SIZE 52428800\r\n250 STARTTLS'));
  talk.send('client', line('STARTTLS'));
  talk.send('server', line('220 2.0.0 Ready to start TLS'));
  const server = webIdentity(['mail.example.com'], { serial: 0x2002 });
  playTls12(talk, { hello: tls12Hello(160, 'mail.example.com'), seed: 161, server });
  return trace.toPcapng();
}

/** A hello of two segments, the second of which overtakes the first. */
function helloOutOfOrder(): Uint8Array {
  const trace = new Trace();
  const talk = vpnTalk(trace, 50_170).connect();
  const clientSeed = new Uint8Array(32).fill(170);
  const hello = withShare(bigHello(171), clientSeed);
  const streams = tls13Streams({ hello, clientSeed, seed: 172, server: ed25519Identity([headendName], 1) });
  talk.send('client', helloRecord(hello), { order: [1, 0] });
  talk.send('server', streams.server);
  talk.send('client', streams.client);
  talk.send('client', streams.seal('client', contentType.application_data, new Uint8Array(64)));
  talk.close();
  return trace.toPcapng();
}
