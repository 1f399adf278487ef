/** Everything that is no handshake: bulk transfers, short exchanges, DNS and ping. */

import {
  ethernetLength,
  type Flow,
  finishIp,
  finishTransport,
  ipLength,
  put16,
  put32,
  tcpOffset,
  wordSum,
} from './frame.ts';
import type { Output } from './output.ts';
import type { Actor } from './schedule.ts';

/** Noise that payloads are cut out of. */
const noise = new Uint8Array(2 ** 16 + 2048);
const noiseSteps = 256;

/** Fills the noise; the same random source gives the same captures. */
export function fillNoise(random: () => number): void {
  for (let i = 0; i < noise.length; i++) noise[i] = Math.floor(random() * 256);
}

const macs = Uint8Array.from([0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2, 8, 0]);
/** Type and version of a record. */
const applicationData = Uint8Array.from([23, 3, 3]);
const timestampOption = Uint8Array.from([1, 1, 8, 10, 0x12, 0x34, 0x56, 0x78, 0x0b, 0xad, 0xca, 0xfe]);

/** Ethernet, the constant part of IPv4, and the fields of it that vary. Returns the offset of the transport header. */
function writeHeaders(
  output: Output,
  at: number,
  protocol: number,
  ipTotal: number,
  id: number,
  from: number,
  to: number,
): number {
  const { bytes } = output;
  bytes.set(macs, at);
  const ip = at + ethernetLength;
  bytes[ip] = 0x45;
  bytes[ip + 1] = 0;
  put16(bytes, ip + 6, 0x4000);
  bytes[ip + 8] = 61;
  bytes[ip + 9] = protocol;
  finishIp(bytes, ip, ipTotal, id, from, to);
  return at + tcpOffset;
}

/** Numbers of a TCP connection, per direction (0: from the client). */
export class Connection {
  readonly flow: Flow;
  readonly seq: [number, number];
  /** Every segment is a record of application data. */
  readonly #tls: boolean;
  #id = 0;

  constructor(flow: Flow, seq: [number, number], tls = false) {
    this.flow = flow;
    this.seq = seq;
    this.#tls = tls;
  }

  /** A segment of `length` bytes of noise with timestamps; the frame is padded to 60 bytes at least. */
  segment(output: Output, time: number, direction: 0 | 1, length: number, step: number): void {
    const { client, server, clientPort, serverPort } = this.flow;
    const { bytes } = output;
    const header = 32;
    const end = tcpOffset + header + length;
    const frame = Math.max(end, 60);
    const at = output.begin(time, frame);
    const [from, to] = direction === 0 ? [client, server] : [server, client];
    this.#id = (this.#id + 1) & 0xffff;
    const tcp = writeHeaders(output, at, 6, ipLength + header + length, this.#id, from, to);
    put16(bytes, tcp, direction === 0 ? clientPort : serverPort);
    put16(bytes, tcp + 2, direction === 0 ? serverPort : clientPort);
    put32(bytes, tcp + 4, this.seq[direction]);
    put32(bytes, tcp + 8, this.seq[1 - direction] as number);
    bytes[tcp + 12] = (header / 4) << 4;
    bytes[tcp + 13] = length > 0 ? 0x18 : 0x10;
    put16(bytes, tcp + 14, 502);
    put16(bytes, tcp + 18, 0);
    bytes.set(timestampOption, tcp + 20);
    const start = (step % noiseSteps) * 256;
    bytes.set(noise.subarray(start, start + length), tcp + header);
    let sum = noiseSum(start, length);
    if (this.#tls && length >= 6) {
      const payload = tcp + header;
      bytes.set(applicationData, payload);
      put16(bytes, payload + 3, length - 5);
      sum += wordSum(bytes, payload, payload + 6) - wordSum(noise, start, start + 6);
    }
    finishTransport(bytes, tcp, 6, 16, tcp + header, sum, at + end);
    for (let i = at + end; i < at + frame; i++) bytes[i] = 0;
    this.seq[direction] = (this.seq[direction] + length) >>> 0;
    output.end(at + frame);
  }
}

/** Sums of the noise, by place and length; there are few lengths. */
const sums = new Map<number, number>();

function noiseSum(start: number, length: number): number {
  const key = start * 2048 + length;
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = wordSum(noise, start, start + length);
    sums.set(key, sum);
  }
  return sum;
}

