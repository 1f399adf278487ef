/** Captures from bytes to report: read, judge each conversation as it ends, and say what follows. */

import {
  bytesOf,
  CaptureAnalyzer,
  type CaptureInput,
  type CaptureLimits,
  Counters,
  type CountRepeat,
  decompress,
  defaultCaptureLimits,
  type EngineEvent,
  type EngineSource,
  inputName,
  type Repeat,
} from './capture/index.ts';
import { fileBytes, nodeDigests, nodeGunzip, nodeSameBytes, nodeUnzstd } from './capture/node.ts';
import type { CertificateBook } from './certificateBook.ts';
import { captureDiagnosis, captureVerdictOf } from './diagnose/index.ts';
import type {
  CapturedCertificate,
  CapturedChain,
  CaptureEvent,
  CaptureReport,
  CaptureSource,
  Code,
  Conversation,
  Language,
} from './evidence/index.ts';
import { captureJudgement } from './judgement.ts';
import { KeyLog } from './session/index.ts';
import { nodePrimitives } from './session/node.ts';
import { toolVersion } from './version.ts';
import { HarnessError } from './wire/index.ts';

export interface CaptureOptions {
  /** Name of the capture in the report; default the path, the name of a `File`, or `capture`. */
  readonly name?: string;
  /** Clock of the judgement; default now. Validity is judged at the time of the packets too. */
  readonly now?: Date;
  readonly language?: Language;
  /** Key log texts (NSS format), which open what is encrypted; those inside a pcapng file are used without asking. */
  readonly keyLog?: readonly string[];
  /** PEM files with CA certificates to trust, and to check sftunnel certificates against. */
  readonly caFiles?: readonly string[];
  /** The same as PEM text. */
  readonly caPem?: readonly string[];
  /** Name that server certificates must be good for; default the server name that each hello asks for. */
  readonly expectName?: string;
  readonly expectIssuer?: string;
  readonly expectFingerprint?: string;
  readonly clientVersions?: readonly Code[];
  /** Server ports whose failed connections are judged beside the usual ones of TLS. */
  readonly ports?: readonly number[];
  readonly limits?: Partial<CaptureLimits>;
  /** Bytes of the source that are read at most; what follows is left out and counted as `size-limit`. */
  readonly maxBytes?: number;
  /** Tell every ClientHello with its bytes, as an event. */
  readonly hellos?: boolean;
  /** Who needs each kind of conversation only once: what comes again is counted here in place of being told. */
  readonly repeats?: RepeatedConversations;
  readonly signal?: AbortSignal;
}

/**
 * Takes conversations that are like an earlier one in everything that matters to the findings: what was offered, chosen and sent
 * (certificates among it), how it ended, the server's port and both MSS. Of their own they have times, packets, addresses, ids and keys.
 */
export interface RepeatedConversations {
  /** True when it is enough to count another one like `first`, which was told as an event. */
  enough(first: Conversation, repeat: Repeat): boolean;
  /** It was counted in the findings and the counters, and is not told. */
  again(first: Conversation, repeat: Repeat): void;
}

/** Bytes that are read before the conversations that ended are told. */
const longestPiece = 2 ** 17;
/** The same while many end: what is told at once is garbage of the young generation, and of 128 KiB of hellos alone are a thousand, 5 MiB. */
const shortestPiece = 2 ** 13;
/** Conversations that end in a piece: with more the pieces are as short as they can be, with fewer they grow. */
const manyEnded = 64;
const fewEnded = 16;
/** Bytes between two progress events. */
const progressBytes = 2 ** 24;

/**
 * Reads a capture and tells what is in it while it is read; memory does not grow with its length.
 * @param source bytes in any form, or the path of a file
 * @throws HarnessError `not-a-capture`, `unreadable-file`, `bad-option`; the signal's reason when it is aborted
 */
