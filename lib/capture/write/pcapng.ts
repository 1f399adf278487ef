/**
 * pcapng (draft-ietf-opsawg-pcapng), block by block: what was sent and heard is written as it happens, and Wireshark opens it.
 * Little-endian, like the files of every current tool.
 */

import { concat, EncodeError } from '../../wire/index.ts';

export interface SectionOptions {
  /** Machine, operating system and program that captured. */
  readonly hardware?: string;
  readonly os?: string;
  readonly application?: string;
  readonly comment?: string;
}

export interface InterfaceOptions {
  /** LINKTYPE_ value; see `linkType`. */
  readonly linkType: number;
  readonly name?: string;
  /** Captured bytes of a packet at most; longer ones are cut. 0, the default, is no limit. */
  readonly snapLength?: number;
  /** Digits behind the second in time stamps: 6 (default) or 9. */
  readonly timeDigits?: 6 | 9;
}

export interface WrittenPacket {
  /** Milliseconds since 1970, with a fraction. */
  readonly time: number;
  readonly bytes: Uint8Array;
  /** Length on the wire; default: that of `bytes`. */
  readonly length?: number;
  /** Index into the writer's interfaces; default 0. */
  readonly interface?: number;
  /** Shown by Wireshark as packet comment. */
  readonly comment?: string;
}

export interface PcapngOptions {
  readonly interfaces: readonly InterfaceOptions[];
  readonly section?: SectionOptions;
}

/** Blocks of one section, in the order in which they are written: `header()`, then packets and secrets. */
export class PcapngWriter {
  readonly #options: PcapngOptions;

  constructor(options: PcapngOptions) {
    this.#options = options;
  }

  /** Section header and interface descriptions. */
  header(): Uint8Array {
    const { interfaces, section } = this.#options;
    return concat(sectionHeader(section), ...interfaces.map(interfaceDescription));
  }

  /** An enhanced packet block. @throws EncodeError `out-of-range` for an interface or a time that cannot be. */
  packet(packet: WrittenPacket): Uint8Array {
    const { interface: index = 0, time, comment } = packet;
    const from = this.#options.interfaces[index];
    if (from === undefined) throw new EncodeError('out-of-range', `there is no interface ${index}`);
    const bytes = packet.bytes.subarray(0, from.snapLength || packet.bytes.length);
    const [high, low] = timestamp(time, from.timeDigits ?? 6);
    const length = packet.length ?? packet.bytes.length;
    const head = words(index, high, low, bytes.length, length);
    return pcapngBlock(blockType.enhancedPacket, concat(head, padded(bytes), options([[optionCode.comment, comment]])));
  }

  /** A decryption secrets block with a TLS key log (NSS format); it stands before the packets that need it. */
  keyLog(text: string): Uint8Array {
    return pcapngBlock(blockType.decryptionSecrets, secretsBody(secretsType.tlsKeyLog, utf8(text)));
  }
}

/** Block types. */
export const blockType = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  simplePacket: 3,
  enhancedPacket: 6,
  decryptionSecrets: 0x0a,
} as const;

/** Secrets types of a decryption secrets block. */
export const secretsType = { tlsKeyLog: 0x544c534b } as const;

/** Any block: type, body, and the length before and after. The body must be a multiple of 4 bytes. */
export function pcapngBlock(type: number, body: Uint8Array): Uint8Array {
  const length = body.length + 12;
  return concat(words(type, length), body, words(length));
}

function sectionHeader(section: SectionOptions = {}): Uint8Array {
  const head = Uint8Array.of(0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255);
  const list = options([
    [optionCode.comment, section.comment],
    [optionCode.sectionHardware, section.hardware],
    [optionCode.sectionOs, section.os],
    [optionCode.sectionApplication, section.application],
  ]);
  return pcapngBlock(blockType.sectionHeader, concat(head, list));
}

function interfaceDescription({ linkType, name, snapLength = 0, timeDigits = 6 }: InterfaceOptions): Uint8Array {
  const head = Uint8Array.of(linkType & 0xff, linkType >> 8, 0, 0);
  const list = options([
    [optionCode.interfaceName, name],
    [optionCode.interfaceTimeResolution, timeDigits === 6 ? undefined : Uint8Array.of(timeDigits)],
  ]);
  return pcapngBlock(blockType.interfaceDescription, concat(head, words(snapLength), list));
}

function secretsBody(type: number, secrets: Uint8Array): Uint8Array {
  return concat(words(type, secrets.length), padded(secrets));
}

const optionCode = {
  end: 0,
  comment: 1,
  sectionHardware: 2,
  sectionOs: 3,
  sectionApplication: 4,
  interfaceName: 2,
  interfaceTimeResolution: 9,
} as const;

/** Those options that have a value, and the end mark when there is one. */
function options(list: readonly (readonly [code: number, value: string | Uint8Array | undefined])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [code, given] of list) {
    if (given === undefined) continue;
    const value = typeof given === 'string' ? utf8(given) : given;
    if (value.length > 0xffff) throw new EncodeError('too-long', `an option of ${value.length} bytes`);
    parts.push(words(code | (value.length << 16)), padded(value));
  }
  return parts.length === 0 ? new Uint8Array(0) : concat(...parts, words(optionCode.end));
}

/** High and low half of a 64-bit count of time units. A double cannot hold nanoseconds since 1970. */
function timestamp(time: number, digits: 6 | 9): [high: number, low: number] {
  if (!Number.isFinite(time) || time < 0) throw new EncodeError('out-of-range', `${time} is not a time`);
  const seconds = Math.floor(time / 1000);
  const fraction = Math.round((time - seconds * 1000) * 10 ** (digits - 3));
  const units = BigInt(seconds) * 10n ** BigInt(digits) + BigInt(fraction);
  return [Number(units >> 32n), Number(units & 0xffff_ffffn)];
}

function words(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
  return new Uint8Array(view.buffer);
}

function padded(bytes: Uint8Array): Uint8Array {
  return bytes.length % 4 === 0 ? bytes : concat(bytes, new Uint8Array(4 - (bytes.length % 4)));
}

const encoder = new TextEncoder();
const utf8 = (text: string): Uint8Array => encoder.encode(text);
