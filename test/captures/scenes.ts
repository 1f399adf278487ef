/** Scenes for captures that a confident rule would get wrong. */

import { ed25519Identity, webIdentity } from '../../captures/make/pki.ts';
import { exampleRootPem } from '../../captures/make.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import type { CaptureReport, Language } from '../../lib/evidence/index.ts';
import { Talk, type Trace } from '../support/capture/index.ts';
import { bytesFrom } from '../support/capture/random.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello, tls13Hello } from '../support/capture/tls/play.ts';
import { type Tls12Streams, tls12Handshake, tls12Streams } from '../support/capture/tls/tls12.ts';
import { type Tls13Streams, tls13Streams } from '../support/capture/tls/tls13.ts';

export const hostName = 'vpn.example.com';

/** The ClientHello, and the flights that follow it. */
export function tls12(seed = 900): Tls12Streams & { readonly hello: Uint8Array } {
  const hello = tls12Hello(seed, hostName);
  const handshake = tls12Handshake({ hello, seed, server: webIdentity([hostName]) });
  return { hello: helloRecord(hello), ...tls12Streams(handshake) };
}

export function tls13(seed = 910): Tls13Streams & { readonly hello: Uint8Array } {
  const clientSeed = bytesFrom(seed)(32);
  const hello = tls13Hello(seed, hostName, clientSeed);
  const server = ed25519Identity([hostName], seed);
  return { hello: helloRecord(hello), ...tls13Streams({ hello, clientSeed, seed, server }) };
}

/** Something else goes on long after. */
export function later(trace: Trace): Trace {
  trace.wait(20_000);
  new Talk(trace, { client: { port: 60_001 }, server: { port: 80 } }).connect().close();
  return trace;
}

/** Every packet as often as the switch port or the interfaces show it. */
export function mirrored(trace: Trace, copies: number): Trace {
  for (let i = trace.packets.length - 1; i >= 0; i--) {
    const packet = trace.packets[i];
    if (packet === undefined) continue;
    const copy = (n: number) => ({ ...packet, time: packet.time + n * 0.05 });
    trace.packets.splice(i, 1, ...Array.from({ length: copies }, (_, n) => copy(n)));
  }
  return trace;
}

export function reportOf(trace: Trace, language: Language = 'en'): Promise<CaptureReport> {
  return analyzeCapture(trace.toPcapng(), {
    now: new Date('2026-03-05T00:00:00Z'),
    caPem: [exampleRootPem],
    language,
  });
}

export async function idsOf(trace: Trace): Promise<string[]> {
  return (await reportOf(trace)).findings.map(({ id }) => id);
}
