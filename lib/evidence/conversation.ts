/** Conversation: one TLS or DTLS exchange in a capture, and the report of a capture. JSON, as `helloprobe pcap --json` prints it. */

import type { Certificate, CertificateStatus, ChainAssessment, DatedCertificate } from './certificate.ts';
import type { Judgement, ReportHead } from './document.ts';
import type { Finding } from './finding.ts';
import type { CertificateAbsence, Code, HandshakeEvidence, IcmpEvidence, Sha256 } from './handshake.ts';
import type { OwnConnection } from './own-connection.ts';

/** Who of the two: the one that sends the ClientHello, or (as long as none is seen) the SYN, is the client. */
export type Side = 'client' | 'server';

export interface Endpoint {
  /** IPv4 dotted, or IPv6 as RFC 5952 writes it. */
  readonly address: string;
  readonly port: number;
}

export interface CapturedClientHello {
  /** Packet with its last byte, counted from 1. */
  readonly packet: number;
  /** Handshake message with its header (of 4 bytes, also in DTLS), in bytes. */
  readonly length: number;
  /** client_version by name (`TLSv1.2`, `DTLSv1.2`, `SSLv2` for the old hello format), `0x` and hex digits when it has none. */
  readonly version: string;
  readonly sni: string | null;
  readonly alpn: readonly string[];
  readonly cipherSuites: readonly Code[];
  /** Extension types in the order sent, GREASE included. */
  readonly extensions: readonly number[];
  readonly groups: readonly Code[];
  /** Of supported_versions, in its order; empty without the extension. */
  readonly supportedVersions: readonly Code[];
  readonly signatureSchemes: readonly Code[];
  /** MD5, hex. */
  readonly ja3: string;
  readonly ja4: string;
  /** TCP segments (datagrams in DTLS) that its bytes came in. */
  readonly segments: number;
}

export interface CapturedServerHello {
  readonly packet: number;
  /** The negotiated version by name, e.g. `TLSv1.3`. */
  readonly version: string;
  readonly cipherSuite: Code;
  /** Of the key share or the ServerKeyExchange; null where not known. */
  readonly group: Code | null;
  readonly extensions: readonly number[];
  /** Protocol chosen in clear (TLS 1.2), or in decrypted EncryptedExtensions; null where none or not known. */
  readonly alpn: string | null;
}

export interface CapturedRetry {
  readonly packet: number;
  readonly cipherSuite: Code;
  readonly group: Code | null;
}

export interface CapturedAlert {
  readonly from: Side;
  /** `encrypted`: an alert went by, but not which; `code` and `name` are null then. */
  readonly level: 'warning' | 'fatal' | 'unknown' | 'encrypted';
  readonly code: number | null;
  /** IANA name. */
  readonly name: string | null;
  readonly packet: number;
}

export interface CapturedCertificateRequest {
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
  readonly name: CarrierName;
  /** What carries it. */
  readonly transport: TransportName;
}

export interface Conversation {
  /** `c1`, `c2`, … in the order they were recognised. */
  readonly id: string;
  readonly protocol: 'tls' | 'dtls';
  /** What packs its records into packets of its own. Absent or null where TLS is directly on TCP, or DTLS on UDP. */
  readonly carrier?: Carrier | null;
  readonly client: Endpoint;
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
  readonly firstPacket: number;
  readonly lastPacket: number;
  /** The first one; what came after a HelloRetryRequest or HelloVerifyRequest, or renegotiated in clear, is in `moreClientHellos`. */
  readonly clientHello: CapturedClientHello | null;
  readonly moreClientHellos: readonly CapturedClientHello[];
  readonly helloRetryRequest: CapturedRetry | null;
  readonly serverHello: CapturedServerHello | null;
  readonly moreServerHellos: readonly CapturedServerHello[];
  readonly certificates: { readonly server: readonly Sha256[]; readonly client: readonly Sha256[] };
  readonly certificateAbsence: {
    readonly server: CertificateAbsence | null;
    readonly client: CertificateAbsence | null;
  };
  readonly certificateRequest: CapturedCertificateRequest | null;
  readonly alerts: readonly CapturedAlert[];
  readonly outcome: ConversationOutcome;
  /** True when encrypted handshake messages were opened with given secrets. */
  readonly decrypted: boolean;
  readonly evidence: HandshakeEvidence;
  readonly loss: ConversationLoss;
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
  readonly seenCount: number;
  /** Status at the time of the packet it was first seen in. */
  readonly statusAtCapture: CertificateStatus;
}

/** A server's chain as sent, and what stands between it and the given roots. */
export interface CapturedChain {
  /** SHA-256 of the certificates, as in a conversation's `certificates.server`. */
  readonly certificates: readonly Sha256[];
  readonly assessment: ChainAssessment;
}

/** TCP connections to one server port that never came up, or were ended before either side sent a byte. */
export interface FailedConnections {
  readonly server: Endpoint;
  /**
   * `refused`: a RST for the SYN. `unanswered`: nothing. `unreachable`: an ICMP error. `unacknowledged`: a SYN-ACK, sent again and again, to
   * which the client says nothing. `closed` and `reset` came up, and ended without a byte: FIN or RST first.
   */
  readonly kind: 'refused' | 'unanswered' | 'unreachable' | 'unacknowledged' | 'closed' | 'reset';
  readonly count: number;
  /** Clients that tried, the first 20. */
  readonly clients: readonly string[];
  /** Packets of the first 20 SYNs. */
  readonly packets: readonly number[];
  readonly firstAt: string;
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
  readonly address: string;
  readonly count: number;
  readonly packets: readonly number[];
}

export interface CaptureSource {
  readonly name: string;
  readonly format: 'pcap' | 'pcapng';
  readonly compression: null | 'gzip' | 'zstd';
  /** Names as Wireshark has them (`Ethernet`, `Linux cooked-mode capture v1`), in the order met. */
  readonly linkTypes: readonly string[];
  readonly firstPacketAt: string | null;
  readonly lastPacketAt: string | null;
  /** The file ends in the middle of a packet, or cannot be read from some point on. */
  readonly truncated: boolean;
}

export interface CaptureCounters {
  readonly packets: number;
  /** Bytes of packets as captured. */
  readonly bytes: number;
  readonly tcpFlows: number;
  readonly tlsConversations: number;
  /** What was not looked at or given up, by reason; empty when nothing was. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface CaptureReport extends ReportHead {
  readonly command: 'pcap';
  readonly source: CaptureSource;
  readonly judgement: Judgement;
  readonly conversations: readonly Conversation[];
  readonly certificates: readonly CapturedCertificate[];
  readonly chains: readonly CapturedChain[];
  readonly failedConnections: readonly FailedConnections[];
  readonly unansweredArp: readonly UnansweredArp[];
  readonly counters: CaptureCounters;
  readonly findings: readonly Finding[];
}