export async function* captureEvents(
  source: CaptureInput | string,
  options: CaptureOptions = {},
): AsyncGenerator<CaptureEvent, void, undefined> {
  const { language = 'en', now = new Date(), repeats, signal } = options;
  requireUsable(options);
  const limits = { ...defaultCaptureLimits, ...options.limits };
  const counters = new Counters();
  const analyzer = new CaptureAnalyzer({
    limits,
    counters,
    keyLog: keyLogOf(options.keyLog ?? []),
    primitives: nodePrimitives,
    digests: nodeDigests,
    sameBytes: nodeSameBytes,
    ports: options.ports ?? [],
    hellos: options.hellos ?? false,
    ...(repeats === undefined ? {} : { repeat: (like, repeat) => counted(like, repeat) }),
  });
  const judgement = captureJudgement({ ...options, now });
  let book = null as CertificateBook | null;
  // Decoding certificates takes 50 ms to load, which a capture without any can do without.
  const opened = async (): Promise<CertificateBook> => {
    const { CertificateBook: Book } = await import('./certificateBook.ts');
    book ??= new Book(analyzer, { ...options, now });
    return book;
  };
  if ((options.caFiles?.length ?? 0) + (options.caPem?.length ?? 0) > 0) await opened();
  const diagnosis = captureDiagnosis({
    judgement,
    language,
    certificate: (sha256) => book?.certificate(sha256),
    assessment: (chain) => book?.assessment(chain),
  });
  const counted: CountRepeat = ({ conversation }, repeat) => {
    const found = diagnosis.knows(conversation, repeat);
    if (found === null || repeats?.enough(conversation, repeat) !== true) return false;
    diagnosis.again(conversation, repeat, found);
    repeats.again(conversation, repeat);
    return true;
  };
  /** Not a generator: a promise for each of 20,000 conversations would cost a tenth of the whole analysis. */
  const judged = async (): Promise<EngineEvent[]> => {
    const events = analyzer.take();
    for (const [i, event] of events.entries()) {
      if (event.type !== 'conversation') continue;
      let { conversation } = event;
      if (conversation.certificates.server.length + conversation.certificates.client.length > 0) {
        const known = book ?? (await opened());
        const unknown = known.prepare(conversation);
        if (unknown !== null) await unknown;
        conversation = known.judged(conversation);
      }
      diagnosis.conversation(conversation);
      events[i] = { type: 'conversation', conversation };
      event.like?.stands(conversation);
    }
    return events;
  };

  const input = typeof source === 'string' ? fileBytes(source, { signal }) : bytesOf(source, { signal });
  const capped = options.maxBytes === undefined ? input : upTo(input, options.maxBytes, counters);
  const decompressed = await decompress(capped, {
    limits,
    counters,
    gunzip: nodeGunzip,
    unzstd: nodeUnzstd,
  });
  const { chunks, compression } = decompressed;
  const head = {
    name: options.name ?? (typeof source === 'string' ? source : inputName(source)) ?? 'capture',
    compression,
  };
  const sourceOf = (known: EngineSource): CaptureSource => ({
    ...head,
    ...known,
    truncated: known.truncated || decompressed.truncated,
  });
  let announced = false;
  let pieceBytes = longestPiece;
  let bytes = 0;
  let reported = 0;
  const progress = (): CaptureEvent => {
    const { packets, counts } = analyzer;
    return { type: 'progress', bytes, packets, counters: counts };
  };
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        signal?.throwIfAborted();
        const piece = chunk.length <= pieceBytes ? chunk : chunk.subarray(at, at + pieceBytes);
        analyzer.push(piece);
        bytes += piece.length;
        at += piece.length;
        if (!announced && analyzer.source !== null) {
          announced = true;
          yield { type: 'source', source: { ...sourceOf(analyzer.source), firstPacketAt: null, lastPacketAt: null } };
        }
        const events = await judged();
        if (events.length > manyEnded) pieceBytes = shortestPiece;
        else if (events.length < fewEnded) pieceBytes = Math.min(2 * pieceBytes, longestPiece);
        for (const event of events) yield event;
      }
      if (bytes - reported >= progressBytes) {
        reported = bytes;
        yield progress();
      }
    }
    signal?.throwIfAborted();
  } catch (error) {
    // Reading broke off: there is no summary that would tell.
    if (announced) yield progress();
    throw error;
  }
  analyzer.end();
  for (let done = false; !done; ) {
    done = analyzer.finish();
    for (const event of await judged()) yield event;
  }
  const { failedConnections, unansweredArp, counters: counts } = analyzer.summary();
  for (const failed of failedConnections) diagnosis.failed(failed);
  for (const arp of unansweredArp) diagnosis.arp(arp);
  yield { type: 'certificates', certificates: book?.certificates() ?? [], chains: book?.chains() ?? [] };
  const findings = diagnosis.finish();
  const { forgotten } = diagnosis;
  const judgedCounts =
    forgotten === 0 ? counts : { ...counts, dropped: { ...counts.dropped, 'refusals-not-compared': forgotten } };
  // A capture without a format does not get past the reader.
  const known = analyzer.source as EngineSource;
  const verdict = captureVerdictOf(findings, { counters: counts, failedConnections, decided: diagnosis.decided });
  yield {
    type: 'summary',
    source: sourceOf(known),
    judgement,
    failedConnections,
    unansweredArp,
    counters: judgedCounts,
    findings,
    verdict,
  };
}

