/** Frames of a capture of a lab, for assertions. */

import { ethernetHeader, type IpFrame, readFrame, readTcp, type TcpHeader } from '../../../lib/lab/network/frame.ts';

export interface CapturedFrame extends IpFrame {
  readonly ttl: number;
  readonly tcp: TcpHeader | null;
  readonly bytes: Uint8Array;
  /** Bytes of IP packet. */
  readonly size: number;
  /** Maximum segment size option (RFC 9293 §3.7.1), null without. */
  readonly mss: number | null;
}

/** The IP packets of a pcapng file made by a lab: little-endian enhanced packet blocks, nothing cut. */
export function whole(file: Uint8Array): CapturedFrame[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const frames: CapturedFrame[] = [];
  for (let at = 0; at < file.length; at += view.getUint32(at + 4, true)) {
    if (view.getUint32(at, true) !== 6) continue;
    const bytes = file.slice(at + 28, at + 28 + view.getUint32(at + 20, true));
    const ip = readFrame(bytes);
    if (ip === null) continue;
    const tcp = readTcp(bytes, ip);
    frames.push({
      ...ip,
      ttl: bytes[ip.ttlAt] as number,
      tcp,
      bytes,
      size: ip.end - ethernetHeader,
      mss: tcp === null ? null : mssOf(bytes, ip.payloadAt + 20, tcp.payloadAt),
    });
  }
  return frames;
}

function mssOf(bytes: Uint8Array, from: number, to: number): number | null {
  for (let at = from; at < to; ) {
    const kind = bytes[at] as number;
    if (kind === 2) return ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    at += kind < 2 ? 1 : Math.max(bytes[at + 1] as number, 2);
  }
  return null;
}
