/** Captures from bytes to report: read, judge each conversation as it ends, and say what follows. */

import {
  bytesOf,
  type CaptureInput,
  Counters,
  decompress,
  defaultCaptureLimits,
  type EngineSource,
  inputName,
} from './capture/index.ts';
import { fileBytes, nodeGunzip, nodeUnzstd } from './capture/node.ts';
import { CaptureJudge } from './captureJudge.ts';
import { type CaptureOptions, type RepeatedConversations, requireUsable } from './captureOptions.ts';
import type {
  CapturedCertificate,
  CapturedChain,
  CaptureEvent,
  CaptureReport,
  CaptureSource,
  Conversation,
} from './evidence/index.ts';
import { toolVersion } from './version.ts';
import { HarnessError } from './wire/index.ts';

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
  const { now = new Date(), signal } = options;
  requireUsable(options);
  const limits = { ...defaultCaptureLimits, ...options.limits };
  const counters = new Counters();
  const judge = new CaptureJudge({ ...options, now }, counters);
  const { analyzer } = judge;
  await judge.open();

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
        const events = await judge.judged();
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
    for (const event of await judge.judged()) yield event;
  }
  yield* judge.end(sourceOf);
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
