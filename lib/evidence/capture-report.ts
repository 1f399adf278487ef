/** The report of a capture. JSON, as `helloprobe pcap --json` prints it; docs/schema has these descriptions. */

import type {
  CapturedCertificate,
  CapturedChain,
  Conversation,
  FailedConnections,
  UnansweredArp,
} from './conversation.ts';
import type { Judgement, ReportHead } from './document.ts';
import type { Finding } from './finding.ts';

export interface CaptureSource {
  /** As given by the caller; `-` for standard input. */
  readonly name: string;
  /** Container format, told by content. */
  readonly format: 'pcap' | 'pcapng';
  /** What the file was compressed with; null where it was not. */
  readonly compression: null | 'gzip' | 'zstd';
  /** Names of tcpdump's registry of link types without the prefix (`ETHERNET`, `LINUX_SLL`), in the order met. */
  readonly linkTypes: readonly string[];
  /** ISO 8601 of the first packet; null without packets. */
  readonly firstPacketAt: string | null;
  /** ISO 8601 of the last packet; null without packets. */
  readonly lastPacketAt: string | null;
  /** The file ends in the middle of a packet, or cannot be read from some point on. */
  readonly truncated: boolean;
}

/** The reason in `dropped` for packets that the machine which captured lost, by the statistics of its interfaces. */
export const lostByCapture = 'lost-by-capture';

export interface CaptureCounters {
  /** Packets read. */
  readonly packets: number;
  /** Bytes of packets as captured. */
  readonly bytes: number;
  /** TCP connections seen. */
  readonly tcpFlows: number;
  /** TLS and DTLS conversations seen, listed or not. */
  readonly tlsConversations: number;
  /** What was not looked at or given up, by reason; empty when nothing was. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface CaptureReport extends ReportHead {
  readonly command: 'pcap';
  /** The file, and what it is. */
  readonly source: CaptureSource;
  /** What was judged by; null when reading broke off. */
  readonly judgement: Judgement;
  /** TLS and DTLS conversations; with a selection, those selected. */
  readonly conversations: readonly Conversation[];
  /** Each distinct certificate once. */
  readonly certificates: readonly CapturedCertificate[];
  /** Each distinct chain of a server once. */
  readonly chains: readonly CapturedChain[];
  /** TCP connections without a byte, by server and kind. */
  readonly failedConnections: readonly FailedConnections[];
  /** Addresses that ARP asked for in vain. */
  readonly unansweredArp: readonly UnansweredArp[];
  /** Of the whole capture, whatever was selected. */
  readonly counters: CaptureCounters;
  /** What is wrong; of the whole capture, whatever was selected. */
  readonly findings: readonly Finding[];
}
