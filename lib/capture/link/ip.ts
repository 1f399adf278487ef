/** IPv4 (RFC 791) and IPv6 (RFC 8200) headers into the datagram. Checksums are not looked at: offloading leaves them wrong. */

import { u16, u32 } from '../bytes.ts';
import type { Datagram } from '../datagram.ts';
import { headerCut, type Layer, layer, stop, type Walk } from './walk.ts';

/** Where a datagram stands among the fragments of a larger one; filled by `ip4` and `ip6`, read by the reassembly. */
export class FragmentPlace {
  /** True when the datagram is a fragment. */
  is = false;
  id = 0;
  offset = 0;
  /** False for the last one. */
  more = false;
}

/** Returned in place of a protocol number. */
export const malformed = -1;

const ipMalformed = 'ip-malformed';

/** Reads an IPv4 header at `walk.at` into `walk.datagram`. Returns the protocol above it, or `malformed`. */
export function ip4(walk: Walk, place: FragmentPlace): number {
  const { bytes, at, end, datagram: d } = walk;
  if (end - at < 20) return refuse(walk, headerCut);
  const first = bytes[at]!;
  const headerLength = (first & 15) << 2;
  const total = u16(bytes, at + 2);
  if (first >> 4 !== 4 || headerLength < 20) return refuse(walk, ipMalformed);
  if (at + headerLength > end) return refuse(walk, headerCut);
  // 0 is what a capture on the sending host shows of a segment that the network card will cut up.
  const announced = Math.min(total === 0 ? walk.wire : at + total, walk.limit);
  if (announced < at + headerLength) return refuse(walk, ipMalformed);
  if (walk.strict && (total === 0 || announced > walk.wire)) return refuse(walk, ipMalformed);
  const flags = u16(bytes, at + 6);
  fill4(d, bytes, at);
  const protocol = bytes[at + 9]!;
  place.is = (flags & 0x3fff) !== 0;
  if (place.is) {
    place.id = d.id;
    place.offset = (flags & 0x1fff) << 3;
    place.more = (flags & 0x2000) !== 0;
  }
  return settle(walk, protocol, at + headerLength, announced);
}

/** What a header tells of the datagram itself. */
function fill4(d: Datagram, bytes: Uint8Array, at: number): void {
  d.bytes = bytes;
  d.version = 4;
  d.source0 = 0;
  d.source1 = 0;
  d.source2 = 0xffff;
  d.source3 = u32(bytes, at + 12);
  d.destination0 = 0;
  d.destination1 = 0;
  d.destination2 = 0xffff;
  d.destination3 = u32(bytes, at + 16);
  d.ttl = bytes[at + 8]!;
  d.id = u16(bytes, at + 4);
  d.dontFragment = (bytes[at + 6]! & 0x40) !== 0;
  d.header = at;
}

/** True for a whole TCP segment in IPv4 without options in untagged Ethernet; `d` is filled then, as by the long way. */
export function plainTcp(bytes: Uint8Array, start: number, end: number, d: Datagram): boolean {
  const at = start + 14;
  if (end - at < 20 || bytes[at - 2] !== 8 || bytes[at - 1] !== 0 || bytes[at] !== 0x45 || bytes[at + 9] !== 6)
    return false;
  const total = u16(bytes, at + 2);
  if (total < 20 || ((bytes[at + 6]! & 0x3f) | bytes[at + 7]!) !== 0) return false;
  fill4(d, bytes, at);
  const announced = at + total;
  d.protocol = 6;
  d.payload = at + 20;
  d.end = announced < end ? announced : end;
  d.missing = announced - d.end;
  d.fragments = 0;
  return true;
}

