/** What reading a capture gives, in the order it comes: conversations as they end, everything that is known at the end after them. */

import type { CaptureCounters, CaptureReport, CaptureSource } from './capture-report.ts';
import type { CapturedCertificate, CapturedChain, Conversation } from './conversation.ts';

/** What is known when the whole capture was read; conversations, certificates and chains had events of their own. */
export type CaptureSummary = Pick<
  CaptureReport,
  'source' | 'judgement' | 'failedConnections' | 'unansweredArp' | 'counters' | 'findings' | 'verdict'
>;

export type CaptureEvent =
  /** Once, when the format is known; its times are still null. */
  | { readonly type: 'source'; readonly source: CaptureSource }
  /** A ClientHello as the handshake message, 4-byte header included; only where asked for. `packet` has its last byte. */
  | {
      readonly type: 'client-hello';
      readonly packet: number;
      readonly message: Uint8Array;
      /** version field of the record it came in. */
      readonly recordVersion: number;
    }
  /** A conversation that has ended. */
  | { readonly type: 'conversation'; readonly conversation: Conversation }
  /** How much was read so far: now and then, and where reading breaks off. `bytes` are those of the source, uncompressed. */
  | { readonly type: 'progress'; readonly bytes: number; readonly packets: number; readonly counters: CaptureCounters }
  | {
      readonly type: 'certificates';
      readonly certificates: readonly CapturedCertificate[];
      readonly chains: readonly CapturedChain[];
    }
  /** Last. */
  | ({ readonly type: 'summary' } & CaptureSummary);
