/** What TCP or UDP shows of one conversation, told by client and server instead of by direction. */

import type {
  CarrierName,
  Endpoint,
  IcmpEvidence,
  PathEvidence,
  Side,
  StreamEvidence,
  TransportName,
} from '../../evidence/index.ts';
import type { TcpFacts } from '../flow/index.ts';
import { addressText } from '../link/address.ts';

export interface TransportFacts {
  readonly protocol: TransportName;
  /** What TLS is packed into. */
  readonly carrier: CarrierName | null;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly firstPacket: number;
  readonly lastPacket: number;
  /** Milliseconds since 1970. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** When the connection came up, as far as that is known; else the first packet's time. */
  readonly upTime: number;
  /** `refused`: a RST answers the SYN, which may have had data (TCP Fast Open, RFC 7413). */
  readonly connect: 'ok' | 'unseen' | 'refused';
  /** One side sent nothing that the capture holds, though the other's packets show that it did. */
  readonly oneSided: boolean;
  readonly snapped: boolean;
  /** Bytes went by that the capture does not hold: their receiver acknowledged them. */
  readonly captureLost: boolean;
  readonly sent: StreamEvidence;
  readonly inbound: StreamEvidence | null;
  readonly retransmissions: number;
  /** Bytes of each side that the capture does not hold. */
  readonly missing: { readonly client: number; readonly server: number };
  /** Bytes of the server that the client never acknowledged and the capture does not hold. */
  readonly missingInbound: number | null;
  /** `side` null: a RST that bears the address of a side that went on sending. */
  readonly endedBy: { readonly how: 'reset' | 'closed'; readonly side: Side | null } | null;
  /** Bytes of each side that its peer acknowledged and the capture does not hold. */
  readonly unseen: { readonly client: number; readonly server: number };
  /** Bytes that the other side sent after the first FIN. */
  readonly afterFin: number;
  readonly path: PathEvidence;
  /** DTLS: its client went on with what it had agreed on before, so that the hello may be somebody else's (RFC 6347 §4.2.8). */
  readonly wentOnBefore: boolean;
}

/** @param client direction of the client @param icmp errors that quote the conversation */
export function tcpTransport(
  tcp: TcpFacts,
  client: 0 | 1,
  icmp: readonly IcmpEvidence[],
  carrier: CarrierName | null,
): TransportFacts {
  const server = client === 0 ? 1 : 0;
  const endpoints = [endpointA(tcp), endpointB(tcp)] as const;
  const [sent, inbound] = [tcp.directions[client], tcp.directions[server]];
  const { reset, synAck } = tcp;
  return {
    protocol: 'tcp',
    carrier,
    client: endpoints[client],
    server: endpoints[server],
    firstPacket: tcp.firstPacket,
    lastPacket: tcp.lastPacket,
    firstTime: tcp.firstTime,
    lastTime: tcp.lastTime,
    upTime: synAck?.time ?? tcp.firstTime,
    connect: reset?.refused === true ? 'refused' : tcp.initiator === null && synAck === null ? 'unseen' : 'ok',
    oneSided: !sent.seen || !inbound.seen,
    snapped: sent.snapped || inbound.snapped,
    captureLost: sent.missingAcked + inbound.missingAcked > 0,
    sent: streamOf(sent),
    inbound: streamOf(inbound),
    retransmissions: sent.retransmissions + inbound.retransmissions,
    unseen: { client: sent.missingAcked, server: inbound.missingAcked },
    missing: { client: sent.missing, server: inbound.missing },
    missingInbound: inbound.missing - inbound.missingAcked,
    // No FIN is noted after a RST, so that one came first: a RST that follows it answers bytes that came too late.
    endedBy:
      tcp.firstFin !== null
        ? { how: 'closed', side: tcp.firstFin === client ? 'client' : 'server' }
        : reset !== null
          ? { how: 'reset', side: reset.contradicted ? null : reset.from === client ? 'client' : 'server' }
          : null,
    afterFin: tcp.sentAfterFin,
    path: {
      announcedMss: tcp.mss[client],
      peerMss: tcp.mss[server],
      sendMss: null,
      pathMtu: least(icmp.flatMap(({ mtu }) => mtu ?? [])),
      timestamps: tcp.timestamps,
      synAck: synAck === null ? null : { ttl: synAck.ttl, ipId: synAck.ipId },
      // Only one that bears the server's address can be compared with its SYN-ACK.
      reset:
        reset === null || reset.from === client
          ? null
          : {
              ttl: reset.ttl,
              ipId: reset.ipId,
              window: reset.window,
              ...(reset.contradicted && { contradicted: true }),
            },
      icmp,
    },
    wentOnBefore: false,
  };
}

export function endpointA(tcp: TcpFacts): Endpoint {
  return { address: addressText(tcp.a0, tcp.a1, tcp.a2, tcp.a3), port: tcp.portA };
}

export function endpointB(tcp: TcpFacts): Endpoint {
  return { address: addressText(tcp.b0, tcp.b1, tcp.b2, tcp.b3), port: tcp.portB };
}

function streamOf(direction: TcpFacts['directions'][0]): StreamEvidence {
  return {
    bytes: direction.bytes,
    acked: direction.acked,
    retransmitted: direction.retransmittedBytes,
    tailSacked: direction.tailSacked,
    lostSegment: direction.lostSegment,
    largestAcked: direction.largestAcked,
  };
}

function least(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : Math.min(...numbers);
}
