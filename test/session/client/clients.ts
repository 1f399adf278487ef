/** Clients for tests, whose randomness is given. */

import { buildHello, type HelloOptions } from '../../../lib/hello/index.ts';
import {
  type Aead,
  type ClientFlight,
  type ClientGoal,
  createTlsClient,
  type TlsClient,
} from '../../../lib/session/index.ts';
import { nodeClientPrimitives } from '../../../lib/session/node.ts';
import {
  cipherSuite,
  contentType,
  encode,
  encodeRecord,
  extensionType,
  group,
  helloRetryRequestRandom,
  serverHello,
  tlsVersion,
} from '../../../lib/wire/index.ts';
import { handshake } from '../server-flights.ts';
import { tls12Version } from './tls13-server.ts';

export const random = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (7 * i + 3) & 0xff);

/** Offers TLS 1.3 with X25519 and P-256, and a share of the first, unless told otherwise. */
export async function clientFor(
  options: Partial<HelloOptions> = {},
  goal: ClientGoal = 'server-flight',
): Promise<TlsClient> {
  const hello = buildHello({
    versions: [tlsVersion['TLSv1.3']],
    sni: 'localhost',
    groups: [group.x25519, group.secp256r1],
    random,
    ...options,
  });
  return createTlsClient({ hello, goal, primitives: await nodeClientPrimitives(options.groups ?? []) });
}

/** As in a build of Node that has none of the algorithms. */
export const noAead: Aead = {
  open: () => null,
  seal() {
    throw new Error('Unknown cipher');
  },
};

/** Messages received, in order. */
export const names = ({ messages }: ClientFlight): string[] => messages.map(({ message }) => message);

export const wholeFlight = ['server-hello', 'encrypted-extensions', 'certificate', 'certificate-verify', 'finished'];

/** A HelloRetryRequest for this group. */
export function retryMessage(wanted: number | null, cookie: Uint8Array | null = null): Uint8Array {
  return handshake(
    'server_hello',
    encode(serverHello, {
      legacyVersion: tls12Version,
      random: helloRetryRequestRandom,
      sessionId: random(32),
      cipherSuite: cipherSuite.TLS_AES_128_GCM_SHA256,
      compressionMethod: 0,
      extensions: [
        { type: extensionType.supported_versions, data: tlsVersion['TLSv1.3'] },
        ...(wanted === null ? [] : [{ type: extensionType.key_share, data: wanted }]),
        ...(cookie === null ? [] : [{ type: extensionType.cookie, data: cookie }]),
      ],
    }),
  );
}

export function retryRecord(wanted: number | null, cookie: Uint8Array | null = null): Uint8Array {
  return encodeRecord(contentType.handshake, tls12Version, retryMessage(wanted, cookie));
}
