/**
 * The classic pcap format (draft-ietf-opsawg-pcap), with the variants that libpcap reads: microseconds and nanoseconds, both byte
 * orders, Kuznetzov's longer packet header, and the old versions whose two lengths stand in the other order.
 */

import { HarnessError } from '../../wire/index.ts';
import type { Packet } from '../packet.ts';
import {
  atOnce,
  type CaptureReaderOptions,
  lastTime,
  type PacketSink,
  type RecordParser,
  readU16,
  readU32,
} from './records.ts';

export const pcapHeaderLength = 24;

const plainHeader = 16;
const longerHeader = 24;

const magics = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, kuznetzov: 0xa1b2cd34 };

export function isPcap(bytes: Uint8Array): boolean {
  return byteOrder(bytes) !== null;
}

/** Whether the file is big-endian, by its magic number; null when that is none of pcap. */
function byteOrder(bytes: Uint8Array): boolean | null {
  if (Object.values(magics).includes(readU32(bytes, 0, true))) return true;
  return Object.values(magics).includes(readU32(bytes, 0, false)) ? false : null;
}

export class PcapParser implements RecordParser {
  readonly linkTypes: readonly number[];
  need: number;
  truncated = false;
  readonly #packet: Packet;
  readonly #sink: PacketSink;
  readonly #options: CaptureReaderOptions;
  readonly #bigEndian: boolean;
  #headerLength: number;
  /** Units of the fraction in a millisecond. */
  readonly #fractions: number;
  /** The original length stands before the captured one: always, or where it makes more sense (version 2.3). */
  readonly #swapped: 'never' | 'maybe' | 'always';
  #over = false;
  /** What is left begins with the header of a packet that is too large, unless it is a longer header, of which the rest is not there. */
  #oversized = false;

  /**
   * @param header the first 24 bytes, whose magic number `isPcap` knows
   * @throws HarnessError `not-a-capture` for a version that libpcap does not read either
   */
  constructor(header: Uint8Array, packet: Packet, sink: PacketSink, options: CaptureReaderOptions) {
    this.#packet = packet;
    this.#sink = sink;
    this.#options = options;
    this.#bigEndian = byteOrder(header) === true;
    const magic = readU32(header, 0, this.#bigEndian);
    this.#headerLength = magic === magics.kuznetzov ? longerHeader : plainHeader;
    this.#fractions = magic === magics.nanoseconds ? 1e6 : 1e3;
    this.#swapped = lengthOrder(readU16(header, 4, this.#bigEndian), readU16(header, 6, this.#bigEndian));
    packet.linkType = linkTypeOf(readU32(header, 20, this.#bigEndian));
    this.linkTypes = [packet.linkType];
    this.need = this.#headerLength;
  }

  parse(_bytes: Uint8Array, start: number, end: number): number {
    if (this.#over) return end;
    const packet = this.#packet;
    const sink = this.#sink;
    const { view } = packet;
    const little = !this.#bigEndian;
    let headerLength = this.#headerLength;
    const fractions = this.#fractions;
    const inOrder = this.#swapped === 'never';
    const maximum = this.#options.limits.packetBytes;
    let need = headerLength;
    let at = start;
    for (let packets = 0; packets < atOnce && end - at >= headerLength; packets++) {
      let captured = view.getUint32(at + 8, little);
      let length = view.getUint32(at + 12, little);
      if (!inOrder && (this.#swapped === 'always' || captured > length)) [captured, length] = [length, captured];
      if (captured > maximum) {
        if (packet.number === 1 && headerLength === plainHeader) {
          if (end - at < longerHeader) {
            need = longerHeader;
            this.#oversized = true;
            break;
          }
          this.#oversized = false;
          if (this.#isHeader(at + longerHeader - plainHeader)) {
            // The first packet was read by the shorter one, and cannot be taken back.
            this.#options.counters.drop('packet-header-unlike-magic');
            headerLength = this.#headerLength = need = longerHeader;
            at += longerHeader - plainHeader;
            continue;
          }
        }
        // As libpcap: without a trustworthy length there is no way to the next packet.
        this.#options.counters.drop('oversized-packet');
        this.truncated = true;
        this.#over = true;
        return end;
      }
      const whole = headerLength + captured;
      if (whole > end - at) {
        need = whole;
        break;
      }
      const time = view.getUint32(at, little) * 1000 + view.getUint32(at + 4, little) / fractions;
      packet.start = at + headerLength;
      at += whole;
      packet.end = at;
      packet.length = length > captured ? length : captured;
      packet.number++;
      packet.time = time < lastTime ? time : lastTime;
      sink.packet();
    }
    this.need = need;
    return at;
  }

  /** Some tools write Kuznetzov's longer packet headers behind the usual magic number: the second packet shows it, and Wireshark reads them. */
  #isHeader(at: number): boolean {
    const { view } = this.#packet;
    const little = !this.#bigEndian;
    const [fraction, captured, length] = [4, 8, 12].map((field) => view.getUint32(at + field, little));
    const fits = captured! > 0 && captured! <= this.#options.limits.packetBytes && captured! <= length!;
    return fits && length! <= this.#options.limits.packetBytes && fraction! < this.#fractions * 1000;
  }

  end(left: number): void {
    if (left === 0) return;
    this.#options.counters.drop(this.#oversized ? 'oversized-packet' : 'truncated-packet');
    this.truncated = true;
  }
}

/** The same versions as libpcap: 2.0 to 2.4, and 543.0 of DG/UX. */
function lengthOrder(major: number, minor: number): 'never' | 'maybe' | 'always' {
  if (major === 543 && minor === 0) return 'always';
  if (major !== 2 || minor > 4) {
    throw new HarnessError('not-a-capture', `The file is pcap of version ${major}.${minor}, which nothing reads.`, {
      hint: 'Version 2.4 is what every tool writes; the header may be damaged.',
    });
  }
  return minor < 3 ? 'always' : minor === 3 ? 'maybe' : 'never';
}

/** The low 16 bits; above them are reserved bits, and in the top six the length of the frame check sequence. */
function linkTypeOf(field: number): number {
  if ((field & 0x03ff0000) !== 0) {
    throw new HarnessError('not-a-capture', 'The pcap header is damaged: its link type has reserved bits.', {
      hint: 'Take the capture again, or copy the file again.',
    });
  }
  return field & 0xffff;
}
