/**
 * The client's end of `checkLab`: a program of its own, started inside the lab, as a process is in one network namespace only. It
 * takes one request on standard input, writes what happens as JSON Lines on standard output, and ends the run early when standard
 * input ends: its parent has been interrupted, or is gone.
 */

import { createInterface } from 'node:readline';
import { type CheckOptions, check } from './check.ts';
import type { CheckReport } from './evidence/index.ts';
import type { ProbeEvent } from './probe/index.ts';
import { openRecording } from './recordingFile.ts';
import { HarnessError } from './wire/index.ts';

/** Options that are JSON, and that make sense for a run elsewhere. */
export type PortableCheckOptions = Omit<
  CheckOptions,
  'now' | 'signal' | 'observer' | 'resolve' | 'probes' | 'recording'
>;

/** The one line on standard input. */
export interface LabCheckRequest {
  readonly target: { readonly host: string; readonly port: number };
  readonly options: PortableCheckOptions & { readonly now?: string };
  /** File for the packets of all attempts, pcapng. */
  readonly pcap?: string;
}

/** A line on standard output: an event, then the report or why there is none. */
export type LabCheckLine =
  | { readonly event: Exclude<ProbeEvent, { type: 'run-finished' }> }
  | { readonly report: CheckReport }
  | { readonly error: { readonly code: string | null; readonly message: string; readonly hint?: string } };

if (process.argv[1] !== undefined && /labAgent\.[jt]s$/.test(process.argv[1])) await serveParent();

async function serveParent(): Promise<void> {
  const controller = new AbortController();
  const lines = createInterface({ input: process.stdin });
  const request = await new Promise<LabCheckRequest | null>((resolve) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as LabCheckRequest));
    lines.once('close', () => {
      controller.abort();
      resolve(null);
    });
  });
  if (request !== null) await write(await answer(request, controller.signal));
  process.exit(0);
}

async function answer({ target, options, pcap }: LabCheckRequest, signal: AbortSignal): Promise<LabCheckLine> {
  const { now, ...rest } = options;
  const file = pcap === undefined ? undefined : openRecording(pcap);
  try {
    const report = await check(target, {
      ...rest,
      ...(file === undefined ? {} : { recording: file.recording }),
      ...(now === undefined ? {} : { now: new Date(now) }),
      signal,
      observer: (event) => {
        if (event.type !== 'run-finished') void write({ event });
      },
    });
    return { report };
  } catch (error) {
    if (!(error instanceof HarnessError)) return { error: { code: null, message: String(error) } };
    const { code, message, hint } = error;
    return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  } finally {
    file?.close();
  }
}

function write(line: LabCheckLine): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve()));
}
