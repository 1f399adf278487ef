/** Each input of a plan read for what it is: files, folders, archives, standard input. */

import type { CaptureOptions } from './captureOptions.ts';
import { captureEvents } from './captures.ts';
import {
  diagnosticText,
  droppedText,
  inventoryProblemText,
  listingProblems,
  type Parsed,
  type PlanInput,
  parseCertificateDates,
  parseCopyCerts,
  parseDevicesCsv,
  parseFailedPush,
  parseGenerateCerts,
  parseListing,
  parseSftunnelStatus,
  type SeenCertificate,
  type SftunnelInventory,
  type Sourced,
} from './cisco/index.ts';
import { readInventory } from './cisco/node.ts';
import { diagnoseInventory } from './diagnose/index.ts';
import type { Finding, Language } from './evidence/index.ts';
import { logEvents } from './logs.ts';
import { type FileKind, fileBytesOf, fileKind, kindOfBytes, type TextKind, textKinds } from './planFiles.ts';
import { conversationSighting, episodeSighting, readReport } from './planReports.ts';
import { HarnessError } from './wire/index.ts';
import { fileProblemText, inspectPem, looksLikeSftunnel, readCertificateOrStub } from './x509/index.ts';

export interface PlanFilesOptions {
  /** Recognised by their content. */
  readonly files?: readonly string[];
  /** InternalCA of the FMC: its own cacert.pem. */
  readonly caFiles?: readonly string[];
  /** Complete output of sftunnel_status.pl on the FMC, before and after the new certificates. */
  readonly status?: readonly string[];
  readonly statusAfter?: readonly string[];
  /** devices.csv of the copy scripts. Of its passwords nothing is kept. */
  readonly devices?: readonly string[];
  /** For captures. */
  readonly keyLog?: CaptureOptions['keyLog'];
  readonly given?: PlanInput['given'];
  /** What the name `-` stands for, in any of the lists. */
  readonly stdin?: Uint8Array;
  /** Clock of the plan; default now. */
  readonly now?: Date;
  /** Of findings and of what is wrong with files; default `en`. */
  readonly language?: Language;
  readonly signal?: AbortSignal;
}

/** What a file was taken for, and what could not be used of it. */
export interface PlanSource {
  readonly name: string;
  /** Empty where nothing in it is of use for a plan. */
  readonly kinds: readonly string[];
  /** Lines that could not be used, and damaged blocks; never text of the file. */
  readonly problems: readonly string[];
  /** What is wrong with the files of a tree or a listing, a sentence each: owners, permissions, empty or missing files. */
  readonly faults: readonly string[];
}

type Lists = { -readonly [K in keyof Required<Omit<PlanInput, 'now' | 'given'>>]: NonNullable<PlanInput[K]>[number][] };

export class PlanReader {
  readonly lists: Lists = {
    certificates: [],
    dates: [],
    sightings: [],
    status: [],
    inventories: [],
    generated: [],
    failedPushes: [],
    copies: [],
    devices: [],
  };
  readonly sources: PlanSource[] = [];
  readonly findings: Finding[][] = [];
  readonly #now: Date;
  readonly #options: PlanFilesOptions;

  constructor(now: Date, options: PlanFilesOptions) {
    this.#now = now;
    this.#options = options;
  }

  async file(path: string): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const kind: FileKind = path === '-' ? kindOfBytes(this.#stdin) : await fileKind(path);
    switch (kind) {
      case 'tree':
        return this.#tree(path);
      case 'capture':
        return this.#capture(path);
      case 'log':
        return this.#log(path);
      case 'certificate':
        return this.certificates(path, 'unknown');
      case 'report':
        return this.#report(path);
      default:
        return this.#text(path);
    }
  }

