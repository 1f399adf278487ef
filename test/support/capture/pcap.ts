/** Classic pcap files in every byte order and resolution. Probes write pcapng; this is for tests of the reader. */

import { concat } from '../../../lib/wire/index.ts';

export interface PcapOptions {
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
  /** Default Ethernet. */
  readonly linkType?: number;
  /** Default 262144. */
  readonly snapLength?: number;
}

export interface PcapPacket {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly bytes: Uint8Array;
  /** Default: that of `bytes`. */
  readonly length?: number;
}

/** A whole file. */
export function writePcap(packets: readonly PcapPacket[], options: PcapOptions = {}): Uint8Array {
  return concat(pcapHeader(options), ...packets.map((packet) => pcapRecord(packet, options)));
}

export function pcapHeader({
  bigEndian = false,
  nanoseconds = false,
  linkType = 1,
  snapLength = 262_144,
}: PcapOptions = {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint32(0, nanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4, !bigEndian);
  view.setUint16(4, 2, !bigEndian);
  view.setUint16(6, 4, !bigEndian);
  view.setUint32(16, snapLength, !bigEndian);
  view.setUint32(20, linkType, !bigEndian);
  return new Uint8Array(view.buffer);
}

export function pcapRecord(
  { time, bytes, length = bytes.length }: PcapPacket,
  { bigEndian = false, nanoseconds = false }: PcapOptions = {},
): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  const seconds = Math.floor(time / 1000);
  view.setUint32(0, seconds, !bigEndian);
  view.setUint32(4, Math.round((time - seconds * 1000) * (nanoseconds ? 1e6 : 1e3)), !bigEndian);
  view.setUint32(8, bytes.length, !bigEndian);
  view.setUint32(12, length, !bigEndian);
  return concat(new Uint8Array(view.buffer), bytes);
}
