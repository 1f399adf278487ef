/** Sentences about the path of a live run, in English. */

import { clampNameOf, type LineName, lineNameOf } from '../facts/mss.ts';
import type { Witness } from '../facts/witness.ts';
import type { PathFault } from '../rules/path-fault.ts';
import { clampTexts } from './capture-en.ts';
import { helloOf, plural } from './words-en.ts';

export const pathEn = {
  /** Which sizes of packets are lost, in one sentence. */
  sizesLost: ({ direction, sizes, pathMtu, fails, passes, icmp }: PathFault): string => {
    const way = direction === 'outbound' ? 'to the server' : 'from the server';
    const said =
      sizes === null
        ? `large packets ${way} are lost (${plural(fails.length, 'connection')}) while smaller ones arrive`
        : `packets of ${pathMtu === null ? 'about ' : ''}${sizes.failing} bytes and more ${way} are lost (${plural(fails.length, 'connection')}), those of up to ${sizes.passing} bytes arrive (${plural(passes.length, 'connection')})`;
    const mtu = pathMtu === null ? '' : `: path MTU ${pathMtu}${lineOf(pathMtu)}`;
    const told =
      icmp === null ? '' : `; ICMP from ${icmp.from}${icmp.mtu === null ? '' : ` (MTU ${icmp.mtu})`} did not help`;
    return `${said}${mtu}${told}`;
  },
  peerMtuLearned: ({ mtu }: { mtu: number }): string =>
    `the server's full packets have ${mtu} bytes, fewer than both ends allow: it has learned the path's MTU, or a router lowers the MSS in our SYN`,
  mtuLearned: ({ mtu, from }: { mtu: number; from: string | null }): string =>
    from === null
      ? `the route has an MTU of ${mtu} bytes${lineOf(mtu)}, less than the interface, and no larger packets are sent`
      : `ICMP from ${from} tells that the path carries ${mtu} bytes in a packet${lineOf(mtu)}`,
  mtuTold: ({ from }: { from: string }): string => `ICMP from ${from} tells of a smaller MTU, not which`,
  synAckMss: ({ local, peer }: { local: number; peer: number }): string => {
    const usual = clampNameOf(peer);
    return `SYN-ACK with MSS ${peer}, where ours had ${local}${usual === null ? '' : ` (usual for ${clampTexts[usual]})`}`;
  },
  noIcmp: ({ oversize }: { oversize: number }): string =>
    `${plural(oversize, 'packet')} too large for the path, sent with Don't Fragment, drew no ICMP message`,
  fragmentsUnanswered: ({ sent, whole }: { sent: number; whole: number }): string =>
    `${plural(sent, 'hello')} sent in IP fragments: no answer; in whole packets: ${plural(whole, 'answer')}`,
  resetOnTheWay: ({ ttl }: { ttl: number }): string =>
    `a hello with TTL ${ttl} expired before the server (ICMP says so) and drew a RST all the same`,
  resetTooNear: ({ ttl, hops }: { ttl: number; hops: number }): string =>
    `a hello with TTL ${ttl} drew a RST; by its SYN-ACK the server is ${plural(hops, 'router')} away`,
  secondFirst: (witness: Witness): string =>
    `${helloOf(witness)}, the second segment sent before the first: answered; whoever fails looks only at what comes first`,
  whyWholeAnswered: ({ times }: { times: number }): string =>
    `hellos in whole packets were answered (${plural(times, 'time')})`,
  whyArrived: ({ times }: { times: number }): string =>
    `all bytes of the hello were acknowledged${times === 1 ? '' : ` (${plural(times, 'time')})`}`,
  whySameArrived: ({ length, times }: { length: number; times: number }): string =>
    `hellos of ${length} bytes and more arrived in smaller packets (${plural(times, 'time')})`,
  whySmallerArrivesBack: ({ times }: { times: number }): string =>
    `the same hello gets its whole answer when a smaller MSS is announced (${plural(times, 'time')})`,
};

function lineOf(mtu: number): string {
  const name = lineNameOf(mtu);
  return name === null ? '' : ` (${lineTexts[name]})`;
}

const lineTexts: Readonly<Record<LineName, string>> = {
  flets: "FLET'S PPPoE",
  premium: "FLET'S Hikari Premium",
  pppoe: 'PPPoE',
  ipoe: 'IPv4 over IPv6, IPoE',
};
