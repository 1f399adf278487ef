/** HandshakeEvidence: what is known of one handshake, whoever saw it. Rules see nothing else. */

/** A code point, `0x` and four lower-case hex digits. */
export type Code = `0x${string}`;

/** Lower-case hex SHA-256 of a certificate's DER. */
export type Sha256 = string;

/** Where the evidence comes from; `ref` names the attempt, the conversation or the log lines. */
export interface EvidenceSource {
  readonly kind: 'attempt' | 'packets' | 'log';
  readonly ref: string;
}

/** How much of the exchange the observer could see. */
export type Completeness = 'full' | 'one-sided' | 'snapped' | 'mid-stream' | 'text-only';

/** How far the transport connection got. `unseen`: the capture starts later. */
export type ConnectOutcome = 'ok' | 'refused' | 'timeout' | 'unreachable' | 'resolve-failed' | 'unseen';

/** A handshake message as Wireshark and the RFCs call it, in lower case with hyphens; also `alert`, `change-cipher-spec`, `application-data`. */
export type MessageName =
  | 'hello-request'
  | 'client-hello'
  | 'server-hello'
  | 'hello-retry-request'
  | 'hello-verify-request'
  | 'new-session-ticket'
  | 'encrypted-extensions'
  | 'certificate'
  | 'server-key-exchange'
  | 'certificate-request'
  | 'server-hello-done'
  | 'certificate-verify'
  | 'client-key-exchange'
  | 'finished'
  | 'certificate-status'
  | 'key-update'
  | 'compressed-certificate'
  | 'change-cipher-spec'
  | 'alert'
  | 'application-data'
  | 'heartbeat'
  | 'unknown';

/**
 * How the exchange ended. `complete`: the expected flight arrived whole. `stopped`: we ended it on purpose after what we
 * needed. `silent`: nothing (more) came before the deadline. `closed`: FIN. `reset`: RST.
 */
export type EndOutcome = 'complete' | 'stopped' | 'alert' | 'reset' | 'closed' | 'silent' | 'malformed' | 'not-tls';

/** Protocol that bytes which are not TLS look like. */
export type LooksLike = 'http' | 'ssh' | 'smtp' | 'ftp' | 'imap' | 'pop3' | 'ssl2' | 'text' | 'binary';

/** Why certificates of a side are not known. */
export type CertificateAbsence =
  | 'tls13-encrypted'
  | 'resumed'
  | 'renegotiated'
  | 'truncated'
  | 'not-tls'
  | 'no-handshake';

export interface ReceivedMessage {
  readonly message: MessageName;
  /** ISO 8601 time of its last byte. */
  readonly at: string;
  /** Length with the message header. */
  readonly bytes: number;
}

export interface AlertEvidence {
  readonly from: 'client' | 'server';
  readonly level: 'warning' | 'fatal' | 'unknown';
  readonly code: number;
  /** IANA name, e.g. `handshake_failure`. */
  readonly name: string;
}

export interface IcmpEvidence {
  /** ICMP type; that of ICMPv6 where `from` is an IPv6 address. */
  readonly type: number;
  /** ICMP code. */
  readonly code: number;
  /** IP address of the router or host that sent it. */
  readonly from: string;
  /** MTU that it names, in bytes; null where it names none. */
  readonly mtu: number | null;
}

/** Destination unreachable; "fragmentation needed" is none of it, nor is "time exceeded", type 3 of ICMPv6 (RFC 4443 §3.3). */
export function isUnreachable({ type, code, from }: IcmpEvidence): boolean {
  return from.includes(':') ? type === 1 : type === 3 && code !== 4;
}

/** Time exceeded in transit (RFC 792, RFC 4443 §3.3), and not in reassembly: routers send the packet in a circle, or somebody traces the route. */
export function isExpiredInTransit({ type, code, from }: IcmpEvidence): boolean {
  return code === 0 && type === (from.includes(':') ? 3 : 11);
}

/** What the packets say of the path; each null where not known (kernel TCP shows hardly any of it). */
export interface PathEvidence {
  /** MSS in the client's SYN, in bytes. */
  readonly announcedMss: number | null;
  /** MSS in the server's SYN-ACK, in bytes. */
  readonly peerMss: number | null;
  readonly sendMss: number | null;
  readonly pathMtu: number | null;
  /** MTU of our own interface: below it, `pathMtu` was learned. Absent where nobody looks, as in captures. */
  readonly interfaceMtu?: number | null;
  readonly timestamps: boolean | null;
  readonly synAck: { readonly ttl: number; readonly ipId: number | null } | null;
  readonly reset: {
    readonly ttl: number;
    readonly ipId: number | null;
    readonly window: number;
    /** True when packets show that the server went on sending after it, beyond its sequence number: somebody else sent it. */
    readonly contradicted?: boolean;
  } | null;
  /** ICMP errors about these packets; empty when there were none. */
  readonly icmp: readonly IcmpEvidence[] | null;
}

/** One direction of the byte stream, as packets show it; each null where not known. */
export interface StreamEvidence {
  /** Payload bytes sent, each counted once. */
  readonly bytes: number;
  /** Payload bytes that the other side acknowledged. */
  readonly acked: number | null;
  /** Payload bytes sent again. */
  readonly retransmitted: number | null;
  /** True when the receiver selectively acknowledged later bytes while earlier ones were missing (RFC 2018). */
  readonly tailSacked: boolean | null;
  /** Payload length of a segment that was sent at least three times and never acknowledged; the size that is lost. */
  readonly lostSegment?: number | null;
  /** Payload length of the largest segment that was acknowledged. */
  readonly largestAcked?: number | null;
}

