/** Tunnels over IP: GRE and what it carries, and those over UDP, which must look like one and not only use its port. */

import { u16 } from '../bytes.ts';
import { looksLikeEthernet, ppp, skip } from './ethernet.ts';
import { wlanBody } from './links.ts';
import { byEtherType, headerCut, type Layer, layer, stop, type Walk } from './walk.ts';

/** RFC 2784, RFC 2890; version 1 is that of PPTP (RFC 2637). */
export function gre(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  if (end - at < 4) return stop(walk, headerCut);
  const flags = u16(bytes, at);
  const type = u16(bytes, at + 2);
  const withSequence = (flags & 0x1000) !== 0;
  let length = 4;
  if ((flags & 0xc000) !== 0) length += 4;
  if ((flags & 0x2000) !== 0) length += 4;
  if (withSequence) length += 4;
  if ((flags & 7) === 1) {
    if ((flags & 0x80) !== 0) length += 4;
    return withSequence ? skip(walk, length, layer.ppp) : layer.none;
  }
  // Routing (RFC 1701) has a list behind it that nobody sends any more.
  if ((flags & 0x4007) !== 0) return layer.none;
  walk.at = at + length;
  if (walk.at >= end) return layer.none;
  switch (type) {
    case 0x88be: // ERSPAN: type II has a sequence number and a header, type I neither
      return withSequence ? skip(walk, 8, layer.ethernet) : layer.ethernet;
    case 0x22eb: // ERSPAN type III: the last bit tells of 8 more bytes
      if (end - walk.at < 12) return stop(walk, headerCut);
      return skip(walk, (bytes[walk.at + 11]! & 1) !== 0 ? 20 : 12, layer.ethernet);
    case 0x883e: // WCCP: version 2 has a redirect header
      return bytes[walk.at]! >> 4 === 4 ? layer.ip4 : skip(walk, 4, layer.ip4);
    default:
      return byEtherType(walk, type);
  }
}

/** EtherIP: version 3, and zeros. Cisco's wireless controllers (mobility anchors) say version 4 and use the bits behind it. */
export function etherIp(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  if (end - at < 2) return layer.none;
  const isCisco = bytes[at] === 0x40 && looksLikeEthernet(walk, at + 2);
  if (bytes[at] !== 0x30 && !isCisco) return layer.none;
  return skip(walk, 2, layer.ethernet);
}

/** The tunnel that a UDP datagram is by its port and content; else none, and the datagram stands for itself. */
export function udp(walk: Walk): Layer {
  const { bytes, at } = walk;
  if (walk.end - at < 16) return layer.none;
  const next = byPort(walk, u16(bytes, at + 2));
  return next === layer.none ? byPort(walk, u16(bytes, at)) : next;
}

/** False when a UDP datagram to or from the port is none of the tunnels here, whatever is in it: the ports of `byPort`. */
export function mayBeTunnel(port: number): boolean {
  switch (port) {
    case 4789:
    case 8472:
    case 4790:
    case 6081:
    case 2152:
    case 3544:
    case 1701:
    case 37008:
    case 5247:
      return true;
    default:
      return false;
  }
}

function byPort(walk: Walk, port: number): Layer {
  switch (port) {
    case 4789:
    case 8472: // before the assignment, and Linux' default
      return inside(walk, vxlan(walk));
    case 4790:
      return inside(walk, vxlanGpe(walk));
    case 6081:
      return inside(walk, geneve(walk));
    case 2152:
      return inside(walk, gtpU(walk));
    case 3544:
      return inside(walk, teredo(walk));
    case 1701:
      return inside(walk, l2tp(walk));
    case 37008:
      return inside(walk, tzsp(walk));
    case 5247:
      return inside(walk, capwap(walk));
    default:
      return layer.none;
  }
}

function inside(walk: Walk, next: Layer): Layer {
  walk.strict ||= next !== layer.none;
  return next;
}

const udpHeader = 8;

/** RFC 7348: flag I; of the reserved bits only those of the group policy and generic protocol extensions may be set. */
function vxlan(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  const i = at + udpHeader;
  if (end - i < 22 || (bytes[i]! & 0x7b) !== 0x08 || bytes[i + 7] !== 0) return layer.none;
  return skip(walk, udpHeader + 8, layer.ethernet);
}

/** draft-ietf-nvo3-vxlan-gpe §3: flag I, next protocol. Flag P should be set, but is not by all. */
function vxlanGpe(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  const i = at + udpHeader;
  if (end - i < 22 || (bytes[i]! & 0xf8) !== 0x08 || bytes[i + 7] !== 0) return layer.none;
  const protocol = bytes[i + 3];
  if (protocol === 1) return skip(walk, udpHeader + 8, layer.ip4);
  if (protocol === 2) return skip(walk, udpHeader + 8, layer.ip6);
  return protocol === 3 ? skip(walk, udpHeader + 8, layer.ethernet) : layer.none;
}

