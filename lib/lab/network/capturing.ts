/** Captures on a node of a lab: pcapng of one interface. */

import { linkType, PcapngWriter } from '../../capture/index.ts';
import { concat } from '../../wire/index.ts';
import { finishChecksum } from './frame.ts';
import { FrameSocket } from './frame-socket.ts';

interface Running {
  readonly socket: FrameSocket;
  readonly blocks: Uint8Array[];
}

const running = new Map<number, Running>();
let last = 0;

/** @returns number of the capture */
export async function startCapture(device: string, name: string): Promise<number> {
  const writer = new PcapngWriter({
    interfaces: [{ linkType: linkType.ethernet, name }],
    section: {
      application: 'helloprobe',
      comment: 'A lab in network namespaces. Checksums that were left to the network card are filled in.',
    },
  });
  const blocks = [writer.header()];
  const socket = await FrameSocket.open(device, (frame, time) => {
    finishChecksum(frame);
    blocks.push(writer.packet({ time, bytes: frame }));
  });
  running.set(++last, { socket, blocks });
  return last;
}

/** @returns the file, as base64; empty for a capture that has been stopped before */
export async function stopCapture(number: number): Promise<string> {
  const capture = running.get(number);
  if (capture === undefined) return '';
  running.delete(number);
  await capture.socket.close();
  return Buffer.from(concat(...capture.blocks)).toString('base64');
}
