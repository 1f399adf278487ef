/** The documents that `pcap` writes while it reads: open over all captures of a command, closed at its end. */

import type { Language, Severity } from '../../evidence/index.ts';
import {
  type CaptureCsvWriter,
  type CaptureField,
  type CaptureHead,
  type CaptureSuite,
  type CaptureWriter,
  captureBundleJson,
  captureCsv,
  captureCsvHead,
  captureJson,
  captureJsonLines,
  renderCaptureJunit,
} from '../../report/index.ts';
import type { Output } from '../io.ts';
import { type Destinations, type Format, Sink, writeDocument } from '../outputs.ts';
import { CertificatesOut } from './certificatesOut.ts';

export interface CaptureOutputOptions {
  readonly places: Destinations;
  readonly stdout: Output;
  readonly fields: readonly CaptureField[];
  /** More than one capture: the JSON is a document of documents. */
  readonly several: boolean;
  readonly failOn: Severity;
  readonly language: Language;
  /** Folder for the certificates. */
  readonly certsOut: string | undefined;
  /** Conversations whose CSV rows may wait for their certificates. */
  readonly maxWaiting: number | undefined;
  /** Fields to add to the JSON document of each capture. */
  readonly more: Readonly<Record<string, unknown>>;
}

export class CaptureOutputs {
  readonly certificates: CertificatesOut | null;
  /** Conversations whose CSV rows were left out. */
  rowsLeft = 0;
  readonly #options: CaptureOutputOptions;
  readonly #sinks = new Map<Format, Sink>();
  readonly #suites: CaptureSuite[] = [];
  #bundle: ReturnType<typeof captureBundleJson> | null = null;
  #begun = false;
  #headed = false;

  /** @throws HarnessError `unwritable-file` for a folder of certificates that is in use */
  constructor(options: CaptureOutputOptions) {
    this.#options = options;
    this.certificates = options.certsOut === undefined ? null : new CertificatesOut(options.certsOut);
    for (const format of ['json', 'jsonl', 'csv'] as const) {
      const place = options.places[format];
      if (place !== undefined) this.#sinks.set(format, new Sink(place, options.stdout));
    }
  }

  /** The writers of one capture. Nothing is written before its format is known. */
  writers(head: CaptureHead): CaptureWriter[] {
    const { several, more } = this.#options;
    const [json, jsonl, csv] = (['json', 'jsonl', 'csv'] as const).map((format) => this.#sinks.get(format));
    if (several && json !== undefined) this.#bundle ??= captureBundleJson(json.write, head);
    const writers: CaptureWriter[] = [];
    if (json !== undefined) writers.push(this.#bundle?.report(head, more) ?? captureJson(json.write, head, more));
    if (jsonl !== undefined) writers.push(captureJsonLines(jsonl.write, head));
    if (csv !== undefined) writers.push(this.#csv(csv.write, head.name));
    const { certificates } = this;
    if (certificates !== null)
      writers.push({
        event: (event) => {
          if (event.type === 'certificates') certificates.write(head.name, event.certificates);
        },
        end: () => undefined,
      });
    return writers;
  }

  /** Ready for more at once, or when the reader of standard output has caught up. */
  ready(): Promise<unknown> | null {
    const behind = [...this.#sinks.values()].filter((sink) => sink.behind);
    return behind.length === 0 ? null : Promise.all(behind.map((sink) => sink.caughtUp()));
  }

  /** A capture that was read, as far as it went. */
  add(suite: CaptureSuite): void {
    this.#begun = true;
    this.#suites.push(suite);
  }

  /** Ends the documents. Where no capture could be read, nothing was written and nothing is. */
  close(): void {
    const { places, failOn, language, stdout } = this.#options;
    this.#bundle?.end(new Date().toISOString());
    if (this.#begun) this.#sinks.get('json')?.write('\n');
    for (const sink of this.#sinks.values()) sink.close();
    if (this.#begun && places.junit !== undefined)
      writeDocument(places.junit, renderCaptureJunit(this.#suites, failOn, language), stdout);
  }

  #csv(write: (text: string) => void, name: string): CaptureWriter {
    const { fields, maxWaiting } = this.#options;
    const rows: CaptureCsvWriter = captureCsv(write, fields, {
      name,
      ...(maxWaiting === undefined ? {} : { maxWaiting }),
    });
    const begin = (): void => {
      if (!this.#headed) write(captureCsvHead(fields));
      this.#headed = true;
    };
    return {
      event: (event) => {
        if (event.type !== 'progress') begin();
        rows.event(event);
      },
      end: (end) => {
        rows.end(end);
        this.rowsLeft += rows.left;
      },
    };
  }
}
