/** Readers of the values of the probes that measure the path. */

import type { PathRow, PathSweep, ProbeValues } from '../../evidence/index.ts';
import { boolean, list, nullable, number, object, optional, type Reader, text, wholeList } from './read.ts';

const reply = nullable(text as Reader<NonNullable<PathRow['reply']>>);

const sweep: Reader<PathSweep> = object({
  rows: list(
    object({
      size: number,
      reply,
      acked: nullable(boolean),
      count: number,
      attempts: list(text),
      controls: list(text),
    }),
  ),
  largestPassing: nullable(number),
  smallestFailing: nullable(number),
  pathMtu: nullable(number),
  verdict: text as Reader<PathSweep['verdict']>,
  reason: nullable(text),
});

type PathProbe = 'mss' | 'pmtud' | 'fragments' | 'trace' | 'reset-origin';

export const pathReaders: { readonly [Id in PathProbe]: Reader<ProbeValues[Id]> } = {
  mss: object({ outbound: sweep, inbound: sweep }),
  pmtud: object({ icmpSeen: nullable(boolean), from: nullable(text), mtu: nullable(number), oversize: number }),
  fragments: object({
    sent: number,
    answered: number,
    verdict: text as Reader<ProbeValues['fragments']['verdict']>,
  }),
  trace: wholeList(
    object({ ttl: number, from: nullable(text), reply, icmp: nullable(object({ type: number, code: number })) }),
  ),
  'reset-origin': object({
    synAck: object({ ttl: number, ipId: nullable(number), window: optional(number, undefined) }),
    reset: nullable(object({ ttl: number, ipId: nullable(number), window: number })),
    sameHost: nullable(boolean),
  }) as Reader<ProbeValues['reset-origin']>,
};
