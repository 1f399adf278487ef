/** DTLS on UDP, and TLS in OpenVPN on UDP: found by content at the start of a datagram, followed by its addresses and ports. */

import type { Endpoint } from '../../evidence/index.ts';
import { unknownPath } from '../../evidence/index.ts';
import { contentType, isDtlsUnifiedHeader } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { mostOpenVpn } from '../carriers/openvpn-channel.ts';
import { helloHmac, opcodeOf, openVpnOpcode } from '../carriers/openvpn-packet.ts';
import { OpenVpnReader } from '../carriers/openvpn-reader.ts';
import type { Datagram } from '../datagram.ts';
import type { Addresses } from '../flow/index.ts';
import { addressText } from '../link/address.ts';
import type { IcmpError } from '../link/icmp.ts';
import { mayBeTunnel } from '../link/tunnels.ts';
import type { FragmentCounts } from '../path/fragment-counts.ts';
import { type PacketIcmp, packetIcmp, withoutPacket } from '../path/icmp-evidence.ts';
import type { TlsContext } from '../tls/context.ts';
import { DtlsReader, looksLikeDtls } from '../tls/dtls.ts';
import { type Opened, OpenOrder } from './open-order.ts';
import { conversationId, type Outlet } from './outlet.ts';

interface Open extends Opened {
  readonly id: string;
  readonly key: number;
  /** Words of both addresses, then both ports; the sender of the first datagram comes first. */
  readonly words: Uint32Array;
  readonly reader: DtlsReader | OpenVpnReader;
  readonly firstPacket: number;
  readonly firstTime: number;
  lastPacket: number;
  lastTime: number;
  readonly packets: [number, number];
  readonly bytes: [number, number];
  /** It sent something, DTLS or not, as answers of STUN: the host and its port are there. */
  readonly heard: [boolean, boolean];
  snapped: boolean;
  readonly icmp: PacketIcmp[];
}

const udp = 17;
const udpHeader = 8;
const capwapDtls = 1;
const capwapPreamble = 4;
const maxIcmp = 20;

export class UdpConversations {
  readonly #context: TlsContext;
  readonly #outlet: Outlet;
  readonly #fragments: FragmentCounts;
  /** By hash; a Set keeps them in the order they were recognised. */
  readonly #byKey = new Map<number, Open[]>();
  readonly #order = new OpenOrder<Open>();
  #ending: Iterator<Open> | null = null;
  readonly #words = new Uint32Array(10);
  /** Open ones of OpenVPN. */
  #openVpn = 0;
  /** Open ones of which a side said nothing so far: whatever it says counts. */
  #unheard = 0;

  constructor(context: TlsContext, outlet: Outlet, fragments: FragmentCounts) {
    this.#context = context;
    this.#outlet = outlet;
    this.#fragments = fragments;
  }