/** Reads an IPv6 header likewise; extension headers come next. */
export function ip6(walk: Walk, place: FragmentPlace): number {
  const { bytes, at, end, datagram: d } = walk;
  if (end - at < 40) return refuse(walk, headerCut);
  if (bytes[at]! >> 4 !== 6) return refuse(walk, ipMalformed);
  const length = u16(bytes, at + 4);
  // 0: a jumbogram (RFC 2675), or a segment that the network card will cut up.
  const announced = Math.min(length === 0 ? walk.wire : at + 40 + length, walk.limit);
  if (walk.strict && (length === 0 || announced > walk.wire)) return refuse(walk, ipMalformed);
  d.bytes = bytes;
  d.version = 6;
  d.source0 = u32(bytes, at + 8);
  d.source1 = u32(bytes, at + 12);
  d.source2 = u32(bytes, at + 16);
  d.source3 = u32(bytes, at + 20);
  d.destination0 = u32(bytes, at + 24);
  d.destination1 = u32(bytes, at + 28);
  d.destination2 = u32(bytes, at + 32);
  d.destination3 = u32(bytes, at + 36);
  d.ttl = bytes[at + 7]!;
  d.id = -1;
  d.dontFragment = false;
  d.header = at;
  place.is = false;
  return settle(walk, bytes[at + 6]!, at + 40, announced);
}

/** Narrows the walk to the payload, and tells the datagram. */
function settle(walk: Walk, protocol: number, payload: number, announced: number): number {
  const d = walk.datagram;
  const end = announced < walk.end ? announced : walk.end;
  d.protocol = protocol;
  d.payload = payload;
  d.end = end;
  d.missing = announced - end;
  d.fragments = 0;
  walk.at = payload;
  walk.end = end;
  walk.wire = announced;
  walk.found = true;
  return protocol;
}

/** What was found before, an outer datagram, stays. */
function refuse(walk: Walk, reason: string): number {
  walk.reason = reason;
  return malformed;
}

const maxExtensionHeaders = 16;

/**
 * Steps over IPv6 extension headers and the authentication header (of both versions), up to the protocol above them or a
 * fragment header, which fills `place`. The datagram is not to be used when the result is `malformed`.
 */
export function extensionHeaders(walk: Walk, first: number, place: FragmentPlace): number {
  const { bytes, end, datagram: d } = walk;
  let protocol = first;
  let { at } = walk;
  for (let headers = 0; isExtension(protocol, d.version); headers++) {
    if (end - at < 8) return abandon(walk, headerCut);
    if (headers === maxExtensionHeaders) return abandon(walk, 'ip-extension-headers');
    const next = bytes[at]!;
    if (protocol === 44) {
      const field = u16(bytes, at + 2);
      place.offset = field & 0xfff8;
      place.more = (field & 1) !== 0;
      place.is = field > 7 || place.more; // neither: an atomic fragment (RFC 6946), whole as it is
      place.id = u32(bytes, at + 4);
      at += 8;
    } else {
      at += protocol === 51 ? (bytes[at + 1]! + 2) << 2 : (bytes[at + 1]! + 1) << 3;
    }
    if (at > end) return abandon(walk, headerCut);
    protocol = next;
    if (place.is) break;
  }
  d.protocol = protocol;
  d.payload = at;
  walk.at = at;
  return protocol;
}

function abandon(walk: Walk, reason: string): number {
  walk.found = false;
  walk.reason = reason;
  return malformed;
}

/** Hop-by-hop, routing, fragment, destination options, mobility, HIP, shim6 (RFC 7045); authentication also in IPv4. */
function isExtension(protocol: number, version: number): boolean {
  if (protocol === 51) return true;
  if (version === 4) return false;
  return (
    protocol === 0 ||
    protocol === 43 ||
    protocol === 44 ||
    protocol === 60 ||
    protocol === 135 ||
    protocol === 139 ||
    protocol === 140
  );
}

/** The layer of a protocol number, where it is a tunnel. */
export function byProtocol(walk: Walk, protocol: number): Layer {
  switch (protocol) {
    case 6:
      return layer.none;
    case 17:
      return layer.udp;
    case 4: // RFC 2003
    case 41: // RFC 4213
    case 94:
      return layer.ip;
    case 47:
      return layer.gre;
    case 97: // RFC 3378
      return layer.etherIp;
    case 137: // RFC 4023
      return layer.mpls;
    default:
      return walk.found ? layer.none : stop(walk, ipMalformed);
  }
}
