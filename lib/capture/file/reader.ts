/** Packets out of the bytes of a capture file, pushed in chunks of any length. */

import type { Counters } from '../counters.ts';
import type { CaptureLimits } from '../limits.ts';
import type { Packet } from '../packet.ts';

export type CaptureFormat = 'pcap' | 'pcapng';

export interface PacketSink {
  /** `packet` was filled; its buffer is valid during the call. */
  packet(): void;
  /** A decryption secrets block of pcapng: its type, and a copy of the secrets. */
  secrets(type: number, data: Uint8Array): void;
}

export interface CaptureReaderOptions {
  readonly limits: CaptureLimits;
  readonly counters: Counters;
}

export class CaptureReader {
  format: CaptureFormat | null = null;
  readonly linkTypes: readonly number[] = [];
  truncated = false;

  constructor(_packet: Packet, _sink: PacketSink, _options: CaptureReaderOptions) {}

  /** @throws HarnessError `not-a-capture` when the first bytes are no capture */
  push(_chunk: Uint8Array): void {}

  /** @throws HarnessError `not-a-capture` */
  end(): void {}
}
