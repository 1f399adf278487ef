/** What stands before the network layer, by link type (LINKTYPE_ values of the tcpdump group). */

import { u16, u32 } from '../bytes.ts';
import { ethernet, ppp, skip, snap } from './ethernet.ts';
import { byEtherType, headerCut, type Layer, layer, notIp, stop, type Walk } from './walk.ts';

/** The first layer of a packet of `walk.linkType`, `walk.at` moved behind headers that are peculiar to captures. */
export function enter(walk: Walk): Layer {
  switch (walk.linkType) {
    case 1:
      return ethernet(walk);
    case 0: // BSD loopback: address family in the byte order of the capturing host,
    case 108: // or of the network
      return loopback(walk);
    case 12: // raw IP, as the BSDs number it
    case 14:
    case 101:
      return layer.ip;
    case 228:
      return layer.ip4;
    case 229:
      return layer.ip6;
    case 9:
    case 50:
      return serial(walk);
    case 51:
      return layer.pppoe;
    case 204: // PPP after a byte with the direction
      return skip(walk, 1, layer.ppp);
    case 104:
      return layer.hdlc;
    case 107:
      return layer.frameRelay;
    case 113:
      return cooked(walk, 16, 14);
    case 276:
      return cooked(walk, 20, 0);
    case 105:
      return layer.wlan;
    case 127:
      return radiotap(walk);
    case 119:
      return prism(walk);
    case 163:
      return skip(walk, word(walk, 4), layer.wlan);
    case 192:
      return perPacketInformation(walk);
    case 239:
      return netfilterLog(walk);
    case 109: // OpenBSD encapsulated IP: family, SPI, flags
      return skip(walk, 12, layer.ip);
    case 117: // OpenBSD packet filter log: its length first
      return walk.end > walk.at ? skip(walk, (walk.bytes[walk.at]! + 3) & ~3, layer.ip) : stop(walk, headerCut);
    case 8: // SLIP after direction and compressed header
      return skip(walk, 16, layer.ip);
    case 10: // FDDI
      return skip(walk, 13, layer.llc);
    case 6:
      return tokenRing(walk);
    case 100: // RFC 2684 on ATM
      return layer.llc;
    case 123: // SunATM
      return skip(walk, 4, layer.llc);
    case 242: // IP over InfiniBand after a global routing header
      return typed(walk, 44, 40);
    case 138: // IP over IEEE 1394
      return typed(walk, 18, 16);
    case 274: // mPacket: preamble
      return skip(walk, 8, layer.ethernet);
    case 258:
      return packetTap(walk);
    default:
      return stop(walk, `link-type-${walk.linkType}`);
  }
}

/** Big-endian; 2 ** 31 (more than any packet) where the packet is too short. */
function word({ bytes, at, end }: Walk, offset: number): number {
  const i = at + offset;
  if (end - i < 4) return 2 ** 31;
  return u32(bytes, i);
}

function wordLittle({ bytes, at, end }: Walk, offset: number): number {
  const i = at + offset;
  if (end - i < 4) return 2 ** 31;
  return bytes[i + 3]! * 0x1000000 + ((bytes[i + 2]! << 16) | (bytes[i + 1]! << 8) | bytes[i]!);
}

/** A header of `length` bytes with an EtherType at `offset`. */
function typed(walk: Walk, length: number, offset: number): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < length) return stop(walk, headerCut);
  walk.at = at + length;
  return byEtherType(walk, u16(bytes, at + offset));
}

/** Linux cooked captures: an EtherType, or a number below 1536 of Linux' own, of which 4 is LLC. */
function cooked(walk: Walk, length: number, offset: number): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < length) return stop(walk, headerCut);
  const type = u16(bytes, at + offset);
  walk.at = at + length;
  return type === 4 ? layer.llc : byEtherType(walk, type);
}

function loopback(walk: Walk): Layer {
  const big = word(walk, 0);
  const family = big > 0xffff ? wordLittle(walk, 0) : big;
  walk.at += 4;
  switch (family) {
    case 2:
      return layer.ip4;
    case 10: // AF_INET6 of Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS
    case 23:
    case 24:
    case 28:
    case 30:
      return layer.ip6;
    default:
      // Some write an EtherType into the last two bytes.
      return family > 0xffff && walk.at <= walk.end ? byEtherType(walk, big & 0xffff) : stop(walk, notIp);
  }
}

/** PPP in HDLC-like framing; Cisco's HDLC has address 0x0f or 0x8f instead. */
function serial(walk: Walk): Layer {
  const first = walk.end > walk.at ? walk.bytes[walk.at]! : 0;
  return first === 0x0f || first === 0x8f ? layer.hdlc : layer.ppp;
}

/** Cisco HDLC: address, control, EtherType. PPP (RFC 1662) has 0xff there. */
export function hdlc(walk: Walk): Layer {
  return walk.end > walk.at && walk.bytes[walk.at] === 0xff ? ppp(walk) : typed(walk, 4, 2);
}

