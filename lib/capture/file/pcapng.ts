/** The pcapng format (draft-ietf-opsawg-pcapng): sections of any byte order, interfaces with their own clocks, secrets. */

import { lostByCapture } from '../../evidence/index.ts';
import type { Packet } from '../packet.ts';
import { CapturedInterface, readInterface, readLost } from './interface.ts';
import {
  atOnce,
  type CaptureReaderOptions,
  lastTime,
  type PacketSink,
  type RecordParser,
  readU16,
  readU32,
} from './records.ts';
import { isBigEndian, pcapngHeaderLength, sectionHeader, sectionProblem } from './section.ts';

const interfaceDescription = 1;
const obsoletePacket = 2;
const simplePacket = 3;
const interfaceStatistics = 5;
const enhancedPacket = 6;
const decryptionSecrets = 10;

/** No packets, but Wireshark gives them frame numbers: journal entries, Sysdig events, custom blocks. */
const numberedBlocks: ReadonlySet<number> = new Set([9, 0x204, 0x208, 0x0bad, 0x40000bad]);

/** An Enhanced Packet Block without its packet and options; what an option has at least, padding of the packet included. */
const packetBlockBytes = 32;
const leastOption = 4;
const commentOption = 1;
/** Longer ones are not ours. */
const longestComment = 1000;
const utf8 = new TextDecoder();

/** Room for the options of a block, beside its packet or secrets. */
const optionBytes = 2 ** 20;

export class PcapngParser implements RecordParser {
  readonly linkTypes: number[] = [];
  need = 8;
  truncated = false;
  readonly #packet: Packet;
  readonly #sink: PacketSink;
  readonly #options: CaptureReaderOptions;
  readonly #linkTypesSeen = new Set<number>();
  readonly #largestPacketBlock: number;
  readonly #largestSecretsBlock: number;
  /** Of the section being read; null for one that could not be read, whose packets are dropped. */
  #interfaces: (CapturedInterface | null)[] = [];
  #bigEndian = false;
  #secretBytes = 0;
  /** Bytes of a block that are passed over without looking at them. */
  #skip = 0;
  /** Length that the end of the block passed over must repeat; 0 when none is under way. */
  #trailer = 0;
  #over = false;

  constructor(packet: Packet, sink: PacketSink, options: CaptureReaderOptions) {
    this.#packet = packet;
    this.#sink = sink;
    this.#options = options;
    this.#largestPacketBlock = options.limits.packetBytes + optionBytes;
    this.#largestSecretsBlock = options.limits.secretBytes + optionBytes;
  }

