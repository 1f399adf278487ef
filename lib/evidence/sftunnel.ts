/** What the `sftunnel` probe finds at a peer of the management channel between FMC and FTD. */

import type { Certificate } from './certificate.ts';
import type { Conversation } from './conversation.ts';
import type { CertificateRow } from './values.ts';

/** TCP port on which FMC and FTD listen for one another unless it was changed on all of them (Cisco 215540). */
export const sftunnelPort = 8305;

/** By its certificates; where none are to be seen, by the port, and then who is who stays unknown. */
export function isSftunnel({ sftunnel, server, certificates }: Conversation): boolean {
  if (sftunnel !== null) return true;
  return server.port === sftunnelPort && certificates.server.length === 0 && certificates.client.length === 0;
}

/** Who the peer is by its certificate; a name that it does not have is null. */
export interface SftunnelIdentity {
  /** From `title`: `InternalCA` where the CA itself was sent as the leaf. */
  readonly role: 'InternalCA' | 'sftunnel' | null;
  /** CN of the subject. */
  readonly uuid: string | null;
  /** CN of the issuer: the FMC whose InternalCA signed it. */
  readonly managerUuid: string | null;
}

/** The InternalCA above the peer's certificate. */
export interface SftunnelCa {
  /** `sent`: in the peer's chain. `given`: by the caller, with `--ca`. */
  readonly how: 'sent' | 'given';
  readonly certificate: Certificate;
  /** True when its key signed the peer's certificate; false when it did not, though the names agree; null when that was not checked. */
  readonly signed: boolean | null;
}

export interface SftunnelValue {
  /** `answers`: with TLS. `refuses`: RST for the SYN, or RST or FIN for every hello. `other`: silence, an alert, no TLS. */
  readonly peer: 'answers' | 'refuses' | 'other';
  /** Whether it speaks TLS 1.2, whose certificates stand in the clear, and TLS 1.3; null where that was not seen. */
  readonly tls12: boolean | null;
  readonly tls13: boolean | null;
  /** Null where no certificate was seen, or it is none of sftunnel. */
  readonly identity: SftunnelIdentity | null;
  /** The chains it showed, in the form of the probe `certificates`. */
  readonly chains: readonly CertificateRow[];
  readonly ca: SftunnelCa | null;
  readonly clientCertificate: {
    /**
     * When it asks for one. `handshake`: with its first flight. `post-handshake`: after a finished handshake of TLS 1.3 (RFC 8446
     * §4.6.2). `never`: in none of the handshakes seen to their end. Null: not known.
     */
    readonly when: 'handshake' | 'post-handshake' | 'never' | null;
    /** Null: not known. */
    readonly required: boolean | null;
    /** Names of the CAs it takes certificates of, RFC 4514. */
    readonly authorities: readonly string[];
  };
}