  /** True for a UDP datagram (header at `at`) that is no tunnel, and that `datagram` would not look into. */
  ignores(bytes: Uint8Array, at: number, end: number): boolean {
    const start = at + udpHeader;
    if (start > end || mayBeTunnel(u16(bytes, at)) || mayBeTunnel(u16(bytes, at + 2))) return false;
    if (start === end) return true;
    if (this.#order.size > 0 && (this.#unheard > 0 || isDtlsUnifiedHeader(bytes[start] as number))) return false;
    if (helloHmac(bytes, start, end) !== null) return false;
    return !looksLikeDtls(bytes, bytes[start] === capwapDtls ? start + capwapPreamble : start, end);
  }

  datagram(d: Datagram): void {
    const { bytes } = d;
    let start = d.payload + udpHeader;
    if (start >= d.end) return;
    // CAPWAP puts a preamble of four bytes, of which the first says so, in front of DTLS (RFC 5415 §4.2).
    if (bytes[start] === capwapDtls && looksLikeDtls(bytes, start + capwapPreamble, d.end)) start += capwapPreamble;
    const first = bytes[start] as number;
    // Encrypted records of DTLS 1.3, and control packets of OpenVPN, are known by what came before them alone.
    const goesOn = this.#order.size > 0 && isDtlsUnifiedHeader(first);
    const isDtls = goesOn || looksLikeDtls(bytes, start, d.end);
    const hmac = helloHmac(bytes, start, d.end);
    if (!isDtls && hmac === null && this.#unheard === 0) return;
    const words = this.#words;
    fill(words, d, u16(bytes, d.payload), u16(bytes, d.payload + 2));
    let open = this.#find(words) ?? null;
    if (hmac !== null) open = this.#openVpnOf(open, hmac, first, words);
    // Only a handshake begins a conversation: other records prove too little, and tell nothing.
    else if (open === null && isDtls && first === contentType.handshake)
      open = this.#recognise(new DtlsReader(this.#context), words);
    if (open === null) return;
    const { packet } = this.#context;
    const direction = sameWay(open.words, words) ? 0 : 1;
    const isIts = open.reader instanceof DtlsReader ? isDtls : opcodeOf(first) === openVpnOpcode.control;
    if (!isIts) return this.#hear(open, direction);
    open.lastPacket = packet.number;
    open.lastTime = packet.time;
    if (open.packets[direction]++ === 0) this.#hear(open, direction);
    open.bytes[direction] += d.end - start;
    if (d.missing > 0) open.snapped = true;
    open.reader.datagram(direction, bytes, start, d.end);
  }

  #hear(open: Open, direction: 0 | 1): void {
    if (isHeard(open)) return;
    open.heard[direction] = true;
    if (isHeard(open)) this.#unheard--;
  }

  /** An ICMP error that quotes a UDP datagram. */
  icmp(error: IcmpError, from: string): void {
    const words = this.#words;
    fill(words, error, error.sourcePort, error.destinationPort);
    const open = this.#find(words);
    if (open === undefined) return;
    if (open.icmp.length >= maxIcmp) return this.#context.counters.drop('icmp-not-listed');
    open.icmp.push(packetIcmp(error, this.#context.packet.number, from));
  }

  /** The capture is over. @param most conversations that are finished now @returns true when none is left */
  finish(most: number): boolean {
    this.#ending ??= this.#order[Symbol.iterator]();
    for (let i = 0; i < most; i++) {
      const { done, value } = this.#ending.next();
      if (done === true) return true;
      this.#end(value);
    }
    return false;
  }

  #find(words: Uint32Array): Open | undefined {
    const bucket = this.#byKey.get(hashOf(words));
    return bucket?.find((open) => sameWay(open.words, words) || otherWay(open.words, words));
  }

  /** What a ClientHello in OpenVPN belongs to: under another key it begins another conversation. */
  #openVpnOf(known: Open | null, hmac: number, first: number, words: Uint32Array): Open | null {
    if (known !== null && (known.reader instanceof DtlsReader || known.reader.isOf(first))) return known;
    if (known !== null) this.#end(known);
    else if (this.#openVpn >= mostOpenVpn) {
      this.#context.counters.drop('openvpn-not-followed');
      return null;
    }
    this.#openVpn++;
    return this.#recognise(new OpenVpnReader(this.#context, hmac, first), words);
  }

  #recognise(reader: Open['reader'], words: Uint32Array): Open {
    const { packet, limits, counters } = this.#context;
    if (this.#order.size >= limits.openConversations) {
      const given = this.#order.dispensable(({ reader }) => reader.handshakeOver);
      if (given !== undefined) {
        counters.drop('conversation-finished-early');
        this.#end(given);
      }
    }
    const key = hashOf(words);
    const open: Open = {
      over: false,
      id: conversationId(this.#outlet.nextNumber()),
      key,
      words: words.slice(),
      reader,
      firstPacket: packet.number,
      firstTime: packet.time,
      lastPacket: packet.number,
      lastTime: packet.time,
      packets: [0, 0],
      bytes: [0, 0],
      heard: [false, false],
      snapped: false,
      icmp: [],
    };
    this.#order.add(open);
    this.#unheard++;
    const bucket = this.#byKey.get(key);
    if (bucket === undefined) this.#byKey.set(key, [open]);
    else bucket.push(open);
    return open;
  }

  #end(open: Open): void {
    const { id, key, reader, packets, bytes, icmp } = open;
    this.#order.finished(open);
    if (!isHeard(open)) this.#unheard--;
    if (reader instanceof OpenVpnReader) this.#openVpn--;
    const rest = (this.#byKey.get(key) ?? []).filter((other) => other !== open);
    if (rest.length > 0) this.#byKey.set(key, rest);
    else this.#byKey.delete(key);
    reader.end();
    const client: 0 | 1 = reader.client ?? 0;
    const server = client === 0 ? 1 : 0;
    const ends = [endpointAt(open.words, 0), endpointAt(open.words, 1)] as const;
    const errors = icmp.map(withoutPacket);
    const mtus = errors.flatMap(({ mtu }) => mtu ?? []);
    const stream = (direction: 0 | 1) => ({
      bytes: bytes[direction],
      acked: null,
      retransmitted: null,
      tailSacked: null,
    });
    this.#outlet.publish({
      id,
      tls: reader.facts,
      transport: {
        protocol: 'udp',
        carrier: reader instanceof OpenVpnReader ? 'openvpn' : null,
        client: ends[client],
        server: ends[server],
        firstPacket: open.firstPacket,
        lastPacket: open.lastPacket,
        firstTime: open.firstTime,
        lastTime: open.lastTime,
        upTime: open.firstTime,
        connect: open.heard[server] ? 'ok' : 'unseen',
        oneSided: packets[server] === 0 || packets[client] === 0,
        snapped: open.snapped,
        captureLost: false,
        sent: stream(client),
        inbound: stream(server),
        retransmissions: reader.retransmissions[0] + reader.retransmissions[1],
        missing: { client: 0, server: 0 },
        missingInbound: null,
        endedBy: null,
        unseen: { client: 0, server: 0 },
        afterFin: 0,
        path: { ...unknownPath, pathMtu: mtus.length === 0 ? null : Math.min(...mtus), icmp: errors },
      },
      icmp,
      fragments: this.#fragments.of(udp, ends[0], ends[1]),
    });
  }
}

