/** From a flight, and what the connection saw, to the evidence that rules judge. */

import { sha256 } from '@noble/hashes/sha2.js';
import {
  type CertificateAbsence,
  type Code,
  type ConnectOutcome,
  type HandshakeEvidence,
  handshakeEvidence,
  type WireView,
} from '../evidence/index.ts';
import { codeText, tlsVersion, toHex } from '../wire/index.ts';
import type { ClientFlight } from './client/index.ts';
import type { Flight } from './flight.ts';

/** What only the connection knows; the outcome of `dial` has it all. */
export interface ConnectionFacts {
  readonly connect: ConnectOutcome;
  readonly bytesSent: number;
  readonly endedBeforeHello: boolean;
  readonly detail: string | null;
  /** What the transport saw of the packets. */
  readonly wire?: WireView | null;
}

/** What only the caller knows. */
export interface AttemptFacts {
  /** Id of the attempt. */
  readonly ref: string;
  /** Attempt that is the control of this one. */
  readonly controlRef: string | null;
  /** What was offered; null when our hello cannot be decoded. */
  readonly hello: HandshakeEvidence['hello'];
}

/** The evidence of one live attempt; of the path it knows what its transport saw. */
export function evidenceOf(
  flight: Flight & Partial<Pick<ClientFlight, 'clientCertificates'>>,
  connection: ConnectionFacts,
  { ref, controlRef, hello }: AttemptFacts,
): HandshakeEvidence {
  const { negotiated } = flight;
  const { wire = null } = connection;
  return handshakeEvidence({
    source: { kind: 'attempt', ref },
    controlRef,
    hello,
    negotiated: negotiated && {
      version: codeText(negotiated.version),
      cipherSuite: codeText(negotiated.cipherSuite),
      group: negotiated.group === null ? null : (codeText(negotiated.group) satisfies Code),
    },
    certificates: {
      server: flight.certificates.map(sha256Hex),
      client: (flight.clientCertificates ?? []).map(sha256Hex),
    },
    certificateAbsence: { server: absenceOf(flight), client: null },
    connect: connection.connect,
    sent: wire?.sent ?? { bytes: connection.bytesSent, acked: null, retransmitted: null, tailSacked: null },
    ...(wire === null ? {} : { inbound: wire.inbound, missingInbound: wire.missingInbound, path: wire.path }),
    received: flight.messages,
    reply: replyOf(flight),
    end: flight.end,
    endedBeforeHello: connection.endedBeforeHello,
    looksLike: flight.looksLike,
    alert: flight.alert,
    detail: flight.detail ?? connection.detail,
  });
}

const sha256Hex = (der: Uint8Array): string => toHex(sha256(der));

/** A warning, a HelloRequest or a change_cipher_spec before the ServerHello answers nothing yet. */
function replyOf({ messages, end }: Flight): HandshakeEvidence['reply'] {
  const answer = messages.find(({ message }) => !beforeAnswer.has(message));
  return (answer ?? messages[0])?.message ?? end;
}

const beforeAnswer: ReadonlySet<string> = new Set(['alert', 'hello-request', 'change-cipher-spec']);

/** Why the server's certificates are not known; null when they are, and when the suite has none. */
function absenceOf(flight: Flight): CertificateAbsence | null {
  if (flight.certificates.length > 0) return null;
  if (flight.end === 'not-tls') return 'not-tls';
  if (flight.negotiated === null) return 'no-handshake';
  if (flight.resumed) return 'resumed';
  if (flight.negotiated.version >= tlsVersion['TLSv1.3']) return 'tls13-encrypted';
  // ServerHelloDone without a Certificate before it: an anonymous or PSK suite.
  return flight.end === 'complete' ? null : 'truncated';
}
