/** Ethernet and what stands between it and IP: tags, LLC, MPLS, PPPoE, PPP, MACsec. */

import { u16, u24 } from '../bytes.ts';
import { byEtherType, headerCut, type Layer, layer, notIp, stop, type Walk } from './walk.ts';

/** Ethernet II, or IEEE 802.3 with a length (at most 1500). */
export function ethernet(walk: Walk): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 14) return stop(walk, headerCut);
  const type = u16(bytes, at + 12);
  walk.at = at + 14;
  if (type === 0x0800) return layer.ip4;
  return type <= 1500 ? layer.llc : byEtherType(walk, type);
}

/** A tag of `length` bytes whose last two are the EtherType of what follows; IEEE 802.1Q: 4 bytes, RFC 8365 and others likewise. */
export function tag(walk: Walk, length: number): Layer {
  const end = walk.at + length;
  if (end > walk.end) return stop(walk, headerCut);
  const type = u16(walk.bytes, end - 2);
  walk.at = end;
  return type <= 1500 ? layer.llc : byEtherType(walk, type);
}

/** A header of `length` bytes that nothing is read of. */
export function skip(walk: Walk, length: number, next: Layer): Layer {
  walk.at += length;
  return walk.at > walk.end ? stop(walk, headerCut) : next;
}

/** Cisco metadata (EtherType 0x8909): version, number of options of 4 bytes each, options, EtherType. */
export function ciscoMetadata(walk: Walk): Layer {
  return walk.end - walk.at < 8 ? stop(walk, headerCut) : tag(walk, 4 + 4 * walk.bytes[walk.at + 1]!);
}

/** IEEE 802.1AE: only frames that are authenticated but not encrypted can be read on. */
export function macsec(walk: Walk): Layer {
  if (walk.end - walk.at < 8) return stop(walk, headerCut);
  const control = walk.bytes[walk.at]!;
  const encrypted = (control & 0x0c) !== 0;
  const withIdentifier = (control & 0x20) !== 0;
  return encrypted ? stop(walk, 'macsec-encrypted') : tag(walk, withIdentifier ? 16 : 8);
}

/** IEEE 802.2; SNAP (RFC 1042) tells an EtherType. */
export function llc(walk: Walk): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 3) return stop(walk, headerCut);
  const both = u16(bytes, at);
  if (both === 0x0606) return skip(walk, 3, layer.ip4);
  if (both !== 0xaaaa) return stop(walk, notIp);
  walk.at = at + 3;
  return snap(walk);
}

/** Organisation (3 bytes) and its protocol number (2). */
export function snap(walk: Walk): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 5) return stop(walk, headerCut);
  const organisation = u24(bytes, at);
  const type = u16(bytes, at + 3);
  walk.at = at + 5;
  if (organisation === 0 || organisation === 0x0000f8) return byEtherType(walk, type);
  // RFC 2684 §5.2: bridged Ethernet with and without its checksum; RFC 2427 has no padding there.
  if (organisation === 0x0080c2 && (type === 1 || type === 7)) return layer.ethernet;
  return stop(walk, notIp);
}

const maxLabels = 16;

/** RFC 3032; what lies under the last label is not told, so the bytes must: IP, or Ethernet with or without a control word (RFC 4385). */
export function mpls(walk: Walk): Layer {
  const { bytes } = walk;
  for (let labels = 0; ; labels++) {
    if (walk.end - walk.at < 5) return stop(walk, headerCut);
    if (labels === maxLabels) return stop(walk, 'mpls-depth');
    walk.at += 4;
    if ((bytes[walk.at - 2]! & 1) !== 0) break;
  }
  const { at } = walk;
  const version = bytes[at]! >> 4;
  if (version === 4 && looksLikeIp4(walk, at)) return layer.ip4;
  if (version === 6 && looksLikeIp6(walk, at)) return layer.ip6;
  if (version === 0 && looksLikeEthernet(walk, at + 4)) return skip(walk, 4, layer.ethernet);
  return looksLikeEthernet(walk, at) ? layer.ethernet : stop(walk, notIp);
}

function looksLikeIp4({ bytes, end, wire }: Walk, at: number): boolean {
  if (end - at < 20) return false;
  const header = (bytes[at]! & 15) * 4;
  const total = u16(bytes, at + 2);
  return header >= 20 && total >= header && at + total <= wire;
}

function looksLikeIp6({ bytes, end, wire }: Walk, at: number): boolean {
  return end - at >= 40 && at + 40 + u16(bytes, at + 4) <= wire;
}

/** An EtherType that is read here, or a length that the frame has room for. */
export function looksLikeEthernet({ bytes, end, wire }: Walk, at: number): boolean {
  if (end - at < 14) return false;
  const type = u16(bytes, at + 12);
  if (type <= 1500) return at + 14 + type <= wire;
  return type === 0x0800 || type === 0x86dd || type === 0x0806 || type === 0x8100 || type === 0x88a8 || type === 0x8847;
}

/**
 * RFC 2516 §4: version and type 1, code 0 for a session. Its length ends the datagram too: some devices count the padding of a
 * short frame into the length of an ACK, and read so its zeros would stand where data comes next. A payload has at least its
 * protocol number, so 0 tells no length, as in the header of a datagram that is cut up only after it was captured.
 */
export function pppoe(walk: Walk): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 8) return stop(walk, headerCut);
  if (bytes[at] !== 0x11 || bytes[at + 1] !== 0) return stop(walk, notIp);
  const length = u16(bytes, at + 4);
  if (length > 0) walk.limit = at + 6 + length;
  walk.at = at + 6;
  return layer.ppp;
}

/** RFC 1661, RFC 1662: address and control may be left out, and the first byte of the protocol number. */
export function ppp(walk: Walk): Layer {
  const { bytes, end } = walk;
  let { at } = walk;
  if (end - at >= 2 && bytes[at] === 0xff && bytes[at + 1] === 3) at += 2;
  if (end - at < 2) return stop(walk, headerCut);
  let protocol = bytes[at++]!;
  if ((protocol & 1) === 0) protocol = (protocol << 8) | bytes[at++]!;
  walk.at = at;
  switch (protocol) {
    case 0x21:
      return layer.ip4;
    case 0x57:
      return layer.ip6;
    case 0x281:
    case 0x283:
      return layer.mpls;
    case 0x31: // bridging (RFC 3518): flags, MAC type
      return skip(walk, 2, layer.ethernet);
    case 0xfd:
      return stop(walk, 'ppp-compressed');
    default:
      return stop(walk, notIp);
  }
}