/** RFC 8926: version 0, length of options in words, EtherType. */
function geneve(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  const i = at + udpHeader;
  const length = 8 + ((bytes[i]! & 0x3f) << 2);
  if (end - i < length + 14 || bytes[i]! > 0x3f || (bytes[i + 1]! & 0x3f) !== 0 || bytes[i + 7] !== 0)
    return layer.none;
  const type = u16(bytes, i + 2);
  if (type !== 0x6558 && type !== 0x0800 && type !== 0x86dd) return layer.none;
  walk.at = i + length;
  return byEtherType(walk, type);
}

const maxGtpExtensions = 8;

/** 3GPP TS 29.281 §5: version 1, G-PDU (255), its length, and extension headers. */
function gtpU(walk: Walk): Layer {
  const { bytes, at, end, wire } = walk;
  let i = at + udpHeader;
  const flags = bytes[i]!;
  const length = u16(bytes, i + 2);
  if ((flags & 0xf0) !== 0x30 || bytes[i + 1] !== 255 || i + 8 + length > wire) return layer.none;
  i += 8;
  if ((flags & 7) !== 0) {
    i += 4;
    let next = (flags & 4) !== 0 && i <= end ? bytes[i - 1]! : 0;
    for (let extensions = 0; next !== 0 && i < end; extensions++) {
      if (extensions === maxGtpExtensions || bytes[i] === 0) return layer.none;
      i += bytes[i]! << 2;
      next = i <= end ? bytes[i - 1]! : 0;
    }
  }
  if (i >= end) return layer.none;
  walk.at = i;
  return layer.ip;
}

/** RFC 4380 §5.1.1: authentication and origin indication may come before the IPv6 packet, which must fill the datagram. */
function teredo(walk: Walk): Layer {
  const { bytes, at, end, wire } = walk;
  let i = at + udpHeader;
  if (bytes[i] === 0 && bytes[i + 1] === 1) i += 13 + bytes[i + 2]! + bytes[i + 3]!;
  if (end - i >= 8 && bytes[i] === 0 && bytes[i + 1] === 0) i += 8;
  if (end - i < 40 || bytes[i]! >> 4 !== 6) return layer.none;
  if (i + 40 + u16(bytes, i + 4) !== wire) return layer.none;
  walk.at = i;
  return layer.ip6;
}

/** L2TP version 2 (RFC 2661 §3.1): data messages hold PPP. */
function l2tp(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  let i = at + udpHeader;
  const flags = u16(bytes, i);
  if ((flags & 0x800f) !== 2 || (flags & 0x34f0) !== 0) return layer.none;
  i += (flags & 0x4000) !== 0 ? 8 : 6;
  if ((flags & 0x0800) !== 0) i += 4;
  if ((flags & 0x0200) !== 0) {
    if (end - i < 2) return layer.none;
    i += 2 + u16(bytes, i);
  }
  if (end - i < 4) return layer.none;
  walk.at = i;
  return ppp(walk);
}

/** TaZmen Sniffer Protocol: version 1, type, encapsulation, tagged fields. */
function tzsp(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  let i = at + udpHeader;
  const encapsulation = u16(bytes, i + 2);
  if (bytes[i] !== 1 || bytes[i + 1]! > 1) return layer.none;
  i += 4;
  while (i < end && bytes[i] !== 1) i += bytes[i] === 0 || i + 1 >= end ? 1 : 2 + bytes[i + 1]!;
  walk.at = i + 1;
  if (encapsulation === 1) return layer.ethernet;
  return encapsulation === 18 ? layer.wlan : layer.none;
}

/**
 * CAPWAP data (RFC 5415 §4.3): not encrypted, not in fragments; Ethernet, or IEEE 802.11 as the native frame. Cisco's access
 * points swap the two bytes of its frame control.
 */
function capwap(walk: Walk): Layer {
  const { bytes, at, end } = walk;
  const i = at + udpHeader;
  if (bytes[i] !== 0 || (bytes[i + 3]! & 0x8f) !== 0) return layer.none;
  const length = (bytes[i + 1]! >> 3) << 2;
  if (length < 8 || end - i < length + 14) return layer.none;
  const native = (bytes[i + 2]! & 1) !== 0;
  walk.at = i + length;
  if (!native) return layer.ethernet;
  if ((bytes[i + 2]! & 0x3e) !== 2) return layer.none;
  const kind = bytes[walk.at]!;
  const flags = bytes[walk.at + 1]!;
  return (kind & 15) === 8 ? wlanBody(walk, kind, flags, false) : wlanBody(walk, flags, kind, false);
}