/** RFC 2427: Q.922 address of two to four bytes, UI, NLPID; or Cisco's: an EtherType right after the address. */
export function frameRelay(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  let i = at;
  while (i < end && i - at < 4 && (bytes[i]! & 1) === 0) i++;
  i++;
  if (end - i < 3) return stop(walk, headerCut);
  walk.at = i;
  if (bytes[i] !== 3) return typed(walk, 2, 0);
  if (bytes[i + 1] === 0) i++; // padding
  const protocol = bytes[i + 1]!;
  walk.at = i + 2;
  if (protocol === 0xcc) return layer.ip4;
  if (protocol === 0x8e) return layer.ip6;
  if (protocol === 0xcf) return layer.ppp;
  return protocol === 0x80 ? snap(walk) : stop(walk, notIp);
}

function tokenRing(walk: Walk): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 16) return stop(walk, headerCut);
  const routing = (bytes[at + 8]! & 0x80) !== 0 ? bytes[at + 14]! & 0x1f : 0;
  return skip(walk, 14 + routing, layer.llc);
}

/** Radiotap: version 0, length; the flags tell whether the header behind it is padded to a multiple of 4. */
function radiotap(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  if (end - at < 8) return stop(walk, headerCut);
  const length = bytes[at + 2]! | (bytes[at + 3]! << 8);
  let field = 4;
  while (field + 4 <= length && at + field + 4 <= end && (bytes[at + field + 3]! & 0x80) !== 0) field += 4;
  field += 4;
  const present = bytes[at + 4]!;
  if ((present & 1) !== 0) field = ((field + 7) & ~7) + 8; // time, aligned
  const padded = (present & 2) !== 0 && field < length && at + field < end && (bytes[at + field]! & 0x20) !== 0;
  const next = skip(walk, length, layer.wlan);
  return next === layer.wlan ? wlan(walk, padded) : next;
}

/** Either AVS (its magic number first) or Prism, which tells its length in the byte order of the capturing host. */
function prism(walk: Walk): Layer {
  if (word(walk, 0) >>> 4 === 0x8021100) return skip(walk, word(walk, 4), layer.wlan);
  const little = wordLittle(walk, 4);
  return skip(walk, little < 0x10000 ? little : word(walk, 4), layer.wlan);
}

function perPacketInformation(walk: Walk): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 8) return stop(walk, headerCut);
  walk.linkType = wordLittle(walk, 4);
  return skip(walk, bytes[at + 2]! | (bytes[at + 3]! << 8), layer.link);
}

/** Apple's PKTAP: length, type of record, link type of what follows. */
function packetTap(walk: Walk): Layer {
  const length = wordLittle(walk, 0);
  walk.linkType = wordLittle(walk, 8);
  return length < 12 ? stop(walk, headerCut) : skip(walk, length, layer.link);
}

const maxLogFields = 64;

/** Netfilter log: fields with a length and a type in the byte order of the capturing host, padded to 4 bytes; type 9 is the packet. */
function netfilterLog(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  let i = at + 4;
  for (let fields = 0; fields < maxLogFields && end - i >= 4; fields++) {
    const little = bytes[i + 3] === 0;
    const length = little ? bytes[i]! | (bytes[i + 1]! << 8) : u16(bytes, i);
    const type = little ? bytes[i + 2]! : bytes[i + 3]!;
    if (length < 4) break;
    if (type === 9) {
      walk.wire = Math.min(walk.wire, i + length);
      walk.end = Math.min(end, i + length);
      walk.at = i + 4;
      return layer.ip;
    }
    i += (length + 3) & ~3;
  }
  return stop(walk, headerCut);
}

/** IEEE 802.11 data frames. @param padded header filled up to a multiple of 4 bytes */
export function wlan(walk: Walk, padded: boolean): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 24) return stop(walk, headerCut);
  // A piece of a frame: a later one has no LLC, and the first not the whole datagram.
  if ((bytes[at + 1]! & 0x04) !== 0 || (bytes[at + 22]! & 0x0f) !== 0) return stop(walk, 'wlan-fragment');
  return wlanBody(walk, bytes[at]!, bytes[at + 1]!, padded);
}

/** @param kind and `flags`: the two bytes of the frame control */
export function wlanBody(walk: Walk, kind: number, flags: number, padded: boolean): Layer {
  const { bytes, at } = walk;
  // Data (type 2) with a body (the third bit of the subtype is for those without).
  if ((kind & 0x4f) !== 0x08) return stop(walk, notIp);
  if ((flags & 0x40) !== 0) return stop(walk, 'wlan-encrypted');
  let length = (flags & 3) === 3 ? 30 : 24;
  if ((kind & 0x80) !== 0) {
    if (walk.end - at < length + 2) return stop(walk, headerCut);
    if ((bytes[at + length]! & 0x80) !== 0) return stop(walk, 'wlan-aggregate');
    length += (flags & 0x80) !== 0 ? 6 : 2;
  }
  return skip(walk, padded ? (length + 3) & ~3 : length, layer.llc);
}
