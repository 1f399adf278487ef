/** Opening the protected records of a TLS connection whose secrets are known. */

import {
  type Aead,
  type AeadSuite,
  aeadSuite,
  nextTrafficSecret,
  type OpenedRecord,
  openerTls12,
  openerTls13,
  type RecordOpener,
  sessionKeysTls12,
} from '../../session/index.ts';
import { tlsVersion } from '../../wire/index.ts';
import type { TlsContext } from './context.ts';
import type { Negotiation } from './negotiation.ts';

/** Opens what one direction sends. In TLS 1.3 the secrets change on the way; the reader tells when. */
export interface Opening {
  readonly isTls13: boolean;
  /** @returns null when it cannot be opened: early data, other keys */
  open(type: number, version: number, fragment: Uint8Array): OpenedRecord | null;
  /** Passes over a record that is not whole, or not worth it. */
  skip(): void;
  /** The direction's Finished was opened: what follows is under the application traffic secret (RFC 8446 §7.3). */
  finished(): void;
  /** Its KeyUpdate was opened (RFC 8446 §4.6.3). */
  keyUpdated(): void;
}

/** Of both sides. */
export interface Openings {
  readonly client: Opening | null;
  readonly server: Opening | null;
}

/** Null when nothing that follows the last ServerHello can be opened. */
export function openingsOf({ secrets, primitives }: TlsContext, negotiation: Negotiation): Openings | null {
  const { clientRandom, serverRandom, version, cipherSuite } = negotiation;
  if (secrets === null || secrets.size === 0 || primitives === null) return null;
  if (clientRandom === null || serverRandom === null) return null;
  const suite = aeadSuite(cipherSuite);
  if (suite === undefined) return null;
  const { aead } = primitives;
  if (version === tlsVersion['TLSv1.3']) {
    if (!suite.isTls13) return null;
    const of = (
      early: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET' | 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      late: 'CLIENT_TRAFFIC_SECRET_0' | 'SERVER_TRAFFIC_SECRET_0',
    ) => openingTls13(suite, aead, secrets.find(clientRandom, early), secrets.find(clientRandom, late));
    const client = of('CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0');
    const server = of('SERVER_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_TRAFFIC_SECRET_0');
    return client === null && server === null ? null : { client, server };
  }
  const masterSecret = secrets.find(clientRandom, 'CLIENT_RANDOM');
  if (version !== tlsVersion['TLSv1.2'] || suite.isTls13 || masterSecret === null) return null;
  const keys = sessionKeysTls12(suite, masterSecret, clientRandom, serverRandom);
  return {
    client: openingTls12(openerTls12(suite, keys.client, aead)),
    server: openingTls12(openerTls12(suite, keys.server, aead)),
  };
}

function openingTls12(opener: RecordOpener): Opening {
  return {
    isTls13: false,
    open: (type, version, fragment) => opener.open(type, version, fragment),
    skip: () => opener.skip(),
    finished() {},
    keyUpdated() {},
  };
}

/** Without the first secret the second is tried from the start: records that it does not open do not count. */
function openingTls13(suite: AeadSuite, aead: Aead, early: Uint8Array | null, late: Uint8Array | null): Opening | null {
  let secret = early ?? late;
  if (secret === null) return null;
  let inHandshake = early !== null;
  let opener: RecordOpener | null = openerTls13(suite, secret, aead);
  const change = (to: Uint8Array | null): void => {
    secret = to;
    opener = to && openerTls13(suite, to, aead);
  };
  return {
    isTls13: true,
    open: (type, version, fragment) => opener?.open(type, version, fragment) ?? null,
    skip: () => opener?.skip(),
    finished() {
      // Post-handshake authentication has a Finished too (RFC 8446 §4.6.2).
      if (inHandshake) change(late);
      inHandshake = false;
    },
    keyUpdated() {
      change(secret && nextTrafficSecret(suite.hash, secret));
    },
  };
}
