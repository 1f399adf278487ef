/** The three benchmark captures. */

import { randomFrom } from '../../wire/mutate.ts';
import type { Flow } from './frame.ts';
import { Output } from './output.ts';
import { Replay } from './replay.ts';
import { Schedule } from './schedule.ts';
import { makeSessions, type Sessions } from './sessions.ts';
import { Bulk, Connection, fillNoise, noisePiece, writeExchange, writeUdp } from './traffic.ts';

/** What a capture holds: an analyzer must find just this. */
export interface GroundTruth {
  readonly bytes: number;
  readonly packets: number;
  readonly tcpFlows: number;
  readonly handshakes: number;
  /** In the capture as a whole, also where the path ate it later. */
  readonly clientHellos: number;
  /** Of both sides, as often as they were sent. */
  readonly certificates: number;
  readonly distinctCertificates: number;
  readonly refused: number;
  readonly tls13: number;
  readonly blackHoles: number;
}

type Counts = { -readonly [K in keyof GroundTruth]: GroundTruth[K] };

const start = Date.parse('2026-03-04T05:00:00Z') * 1000;

/** 20,000 handshakes (or another number), three in four on port 8305. */
export function writeHandshakes(descriptor: number, handshakes = 20_000): GroundTruth {
  const random = randomFrom(20);
  const output = new Output(descriptor);
  const schedule = new Schedule();
  const counts = noCounts();
  const next = handshakeSource(makeSessions(), counts, random, handshakes);
  for (let i = 0; i < handshakes; i++) {
    const time = start + i * 3000;
    while (schedule.next < time) schedule.step(output);
    schedule.add(next(time));
  }
  return finish(output, schedule, counts);
}

/** `size` bytes of bulk traffic, with 1304 handshakes, DNS and ping in a GiB. */
export function writeMixed(descriptor: number, size: number = 2 ** 30): GroundTruth {
  const random = randomFrom(10);
  fillNoise(random);
  const output = new Output(descriptor);
  const schedule = new Schedule();
  const counts = noCounts();
  const handshakes = Math.max(1, Math.round((1304 * size) / 2 ** 30));
  const next = handshakeSource(makeSessions(), counts, random, handshakes, 400);
  const every = size / handshakes;
  let made = 0;
  for (let step = 0; output.total < size; step++) {
    const time = Math.max(schedule.next, start);
    if (made < handshakes && output.total >= made * every) {
      schedule.add(next(time === Number.POSITIVE_INFINITY ? start : time));
      made++;
    }
    while (schedule.size < concurrentTransfers) {
      const begin = (Number.isFinite(time) ? time : start) + Math.floor(random() * 20_000);
      const connection = new Connection(flowOf(counts.tcpFlows++, 443, random), numbersOf(random));
      const packets = 200 + Math.floor(random() * 4000);
      schedule.add(
        new Bulk(connection, begin, packets, random() < 0.5 ? 1454 : 1500, 2000 + Math.floor(random() * 6000), step),
      );
    }
    if (step % 40 === 0) writeExchange(output, schedule.next, flowOf(step, 53, random), step % 80 === 0, step);
    schedule.step(output);
  }
  // Handshakes that began go on to their end, the transfers stop where they are.
  return finish(output, schedule.onlyNeeded(), counts);
}

/** `size` bytes of frames of 64 to 100 bytes in 16,384 flows. */
export function writeSmall(descriptor: number, size: number = 200 * 2 ** 20): GroundTruth {
  const random = randomFrom(30);
  fillNoise(random);
  const output = new Output(descriptor);
  const counts = noCounts();
  const connections = Array.from(
    { length: smallTcpFlows },
    (_, i) => new Connection(flowOf(i, 8443, random), numbersOf(random)),
  );
  const datagrams = Array.from({ length: smallUdpFlows }, (_, i) => flowOf(smallTcpFlows + i, 40_000, random));
  counts.tcpFlows = smallTcpFlows;
  for (let step = 0; output.total < size; step++) {
    const time = start + step * 20;
    const index = Math.floor(random() * (smallTcpFlows + smallUdpFlows));
    const direction = random() < 0.5 ? 0 : 1;
    const length = Math.floor(random() * 35);
    if (index < smallTcpFlows) {
      (connections[index] as Connection).segment(output, time, direction, length, step);
    } else {
      writeUdp(output, time, datagrams[index - smallTcpFlows] as Flow, direction, noisePiece(step, 22 + length), step);
    }
  }
  return finish(output, new Schedule(), counts);
}

const concurrentTransfers = 400;
const smallTcpFlows = 14_336;
const smallUdpFlows = 2_048;

function noCounts(): Counts {
  return {
    bytes: 0,
    packets: 0,
    tcpFlows: 0,
    handshakes: 0,
    clientHellos: 0,
    certificates: 0,
    distinctCertificates: 0,
    refused: 0,
    tls13: 0,
    blackHoles: 0,
  };
}

/** The next handshake each time: of `total`, 1 in 32 is refused, 1 in 32 is TLS 1.3, 1 in 250 ends in a black hole. */
function handshakeSource(
  sessions: Sessions,
  counts: Counts,
  random: () => number,
  total: number,
  transfer = 0,
): (time: number) => Replay {
  const blackHoles = Math.round(total / 250);
  const odd = Math.round(total / 32);
  // So that 20,000 handshakes have 131,100 certificates.
  const shorter = Math.round(total * 0.1045);
  counts.distinctCertificates = sessions.distinctCertificates;
  return (time) => {
    const index = counts.handshakes++;
    counts.clientHellos++;
    // Spreads the kinds over the whole capture: a step that shares no factor with the usual totals.
    let place = (index * 7919) % total;
    let kind: keyof Omit<Sessions, 'distinctCertificates'> = 'mutual';
    if (place < blackHoles) kind = 'blackHole';
    else if ((place -= blackHoles) < odd) kind = 'refused';
    else if ((place -= odd) < odd) kind = 'tls13';
    else if (place - odd < shorter) kind = 'shorter';
    if (kind === 'blackHole') counts.blackHoles++;
    else if (kind === 'refused') counts.refused++;
    else if (kind === 'tls13') counts.tls13++;
    const choice = sessions[kind];
    const template = choice[index % choice.length];
    if (template === undefined) throw new RangeError('no template');
    counts.certificates += template.certificates;
    const flow = flowOf(counts.tcpFlows++, index % 4 === 3 ? 443 : 8305, random);
    return new Replay(template, flow, time, random, transfer);
  };
}

function numbersOf(random: () => number): [number, number] {
  return [Math.floor(random() * 2 ** 32), Math.floor(random() * 2 ** 32)];
}

/** A flow like no other: the index is in the client's address. */
function flowOf(index: number, serverPort: number, random: () => number): Flow {
  return {
    client: (0x0a00_0000 + (index & 0xff_ffff)) >>> 0,
    server: (0xc612_0000 + Math.floor(random() * 256)) >>> 0,
    clientPort: 1024 + Math.floor(random() * 64_511),
    serverPort,
  };
}

function finish(output: Output, schedule: Schedule, counts: Counts): GroundTruth {
  while (schedule.size > 0) schedule.step(output);
  output.flush();
  return { ...counts, bytes: output.written, packets: output.packets };
}
