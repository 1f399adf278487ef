/** Packets out of the bytes of a capture file, pushed in chunks of any length. */

import type { Packet } from '../packet.ts';
import { headerRefusal, refusal } from './format.ts';
import { isPcap, PcapParser, pcapHeaderLength } from './pcap.ts';
import { PcapngParser } from './pcapng.ts';
import type { CaptureReaderOptions, PacketSink, RecordParser } from './records.ts';
import { isPcapng, pcapngHeaderLength, sectionProblem } from './section.ts';

export type CaptureFormat = 'pcap' | 'pcapng';

/** What a file of another format is recognised by. */
const looksBytes = 512;

/**
 * Reads pcap and pcapng, told apart by their first bytes. Packets are handed over where they lie in the chunk; only one that is
 * spread over chunks is put together in a buffer of the reader. What is found does not depend on how the file is cut into chunks.
 *
 * Damage costs as little as possible and is counted: `truncated-packet` (the file ends inside a record), `oversized-packet`,
 * `bad-block`, `bad-block-length`, `block-length-mismatch`, `bad-section`, `bad-interface`, `bad-option`, `unknown-interface`,
 * `too-many-interfaces`, `oversized-block`, `oversized-secrets`, `timestamp-out-of-range`.
 */
export class CaptureReader {
  /** Null until the first bytes were pushed. */
  format: CaptureFormat | null = null;
  readonly #packet: Packet;
  readonly #sink: PacketSink;
  readonly #options: CaptureReaderOptions;
  #parser: RecordParser | null = null;
  /** Start of a record whose rest is still to come: `#held` bytes, of which `need` are wanted. */
  #carry = new Uint8Array(2 ** 12);
  #held = 0;

  constructor(packet: Packet, sink: PacketSink, options: CaptureReaderOptions) {
    this.#packet = packet;
    this.#sink = sink;
    this.#options = options;
  }

  /** LINKTYPE_ values of all interfaces described, each once, in the order met. */
  get linkTypes(): readonly number[] {
    return this.#parser?.linkTypes ?? [];
  }

  /** The file ends inside a record, or at damage that cannot be passed; what came before was handed over. */
  get truncated(): boolean {
    return this.#parser?.truncated ?? false;
  }

  /**
   * @param chunk may be filled anew by the caller afterwards
   * @throws HarnessError `not-a-capture` when the file begins like no capture
   */
  push(chunk: Uint8Array): void {
    // Not a Buffer, whose slice() shares memory: what works on packets must be able to rely on a copy.
    const bytes =
      chunk.constructor === Uint8Array ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (this.#held > 0 || this.#parser === null) {
      const need = this.#need();
      if (this.#held < need) {
        const taken = Math.min(need - this.#held, bytes.length - at);
        this.#keep(bytes, at, at + taken);
        at += taken;
        if (this.#held < need) return;
        if (this.#need() > need) continue;
      }
      const used = this.#useCarry(this.#held);
      this.#held -= used;
      if (this.#held > 0) this.#carry.copyWithin(0, used, used + this.#held);
    }
    const used = this.#parse(this.#parser, bytes, at, bytes.length);
    this.#keep(bytes, used, bytes.length);
  }

  /**
   * The file is over: counts a truncated last record.
   * @throws HarnessError `not-a-capture` when the file is empty, or too short to be a capture
   */
  end(): void {
    if (this.#parser === null) throw refusal(this.#carry.subarray(0, this.#held));
    this.#parser.end(this.#held);
    this.#held = 0;
  }

  #need(): number {
    if (this.#parser !== null) return this.#parser.need;
    if (this.#held < 4) return 4;
    if (isPcap(this.#carry)) return pcapHeaderLength;
    return isPcapng(this.#carry) ? pcapngHeaderLength : looksBytes;
  }

  /** Parses what is held; returns how much was used. */
  #useCarry(held: number): number {
    if (this.#parser !== null) return this.#parse(this.#parser, this.#carry, 0, held);
    const carry = this.#carry;
    if (isPcap(carry)) {
      this.#parser = new PcapParser(carry, this.#packet, this.#sink, this.#options);
      this.format = 'pcap';
      return pcapHeaderLength;
    }
    if (!isPcapng(carry)) throw refusal(carry.subarray(0, held));
    const problem = sectionProblem(carry, 0);
    if (problem !== null) throw headerRefusal(problem);
    this.#parser = new PcapngParser(this.#packet, this.#sink, this.#options);
    this.format = 'pcapng';
    return 0;
  }

  /** Records as long as there are whole ones; returns where they end. */
  #parse(parser: RecordParser, bytes: Uint8Array, start: number, end: number): number {
    if (this.#packet.bytes !== bytes) this.#packet.setBuffer(bytes);
    let at = start;
    for (;;) {
      const next = parser.parse(bytes, at, end);
      if (next === at) break;
      at = next;
    }
    return at;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const held = this.#held + end - start;
    if (held > this.#carry.length) {
      // Twice as much as has come, whatever length the record announces.
      const larger = new Uint8Array(2 * held);
      larger.set(this.#carry.subarray(0, this.#held));
      this.#carry = larger;
    }
    if (end > start) this.#carry.set(bytes.subarray(start, end), this.#held);
    this.#held = held;
  }
}