function fill(words: Uint32Array, from: Addresses, sourcePort: number, destinationPort: number): void {
  words[0] = from.source0;
  words[1] = from.source1;
  words[2] = from.source2;
  words[3] = from.source3;
  words[4] = from.destination0;
  words[5] = from.destination1;
  words[6] = from.destination2;
  words[7] = from.destination3;
  words[8] = sourcePort;
  words[9] = destinationPort;
}

/** The same for both directions. */
function hashOf(words: Uint32Array): number {
  const a = endpointHash(words, 0, words[8] as number);
  const b = endpointHash(words, 4, words[9] as number);
  return (a + b) ^ Math.imul(a ^ b, 0x85ebca6b);
}

/** A capture cannot be made to put all conversations in one place; results do not depend on it. */
const seed = (Math.random() * 2 ** 32) | 0;

function endpointHash(words: Uint32Array, first: number, port: number): number {
  let hash = port ^ seed;
  for (let i = first; i < first + 4; i++) {
    hash = Math.imul(hash ^ (words[i] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function sameWay(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < 10; i++) if (a[i] !== b[i]) return false;
  return true;
}

function otherWay(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < 8; i++) if (a[i] !== b[(i + 4) % 8]) return false;
  return a[8] === b[9] && a[9] === b[8];
}

function endpointAt(words: Uint32Array, which: 0 | 1): Endpoint {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words.subarray(which * 4, which * 4 + 4);
  return { address: addressText(w0, w1, w2, w3), port: words[8 + which] as number };
}

function isHeard({ heard }: Open): boolean {
  return heard[0] && heard[1];
}
