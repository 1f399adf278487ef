/** The report of a capture as JSON Lines: one conversation, certificate or finding a line, as they come. */

import type { CaptureHead, CaptureWriter } from './writer.ts';

/**
 * Each line has `capture` (the name of the file) and `type`: `source`, `conversation`, `certificate`, `chain`, `finding`,
 * `summary` or, where reading broke off, `error`. A capture that could not be opened leaves no line.
 */
export function captureJsonLines(write: (line: string) => void, { name, tool, startedAt }: CaptureHead): CaptureWriter {
  const line = (type: string, fields: object): void => write(`${JSON.stringify({ capture: name, type, ...fields })}\n`);
  let begun = false;
  return {
    event(event) {
      begun = true;
      if (event.type === 'source') line('source', { source: event.source });
      else if (event.type === 'conversation') line('conversation', { conversation: event.conversation });
      else if (event.type === 'certificates') {
        for (const certificate of event.certificates) line('certificate', { certificate });
        for (const chain of event.chains) line('chain', { chain });
      } else if (event.type === 'summary') {
        const { type, findings, ...summary } = event;
        for (const finding of findings) line('finding', { finding });
        line(type, { schemaVersion: 1, tool, command: 'pcap', startedAt, ...summary });
      }
    },
    end({ error }) {
      if (begun && error !== null) line('error', { error });
    },
  };
}