  parse(bytes: Uint8Array, start: number, end: number): number {
    const maximum = this.#options.limits.packetBytes;
    const packet = this.#packet;
    const { view } = packet;
    let at = start;
    for (let blocks = 0; blocks < atOnce; blocks++) {
      if (this.#skip !== 0 || this.#trailer !== 0) {
        at = this.#passOver(bytes, at, end);
        if (this.#skip !== 0 || this.#trailer !== 0) return at;
      }
      if (this.#over) return end;
      this.need = 8;
      if (end - at < 8) return at;
      const little = !this.#bigEndian;
      const type = view.getUint32(at, little);
      const total = view.getUint32(at + 4, little);
      if (type !== enhancedPacket) {
        const next = this.#otherBlock(bytes, at, end, type, total);
        if (next === at) return at;
        at = next;
        continue;
      }
      if (total < 32 || (total & 3) !== 0 || total > this.#largestPacketBlock) {
        at = this.#badPacketBlock(at, total);
        continue;
      }
      if (total > end - at) {
        this.need = total;
        return at;
      }
      const captured = view.getUint32(at + 20, little);
      const from = this.#interfaces[view.getUint32(at + 8, little)];
      if (captured > total - 32 || captured > maximum || from === undefined || from === null) {
        this.#unusablePacket(captured, from);
      } else {
        const length = view.getUint32(at + 24, little);
        const time = from.time(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
        packet.time = time >= 0 && time <= lastTime ? time : this.#clamp(time);
        packet.start = at + 28;
        packet.end = at + 28 + captured;
        packet.length = length > captured ? length : captured;
        packet.linkType = from.linkType;
        packet.number++;
        if (total - captured > packetBlockBytes + leastOption) this.#comment(bytes, at, total, captured);
        this.#sink.packet();
      }
      if (view.getUint32(at + total - 4, little) !== total) this.#options.counters.drop('block-length-mismatch');
      at += total;
    }
    return at;
  }

  end(left: number): void {
    if (left === 0 && this.#skip === 0 && this.#trailer === 0) return;
    this.#options.counters.drop('truncated-packet');
    this.truncated = true;
  }

  /** Of an Enhanced Packet Block: its first option, where that is a comment (§3.5). */
  #comment(bytes: Uint8Array, at: number, total: number, captured: number): void {
    const option = at + 28 + ((captured + 3) & ~3);
    const end = at + total - 4;
    if (end - option < leastOption || readU16(bytes, option, this.#bigEndian) !== commentOption) return;
    const length = readU16(bytes, option + 2, this.#bigEndian);
    if (length > longestComment || option + 4 + length > end) return;
    this.#sink.comment?.(utf8.decode(bytes.subarray(option + 4, option + 4 + length)));
  }

  /** Every block except the Enhanced Packet Block. Returns `at` when it needs more bytes. */
  #otherBlock(bytes: Uint8Array, at: number, end: number, type: number, total: number): number {
    if (type === sectionHeader) return this.#section(bytes, at, end);
    if (total < 12 || (total & 3) !== 0) return this.#damage('bad-block-length', end);
    const isPacket = type === simplePacket || type === obsoletePacket;
    const isSecrets = type === decryptionSecrets;
    const isStatistics = type === interfaceStatistics && total <= this.#largestPacketBlock;
    if (!isPacket && !isSecrets && !isStatistics && type !== interfaceDescription) {
      if (numberedBlocks.has(type)) this.#packet.number++;
      return this.#startSkip(at, total);
    }
    if (total > (isSecrets ? this.#largestSecretsBlock : this.#largestPacketBlock)) {
      if (isPacket) return this.#badPacketBlock(at, total);
      this.#options.counters.drop(isSecrets ? 'oversized-secrets' : 'oversized-block');
      if (!isSecrets) this.#addInterface(null);
      return this.#startSkip(at, total);
    }
    if (total > end - at) {
      this.need = total;
      return at;
    }
    const next = at + total;
    const body = next - 4;
    if (type === simplePacket) this.#simplePacket(bytes, at, body);
    else if (type === obsoletePacket) this.#obsoletePacket(bytes, at, body);
    else if (isSecrets) this.#secrets(bytes, at + 8, body);
    else if (isStatistics) this.#statistics(bytes, at + 8, body);
    else this.#addInterface(readInterface(bytes, at + 8, body, this.#bigEndian, this.#options));
    if (readU32(bytes, body, this.#bigEndian) !== total) this.#options.counters.drop('block-length-mismatch');
    return next;
  }

  #section(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < pcapngHeaderLength) {
      this.need = pcapngHeaderLength;
      return at;
    }
    if (sectionProblem(bytes, at) !== null) return this.#damage('bad-section', end);
    this.#bigEndian = isBigEndian(bytes, at);
    this.#interfaces = [];
    return this.#startSkip(at, readU32(bytes, at + 4, this.#bigEndian));
  }

  /** Interfaces that cannot be read keep their number, so that packets find theirs. */
  #addInterface(found: CapturedInterface | null): void {
    if (this.#interfaces.length >= this.#options.limits.interfaces) {
      this.#options.counters.drop('too-many-interfaces');
      return;
    }
    this.#interfaces.push(found);
    if (found === null) {
      this.#options.counters.drop('bad-interface');
    } else if (!this.#linkTypesSeen.has(found.linkType)) {
      this.#linkTypesSeen.add(found.linkType);
      this.linkTypes.push(found.linkType);
    }
  }

  /** §4.4: no interface number (it is the first), no time (that of the packet before is taken), no captured length. */
  #simplePacket(bytes: Uint8Array, at: number, body: number): void {
    const from = this.#interfaces[0];
    if (body - at < 12) return this.#options.counters.drop('bad-block');
    const length = readU32(bytes, at + 8, this.#bigEndian);
    const captured = from === undefined || from === null ? 0 : Math.min(length, from.snapLength);
    this.#deliver(at + 12, body, captured, length, from);
  }

  /** §A: the Packet Block that older tools wrote; as the enhanced one, but with a 16-bit interface number and a drop count. */
  #obsoletePacket(bytes: Uint8Array, at: number, body: number): void {
    if (body - at < 28) return this.#options.counters.drop('bad-block');
    const bigEndian = this.#bigEndian;
    const from = this.#interfaces[readU16(bytes, at + 8, bigEndian)];
    const captured = readU32(bytes, at + 20, bigEndian);
    const length = readU32(bytes, at + 24, bigEndian);
    const time = from?.time(readU32(bytes, at + 12, bigEndian), readU32(bytes, at + 16, bigEndian));
    if (time !== undefined && captured <= body - at - 28)
      this.#packet.time = time >= 0 && time <= lastTime ? time : this.#clamp(time);
    this.#deliver(at + 28, body, captured, length, from);
  }

  #deliver(
    start: number,
    body: number,
    captured: number,
    length: number,
    from: CapturedInterface | null | undefined,
  ): void {
    if (from === undefined || from === null || captured > body - start || captured > this.#options.limits.packetBytes)
      return this.#unusablePacket(captured, from);
    const packet = this.#packet;
    packet.start = start;
    packet.end = start + captured;
    packet.length = Math.max(length, captured);
    packet.linkType = from.linkType;
    packet.number++;
    this.#sink.packet();
  }

  /** §4.6. An interface may have several of these, each since the capture began. */
  #statistics(bytes: Uint8Array, start: number, body: number): void {
    const of = body - start < 12 ? undefined : this.#interfaces[readU32(bytes, start, this.#bigEndian)];
    if (of === undefined || of === null) return;
    const lost = readLost(bytes, start, body, this.#bigEndian, this.#options);
    if (lost > of.lost) this.#options.counters.drop(lostByCapture, lost - of.lost);
    of.lost = Math.max(of.lost, lost);
  }

  /** §4.7. The type says what the secrets are; only their length is looked at here. */
  #secrets(bytes: Uint8Array, start: number, body: number): void {
    const length = body - start < 8 ? Number.POSITIVE_INFINITY : readU32(bytes, start + 4, this.#bigEndian);
    if (length > body - start - 8) return this.#options.counters.drop('bad-block');
    if (this.#secretBytes + length > this.#options.limits.secretBytes)
      return this.#options.counters.drop('oversized-secrets');
    this.#secretBytes += length;
    this.#sink.secrets(
      readU32(bytes, start, this.#bigEndian),
      new Uint8Array(bytes.subarray(start + 8, start + 8 + length)),
    );
  }

  #badPacketBlock(at: number, total: number): number {
    if (total < 12 || (total & 3) !== 0) return this.#damage('bad-block-length', at);
    this.#options.counters.drop(total > this.#largestPacketBlock ? 'oversized-packet' : 'bad-block');
    return this.#startSkip(at, total);
  }

  #unusablePacket(captured: number, from: CapturedInterface | null | undefined): void {
    const { counters, limits } = this.#options;
    if (from === undefined || from === null) counters.drop('unknown-interface');
    else counters.drop(captured > limits.packetBytes ? 'oversized-packet' : 'bad-block');
  }

  #clamp(time: number): number {
    this.#options.counters.drop('timestamp-out-of-range');
    return time > 0 ? lastTime : 0;
  }

  /** Passes over a block of which 8 bytes were looked at. */
  #startSkip(at: number, total: number): number {
    this.#skip = total - 12;
    this.#trailer = total;
    return at + 8;
  }

  #passOver(bytes: Uint8Array, start: number, end: number): number {
    const passed = Math.min(this.#skip, end - start);
    this.#skip -= passed;
    const at = start + passed;
    this.need = this.#skip === 0 ? 4 : 1;
    if (this.#skip !== 0 || end - at < 4) return at;
    if (readU32(bytes, at, this.#bigEndian) !== this.#trailer) this.#options.counters.drop('block-length-mismatch');
    this.#trailer = 0;
    return at + 4;
  }

  /** Without a trustworthy length there is no way to the next block. */
  #damage(reason: string, end: number): number {
    this.#options.counters.drop(reason);
    this.truncated = true;
    this.#over = true;
    return end;
  }
}