/**
 * The whole report of a capture. Of more conversations than `limits.maxConversations` the rest is judged and counted
 * (`conversations-not-listed`), but not in the list.
 * @throws as `captureEvents`
 */
export async function analyzeCapture(
  source: CaptureInput | string,
  options: CaptureOptions = {},
): Promise<CaptureReport> {
  const startedAt = new Date().toISOString();
  const most = options.limits?.maxConversations ?? defaultCaptureLimits.maxConversations;
  const conversations: Conversation[] = [];
  let certificates: readonly CapturedCertificate[] = [];
  let chains: readonly CapturedChain[] = [];
  let unlisted = 0;
  const repeats: RepeatedConversations = {
    enough: () => conversations.length >= most,
    again: () => unlisted++,
  };
  for await (const event of captureEvents(source, { repeats, ...options })) {
    switch (event.type) {
      case 'conversation':
        if (conversations.length < most) conversations.push(event.conversation);
        else unlisted++;
        break;
      case 'certificates':
        ({ certificates, chains } = event);
        break;
      case 'summary': {
        const { type: _, counters, ...summary } = event;
        const dropped =
          unlisted === 0 ? counters.dropped : { ...counters.dropped, 'conversations-not-listed': unlisted };
        return {
          schemaVersion: 1,
          tool: { name: 'helloprobe', version: toolVersion },
          command: 'pcap',
          startedAt,
          finishedAt: new Date().toISOString(),
          ...summary,
          conversations,
          certificates,
          chains,
          counters: { ...counters, dropped },
        };
      }
    }
  }
  throw new HarnessError('not-a-capture', 'The capture ended without a summary.');
}

/** @throws HarnessError `bad-option` */
function requireUsable({ now, limits = {}, maxBytes, ports = [] }: CaptureOptions): void {
  const need = (holds: boolean, name: string, takes: string): void => {
    if (!holds) throw new HarnessError('bad-option', `The option ${name} takes ${takes}.`);
  };
  need(now === undefined || !Number.isNaN(now.getTime()), 'now', 'a valid date');
  need(maxBytes === undefined || maxBytes > 0, 'maxBytes', 'a number of bytes above 0');
  for (const port of ports)
    need(Number.isInteger(port) && port >= 1 && port <= 65_535, 'ports', 'numbers from 1 to 65535');
  for (const [name, value] of Object.entries(limits)) {
    need(
      Object.hasOwn(defaultCaptureLimits, name),
      `limits.${name}`,
      `one of ${Object.keys(defaultCaptureLimits).join(', ')}`,
    );
    need(value === undefined || (Number.isInteger(value) && value >= 1), `limits.${name}`, 'a whole number from 1');
  }
}

function keyLogOf(texts: readonly string[]): KeyLog {
  const keyLog = new KeyLog();
  for (const text of texts) {
    keyLog.add(text);
    keyLog.end();
  }
  return keyLog;
}

async function* upTo(
  input: AsyncIterable<Uint8Array>,
  most: number,
  counters: Counters,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = most;
  for await (const chunk of input) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left >= 0) continue;
    counters.drop('size-limit');
    return;
  }
}
