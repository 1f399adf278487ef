/** Conversation: one TLS or DTLS exchange in a capture. JSON, as `helloprobe pcap --json` prints it. */

import type { Certificate, CertificateStatus, ChainAssessment, DatedCertificate } from './certificate.ts';
import type { CertificateAbsence, Code, HandshakeEvidence, IcmpEvidence, Sha256 } from './handshake.ts';
import type { OwnConnection } from './own-connection.ts';

/** Who of the two: the one that sends the ClientHello, or (as long as none is seen) the SYN, is the client. */
export type Side = 'client' | 'server';

export interface Endpoint {
  /** IPv4 dotted, or IPv6 as RFC 5952 writes it. */
  readonly address: string;
  /** TCP or UDP port. */
  readonly port: number;
}

export interface CapturedClientHello {
  /** Packet with its last byte, counted from 1. */
  readonly packet: number;
  /** Handshake message with its header (of 4 bytes, also in DTLS), in bytes. */
  readonly length: number;
  /** client_version by name (`TLSv1.2`, `DTLSv1.2`, `SSLv2` for the old hello format), `0x` and hex digits when it has none. */
  readonly version: string;
  /** host_name of server_name; null without the extension, or with an empty one. */
  readonly sni: string | null;
  /** Protocols of application_layer_protocol_negotiation, as sent; empty without the extension. */
  readonly alpn: readonly string[];
  /** In the order sent, GREASE and signalling values included. */
  readonly cipherSuites: readonly Code[];
  /** Extension types in the order sent, GREASE included. */
  readonly extensions: readonly number[];
  /** Of supported_groups, in its order; empty without the extension. */
  readonly groups: readonly Code[];
  /** Of supported_versions, in its order; empty without the extension. */
  readonly supportedVersions: readonly Code[];
  /** Of signature_algorithms, in its order; empty without the extension. */
  readonly signatureSchemes: readonly Code[];
  /** MD5, hex. */
  readonly ja3: string;
  /** JA4 fingerprint of the hello. */
  readonly ja4: string;
  /** TCP segments (datagrams in DTLS) that its bytes came in. */
  readonly segments: number;
}

export interface CapturedServerHello {
  /** Packet with its last byte, counted from 1. */
  readonly packet: number;
  /** The negotiated version by name, e.g. `TLSv1.3`. */
  readonly version: string;
  /** The suite that the server chose. */
  readonly cipherSuite: Code;
  /** Of the key share or the ServerKeyExchange; null where not known. */
  readonly group: Code | null;
  /** Extension types in the order sent. */
  readonly extensions: readonly number[];
  /** Protocol chosen in clear (TLS 1.2), or in decrypted EncryptedExtensions; null where none or not known. */
  readonly alpn: string | null;
}

export interface CapturedRetry {
  /** Packet with its last byte, counted from 1. */
  readonly packet: number;
  /** The suite that the server chose. */
  readonly cipherSuite: Code;
  /** The group that it wants a key share of; null without the extension. */
  readonly group: Code | null;
}

export interface CapturedAlert {
  /** Who sent it. */
  readonly from: Side;
  /** `encrypted`: an alert went by, but not which; `code` and `name` are null then. */
  readonly level: 'warning' | 'fatal' | 'unknown' | 'encrypted';
  /** AlertDescription; null where it is encrypted. */
  readonly code: number | null;
  /** IANA name. */
  readonly name: string | null;
  /** Packet that it ended in, counted from 1. */
  readonly packet: number;
}

export interface CapturedCertificateRequest {
  /** Packet with its last byte, counted from 1. */
  readonly packet: number;
  /** Acceptable CA names, RFC 4514. */
  readonly authorities: readonly string[];
}

/** `fragments` counts IP fragments of this conversation; `incomplete` datagrams that never became whole. */
export interface ConversationLoss {
  /** TCP segments seen again, both directions. */
  readonly retransmissions: number;
  /** Bytes of each side's stream that the capture does not hold. */
  readonly missingBytes: { readonly client: number; readonly server: number };
  /** ICMP errors about packets of this conversation, with the packet of the capture that each is. */
  readonly icmp: readonly (IcmpEvidence & { readonly packet: number })[];
  /** `later`: the capture has other fragments than first ones, of whatever datagram: no filter on ports kept them out of it. */
  readonly fragments: { readonly seen: number; readonly incomplete: number; readonly later?: boolean };
}

