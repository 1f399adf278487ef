/** A capture several times over, each time between other addresses, and with damaged bytes. */

import { Counters } from '../../../lib/capture/counters.ts';
import { CaptureReader } from '../../../lib/capture/file/reader.ts';
import { defaultCaptureLimits } from '../../../lib/capture/index.ts';
import { Packet } from '../../../lib/capture/packet.ts';
import { Trace, type TracePacket } from '../../support/capture/index.ts';
import { randomFrom } from '../../wire/mutate.ts';

const ethernet = 1;
const ipv4 = 0x0800;
/** Behind Ethernet, IPv4 and TCP without options. */
const headers = 54;

/**
 * @param damage how likely a packet has a byte changed, behind its headers
 * @returns pcapng; for captures of Ethernet, copies of packets without IPv4 are left out
 */
export function copied(capture: Uint8Array, times: number, damage: number, seed: number): Uint8Array {
  const { packets, linkType } = packetsOf(capture);
  const random = randomFrom(seed + 1);
  const trace = new Trace({ linkType });
  const first = packets[0]?.time ?? 0;
  const length = (packets.at(-1)?.time ?? 0) - first + 10_000;
  for (let copy = 0; copy < times; copy++) {
    for (const { bytes, time } of packets) {
      const frame = bytes.slice();
      const isIpv4 = linkType === ethernet && ((frame[12] ?? 0) << 8) + (frame[13] ?? 0) === ipv4;
      if (isIpv4) for (const at of [28, 32]) frame[at] = ((frame[at] ?? 0) + copy) & 255;
      else if (copy > 0) continue;
      if (frame.length > headers && random() < damage) {
        const at = headers + Math.floor(random() * (frame.length - headers));
        frame[at] = Math.floor(random() * 256);
      }
      trace.at(time + copy * length).add(frame);
    }
  }
  return trace.toPcapng();
}

export function packetsOf(capture: Uint8Array): { packets: TracePacket[]; linkType: number } {
  const packets: TracePacket[] = [];
  const packet = new Packet();
  const sink = {
    packet() {
      const { bytes, start, end, time, length } = packet;
      packets.push({ bytes: bytes.slice(start, end), time, length });
    },
    secrets() {},
  };
  const reader = new CaptureReader(packet, sink, { limits: defaultCaptureLimits, counters: new Counters() });
  reader.push(capture);
  reader.end();
  return { packets, linkType: packet.linkType };
}
