/** Packets of the npm package pcap-parser, for suites that already read captures with it: written as a classic pcap file again. */

import { HarnessError, printable } from '../../wire/index.ts';
import { defaultCaptureLimits } from '../limits.ts';

/** What `parse()` of pcap-parser 0.2.1 returns, as far as it is used here. */
export interface PcapParserEmitter {
  on(event: 'globalHeader', listener: (header: PcapParserGlobalHeader) => void): unknown;
  on(event: 'packetHeader', listener: (header: PcapParserPacketHeader) => void): unknown;
  on(event: 'packet', listener: (packet: PcapParserPacket) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** The stream that it reads. */
  readonly stream?: { pause(): unknown; resume(): unknown; destroy?(): unknown };
  /** Bytes that have not become a packet yet. */
  readonly buffer?: Uint8Array | null;
}

export interface PcapParserGlobalHeader {
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly snapshotLength: number;
  readonly linkLayerType: number;
}

export interface PcapParserPacketHeader {
  readonly timestampSeconds: number;
  readonly timestampMicroseconds: number;
  readonly capturedLength: number;
  readonly originalLength: number;
}

export interface PcapParserPacket {
  readonly header: PcapParserPacketHeader;
  readonly data: Uint8Array;
}

/** Bytes handed on at once, and bytes that may wait before the emitter's stream is paused. */
const chunkBytes = 2 ** 16;
const waitingBytes = 2 ** 20;

/**
 * What the emitter reads, as the bytes of a capture. To be called at once after `parse()`, before its first event. What pcap-parser
 * itself leaves untold is passed on to be counted: a last packet that is cut short, and a length beyond `packetBytes`, where it
 * would go on to gather the whole file in memory.
 *
 * pcap-parser reads classic pcap with microseconds only; give the file itself for anything else, and for speed.
 * @throws HarnessError (from the iteration) `not-a-capture`, or `unreadable-file` when its stream fails
 */
export function packetsOf(
  emitter: PcapParserEmitter,
  { packetBytes = defaultCaptureLimits.packetBytes }: { readonly packetBytes?: number } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = new PcapBytes();
  let announced: PcapParserPacketHeader | null = null;
  const end = (failure: Error | null): void => {
    if (!file.over) file.end(failure);
    emitter.stream?.destroy?.();
  };
  emitter.on('globalHeader', (header) => {
    if (header.majorVersion === 2 && header.minorVersion === 4) file.header(header);
    else end(wrongVersion(header));
  });
  emitter.on('packetHeader', (header) => {
    announced = header;
    if (header.capturedLength <= packetBytes || file.over) return;
    file.packetHeader(header, header.capturedLength);
    end(null);
  });
  emitter.on('packet', ({ header, data }) => {
    announced = null;
    if (file.over) return;
    file.packetHeader(header, data.length);
    file.bytes(data);
    if (file.waiting > waitingBytes) emitter.stream?.pause();
  });
  emitter.on('error', (error) => end(readingFailed(error)));
  emitter.on('end', () => {
    if (file.over) return;
    if (announced !== null) file.packetHeader(announced, announced.capturedLength);
    if (emitter.buffer !== undefined && emitter.buffer !== null) file.bytes(emitter.buffer);
    file.end(null);
  });
  return chunksOf(file, emitter);
}

async function* chunksOf(file: PcapBytes, emitter: PcapParserEmitter): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) {
      const chunk = file.take();
      if (chunk !== null) yield chunk;
      else if (file.failure !== null) throw file.failure;
      else if (file.over) return;
      else {
        emitter.stream?.resume();
        await file.more();
      }
    }
  } finally {
    file.over = true;
    emitter.stream?.destroy?.();
  }
}

/** A growing pcap file, little-endian, that is taken away in chunks. */
class PcapBytes {
  over = false;
  failure: Error | null = null;
  /** Bytes not taken yet. */
  waiting = 0;
  readonly #full: Uint8Array[] = [];
  #chunk = new Uint8Array(chunkBytes);
  #length = 0;
  #wake = (): void => {};

  header({ snapshotLength, linkLayerType }: PcapParserGlobalHeader): void {
    this.#words(0xa1b2c3d4, 0x0004_0002, 0, 0, snapshotLength, linkLayerType);
  }

  packetHeader(header: PcapParserPacketHeader, captured: number): void {
    this.#words(header.timestampSeconds, header.timestampMicroseconds, captured, header.originalLength);
  }

  bytes(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#length === chunkBytes) this.#finish();
      const taken = Math.min(chunkBytes - this.#length, bytes.length - at);
      this.#chunk.set(bytes.subarray(at, at + taken), this.#length);
      this.#length += taken;
      at += taken;
    }
    this.waiting += bytes.length;
    if (this.#full.length > 0) this.#wake();
  }

  end(failure: Error | null): void {
    if (this.#length > 0) this.#finish();
    this.over = true;
    this.failure = failure;
    this.#wake();
  }

  take(): Uint8Array | null {
    const chunk = this.#full.shift() ?? null;
    if (chunk !== null) this.waiting -= chunk.length;
    return chunk;
  }

  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #words(...words: number[]): void {
    const bytes = new Uint8Array(4 * words.length);
    const view = new DataView(bytes.buffer);
    words.forEach((word, i) => view.setUint32(4 * i, word, true));
    this.bytes(bytes);
  }

  #finish(): void {
    this.#full.push(this.#chunk.subarray(0, this.#length));
    this.#chunk = new Uint8Array(chunkBytes);
    this.#length = 0;
  }
}

function wrongVersion({ majorVersion, minorVersion }: PcapParserGlobalHeader): HarnessError {
  return new HarnessError(
    'not-a-capture',
    `pcap-parser misreads pcap of version ${majorVersion}.${minorVersion}.`,
    directly,
  );
}

function readingFailed(cause: Error): HarnessError {
  const text = printable(cause.message);
  return 'code' in cause
    ? new HarnessError('unreadable-file', `The stream of pcap-parser failed: ${text}.`, { cause })
    : new HarnessError('not-a-capture', `pcap-parser does not read this file: ${text}.`, { ...directly, cause });
}

const directly = { hint: 'Give the file itself: every variant of pcap, and pcapng, is read.' };
