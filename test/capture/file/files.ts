/** Capture files written field by field, also wrong ones, and a reading of them as plain values. */

import { Counters } from '../../../lib/capture/counters.ts';
import { CaptureReader } from '../../../lib/capture/file/reader.ts';
import { type CaptureLimits, defaultCaptureLimits } from '../../../lib/capture/limits.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { toHex } from '../../../lib/wire/index.ts';

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function u16(value: number, bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, !bigEndian);
  return bytes;
}

export function u32(value: number, bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, !bigEndian);
  return bytes;
}

/** `length` bytes that differ from packet to packet. */
export function data(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (seed * 37 + i) & 0xff);
}

export interface PcapRecord {
  readonly seconds?: number;
  readonly fraction?: number;
  readonly data: Uint8Array;
  readonly captured?: number;
  readonly length?: number;
  /** Between header and data, in Kuznetzov's variant. */
  readonly extra?: Uint8Array;
}

export interface PcapOptions {
  readonly magic?: number;
  readonly bigEndian?: boolean;
  readonly version?: readonly [number, number];
  readonly linkType?: number;
  readonly snapLength?: number;
  /** The original length comes first. */
  readonly swapped?: boolean;
}

export function pcap(
  records: readonly PcapRecord[],
  {
    magic = 0xa1b2c3d4,
    bigEndian = false,
    version = [2, 4],
    linkType = 1,
    snapLength = 262_144,
    swapped = false,
  }: PcapOptions = {},
): Uint8Array {
  const word = (value: number): Uint8Array => u32(value, bigEndian);
  const parts = [word(magic), u16(version[0], bigEndian), u16(version[1], bigEndian), word(0), word(0)];
  parts.push(word(snapLength), word(linkType));
  for (const { seconds = 0, fraction = 0, data, captured = data.length, length = data.length, extra } of records) {
    const lengths = swapped ? [length, captured] : [captured, length];
    parts.push(word(seconds), word(fraction), ...lengths.map(word), extra ?? new Uint8Array(0), data);
  }
  return concat(parts);
}

export type Option = readonly [code: number, value: Uint8Array];

export interface EnhancedOptions {
  readonly id?: number;
  readonly high?: number;
  readonly low?: number;
  readonly captured?: number;
  readonly length?: number;
  readonly options?: readonly Option[];
}

/** Blocks of pcapng in one byte order. */
export class Blocks {
  readonly #bigEndian: boolean;

  constructor(bigEndian = false) {
    this.#bigEndian = bigEndian;
  }

  block(type: number, body: Uint8Array, { length, trailer }: { length?: number; trailer?: number } = {}): Uint8Array {
    const padded = padTo4(body);
    const total = length ?? padded.length + 12;
    return concat([this.word(type), this.word(total), padded, this.word(trailer ?? total)]);
  }

