/** A command line run in this process, with streams that are arrays and library calls that are fakes. */

import type { CaptureOptions } from '../../lib/captureOptions.ts';
import type { CheckOptions } from '../../lib/check.ts';
import { run } from '../../lib/cli/run.ts';
import { libraryServices, type Services } from '../../lib/cli/services.ts';
import type { Endpoint } from '../../lib/cli/target.ts';
import type { CaptureEvent, CheckReport } from '../../lib/evidence/index.ts';
import { defineProbe } from '../../lib/probe/index.ts';
import { reportEvents } from '../../lib/report/index.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { captureEvents } from '../report/captureSamples.ts';
import { bundle, cleanReport, sampleReport } from '../report/samples.ts';

const versionsProbe = defineProbe({
  id: 'own-versions',
  title: { en: 'TLS versions', ja: 'TLS バージョン' },
  run: async () => null,
});

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the fake `check` was called with. */
  readonly calls: readonly { readonly target: Endpoint; readonly options: CheckOptions }[];
  /** What the fake `captureEvents` was called with. */
  readonly captures: readonly CaptureOptions[];
}

export interface RunOptions {
  readonly stdin?: string;
  /** Standard input as it comes, in place of `stdin`. */
  readonly input?: () => AsyncIterable<Uint8Array>;
  /** Told of each write to standard output, which is then behind until `drained` is called. */
  readonly slow?: (size: number, drained: () => void) => void;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** The report for a target; default the sample. May throw. */
  readonly report?: (target: Endpoint) => CheckReport;
  readonly services?: Partial<Services>;
  /** What reading a capture gives; default the sample. May throw, at once or between events. */
  readonly capture?: (name: string) => Iterable<CaptureEvent>;
}

/** Runs `helloprobe …words`. */
export async function helloprobe(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const calls: { target: Endpoint; options: CheckOptions }[] = [];
  const captures: CaptureOptions[] = [];
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const encoder = new TextEncoder();
  const output = (chunks: Uint8Array[]) => ({
    write: (text: string | Uint8Array) => void chunks.push(typeof text === 'string' ? encoder.encode(text) : text),
    isTTY: options.tty ?? false,
    columns: options.columns ?? 80,
  });
  async function* stdin() {
    yield options.stdin ?? '';
  }
  const services: Services = {
    plan: async () => ({ probes: [versionsProbe], maxConnections: 6 }),
    check: async (target, given) => {
      calls.push({ target, options: given });
      const report = options.report?.(target) ?? sampleReport({ target: { ...sampleReport().target, ...target } });
      for (const event of reportEvents(report)) given.observer?.(event);
      return report;
    },
    isKnownHost: async () => true,
    captureEvents: async function* (_, given) {
      captures.push(given);
      yield* options.capture?.(given.name ?? '') ?? captureEvents();
    },
    analyzeLog: (logs, given) => libraryServices.analyzeLog(logs, given),
    abilities: async () => [],
    checkLab: () => Promise.reject(new HarnessError('no-namespaces', 'This machine has no namespaces.')),
    runInLab: () => Promise.reject(new HarnessError('no-namespaces', 'This machine has no namespaces.')),
    checkEmbedded: async ({ onReport }) => {
      const planted = [
        {
          headend: 'expired',
          title: { en: 'Expired', ja: '期限切れ' },
          expected: ['cert.expired'],
          found: ['cert.expired'],
          missed: [],
          invented: [],
          ok: true,
        },
        {
          headend: 'good',
          title: { en: 'Good', ja: '正常' },
          expected: [],
          found: [],
          missed: [],
          invented: [],
          ok: true,
        },
      ];
      const reports = [sampleReport(), cleanReport()];
      planted.forEach((fault, index) => onReport?.(fault, reports[index] as CheckReport));
      return { bundle: bundle(reports), planted, skipped: [] };
    },
    ...options.services,
  };
  let drained = (): void => undefined;
  const slowly = {
    ...output(out),
    write: (text: string | Uint8Array): boolean => {
      output(out).write(text);
      options.slow?.(text.length, () => drained());
      return options.slow === undefined;
    },
    once: (_: 'drain', listener: () => void) => (drained = listener),
  };
  const io = {
    stdout: slowly,
    stderr: output(err),
    stdin: options.input?.() ?? stdin(),
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
  };
  const status = await run(words, io, services);
  const text = (chunks: Uint8Array[]): string => Buffer.concat(chunks).toString('latin1');
  const decoded = (chunks: Uint8Array[]): string => new TextDecoder().decode(Buffer.from(text(chunks), 'latin1'));
  return { status, stdout: decoded(out), stderr: decoded(err), calls, captures };
}