  async status(path: string, after: boolean): Promise<void> {
    const { value, diagnostics } = parseSftunnelStatus(await this.#textOf(path));
    if (value.peers.length === 0)
      throw new HarnessError(
        'unreadable-file',
        `The file ${JSON.stringify(path)} holds no output of sftunnel_status.pl.`,
      );
    this.lists.status.push({ source: path, value: { ...value, complete: true, after } });
    this.#told(path, ['status'], this.#unused(diagnostics));
  }

  async devices(path: string): Promise<void> {
    const { value, diagnostics } = parseDevicesCsv(await this.#textOf(path));
    this.lists.devices.push({ source: path, value });
    this.#told(path, ['devices'], this.#unused(diagnostics));
  }

  async certificates(path: string, place: SeenCertificate['place']): Promise<void> {
    const bytes = await this.#bytesOf(path);
    const found =
      bytes[0] === 0x30
        ? { ders: [bytes], problems: [] }
        : pemCertificates(new TextDecoder('latin1').decode(bytes), this.#language);
    const kept = found.ders.filter((der) => this.#certificate(der, path, place));
    this.#told(path, kept.length === 0 ? [] : ['certificate'], found.problems);
  }

  async #tree(path: string): Promise<void> {
    const value = await readInventory(path, { now: this.#now, ...(path === '-' ? { bytes: this.#stdin } : {}) });
    this.findings.push(diagnoseInventory(value, { now: this.#now.toISOString(), language: this.#language }));
    this.lists.inventories.push({ source: path, value });
    for (const { path: file, value: pushes } of value.failedPushes)
      this.lists.failedPushes.push({ source: file, value: pushes });
    this.#told(
      path,
      value.folders.length + value.failedPushes.length === 0 ? [] : ['tree'],
      Object.entries(value.dropped).map(([reason, count]) => droppedText(reason, count, this.#language)),
      faultsOf(value.problems, this.#language),
    );
  }

  async #capture(path: string): Promise<void> {
    const { keyLog, signal } = this.#options;
    let seen = 0;
    const source = (id: string): string => `${path} ${id}`;
    const options = {
      now: this.#now,
      ...(keyLog === undefined ? {} : { keyLog }),
      ...(signal === undefined ? {} : { signal }),
    };
    for await (const event of captureEvents(this.#streamed(path), options)) {
      if (event.type === 'conversation') {
        const value = conversationSighting(event.conversation);
        if (value !== null && this.lists.sightings.length < mostSightings) {
          seen++;
          this.lists.sightings.push({ source: source(event.conversation.id), value });
        }
      } else if (event.type === 'certificates')
        for (const certificate of event.certificates)
          if (looksLikeSftunnel(certificate))
            this.lists.certificates.push({ source: path, value: { certificate, place: 'wire' } });
    }
    this.#told(path, seen === 0 ? [] : ['capture'], []);
  }

  async #log(path: string): Promise<void> {
    const { signal } = this.#options;
    const options = { now: this.#now, ...(signal === undefined ? {} : { signal }) };
    let seen = 0;
    for await (const event of logEvents(this.#streamed(path), options)) {
      if (event.type !== 'episode') continue;
      const value = episodeSighting(event.episode);
      if (value === null || this.lists.sightings.length >= mostSightings) continue;
      seen++;
      this.lists.sightings.push({ source: `${path} ${event.episode.id}`, value });
    }
    this.#told(path, seen === 0 ? [] : ['log'], []);
  }

  async #report(path: string): Promise<void> {
    const { certificates, sightings, broken } = readReport(await this.#bytesOf(path), path);
    this.lists.certificates.push(...certificates);
    this.lists.sightings.push(...sightings);
    const problem = { problem: 'broken-report', label: null, line: null, at: null, damage: [] } as const;
    this.#told(
      path,
      certificates.length + sightings.length === 0 ? [] : ['report'],
      broken ? [fileProblemText(problem, this.#language)] : [],
    );
  }

  /** A session may show one output after another: each reader takes its own. */
  async #text(path: string): Promise<void> {
    const text = await this.#textOf(path);
    const kinds = textKinds(text);
    const problems: string[] = [];
    const faults: string[] = [];
    const one = kinds.length === 1;
    const keep = <T>(list: Sourced<T>[], { value, diagnostics }: Parsed<T>): void => {
      list.push({ source: path, value });
      // What one reader cannot use of a session is for another.
      if (one) problems.push(...this.#unused(diagnostics));
    };
    for (const kind of kinds) {
      if (kind === 'generate') keep(this.lists.generated, parseGenerateCerts(text));
      else if (kind === 'copy') keep(this.lists.copies, parseCopyCerts(text));
      else if (kind === 'failed-push') keep(this.lists.failedPushes, parseFailedPush(text));
      else if (kind === 'dates') keep(this.lists.dates, parseCertificateDates(text));
      else if (kind === 'devices') keep(this.lists.devices, parseDevicesCsv(text));
      else if (kind === 'status') {
        const { value, diagnostics } = parseSftunnelStatus(text);
        keep(this.lists.status, { value: { ...value, complete: false, after: false }, diagnostics });
      } else if (kind === 'listing')
        faults.push(...faultsOf(listingProblems(parseListing(text).value), this.#language));
      else if (kind === 'log') await this.#log(path);
      else if (kind === 'pem') {
        const found = pemCertificates(text, this.#language);
        for (const der of found.ders) this.#certificate(der, path, 'unknown');
        problems.push(...found.problems);
      }
    }
    this.#told(path, kinds.filter(isOfUse), problems, faults);
  }

  /** @returns whether it is one of sftunnel. */
  #certificate(der: Uint8Array, source: string, place: SeenCertificate['place']): boolean {
    const certificate = readCertificateOrStub(der, { now: this.#now });
    if (!looksLikeSftunnel(certificate)) return false;
    this.lists.certificates.push({ source, value: { certificate, place } });
    return true;
  }

  #told(name: string, kinds: readonly string[], problems: readonly string[], faults: readonly string[] = []): void {
    this.sources.push({ name, kinds, problems: problems.slice(0, mostProblems), faults: faults.slice(0, mostFaults) });
  }

  get #language(): Language {
    return this.#options.language ?? 'en';
  }

  get #stdin(): Uint8Array {
    return this.#options.stdin ?? new Uint8Array();
  }

  #streamed(path: string): string | Uint8Array {
    return path === '-' ? this.#stdin : path;
  }

  async #bytesOf(path: string): Promise<Uint8Array> {
    return path === '-' ? this.#stdin : fileBytesOf(path);
  }

  async #textOf(path: string): Promise<string> {
    return new TextDecoder().decode(await this.#bytesOf(path));
  }

  #unused(diagnostics: Parsed<unknown>['diagnostics']): string[] {
    return diagnostics.map((diagnostic) => diagnosticText(diagnostic, this.#language));
  }
}

/** Handshakes of one channel repeat every 44 seconds for as long as it is down. */
const mostSightings = 100_000;
const mostProblems = 20;
/** Of an FMC's tree: a few for each of its devices. */
const mostFaults = 1_000;

function isOfUse(kind: TextKind): boolean {
  return kind !== 'conf';
}

/** What findings do not say already. */
function faultsOf(problems: SftunnelInventory['problems'], language: Language): string[] {
  return problems
    .filter(({ id }) => id !== 'key-mismatch' && id !== 'ca-mismatch')
    .map((problem) => inventoryProblemText(problem, language));
}

function pemCertificates(
  text: string,
  language: Language,
): { readonly ders: Uint8Array[]; readonly problems: string[] } {
  const { blocks, problems } = inspectPem(text);
  return {
    ders: blocks.filter(({ label }) => label.endsWith('CERTIFICATE')).map(({ bytes }) => bytes),
    problems: problems.map((problem) => fileProblemText(problem, language)),
  };
}