export interface HandshakeEvidence {
  /** Who saw it, and under which id. */
  readonly source: EvidenceSource;
  /** How much of the exchange the observer could see. */
  readonly completeness: Completeness;
  /** Id of the attempt that served as the control of this one. */
  readonly controlRef: string | null;
  /** Server name, versions offered and length in bytes of the hello; null where none was seen. */
  readonly hello: { readonly sni: string | null; readonly versions: readonly Code[]; readonly length: number } | null;
  /** What the server chose, as codes; null without a ServerHello. */
  readonly negotiated: { readonly version: Code; readonly cipherSuite: Code; readonly group: Code | null } | null;
  /** SHA-256 of what each side sent, in the order sent. */
  readonly certificates: { readonly server: readonly Sha256[]; readonly client: readonly Sha256[] };
  /** Why no certificates of a side are known; null where nothing stood in the way. */
  readonly certificateAbsence: {
    readonly server: CertificateAbsence | null;
    readonly client: CertificateAbsence | null;
  };
  /** How far the transport connection got; `unseen` where the capture starts later. */
  readonly connect: ConnectOutcome;
  /** What the client sent. */
  readonly sent: StreamEvidence;
  /** What the server sent; null where only what arrived is known, as in every live attempt over kernel TCP. */
  readonly inbound?: StreamEvidence | null;
  /** Messages of the server in the order received. */
  readonly received: readonly ReceivedMessage[];
  /** First message that came, or how it ended when none came. What may precede an answer (a warning, a HelloRequest) stands here only when nothing else came. */
  readonly reply: MessageName | EndOutcome | null;
  /** How the exchange ended; null where that is not known. */
  readonly end: EndOutcome | null;
  /** Who sent the RST or the first FIN, where `end` is `reset` or `closed`; null where that is not known, as of a RST that is contradicted. Absent in a live attempt, whose peer always does. */
  readonly endedBy?: 'client' | 'server' | null;
  /** True where `end` is `silent` and the client had sent its key exchange, with which it accepts the server; up to TLS 1.2. */
  readonly keyExchanged?: boolean;
  /** When the client sent that key exchange, where `end` is `closed`, `reset` or `silent`; ISO 8601. */
  readonly keyExchangedAt?: string | null;
  /** True where `end` is `silent` and parts of the server's flight never came, though later ones did: messages of DTLS do not wait for one another. */
  readonly answerInPart?: boolean;
  /** Bytes that the server sent before the hello of a client that had said nothing else, where `end` is `closed`, `reset` or `silent` and none came after it. */
  readonly greeted?: number;
  /** Who sent what breaks the rules, where `end` is `malformed`; null where that is not known. Absent in a live attempt, whose peer did. */
  readonly brokenBy?: 'client' | 'server' | null;
  /**
   * Sides whose alert is encrypted, where `end` is `closed`, `reset` or `silent`: in TLS 1.3 the last record of theirs, which is as long as
   * an alert. One may refuse anything, or say goodbye.
   */
  readonly sealedAlerts?: readonly ('client' | 'server')[];
  /** True where `end` is `malformed` or `not-tls` and the client, too, went on with what is no TLS: both speak something that only begins like it. */
  readonly imitated?: boolean;
  /** True when the peer ended the connection before our hello left. */
  readonly endedBeforeHello: boolean;
  /** What bytes that are no TLS look like; null where they are TLS, or none came. */
  readonly looksLike: LooksLike | null;
  /** Bytes of the server's stream that are missing and that the client did not acknowledge; null where that is not known. */
  readonly missingInbound: number | null;
  /** The alert that tells of the end; null where there is none to be read. */
  readonly alert: AlertEvidence | null;
  /** What the packets say of the path. */
  readonly path: PathEvidence;
  /** One sentence of detail for `malformed` and for a connection that failed: what and where. */
  readonly detail: string | null;
}

/** Nothing known of the path. */
export const unknownPath: PathEvidence = {
  announcedMss: null,
  peerMss: null,
  sendMss: null,
  pathMtu: null,
  timestamps: null,
  synAck: null,
  reset: null,
  icmp: null,
};

/** Evidence in which everything not given is unknown; the way every observer builds its evidence. */
export function handshakeEvidence(
  known: Partial<HandshakeEvidence> & Pick<HandshakeEvidence, 'source'>,
): HandshakeEvidence {
  return {
    completeness: 'full',
    controlRef: null,
    hello: null,
    negotiated: null,
    certificates: { server: [], client: [] },
    certificateAbsence: { server: null, client: null },
    connect: 'unseen',
    sent: { bytes: 0, acked: null, retransmitted: null, tailSacked: null },
    received: [],
    reply: null,
    end: null,
    endedBeforeHello: false,
    looksLike: null,
    missingInbound: null,
    alert: null,
    path: unknownPath,
    detail: null,
    ...known,
  };
}

/** True when a ServerHello or HelloRetryRequest came: the server understood the hello and chose. */
export function answered(evidence: HandshakeEvidence): boolean {
  return evidence.received.some(({ message }) => message === 'server-hello' || message === 'hello-retry-request');
}
