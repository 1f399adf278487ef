/** What single packets of a capture hold, for judging a difference: sender and the payload above TCP or UDP. */

import { readFileSync } from 'node:fs';
import type { Datagram } from '../../lib/capture/datagram.ts';
import { CaptureReader } from '../../lib/capture/file/reader.ts';
import { bytesOf, Counters, decompress, defaultCaptureLimits } from '../../lib/capture/index.ts';
import { addressText } from '../../lib/capture/link/address.ts';
import { Dissector } from '../../lib/capture/link/dissector.ts';
import { nodeGunzip, nodeUnzstd } from '../../lib/capture/node.ts';
import { Packet } from '../../lib/capture/packet.ts';

export interface Frame {
  /** `address:port` */
  readonly sender: string;
  readonly payload: Uint8Array;
  /** True when the capture kept less of it than was sent. */
  readonly cut: boolean;
}

/** TCP and UDP packets by number. */
export async function readFrames(path: string): Promise<Map<number, Frame>> {
  const frames = new Map<number, Frame>();
  const packet = new Packet();
  const shared = { limits: defaultCaptureLimits, counters: new Counters() };
  const dissector = new Dissector({
    ...shared,
    sink: {
      datagram: (d) => {
        const frame = frameOf(d);
        if (frame !== null) frames.set(packet.number, frame);
      },
      arp: () => undefined,
      incomplete: () => undefined,
    },
  });
  const reader = new CaptureReader(
    packet,
    { packet: () => dissector.packet(packet), secrets: () => undefined },
    shared,
  );
  const options = { ...shared, gunzip: nodeGunzip, unzstd: nodeUnzstd };
  const { chunks } = await decompress(bytesOf(readFileSync(path)), options);
  for await (const chunk of chunks) reader.push(chunk);
  reader.end();
  return frames;
}

function frameOf(d: Datagram): Frame | null {
  const { bytes, payload: at, end } = d;
  const isTcp = d.protocol === 6;
  if ((!isTcp && d.protocol !== 17) || end - at < (isTcp ? 20 : 8)) return null;
  const address = addressText(d.source0, d.source1, d.source2, d.source3);
  const port = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const header = isTcp ? ((bytes[at + 12] ?? 0) >> 4) * 4 : 8;
  const sender = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return { sender, payload: bytes.slice(Math.min(at + header, end), end), cut: d.missing > 0 };
}
