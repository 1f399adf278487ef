/** Why the certificates of a side are not known (domain: "no certificates" is never said without a reason). */

import type { CertificateAbsence } from '../../evidence/index.ts';
import type { Sides } from './facts.ts';

/** What was seen of a conversation, as far as it tells about certificates. */
export interface CertificateView {
  /** A Certificate message of the side was read, also an empty one. */
  readonly known: Sides<boolean>;
  /** Something of the side was not read: a message with missing bytes, one too long, or the beginning. */
  readonly unread: Sides<boolean>;
  /** Reading of the side ended too early: a gap, or a fault. */
  readonly stopped: Sides<boolean>;
  readonly notTls: boolean;
  /** A ServerHello that is no HelloRetryRequest came. */
  readonly negotiated: boolean;
  readonly isTls13: boolean;
  readonly resumed: boolean;
  readonly renegotiated: boolean;
  readonly requested: boolean;
  readonly serverHelloDone: boolean;
  readonly clientKeyExchange: boolean;
  /** A side went on as it does only after a ServerHello. */
  readonly progressed: boolean;
  readonly postHandshakeAuth: boolean;
  /** Finished messages of TLS 1.3 that were opened. */
  readonly finishedOpened: Sides<boolean>;
}

/** Null: the certificates are known, or the side is known to have sent none. */
export function certificateAbsence(view: CertificateView): Sides<CertificateAbsence | null> {
  return { client: ofClient(view), server: ofServer(view) };
}

function ofServer(view: CertificateView): CertificateAbsence | null {
  if (view.known.server) return null;
  if (view.notTls) return 'not-tls';
  if (view.renegotiated) return 'renegotiated';
  if (!view.negotiated) return withoutHandshake(view);
  if (view.resumed) return 'resumed';
  if (view.isTls13) return 'tls13-encrypted';
  // ServerHelloDone without a Certificate before it: an anonymous or PSK suite.
  return view.serverHelloDone && !view.unread.server ? null : 'truncated';
}

function ofClient(view: CertificateView): CertificateAbsence | null {
  if (view.known.client) return null;
  if (view.notTls) return 'not-tls';
  if (view.renegotiated) return 'renegotiated';
  // A client's Certificate comes before its ClientKeyExchange, or not at all (RFC 5246 §7.3).
  if (view.clientKeyExchange && !view.unread.client) return null;
  if (!view.negotiated) return withoutHandshake(view);
  if (view.isTls13) return ofTls13Client(view);
  if (view.resumed) return 'resumed';
  const notAsked = view.serverHelloDone && !view.requested && !view.unread.server;
  return notAsked ? null : 'truncated';
}

/** With post_handshake_auth the client may be asked at any time later (RFC 8446 §4.6.2). */
function ofTls13Client(view: CertificateView): CertificateAbsence | null {
  const { finishedOpened, requested, postHandshakeAuth, resumed } = view;
  if (requested || postHandshakeAuth) return 'tls13-encrypted';
  // RFC 8446 §4.3.2: a server that goes by a pre-shared key does not ask for certificates.
  if (resumed) return 'resumed';
  return finishedOpened.server ? null : 'tls13-encrypted';
}

function withoutHandshake({ unread, stopped, progressed }: CertificateView): CertificateAbsence {
  const lost = unread.client || unread.server || stopped.client || stopped.server || progressed;
  return lost ? 'truncated' : 'no-handshake';
}
