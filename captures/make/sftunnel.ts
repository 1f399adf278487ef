/** The management channel between a management center and its firewalls: mutual TLS under a private CA. */

import { alertDescription, codeText, extensionType } from '../../lib/wire/index.ts';
import { Trace } from '../../test/support/capture/index.ts';
import { playRefused, playTls12, playTls13, tls12Hello, tls13Hello } from '../../test/support/capture/tls/play.ts';
import type { Tls12Options } from '../../test/support/capture/tls/tls12.ts';
import { ed25519Identity, internalCa, sftunnelIdentity, subjectOf, type Validity } from './pki.ts';
import { type Recipe, sftunnelTalk } from './recipe.ts';

const current: Validity = { notBefore: '2024-10-14T14:23:28Z', notAfter: '2034-10-12T14:23:28Z' };
const expired: Validity = { notBefore: '2014-09-22T03:51:08Z', notAfter: '2024-09-19T03:51:08Z' };

type Pair = Pick<Tls12Options, 'server' | 'client' | 'authorities'>;

/** `opener` is the TLS client. Each side sends its CA, too, as OpenSSL does when it finds it in its store. */
function pairOf(opener: 'manager' | 'device', validity: Validity): Pair {
  const ca = internalCa('internal-ca', validity);
  return {
    server: sftunnelIdentity(opener === 'device' ? 'manager' : 'device', ca, validity, true),
    client: sftunnelIdentity(opener, ca, validity, true),
    authorities: [subjectOf(ca.der)],
  };
}

export const sftunnelRecipes: readonly Recipe[] = [
  {
    name: 'sftunnel-good',
    make() {
      const trace = new Trace({ start: '2026-03-04T05:06:07Z' });
      for (const [i, port] of [41_852, 41_854].entries()) {
        const talk = sftunnelTalk(trace.wait(300 * i), 'device', port).connect();
        playTls12(talk, { hello: tls12Hello(10 + i, null), seed: 20 + i, ...pairOf('device', current) });
      }
      return trace.toPcapng();
    },
  },
  {
    name: 'sftunnel-expired',
    make() {
      const trace = new Trace({ start: '2024-09-20T04:10:47Z' });
      for (const [i, opener] of (['device', 'manager'] as const).entries()) {
        const talk = sftunnelTalk(trace.wait(44_000 * i), opener, 52_210 + i).connect();
        const options = { hello: tls12Hello(30 + i, null), seed: 40 + i, ...pairOf(opener, expired) };
        playRefused(talk, options, 'client', alertDescription.certificate_expired);
      }
      return trace.toPcapng();
    },
  },
  {
    name: 'sftunnel-ca-mismatch',
    make() {
      const trace = new Trace({ start: '2026-03-04T05:06:07Z' });
      const [renewed, former] = [internalCa('internal-ca', current), internalCa('other-internal-ca', current)];
      const talk = sftunnelTalk(trace, 'device', 38_114).connect();
      const options: Tls12Options = {
        hello: tls12Hello(50, null),
        seed: 60,
        server: sftunnelIdentity('manager', renewed, current, true),
        client: sftunnelIdentity('device', former, current, false),
        authorities: [subjectOf(renewed.der)],
      };
      playRefused(talk, options, 'server', alertDescription.decrypt_error);
      return trace.toPcapng();
    },
  },
  {
    name: 'sftunnel-tls13',
    make() {
      const trace = new Trace({ start: '2026-03-04T05:06:07Z' });
      const clientSeed = new Uint8Array(32).fill(70);
      const hello = tls13Hello(71, null, clientSeed);
      const postHandshakeAuth = { type: postHandshakeAuthCode, data: '' };
      const talk = sftunnelTalk(trace, 'device', 44_100).connect();
      playTls13(talk, {
        hello: { ...hello, extensions: [...(hello.extensions ?? []), postHandshakeAuth] },
        clientSeed,
        seed: 72,
        server: ed25519Identity(['localhost'], 73),
      });
      return trace.toPcapng();
    },
  },
];

const postHandshakeAuthCode = codeText(extensionType.post_handshake_auth);
