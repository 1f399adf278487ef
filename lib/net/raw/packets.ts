/** IP packets around a TCP segment: whole, or cut into fragments. Pure. */

import {
  fragmentIpv4,
  fragmentIpv6,
  type IpAddresses,
  ipProtocol,
  ipv4Packet,
  ipv6Packet,
} from '../../capture/index.ts';
import { HarnessError } from '../../wire/index.ts';

export interface Envelope extends IpAddresses {
  /** TTL or hop limit. */
  readonly ttl: number;
  /** Identification: 16 bits of it in IPv4, all 32 in fragments of IPv6. */
  readonly id: number;
  /** IPv4 only; routers never cut IPv6. */
  readonly dontFragment: boolean;
  /** Bytes of IP payload in a fragment at most, a multiple of 8; undefined: fragments only where the interface needs them. */
  readonly fragmentPayload?: number | undefined;
  /** Of the interface that the packets leave by. */
  readonly mtu: number;
}

/** Bytes of the IPv6 fragment header (RFC 8200 §4.5). */
const fragmentHeader = 8;

/**
 * The packets that carry `segment`, in order.
 * @throws HarnessError `bad-segments` when it is longer than the interface carries and may not be cut
 */
export function packetsOf(segment: Uint8Array, envelope: Envelope): Uint8Array[] {
  const { source, destination, ttl, id, mtu, dontFragment, fragmentPayload } = envelope;
  if (destination.includes(':')) {
    const whole = ipv6Packet({ source, destination, nextHeader: ipProtocol.tcp, hopLimit: ttl }, segment);
    const room = fragmentRoom(envelope, 40 + fragmentHeader, fragmentPayload !== undefined || !dontFragment);
    if (whole.length <= mtu && (fragmentPayload === undefined || segment.length <= fragmentPayload)) return [whole];
    if (room === null) throw tooLong(whole.length, mtu);
    return fragmentIpv6(whole, [room], id >>> 0);
  }
  const whole = ipv4Packet(
    { source, destination, protocol: ipProtocol.tcp, ttl, id: id & 0xffff, dontFragment },
    segment,
  );
  const room = fragmentRoom(envelope, 20, fragmentPayload !== undefined || !dontFragment);
  if (whole.length <= mtu && (fragmentPayload === undefined || segment.length <= fragmentPayload)) return [whole];
  if (room === null) throw tooLong(whole.length, mtu);
  return fragmentIpv4(whole, [room]);
}

/** @throws HarnessError `bad-segments` when no fragment can be so large */
export function checkFragmentPayload(size: number | undefined): void {
  if (size === undefined || (Number.isInteger(size) && size >= 8 && size % 8 === 0 && size <= 65_512)) return;
  throw new HarnessError('bad-segments', `IP fragments cannot carry ${size} bytes each.`, {
    hint: 'Fragment offsets count in units of 8 bytes: give a multiple of 8.',
  });
}

/** Payload of the largest fragment; null when nothing may be cut. */
function fragmentRoom({ mtu, fragmentPayload = 65_512 }: Envelope, header: number, allowed: boolean): number | null {
  return allowed ? Math.min(fragmentPayload, (mtu - header) & ~7) : null;
}

function tooLong(length: number, mtu: number): HarnessError<'bad-segments'> {
  return new HarnessError(
    'bad-segments',
    `A packet of ${length} bytes does not fit this machine's interface (MTU ${mtu}).`,
    {
      hint: 'Ask for smaller segments, or allow fragments.',
    },
  );
}
