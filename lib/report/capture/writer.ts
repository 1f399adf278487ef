/** What every form of a capture's report has in common: it is written while the capture is read. */

import type { CaptureCounters, CaptureEvent, CaptureSource, CaptureSummary, ReportHead } from '../../evidence/index.ts';

/** Known before the capture is read. */
export type CaptureHead = Pick<ReportHead, 'tool' | 'startedAt'> & {
  /** Name of the capture, as the user gave it. */
  readonly name: string;
};

/** Reading broke off: the file vanished, the run was interrupted. */
export interface CaptureFailure {
  readonly code: string;
  readonly message: string;
}

export interface CaptureEnd {
  readonly finishedAt: string;
  /** Null when the capture was read to its end. */
  readonly error: CaptureFailure | null;
}

/** Takes the events of one capture in their order, then `end`. */
export interface CaptureWriter {
  event(event: CaptureEvent): void;
  end(end: CaptureEnd): void;
}

/** Keeps what a report needs at its end: the summary, or in its place what was seen before reading broke off. */
export class SeenCapture {
  source: CaptureSource | null = null;
  summary: CaptureSummary | null = null;
  conversations = 0;
  #bytes = 0;
  #packets = 0;

  event(event: CaptureEvent): void {
    if (event.type === 'conversation') this.conversations++;
    else if (event.type === 'source') this.source = event.source;
    else if (event.type === 'progress') {
      this.#bytes = event.bytes;
      this.#packets = event.packets;
    } else if (event.type === 'summary') {
      const { type: _, ...summary } = event;
      this.summary = summary;
      this.source = summary.source;
    }
  }

  /** Of the summary, else as far as they are known. */
  get counters(): CaptureCounters {
    return (
      this.summary?.counters ?? {
        packets: this.#packets,
        bytes: this.#bytes,
        tcpFlows: 0,
        tlsConversations: this.conversations,
        dropped: {},
      }
    );
  }
}
