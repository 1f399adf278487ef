/** DTLS on UDP, and TLS in OpenVPN on UDP: found by content at the start of a datagram, followed by its addresses and ports. */

import { unknownPath } from '../../evidence/index.ts';
import { contentType, isDtlsUnifiedHeader } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { mostOpenVpn } from '../carriers/openvpn-channel.ts';
import { helloHmac, opcodeOf, openVpnOpcode } from '../carriers/openvpn-packet.ts';
import { OpenVpnReader } from '../carriers/openvpn-reader.ts';
import type { Datagram } from '../datagram.ts';
import type { IcmpError } from '../link/icmp.ts';
import { mayBeTunnel } from '../link/tunnels.ts';
import type { FragmentCounts } from '../path/fragment-counts.ts';
import { type PacketIcmp, packetIcmp, withoutPacket } from '../path/icmp-evidence.ts';
import type { TlsContext } from '../tls/context.ts';
import { DtlsReader, looksLikeDtls } from '../tls/dtls.ts';
import { goesOn, isNewHello, isOfBefore } from '../tls/dtls-succession.ts';
import { type Opened, OpenOrder } from './open-order.ts';
import { conversationId, type Outlet } from './outlet.ts';
import { endpointAt, fill, hashOf, otherWay, sameWay } from './udp-ends.ts';

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
  /** What the same two had agreed on when this one began, until this one is complete. */
  before: OpenDtls | null;
  /** The client went on with that. */
  wentOnBefore: boolean;
}

interface OpenDtls extends Open {
  readonly reader: DtlsReader;
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
    const mayGoOn = this.#order.size > 0 && isDtlsUnifiedHeader(first);
    const isDtls = mayGoOn || looksLikeDtls(bytes, start, d.end);
    const hmac = helloHmac(bytes, start, d.end);
    if (!isDtls && hmac === null && this.#unheard === 0) return;
    const words = this.#words;
    fill(words, d, u16(bytes, d.payload), u16(bytes, d.payload + 2));
    let open = this.#find(words) ?? null;
    if (hmac !== null) open = this.#openVpnOf(open, hmac, first, words);
    else if (isDtls) open = this.#dtlsOf(open, words, bytes, start, d.end);
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
    if (open.before !== null && open.reader.handshakeOver) {
      if (!open.before.over) this.#end(open.before);
      open.before = null;
    }
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

  /** What a datagram of DTLS belongs to. Only a handshake begins a conversation: other records prove too little, and tell nothing. */
  #dtlsOf(known: Open | null, words: Uint32Array, bytes: Uint8Array, start: number, end: number): Open | null {
    const first = bytes[start] as number;
    if (known === null) {
      return first === contentType.handshake ? this.#recognise(new DtlsReader(this.#context), words) : null;
    }
    if (!isDtlsOpen(known)) return known;
    const { reader, before } = known;
    // A hello that a handshake under way may be about is read by that; a hello that was not answered at all is about nothing.
    const mayBegin = first === contentType.handshake && (reader.isPast || reader.isUnanswered);
    if (mayBegin && isNewHello(reader, before?.reader ?? null, bytes, start, end)) return this.#succeed(known, words);
    if (before === null || before.over) return known;
    const direction = sameWay(known.words, words) ? 0 : 1;
    const directionBefore = sameWay(before.words, words) ? 0 : 1;
    if (!isOfBefore(reader, before.reader, direction, directionBefore, bytes, start, end)) return known;
    // The client is who sent the hello that this one began with.
    if (direction === 0 && goesOn(first)) known.wentOnBefore = true;
    this.#hear(known, direction);
    return before;
  }

  /** A client begins anew; what is in force stays open until it is replaced. */
  #succeed(known: OpenDtls, words: Uint32Array): Open {
    const older = known.before?.over === false ? known.before : null;
    // Of those that came to nothing the last one is kept, for what comes late of it.
    const kept = older?.reader.handshakeOver === true ? older : known;
    known.before = null;
    this.#unlist(known);
    for (const one of [older, known]) if (one !== null && one !== kept) this.#end(one);
    const open = this.#recognise(new DtlsReader(this.#context), words);
    open.before = kept;
    return open;
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
      before: null,
      wentOnBefore: false,
    };
    this.#order.add(open);
    this.#unheard++;
    const bucket = this.#byKey.get(key);
    if (bucket === undefined) this.#byKey.set(key, [open]);
    else bucket.push(open);
    return open;
  }

  /** Datagrams are not looked for in it any more. */
  #unlist(open: Open): void {
    const rest = (this.#byKey.get(open.key) ?? []).filter((other) => other !== open);
    if (rest.length > 0) this.#byKey.set(open.key, rest);
    else this.#byKey.delete(open.key);
  }

  #end(open: Open): void {
    const { id, reader, packets, bytes, icmp } = open;
    this.#order.finished(open);
    if (!isHeard(open)) this.#unheard--;
    if (reader instanceof OpenVpnReader) this.#openVpn--;
    this.#unlist(open);
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
        connect: open.heard[server] || open.wentOnBefore ? 'ok' : 'unseen',
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
        wentOnBefore: open.wentOnBefore,
        path: { ...unknownPath, pathMtu: mtus.length === 0 ? null : Math.min(...mtus), icmp: errors },
      },
      icmp,
      fragments: this.#fragments.of(udp, ends[0], ends[1]),
    });
  }
}

function isDtlsOpen(open: Open): open is OpenDtls {
  return open.reader instanceof DtlsReader;
}

function isHeard({ heard }: Open): boolean {
  return heard[0] && heard[1];
}