/** A download: full segments from the server, an ACK for every other one. */
export class Bulk implements Actor {
  time: number;
  readonly needed = false;
  readonly #connection: Connection;
  readonly #length: number;
  readonly #gap: number;
  #left: number;
  #step: number;

  /** @param packets that it has; @param ipLength of full packets; @param gap microseconds between packets */
  constructor(connection: Connection, start: number, packets: number, ipTotal: number, gap: number, step: number) {
    this.#connection = connection;
    this.time = start;
    this.#left = packets;
    this.#length = ipTotal - ipLength - 32;
    this.#gap = gap;
    this.#step = step;
  }

  send(output: Output): boolean {
    const ack = this.#step++ % 3 === 2;
    this.#connection.segment(output, this.time, ack ? 0 : 1, ack ? 0 : this.#length, this.#step);
    this.time += this.#gap;
    return --this.#left > 0;
  }
}

/** A DNS query and its answer, or an ICMP echo and its reply. */
export function writeExchange(output: Output, time: number, flow: Flow, dns: boolean, step: number): void {
  for (const direction of [0, 1] as const) {
    const at = time + direction * 900;
    if (dns) writeUdp(output, at, flow, direction, direction === 0 ? query : answer, step);
    else writeEcho(output, at, flow, direction, step);
  }
}

/** Bytes out of the noise. */
export function noisePiece(step: number, length: number): Uint8Array {
  const start = (step % noiseSteps) * 256;
  return noise.subarray(start, start + length);
}

export function writeUdp(
  output: Output,
  time: number,
  flow: Flow,
  direction: 0 | 1,
  payload: Uint8Array,
  step: number,
): void {
  const { client, server, clientPort, serverPort } = flow;
  const { bytes } = output;
  const { length } = payload;
  const end = tcpOffset + 8 + length;
  const at = output.begin(time, end);
  const [from, to] = direction === 0 ? [client, server] : [server, client];
  const udp = writeHeaders(output, at, 17, ipLength + 8 + length, step & 0xffff, from, to);
  put16(bytes, udp, direction === 0 ? clientPort : serverPort);
  put16(bytes, udp + 2, direction === 0 ? serverPort : clientPort);
  put16(bytes, udp + 4, 8 + length);
  bytes.set(payload, udp + 8);
  finishTransport(bytes, udp, 17, 6, udp + 8, wordSum(payload, 0, length), at + end);
  output.end(at + end);
}

/** vpn.example.com, type A, as a query and with an address. */
const question = '\u0003vpn\u0007example\u0003com\0\0\u0001\0\u0001';
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const query = ascii(`\u0012\u0034\u0001\0\0\u0001\0\0\0\0\0\0${question}`);
const answer = ascii(
  `\u0012\u0034\u0081\u0080\0\u0001\0\u0001\0\0\0\0${question}\u00c0\u000c\0\u0001\0\u0001\0\0\u000e\u0010\0\u0004\u00c6\u0033\u0064\u0014`,
);

function writeEcho(output: Output, time: number, { client, server }: Flow, direction: 0 | 1, step: number): void {
  const [from, to, type] = direction === 0 ? [client, server, 8] : [server, client, 0];
  const { bytes } = output;
  const end = tcpOffset + 8 + 56;
  const at = output.begin(time, end);
  const icmp = writeHeaders(output, at, 1, ipLength + 8 + 56, step & 0xffff, from, to);
  put16(bytes, icmp, type << 8);
  put32(bytes, icmp + 4, step >>> 0);
  bytes.set(noise.subarray(0, 56), icmp + 8);
  put16(bytes, icmp + 2, 0);
  let sum = wordSum(bytes, icmp, at + end);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  put16(bytes, icmp + 2, ~sum & 0xffff);
  output.end(at + end);
}
