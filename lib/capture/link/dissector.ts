/** From a packet to its innermost IP datagram: link layers, tags, tunnels and fragments. */

import { u16, u32 } from '../bytes.ts';
import type { Counters } from '../counters.ts';
import type { Datagram } from '../datagram.ts';
import type { CaptureLimits } from '../limits.ts';
import type { Packet } from '../packet.ts';
import { ciscoMetadata, ethernet, llc, macsec, mpls, ppp, pppoe, skip, tag } from './ethernet.ts';
import { Reassembly } from './fragments.ts';
import { byProtocol, extensionHeaders, FragmentPlace, ip4, ip6, malformed, plainTcp } from './ip.ts';
import { enter, frameRelay, hdlc, wlan } from './links.ts';
import { etherIp, gre, udp } from './tunnels.ts';
import { headerCut, type Layer, layer, notIp, stop, Walk } from './walk.ts';

export interface DatagramSink {
  /** The innermost datagram of a packet. `d` is reused and valid only during the call. */
  datagram(d: Datagram): void;
  /** ARP for IPv4. @param operation 1 request, 2 reply @param sender and `target`: IPv4 addresses, unsigned 32-bit */
  arp(operation: number, sender: number, target: number): void;
  /**
   * A datagram that never became whole. `d` holds addresses and protocol, and as payload what came of its start (empty when the
   * first fragment is missing). @param fragments how many came
   */
  incomplete(d: Datagram, fragments: number): void;
}

/** Headers of one packet that are read; more is a tower that someone built. */
const maxLayers = 40;
/** Datagrams that came in fragments, one within the other. */
const maxReassemblies = 16;

/**
 * Counts what it gives up: `link-type-N`, `not-ip`, `header-cut`, `ip-malformed`, `ip-extension-headers`, `ip-fragment-malformed`,
 * `ip-fragments-incomplete`, `tunnel-depth`, `mpls-depth`, `macsec-encrypted`, `ppp-compressed`, `wlan-encrypted`,
 * `wlan-fragment`, `wlan-aggregate`.
 */
export class Dissector {
  readonly #sink: DatagramSink;
  readonly #counters: Counters;
  readonly #walk: Walk;
  readonly #place = new FragmentPlace();
  readonly #reassembly: Reassembly;

  constructor(options: { limits: CaptureLimits; counters: Counters; sink: DatagramSink }) {
    const { limits, counters, sink } = options;
    this.#sink = sink;
    this.#counters = counters;
    this.#walk = new Walk();
    this.#reassembly = new Reassembly(limits, counters, (d, fragments) => sink.incomplete(d, fragments));
  }

  /** Calls the sink at most once for the packet, not at all for a fragment that waits for others. Never throws. */
  packet(packet: Packet): void {
    const { bytes, start, end } = packet;
    const walk = this.#walk;
    // Most packets of most captures, and half the time that the way through the layers takes.
    if (packet.linkType === 1 && plainTcp(bytes, start, end, walk.datagram)) {
      this.#sink.datagram(walk.datagram);
      return;
    }
    walk.bytes = bytes;
    walk.at = start;
    walk.end = end;
    walk.wire = Math.max(end, start + packet.length);
    walk.limit = Infinity;
    walk.linkType = packet.linkType;
    walk.time = packet.time;
    walk.strict = false;
    walk.found = false;
    walk.taken = false;
    let next = enter(walk);
    for (let layers = 1; next !== layer.none; layers++) {
      if (layers === maxLayers) {
        walk.found = false;
        walk.reason = 'tunnel-depth';
        break;
      }
      next = this.#read(next);
    }
    if (walk.found) this.#sink.datagram(walk.datagram);
    else if (!walk.taken) this.#counters.drop(walk.reason);
  }

  /** Tells the datagrams that are still incomplete. @param time of the last packet, in milliseconds */
  end(time: number): void {
    this.#reassembly.end(time);
  }

  #read(next: Layer): Layer {
    const walk = this.#walk;
    switch (next) {
      case layer.ip4:
        return this.#above(ip4(walk, this.#place));
      case layer.ip6:
        return this.#above(ip6(walk, this.#place));
      case layer.ip:
        if (walk.at >= walk.end) return stop(walk, headerCut);
        return walk.bytes[walk.at]! >> 4 === 6 ? layer.ip6 : layer.ip4;
      case layer.udp:
        return udp(walk);
      case layer.ethernet:
        return ethernet(walk);
      case layer.vlan:
        return tag(walk, 4);
      case layer.llc:
        return llc(walk);
      case layer.mpls:
        return mpls(walk);
      case layer.pppoe:
        return pppoe(walk);
      case layer.ppp:
        return ppp(walk);
      case layer.gre:
        return gre(walk);
      case layer.arp:
        return this.#arp();
      case layer.wlan:
        return wlan(walk, false);
      case layer.hdlc:
        return hdlc(walk);
      case layer.frameRelay:
        return frameRelay(walk);
      case layer.link:
        return enter(walk);
      case layer.etherIp:
        return etherIp(walk);
      case layer.ciscoMetadata:
        return ciscoMetadata(walk);
      case layer.macsec:
        return macsec(walk);
      case layer.vnTag:
        return tag(walk, 6);
      case layer.providerBackbone:
        return skip(walk, 4, layer.ethernet);
      case layer.fabricPath:
        return skip(walk, 2, layer.ethernet);
      default:
        return layer.none;
    }
  }

  /** What is over an IP header: extension headers, and the fragments that this one completes. */
  #above(first: number): Layer {
    const walk = this.#walk;
    const place = this.#place;
    const d = walk.datagram;
    let protocol = first;
    for (let reassemblies = 0; ; reassemblies++) {
      if (!place.is && protocol !== malformed) protocol = extensionHeaders(walk, protocol, place);
      if (protocol === malformed) return layer.none;
      if (!place.is) return byProtocol(walk, protocol);
      place.is = false;
      if (reassemblies === maxReassemblies || !this.#reassembly.add(d, place, walk.time)) {
        walk.found = false;
        walk.taken = true;
        return layer.none;
      }
      walk.bytes = d.bytes;
      walk.at = 0;
      walk.end = d.end;
      walk.wire = d.end + d.missing;
      walk.limit = Infinity;
      protocol = d.protocol;
    }
  }

  /** RFC 826, for IPv4 over addresses of any length. */
  #arp(): Layer {
    const walk = this.#walk;
    const { bytes, at, end } = walk;
    if (end - at < 8) return stop(walk, headerCut);
    const hardware = bytes[at + 4]!;
    if (bytes[at + 2] !== 8 || bytes[at + 3] !== 0 || bytes[at + 5] !== 4) return stop(walk, notIp);
    if (end - at < 16 + 2 * hardware) return stop(walk, headerCut);
    walk.found = false;
    walk.taken = true;
    const sender = at + 8 + hardware;
    const target = sender + 4 + hardware;
    this.#sink.arp(u16(bytes, at + 6), u32(bytes, sender), u32(bytes, target));
    return layer.none;
  }
}
