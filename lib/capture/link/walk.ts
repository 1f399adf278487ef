/** The place in a packet that the layers hand on to each other, and the names of those layers. */

import { Datagram } from '../datagram.ts';

/** What can stand at `walk.at`. Numbers, because the loop over them runs for each packet. */
export const layer = {
  /** Nothing that is read further. */
  none: 0,
  ethernet: 1,
  /** IPv4 or IPv6, as the first four bits tell. */
  ip: 2,
  ip4: 3,
  ip6: 4,
  mpls: 5,
  pppoe: 6,
  ppp: 7,
  llc: 8,
  wlan: 9,
  gre: 10,
  udp: 11,
  arp: 12,
  ciscoMetadata: 13,
  macsec: 14,
  vlan: 15,
  hdlc: 16,
  frameRelay: 17,
  /** A packet with a link type of its own, in `walk.linkType`. */
  link: 18,
  /** A tag of 4 bytes, and then Ethernet. */
  providerBackbone: 19,
  /** A tag of 2 bytes, and then Ethernet. */
  fabricPath: 20,
  etherIp: 21,
  vnTag: 22,
} as const;

export type Layer = (typeof layer)[keyof typeof layer];

/** One object for all packets: each layer reads from `at`, moves it behind its header and returns the next layer. */
export class Walk {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** The captured bytes of the enclosing layer end here, */
  end = 0;
  /** and here they ended on the wire. */
  wire = 0;
  /** No datagram goes on behind this, whatever its header says: a layer below that tells its own length ends here. */
  limit = Infinity;
  linkType = 0;
  /** True inside a UDP tunnel, which a port and some bits only suggest: what is in it must be flawless. */
  strict = false;
  /** True once `datagram` holds a datagram of this packet. */
  found = false;
  /** True when what was found is a fragment that waits, or was told otherwise: nothing to hand on. */
  taken = false;
  /** Why nothing was found. */
  reason = '';
  time = 0;
  readonly datagram: Datagram = new Datagram();
}

/** Ends the walk. What was found up to here stands; if nothing was, `reason` is counted. */
export function stop(walk: Walk, reason: string): Layer {
  walk.reason = reason;
  return layer.none;
}

/** The frame ends within a header: damage, or snapped. */
export const headerCut = 'header-cut';
/** Another protocol than IP. */
export const notIp = 'not-ip';

/** The layer of an EtherType; `at` is already behind it. */
export function byEtherType(walk: Walk, type: number): Layer {
  switch (type) {
    case 0x0800:
      return layer.ip4;
    case 0x86dd:
      return layer.ip6;
    case 0x8100: // IEEE 802.1Q, and the outer tags: 802.1ad and what came before it
    case 0x88a8:
    case 0x9100:
    case 0x9200:
      return layer.vlan;
    case 0x0806:
      return layer.arp;
    case 0x8847:
    case 0x8848:
      return layer.mpls;
    case 0x8864:
      return layer.pppoe;
    case 0x8909:
      return layer.ciscoMetadata;
    case 0x88e5:
      return layer.macsec;
    case 0x880b:
      return layer.ppp;
    case 0x6558: // transparent Ethernet bridging
      return layer.ethernet;
    case 0x8926:
      return layer.vnTag;
    case 0x88e7:
      return layer.providerBackbone;
    case 0x8903:
      return layer.fabricPath;
    default:
      return stop(walk, notIp);
  }
}
