/** The report of a capture as JSON, written while the capture is read: memory does not grow with it. */

import type { Verdict } from '../../evidence/index.ts';
import { worstVerdict } from '../verdict.ts';
import { type CaptureEnd, type CaptureHead, type CaptureWriter, SeenCapture } from './writer.ts';

type Write = (text: string) => void;

/** A writer that also knows, after `end`, whether it wrote anything: a capture that could not be opened leaves nothing. */
export interface CaptureJsonWriter extends CaptureWriter {
  readonly begun: boolean;
  /** Of the capture, once it was read. */
  readonly verdict: Verdict;
}

/**
 * One document: head, the conversations as they end, then everything else, `verdict` last. A conversation is a line. When
 * reading breaks off the document is closed all the same, with `error` in it, no findings and the verdict `inconclusive`.
 * @param more fields to add to the head
 */
export function captureJson(
  write: Write,
  head: CaptureHead,
  more: Readonly<Record<string, unknown>> = {},
): CaptureJsonWriter {
  const seen = new SeenCapture();
  let begun = false;
  let conversations = 0;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    const { tool, startedAt } = head;
    const first = JSON.stringify({ schemaVersion: 1, tool, command: 'pcap', startedAt, ...more });
    write(`${first.slice(0, -1)},"conversations":[`);
  };
  // Until `certificates` come, the list of conversations is open.
  let listed = false;
  const list = (name: string, items: readonly unknown[]): void => {
    write(`,"${name}":[`);
    items.forEach((item, index) => write(`${index === 0 ? '\n' : ',\n'}${JSON.stringify(item)}`));
    write(']');
  };
  const lists = (certificates: readonly unknown[], chains: readonly unknown[]): void => {
    if (listed) return;
    listed = true;
    write(']');
    list('certificates', certificates);
    list('chains', chains);
  };
  return {
    get begun() {
      return begun;
    },
    get verdict() {
      return seen.summary?.verdict ?? 'inconclusive';
    },
    event(event) {
      seen.event(event);
      if (event.type === 'conversation') {
        begin();
        write(`${conversations++ === 0 ? '\n' : ',\n'}${JSON.stringify(event.conversation)}`);
      } else if (event.type === 'certificates') {
        begin();
        lists(event.certificates, event.chains);
      } else if (event.type === 'source') begin();
    },
    end({ finishedAt, error }: CaptureEnd) {
      if (seen.summary !== null) begin();
      if (!begun) return;
      lists([], []);
      const { source, summary, counters } = seen;
      const last = JSON.stringify({
        source,
        judgement: summary?.judgement ?? null,
        failedConnections: summary?.failedConnections ?? [],
        unansweredArp: summary?.unansweredArp ?? [],
        counters,
        findings: summary?.findings ?? [],
        ...(error === null ? {} : { error }),
        finishedAt,
        verdict: summary?.verdict ?? 'inconclusive',
      });
      write(`,${last.slice(1)}`);
    },
  };
}

/** Several captures as one document: the reports one after another, the worst verdict last. */
export function captureBundleJson(
  write: Write,
  { tool, startedAt }: Omit<CaptureHead, 'name'>,
): {
  report(head: CaptureHead, more?: Readonly<Record<string, unknown>>): CaptureWriter;
  end(finishedAt: string): void;
} {
  const verdicts: Verdict[] = [];
  return {
    report(head, more = {}) {
      let separated = false;
      const document = captureJson(
        (text) => {
          if (!separated) {
            const first = JSON.stringify({ schemaVersion: 1, tool, command: 'pcap', startedAt });
            write(verdicts.length === 0 ? `${first.slice(0, -1)},"reports":[\n` : ',\n');
          }
          separated = true;
          write(text);
        },
        head,
        more,
      );
      return {
        event: (event) => document.event(event),
        end(end) {
          document.end(end);
          if (document.begun) verdicts.push(document.verdict);
        },
      };
    },
    end(finishedAt) {
      if (verdicts.length === 0) return;
      write(`],${JSON.stringify({ findings: [], finishedAt, verdict: worstVerdict(verdicts) }).slice(1)}`);
    },
  };
}
