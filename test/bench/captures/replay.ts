/** One made conversation sent again and again with other hosts, ports, numbers and randoms. */

import { linkType } from '../../../lib/capture/write/index.ts';
import type { Trace } from '../../support/capture/index.ts';
import {
  ethernetLength,
  type Flow,
  finishIp,
  finishTransport,
  get32,
  put16,
  put32,
  tcpOffset,
  wordSum,
} from './frame.ts';
import type { Output } from './output.ts';
import type { Actor } from './schedule.ts';
import { Bulk, Connection } from './traffic.ts';

interface TemplatePacket {
  readonly frame: Uint8Array;
  /** Microseconds after the first packet. */
  readonly after: number;
  readonly fromClient: boolean;
  readonly payload: number;
  /** Sequence numbers in a SACK option. */
  readonly sack: readonly number[];
  /** Offset of 32 bytes that are random in every conversation; -1 for none. */
  readonly random: number;
}

export interface Template {
  readonly packets: readonly TemplatePacket[];
  /** Certificates that are sent whole, both sides together. */
  readonly certificates: number;
  /** The handshake is finished, and the client closes the connection with the last three packets. */
  readonly ends: boolean;
}

/** FIN, FIN, ACK. */
const closing = 3;

/** @param trace one IPv4 conversation over Ethernet, which the client begins */
export function templateOf(trace: Trace, certificates: number, ends: boolean): Template {
  if (trace.linkType !== linkType.ethernet) throw new RangeError('Ethernet only');
  const first = trace.packets[0];
  const client = get32(first?.bytes as Uint8Array, ethernetLength + 12);
  const packets = trace.packets.map(({ bytes, time }): TemplatePacket => {
    const payload = tcpOffset + ((bytes[tcpOffset + 12] as number) >> 4) * 4;
    return {
      frame: bytes,
      after: Math.round((time - (first?.time as number)) * 1000),
      fromClient: get32(bytes, ethernetLength + 12) === client,
      payload,
      sack: sackOffsets(bytes, tcpOffset + 20, payload),
      random: isHello(bytes, payload) ? payload + 11 : -1,
    };
  });
  return { packets, certificates, ends };
}

export class Replay implements Actor {
  time: number;
  readonly #start: number;
  readonly #template: Template;
  readonly #flow: Flow;
  readonly #random: () => number;
  /** Added to the numbers of the template, modulo 2^32. */
  readonly #clientShift: number;
  readonly #serverShift: number;
  /** Packets of application data instead of the FINs. */
  readonly #transfer: number;
  #bulk: Bulk | null = null;
  #id: number;
  #next = 0;

  constructor(template: Template, flow: Flow, start: number, random: () => number, transfer = 0) {
    this.time = start;
    this.#transfer = template.ends ? transfer : 0;
    this.#start = start;
    this.#template = template;
    this.#flow = flow;
    this.#random = random;
    this.#clientShift = Math.floor(random() * 2 ** 32);
    this.#serverShift = Math.floor(random() * 2 ** 32);
    this.#id = Math.floor(random() * 2 ** 16);
  }

  get needed(): boolean {
    return this.#bulk === null;
  }

  send(output: Output): boolean {
    if (this.#bulk !== null) {
      const more = this.#bulk.send(output);
      this.time = this.#bulk.time;
      return more;
    }
    const { packets } = this.#template;
    this.#write(output, packets[this.#next++] as TemplatePacket);
    const following = packets[this.#next];
    if (following === undefined) return false;
    this.time = this.#start + following.after;
    if (this.#transfer > 0 && this.#next === packets.length - closing) this.#bulk = this.#transferAfter(following);
    return true;
  }

  /** @param fin the client's, which tells where both streams stand */
  #transferAfter({ frame }: TemplatePacket): Bulk {
    const client = get32(frame, tcpOffset + 4) + this.#clientShift;
    const server = get32(frame, tcpOffset + 8) + this.#serverShift;
    const connection = new Connection(this.#flow, [client >>> 0, server >>> 0], true);
    return new Bulk(connection, this.time, this.#transfer, this.#id % 2 === 0 ? 1454 : 1500, 1500, this.#id);
  }

  #write(output: Output, { frame, fromClient, payload, sack, random }: TemplatePacket): void {
    const { client, server, clientPort, serverPort } = this.#flow;
    const { bytes } = output;
    const at = output.begin(this.time, frame.length);
    bytes.set(frame, at);
    const ip = at + ethernetLength;
    const tcp = at + tcpOffset;
    const end = at + frame.length;
    this.#id = (this.#id + 1) & 0xffff;
    finishIp(bytes, ip, end - ip, this.#id, fromClient ? client : server, fromClient ? server : client);
    put16(bytes, tcp, fromClient ? clientPort : serverPort);
    put16(bytes, tcp + 2, fromClient ? serverPort : clientPort);
    const [own, other] = fromClient ? [this.#clientShift, this.#serverShift] : [this.#serverShift, this.#clientShift];
    put32(bytes, tcp + 4, get32(frame, tcpOffset + 4) + own);
    if ((frame[tcpOffset + 13] as number) & 0x10) put32(bytes, tcp + 8, get32(frame, tcpOffset + 8) + other);
    for (const offset of sack) put32(bytes, at + offset, get32(frame, offset) + other);
    if (random >= 0) for (let i = 0; i < 32; i++) bytes[at + random + i] = Math.floor(this.#random() * 256);
    finishTransport(bytes, tcp, 6, 16, at + payload, wordSum(bytes, at + payload, end), end);
    output.end(end);
  }
}

function sackOffsets(bytes: Uint8Array, start: number, end: number): number[] {
  for (let at = start; at < end; ) {
    const kind = bytes[at] as number;
    const length = kind <= 1 ? 1 : (bytes[at + 1] as number);
    if (kind === 5) return Array.from({ length: (length - 2) / 4 }, (_, i) => at + 2 + 4 * i);
    at += length;
  }
  return [];
}

/** A handshake record that begins with ClientHello or ServerHello. */
function isHello(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 22 && ((bytes[at + 5] as number) === 1 || (bytes[at + 5] as number) === 2);
}
