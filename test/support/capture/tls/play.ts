/** Made handshakes as they go over a TCP connection. */

import { buildHello, type HelloSpec } from '../../../../lib/hello/index.ts';
import { contentType, tlsVersion } from '../../../../lib/wire/index.ts';
import type { Side } from '../hosts.ts';
import { bytesFrom } from '../random.ts';
import type { Talk } from '../talk.ts';
import { alertBody, alertRecord, helloRecord, type Seal, withShare } from './messages.ts';
import { type Tls12Options, tls12Handshake, tls12Streams } from './tls12.ts';
import { type Tls13Options, tls13Streams } from './tls13.ts';

/** A usual hello for TLS 1.2 alone. */
export function tls12Hello(seed: number, sni: string | null): HelloSpec {
  return buildHello({ versions: [tlsVersion['TLSv1.2']], sni, random: bytesFrom(seed) });
}

/** A usual hello for TLS 1.2 and 1.3 with an X25519 share that `clientSeed` finishes. */
export function tls13Hello(seed: number, sni: string | null, clientSeed: Uint8Array): HelloSpec {
  const versions = [tlsVersion['TLSv1.2'], tlsVersion['TLSv1.3']];
  return withShare(buildHello({ versions, sni, random: bytesFrom(seed) }), clientSeed);
}

/** A whole TLS 1.2 connection, from the ClientHello to the FINs. Returns its key log. */
export function playTls12(talk: Talk, options: Tls12Options): string {
  const handshake = tls12Handshake(options);
  const streams = tls12Streams(handshake);
  talk.send('client', helloRecord(options.hello));
  talk.send('server', streams.server);
  talk.send('client', streams.client);
  talk.send('server', streams.serverEnd);
  exchangeData(talk, streams.seal);
  return handshake.keyLog;
}

/** A TLS 1.2 handshake that one side ends with a fatal alert, once it has seen the certificate of the other. */
export function playRefused(talk: Talk, options: Tls12Options, by: Side, alert: number): void {
  const streams = tls12Streams(tls12Handshake(options));
  talk.send('client', helloRecord(options.hello));
  talk.send('server', streams.server);
  if (by === 'server') talk.send('client', streams.client);
  talk.send(by, alertRecord(alert));
  talk.close(by);
}

/** A whole TLS 1.3 connection. Returns its key log. */
export function playTls13(talk: Talk, options: Tls13Options): string {
  const streams = tls13Streams(options);
  talk.send('client', helloRecord(options.hello));
  talk.send('server', streams.server);
  talk.send('client', streams.client);
  exchangeData(talk, streams.seal);
  return streams.keyLog;
}

/** A request, a reply, close_notify and the FINs. */
function exchangeData(talk: Talk, seal: Seal): void {
  const text = new TextEncoder();
  talk.send('client', seal('client', contentType.application_data, text.encode('GET / HTTP/1.1\r\n\r\n')));
  talk.send('server', seal('server', contentType.application_data, text.encode('HTTP/1.1 204 No Content\r\n\r\n')));
  talk.send('client', seal('client', contentType.alert, alertBody(1, 0)));
  talk.close('client');
}