  section({
    version = [1, 0],
    options = [],
  }: {
    version?: readonly [number, number];
    options?: readonly Option[];
  } = {}): Uint8Array {
    const fixed = [this.word(0x1a2b3c4d), ...version.map((value) => u16(value, this.#bigEndian))];
    return this.block(0x0a0d0d0a, concat([...fixed, new Uint8Array(8).fill(0xff), this.options(options)]));
  }

  interface({
    linkType = 1,
    snapLength = 0,
    options = [],
  }: {
    linkType?: number;
    snapLength?: number;
    options?: readonly Option[];
  } = {}): Uint8Array {
    const fixed = [u16(linkType, this.#bigEndian), u16(0), this.word(snapLength)];
    return this.block(1, concat([...fixed, this.options(options)]));
  }

  enhanced(
    bytes: Uint8Array,
    { id = 0, high = 0, low = 0, captured = bytes.length, length = bytes.length, options = [] }: EnhancedOptions = {},
  ): Uint8Array {
    const fixed = [id, high, low, captured, length].map((value) => this.word(value));
    return this.block(6, concat([...fixed, padTo4(bytes), this.options(options)]));
  }

  simple(bytes: Uint8Array, length = bytes.length): Uint8Array {
    return this.block(3, concat([this.word(length), bytes]));
  }

  obsolete(bytes: Uint8Array, { id = 0, high = 0, low = 0, length = bytes.length }: EnhancedOptions = {}): Uint8Array {
    const ids = [u16(id, this.#bigEndian), u16(3, this.#bigEndian)];
    const fixed = [high, low, bytes.length, length].map((value) => this.word(value));
    return this.block(2, concat([...ids, ...fixed, bytes]));
  }

  secrets(type: number, bytes: Uint8Array, length = bytes.length): Uint8Array {
    return this.block(10, concat([this.word(type), this.word(length), bytes]));
  }

  options(options: readonly Option[]): Uint8Array {
    if (options.length === 0) return new Uint8Array(0);
    const all: readonly Option[] = [...options, [0, new Uint8Array(0)]];
    return concat(
      all.flatMap(([code, value]) => [u16(code, this.#bigEndian), u16(value.length, this.#bigEndian), padTo4(value)]),
    );
  }

  word(value: number): Uint8Array {
    return u32(value, this.#bigEndian);
  }
}

function padTo4(bytes: Uint8Array): Uint8Array {
  return concat([bytes, new Uint8Array(-bytes.length & 3)]);
}

/** One packet each on two interfaces with other clocks and link types, by each kind of block, and blocks of other kinds between. */
export function everyBlock(bigEndian = false): Uint8Array {
  const b = new Blocks(bigEndian);
  return concat([
    b.section({ version: [1, 2], options: [[4, new TextEncoder().encode('test')]] }),
    b.interface({ snapLength: 60, options: [[9, Uint8Array.of(6)]] }),
    b.secrets(0x544c534b, new TextEncoder().encode('CLIENT_RANDOM 00 00\n')),
    b.interface({
      linkType: 101,
      options: [
        [2, new TextEncoder().encode('tun0')],
        [9, Uint8Array.of(9)],
      ],
    }),
    b.enhanced(data(61, 1), { high: 0x0005_f5e1, low: 0x1234, length: 1500, options: [[2, u32(1)]] }),
    b.block(4, u32(0)),
    b.obsolete(data(33, 2), { id: 1, high: 0x1786_c2c1, low: 5 }),
    b.block(5, new Uint8Array(12)),
    b.simple(data(60, 3), 90),
    b.block(0x0bad, data(9)),
    b.enhanced(data(0), { id: 1, high: 0x1786_c2c1, low: 6 }),
  ]);
}

export interface ReadPacket {
  readonly number: number;
  readonly time: number;
  readonly linkType: number;
  readonly length: number;
  readonly data: string;
}

export interface ReadFile {
  readonly format: string | null;
  readonly linkTypes: readonly number[];
  readonly truncated: boolean;
  readonly dropped: Record<string, number>;
  readonly packets: readonly ReadPacket[];
  readonly secrets: readonly (readonly [number, string])[];
}

export interface ReadOptions {
  readonly chunk?: number;
  readonly limits?: Partial<CaptureLimits>;
  /** Without the bytes of the packets. */
  readonly headersOnly?: boolean;
}

/** Reads a file whose chunks share one buffer, which is overwritten after each. */
export function readCapture(
  file: Uint8Array,
  { chunk = file.length, limits = {}, headersOnly = false }: ReadOptions = {},
): ReadFile {
  const counters = new Counters();
  const packet = new Packet();
  const packets: ReadPacket[] = [];
  const secrets: (readonly [number, string])[] = [];
  const sink = {
    packet(): void {
      if (packet.bytes instanceof Buffer) throw new TypeError('a packet in a Buffer, whose slice() does not copy');
      const { number, time, linkType, length, bytes, start, end } = packet;
      packets.push({ number, time, linkType, length, data: headersOnly ? '' : toHex(bytes.subarray(start, end)) });
    },
    secrets(type: number, bytes: Uint8Array): void {
      secrets.push([type, toHex(bytes)]);
    },
  };
  const reader = new CaptureReader(packet, sink, { limits: { ...defaultCaptureLimits, ...limits }, counters });
  const buffer = Buffer.alloc(chunk);
  for (let at = 0; at < file.length; at += chunk) {
    const piece = file.subarray(at, at + chunk);
    buffer.set(piece);
    reader.push(buffer.subarray(0, piece.length));
    buffer.fill(0xee);
  }
  reader.end();
  const { format, linkTypes, truncated } = reader;
  return { format, linkTypes: [...linkTypes], truncated, dropped: counters.toJSON(), packets, secrets };
}
