/** The engine of a capture, and what is said of each conversation when it ends and of all of them at the end. */

import {
  CaptureAnalyzer,
  type Counters,
  type CountRepeat,
  defaultCaptureLimits,
  type EngineEvent,
  type EngineSource,
} from './capture/index.ts';
import { nodeDigests, nodeSameBytes } from './capture/node.ts';
import type { CaptureOptions } from './captureOptions.ts';
import type { CertificateBook } from './certificateBook.ts';
import { type CaptureDiagnosis, captureDiagnosis, captureVerdictOf } from './diagnose/index.ts';
import type { CaptureEvent, CaptureSource } from './evidence/index.ts';
import { captureJudgement } from './judgement.ts';
import { KeyLog } from './session/index.ts';
import { nodePrimitives } from './session/node.ts';

export class CaptureJudge {
  readonly analyzer: CaptureAnalyzer;
  readonly #options: CaptureOptions & { readonly now: Date };
  readonly #judgement: ReturnType<typeof captureJudgement>;
  readonly #diagnosis: CaptureDiagnosis;
  #book: CertificateBook | null = null;

  constructor(options: CaptureOptions & { readonly now: Date }, counters: Counters) {
    const { language = 'en', repeats } = options;
    this.#options = options;
    const limits = { ...defaultCaptureLimits, ...options.limits };
    const keyLog = keyLogOf(options.keyLog ?? [], limits.keyLogSecrets);
    this.analyzer = new CaptureAnalyzer({
      limits,
      counters,
      ...(keyLog === null ? {} : { keyLog }),
      primitives: nodePrimitives,
      digests: nodeDigests,
      sameBytes: nodeSameBytes,
      ports: options.ports ?? [],
      hellos: options.hellos ?? false,
      ...(repeats === undefined ? {} : { repeat: this.#counted }),
    });
    this.#judgement = captureJudgement(options);
    this.#diagnosis = captureDiagnosis({
      judgement: this.#judgement,
      language,
      certificate: (sha256) => this.#book?.certificate(sha256),
      assessment: (chain) => this.#book?.assessment(chain),
    });
  }

  /** Before anything is read: what the options name is. @throws HarnessError `bad-option`, `unreadable-file` */
  async open(): Promise<void> {
    const { caFiles = [], caPem = [] } = this.#options;
    if (caFiles.length + caPem.length > 0) await this.#opened();
  }

  /**
   * What happened since the last call, judged. Not a generator: a promise for each of 20,000 conversations would cost a tenth of the whole
   * analysis.
   */
  async judged(): Promise<EngineEvent[]> {
    const events = this.analyzer.take();
    for (const [i, event] of events.entries()) {
      if (event.type !== 'conversation') continue;
      let { conversation } = event;
      if (conversation.certificates.server.length + conversation.certificates.client.length > 0) {
        const known = this.#book ?? (await this.#opened());
        const unknown = known.prepare(conversation);
        if (unknown !== null) await unknown;
        conversation = known.judged(conversation);
      }
      this.#diagnosis.conversation(conversation);
      events[i] = { type: 'conversation', conversation };
      event.like?.stands(conversation);
    }
    return events;
  }

  /** The last events, when all conversations were told. */
  *end(sourceOf: (known: EngineSource) => CaptureSource): Generator<CaptureEvent, void, undefined> {
    const book = this.#book;
    const diagnosis = this.#diagnosis;
    const { failedConnections, unansweredArp, counters } = this.analyzer.summary();
    for (const failed of failedConnections) diagnosis.failed(failed);
    for (const arp of unansweredArp) diagnosis.arp(arp);
    yield { type: 'certificates', certificates: book?.certificates() ?? [], chains: book?.chains() ?? [] };
    const findings = diagnosis.finish(counters);
    const { forgotten } = diagnosis;
    yield {
      type: 'summary',
      // A capture without a format does not get past the reader.
      source: sourceOf(this.analyzer.source as EngineSource),
      judgement: this.#judgement,
      failedConnections,
      unansweredArp,
      counters:
        forgotten === 0
          ? counters
          : { ...counters, dropped: { ...counters.dropped, 'refusals-not-compared': forgotten } },
      findings,
      verdict: captureVerdictOf(findings, { counters, failedConnections, decided: diagnosis.decided }),
    };
  }

  readonly #counted: CountRepeat = ({ conversation }, repeat) => {
    const { repeats } = this.#options;
    const found = this.#diagnosis.knows(conversation, repeat);
    if (found === null || repeats?.enough(conversation, repeat) !== true) return false;
    this.#diagnosis.again(conversation, repeat, found);
    repeats.again(conversation, repeat);
    return true;
  };

  /** Decoding certificates takes 50 ms to load, which a capture without any can do without. */
  async #opened(): Promise<CertificateBook> {
    const { CertificateBook: Book } = await import('./certificateBook.ts');
    this.#book ??= new Book(this.analyzer, this.#options);
    return this.#book;
  }
}

/** Null where there is none. */
function keyLogOf(given: readonly string[] | KeyLog, maxSecrets: number): KeyLog | null {
  if (given instanceof KeyLog) return given;
  if (given.length === 0) return null;
  const keyLog = new KeyLog({ maxSecrets });
  for (const text of given) {
    keyLog.add(text);
    keyLog.end();
  }
  return keyLog;
}
