/** What the readers of all conversations of a capture share. */

import type { Digests } from '../../hello/index.ts';
import type { SecretLookup, SessionPrimitives } from '../../session/index.ts';
import type { Counters } from '../counters.ts';
import type { CaptureLimits } from '../limits.ts';
import type { Packet } from '../packet.ts';
import { AuthorityReader } from './authorities.ts';
import type { CertificateStore } from './certificate-store.ts';
import { ClientHelloReader } from './client-hello.ts';
import { HelloCache } from './hello-cache.ts';
import type { SameBytes } from './likeness.ts';
import { MessageBuffers } from './message-buffers.ts';

export interface TlsContext {
  /** The packet being looked at: its number and time go into the facts. */
  readonly packet: Packet;
  readonly limits: CaptureLimits;
  readonly counters: Counters;
  readonly certificates: CertificateStore;
  /** Where the secrets of connections are found; null: nothing is decrypted. */
  readonly secrets: SecretLookup | null;
  /** What opens protected records; null: nothing is decrypted. */
  readonly primitives: SessionPrimitives | null;
  /** Default: portable ones. */
  readonly digests?: Digests | undefined;
  /** Default: a portable one. */
  readonly sameBytes?: SameBytes | undefined;
  /** Told of every ClientHello in TLS records that can be read: a copy of its body, and the version of the record. */
  readonly clientHello?: (body: Uint8Array, recordVersion: number) => void;
}

/** What readers make for each other's use: caches, and buffers for messages in pieces. */
export interface Shared {
  readonly hellos: ClientHelloReader;
  readonly authorities: AuthorityReader;
  readonly buffers: MessageBuffers;
}

/** The same for every reader of a context. */
export function sharedOf(context: TlsContext): Shared {
  let shared = all.get(context);
  if (shared === undefined) {
    const { counters, digests } = context;
    shared = {
      hellos: new ClientHelloReader(new HelloCache(counters, digests)),
      authorities: new AuthorityReader(counters),
      buffers: new MessageBuffers(),
    };
    all.set(context, shared);
  }
  return shared;
}

const all = new WeakMap<TlsContext, Shared>();
