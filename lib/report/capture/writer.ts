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
  #counters: CaptureCounters = { packets: 0, bytes: 0, tcpFlows: 0, tlsConversations: 0, dropped: {} };

  event(event: CaptureEvent): void {
    if (event.type === 'conversation') this.conversations++;
    else if (event.type === 'source') this.source = event.source;
    else if (event.type === 'progress') this.#counters = event.counters;
    else if (event.type === 'summary') {
      const { type: _, ...summary } = event;
      this.summary = summary;
      this.source = summary.source;
    }
  }

  /** Of the summary, else those of the last progress. */
  get counters(): CaptureCounters {
    if (this.summary !== null) return this.summary.counters;
    const { tlsConversations } = this.#counters;
    return { ...this.#counters, tlsConversations: Math.max(tlsConversations, this.conversations) };
  }
}