export type SftunnelRole = 'FMC' | 'FTD';

/**
 * Whether the signature of a side's leaf fits the CA of its issuer's name: `verified` or `not-verified` against a CA certificate
 * that was sent or given, `unknown` when there is none (or no leaf).
 */
export type AuthorityProof = 'verified' | 'not-verified' | 'unknown';

export interface SftunnelFacts {
  /** FMC: its leaf carries the UUID that also names its CA. Null where the certificates do not tell. */
  readonly role: { readonly client: SftunnelRole | null; readonly server: SftunnelRole | null };
  /** CN of each side's leaf. */
  readonly uuid: { readonly client: string | null; readonly server: string | null };
  /** Whether the signature of each side's leaf was verified against the CA that it names. */
  readonly authority: { readonly client: AuthorityProof; readonly server: AuthorityProof };
  /** Both are verified, but no CA certificate has signed both: there are several of the same name, with other keys. */
  readonly apart?: boolean;
  /** The CA certificate whose key signed a side's leaf, where it was given by the caller and not sent. */
  readonly given?: { readonly client: DatedCertificate | null; readonly server: DatedCertificate | null };
}

export type ConversationOutcome = 'completed' | 'alert' | 'reset' | 'closed' | 'stalled' | 'unknown';

/** `tds`: Microsoft SQL Server (MS-TDS). `openvpn`: the control channel of OpenVPN. */
export type CarrierName = 'tds' | 'openvpn';

export type TransportName = 'tcp' | 'udp';

export interface Carrier {
  /** The protocol whose packets the records are in. */
  readonly name: CarrierName;
  /** What carries it. */
  readonly transport: TransportName;
}

export interface Conversation {
  /** `c1`, `c2`, … in the order they were recognised. */
  readonly id: string;
  /** TLS (on a byte stream) or DTLS (in datagrams). */
  readonly protocol: 'tls' | 'dtls';
  /** What packs TLS into packets of its own: `tds` (Microsoft SQL Server), `openvpn` (its control channel). Absent or null where TLS is directly on TCP, or DTLS on UDP. */
  readonly carrier?: Carrier | null;
  /** Who sends the ClientHello; as long as none is seen, the SYN. */
  readonly client: Endpoint;
  /** The other end. */
  readonly server: Endpoint;
  /** ISO 8601 of the first packet. */
  readonly startedAt: string;
  /** ISO 8601 of the last packet. */
  readonly endedAt?: string;
  /**
   * When the last ClientHello was whole, where that was a second or more after the first packet: SYNs were sent again, or something else was
   * spoken first.
   */
  readonly helloAt?: string;
  /** First packet of the conversation, counted from 1. */
  readonly firstPacket: number;
  /** Last packet of the conversation, counted from 1. */
  readonly lastPacket: number;
  /** The first one; what came after a HelloRetryRequest or HelloVerifyRequest, or renegotiated in clear, is in `moreClientHellos`. */
  readonly clientHello: CapturedClientHello | null;
  /** Later ClientHellos, in the order sent; empty when there was one. */
  readonly moreClientHellos: readonly CapturedClientHello[];
  /** HelloRetryRequest of TLS 1.3; null when none was seen. */
  readonly helloRetryRequest: CapturedRetry | null;
  /** The first ServerHello; null when none was seen. */
  readonly serverHello: CapturedServerHello | null;
  /** Later ServerHellos (of renegotiations in clear), in the order sent. */
  readonly moreServerHellos: readonly CapturedServerHello[];
  /** SHA-256 of what each side sent, in the order sent; where a list is empty, `certificateAbsence` says why. */
  readonly certificates: { readonly server: readonly Sha256[]; readonly client: readonly Sha256[] };
  /** Why no certificate of a side is known; null where there are some. */
  readonly certificateAbsence: {
    readonly server: CertificateAbsence | null;
    readonly client: CertificateAbsence | null;
  };
  /** The request for a client certificate; null when none was seen. */
  readonly certificateRequest: CapturedCertificateRequest | null;
  /** Alerts of both sides, in the order seen. */
  readonly alerts: readonly CapturedAlert[];
  /** How the handshake ended, as far as the capture shows it. */
  readonly outcome: ConversationOutcome;
  /** True when encrypted handshake messages were opened with given secrets. */
  readonly decrypted: boolean;
  /** What the handshake showed, in the form that live probes have too. */
  readonly evidence: HandshakeEvidence;
  /** What the network lost or answered instead. */
  readonly loss: ConversationLoss;
  /** What the certificates tell of FMC and FTD; null where it is no sftunnel. */
  readonly sftunnel: SftunnelFacts | null;
  /** Of a recording that we made: what was done on purpose. Null or absent for everybody else's connections. */
  readonly own?: OwnConnection | null;
}

