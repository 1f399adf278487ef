/** The renewal of the sftunnel CA planned from files: captures, trees, certificates, outputs, logs, saved reports, in any mix. */

import { captureEvents } from './captures.ts';
import {
  type Parsed,
  type PlanInput,
  parseCertificateDates,
  parseCopyCerts,
  parseDevicesCsv,
  parseFailedPush,
  parseGenerateCerts,
  parseSftunnelStatus,
  planRenewal,
  type RenewalPlan,
  type SeenCertificate,
  type Sourced,
} from './cisco/index.ts';
import { readInventory } from './cisco/node.ts';
import { logEvents } from './logs.ts';
import { type FileKind, fileBytesOf, fileKind, type TextKind, textKinds } from './planFiles.ts';
import { conversationSighting, episodeSighting, readReport } from './planReports.ts';
import { HarnessError } from './wire/index.ts';
import { inspectPem, looksLikeSftunnel, pemProblemText, readCertificateOrStub } from './x509/index.ts';

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
  /** Key log texts for captures. */
  readonly keyLog?: readonly string[];
  readonly given?: PlanInput['given'];
  /** Clock of the plan; default now. */
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

/** What a file was taken for, and what could not be used of it. */
export interface PlanSource {
  readonly name: string;
  /** Empty where nothing in it is of use for a plan. */
  readonly kinds: readonly string[];
  /** Lines that could not be used, and damaged blocks; never text of the file. */
  readonly problems: readonly string[];
}

export interface FilePlan {
  readonly plan: RenewalPlan;
  readonly sources: readonly PlanSource[];
}

type Lists = { -readonly [K in keyof Required<Omit<PlanInput, 'now' | 'given'>>]: NonNullable<PlanInput[K]>[number][] };

/** @throws HarnessError `unreadable-file`, `not-a-capture`; the signal's reason when it is aborted */
export async function planFromFiles(options: PlanFilesOptions = {}): Promise<FilePlan> {
  const { now = new Date(), given } = options;
  const reader = new PlanReader(now, options);
  for (const file of options.caFiles ?? []) await reader.certificates(file, 'fmc');
  for (const file of options.status ?? []) await reader.status(file, false);
  for (const file of options.statusAfter ?? []) await reader.status(file, true);
  for (const file of options.devices ?? []) await reader.devices(file);
  for (const file of options.files ?? []) await reader.file(file);
  const plan = planRenewal({ now: now.toISOString(), ...(given === undefined ? {} : { given }), ...reader.lists });
  return { plan, sources: reader.sources };
}

class PlanReader {
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
  readonly #now: Date;
  readonly #options: PlanFilesOptions;

  constructor(now: Date, options: PlanFilesOptions) {
    this.#now = now;
    this.#options = options;
  }

  async file(path: string): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const kind: FileKind = await fileKind(path);
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
    const { value, diagnostics } = parseSftunnelStatus(await textOf(path));
    if (value.peers.length === 0)
      throw new HarnessError(
        'unreadable-file',
        `The file ${JSON.stringify(path)} holds no output of sftunnel_status.pl.`,
      );
    this.lists.status.push({ source: path, value: { ...value, complete: true, after } });
    this.#told(path, ['status'], unused(diagnostics));
  }

  async devices(path: string): Promise<void> {
    const { value, diagnostics } = parseDevicesCsv(await textOf(path));
    this.lists.devices.push({ source: path, value });
    this.#told(path, ['devices'], unused(diagnostics));
  }

  async certificates(path: string, place: SeenCertificate['place']): Promise<void> {
    const bytes = await fileBytesOf(path);
    const found =
      bytes[0] === 0x30 ? { ders: [bytes], problems: [] } : pemCertificates(new TextDecoder('latin1').decode(bytes));
    const kept = found.ders.filter((der) => this.#certificate(der, path, place));
    this.#told(path, kept.length === 0 ? [] : ['certificate'], found.problems);
  }

  async #tree(path: string): Promise<void> {
    const value = await readInventory(path, { now: this.#now });
    this.lists.inventories.push({ source: path, value });
    for (const { path: file, value: pushes } of value.failedPushes)
      this.lists.failedPushes.push({ source: file, value: pushes });
    this.#told(
      path,
      value.folders.length + value.failedPushes.length === 0 ? [] : ['tree'],
      value.problems.map(({ id, path: file }) => `${file}: ${id}`),
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
    for await (const event of captureEvents(path, options)) {
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
    let seen = 0;
    for await (const event of logEvents(path, { now: this.#now, ...(signal === undefined ? {} : { signal }) })) {
      if (event.type !== 'episode') continue;
      const value = episodeSighting(event.episode);
      if (value === null || this.lists.sightings.length >= mostSightings) continue;
      seen++;
      this.lists.sightings.push({ source: `${path} ${event.episode.id}`, value });
    }
    this.#told(path, seen === 0 ? [] : ['log'], []);
  }

  async #report(path: string): Promise<void> {
    const { certificates, sightings } = readReport(await textOf(path), path);
    this.lists.certificates.push(...certificates);
    this.lists.sightings.push(...sightings);
    this.#told(path, certificates.length + sightings.length === 0 ? [] : ['report'], []);
  }

  /** A session may show one output after another: each reader takes its own. */
  async #text(path: string): Promise<void> {
    const text = await textOf(path);
    const kinds = textKinds(text);
    const problems: string[] = [];
    const one = kinds.length === 1;
    const keep = <T>(list: Sourced<T>[], { value, diagnostics }: Parsed<T>): void => {
      list.push({ source: path, value });
      // What one reader cannot use of a session is for another.
      if (one) problems.push(...unused(diagnostics));
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
      } else if (kind === 'log') await this.#log(path);
      else if (kind === 'pem') {
        const found = pemCertificates(text);
        for (const der of found.ders) this.#certificate(der, path, 'unknown');
        problems.push(...found.problems);
      }
    }
    this.#told(path, kinds.filter(isOfUse), problems);
  }

  /** @returns whether it is one of sftunnel. */
  #certificate(der: Uint8Array, source: string, place: SeenCertificate['place']): boolean {
    const certificate = readCertificateOrStub(der, { now: this.#now });
    if (!looksLikeSftunnel(certificate)) return false;
    this.lists.certificates.push({ source, value: { certificate, place } });
    return true;
  }

  #told(name: string, kinds: readonly string[], problems: readonly string[]): void {
    this.sources.push({ name, kinds, problems: problems.slice(0, mostProblems) });
  }
}

/** Handshakes of one channel repeat every 44 seconds for as long as it is down. */
const mostSightings = 100_000;
const mostProblems = 20;

function isOfUse(kind: TextKind): boolean {
  return kind !== 'conf';
}

async function textOf(path: string): Promise<string> {
  return new TextDecoder().decode(await fileBytesOf(path));
}

function pemCertificates(text: string): { readonly ders: Uint8Array[]; readonly problems: string[] } {
  const { blocks, problems } = inspectPem(text);
  return {
    ders: blocks.filter(({ label }) => label.endsWith('CERTIFICATE')).map(({ bytes }) => bytes),
    problems: problems.map(pemProblemText),
  };
}

function unused(diagnostics: Parsed<unknown>['diagnostics']): string[] {
  return diagnostics.map(({ line, id, detail }) => `line ${line}: ${id}${detail === undefined ? '' : ` (${detail})`}`);
}