/** What carries a conversation, or what packs it: UDP has neither connections nor acknowledgements. */
export function transportOf({ protocol, carrier }: Pick<Conversation, 'protocol' | 'carrier'>): TransportName {
  return carrier?.transport ?? (protocol === 'dtls' ? 'udp' : 'tcp');
}

/** A certificate of a capture. */
export interface CapturedCertificate extends Certificate {
  /** Ids of conversations, the first 100. */
  readonly seenIn: readonly string[];
  /** In how many conversations it was sent; `seenIn` has no more than 100 of them. */
  readonly seenCount: number;
  /** Status at the time of the packet it was first seen in. */
  readonly statusAtCapture: CertificateStatus;
}

/** A server's chain as sent, and what stands between it and the given roots. */
export interface CapturedChain {
  /** SHA-256 of the certificates, as in a conversation's `certificates.server`. */
  readonly certificates: readonly Sha256[];
  /** What stands between the chain and the roots given. */
  readonly assessment: ChainAssessment;
}

/** TCP connections to one server port that never came up, or were ended before either side sent a byte. */
export interface FailedConnections {
  /** The address and port that were dialled. */
  readonly server: Endpoint;
  /**
   * `refused`: a RST for the SYN. `unanswered`: nothing. `unreachable`: an ICMP error, "time exceeded" in transit where nothing else came
   * (routers send packets in a circle, or the SYNs are those of a traceroute). `unacknowledged`: a SYN-ACK, sent again and again, to which
   * the client says nothing. `closed` and `reset` came up, and ended without a byte: FIN or RST first.
   */
  readonly kind: 'refused' | 'unanswered' | 'unreachable' | 'unacknowledged' | 'closed' | 'reset';
  /** How many connections ended so. */
  readonly count: number;
  /** Clients that tried, the first 20. */
  readonly clients: readonly string[];
  /** Packets of the first 20 SYNs. */
  readonly packets: readonly number[];
  /** ISO 8601 of the first of them. */
  readonly firstAt: string;
  /** ISO 8601 of the last of them. */
  readonly lastAt: string;
  /** ICMP error that answered, where `unreachable`. */
  readonly icmp: IcmpEvidence | null;
  /**
   * True of `unanswered` ones where no SYN was sent again, as hosts do after a second (RFC 6298 §2): the clients gave up sooner, or the rest
   * was not captured. Absent otherwise.
   */
  readonly sentOnce?: boolean;
  /** Who ended those that came up. */
  readonly endedBy?: Side | null;
  /** How long those that came up lasted, from the SYN-ACK to the last packet, in milliseconds. */
  readonly lastedMs?: { readonly least: number; readonly most: number } | null;
  /** Of those that came up: whether these clients spoke TLS with the server in other connections of the capture. */
  readonly besideTls?: boolean;
  /** True when TLS was seen at this port, or it is one that TLS VPNs use: only these are judged. */
  readonly judged: boolean;
}

/** ARP requests for an address that no reply followed. */
export interface UnansweredArp {
  /** The IPv4 address asked for. */
  readonly address: string;
  /** How many requests. */
  readonly count: number;
  /** Packets of requests, counted from 1. */
  readonly packets: readonly number[];
}
