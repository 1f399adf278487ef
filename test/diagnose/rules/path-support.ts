/** Observations of the probes that measure the path, made by hand: attempts of each size, and what TCP_INFO said of them. */

import {
  type Attempt,
  type DiagnosisInput,
  type HandshakeEvidence,
  type MssValue,
  type PathEvidence,
  type PathSweep,
  type PmtudValue,
  unknownPath,
} from '../../../lib/evidence/index.ts';
import { attempt, type Outcome, observation, outcome, report } from '../support.ts';

export const length = 1495;
const flight = length + 5;
/** IPv4 and TCP headers with timestamps. */
const headers = 52;

export const wire = (known: Partial<PathEvidence>): PathEvidence => ({
  ...unknownPath,
  timestamps: true,
  announcedMss: 1460,
  interfaceMtu: 1500,
  pathMtu: 1500,
  ...known,
});

export const sent = (known: Partial<HandshakeEvidence['sent']>): HandshakeEvidence['sent'] => ({
  bytes: flight,
  acked: flight,
  retransmitted: 0,
  tailSacked: false,
  ...known,
});

/** The kernel cuts the hello at the MSS; the head is lost and the tail is SACKed. */
export const helloLost = (payload: number): Outcome => ({
  ...outcome.silent(),
  sent: sent({ acked: 0, retransmitted: 3 * payload, tailSacked: true, lostSegment: payload }),
  path: wire({ sendMss: payload }),
});
export const helloArrived = (payload: number): Outcome => ({
  ...outcome.answered(),
  sent: sent({ largestAcked: payload }),
  path: wire({ sendMss: payload }),
});
/** The hello is acknowledged, and of the flight only what is behind the gap comes. */
export const answerLost = (): Outcome => ({
  ...outcome.silent(),
  sent: sent({}),
  inbound: { bytes: 0, acked: 0, retransmitted: null, tailSacked: true },
  path: wire({}),
});
export const answerArrived = (): Outcome => ({
  ...outcome.answered(),
  end: 'complete',
  sent: sent({}),
  path: wire({}),
});

export interface Direction {
  readonly sweep: PathSweep;
  readonly made: readonly Attempt[];
}

/** Three trials of each size, one after another, as the probe confirms a boundary. */
export function direction(
  first: number,
  boundary: readonly [number, number],
  became: readonly [(payload: number) => Outcome, (payload: number) => Outcome],
  details: { readonly length?: number; readonly cut?: boolean } = {},
): Direction {
  const [passing, failing] = boundary;
  const of = (size: number, numbers: readonly number[], make: (payload: number) => Outcome): Attempt[] => {
    const payload = size - headers;
    return numbers.map((number) => ({
      ...attempt(first + number, make(payload), { length, ...details }),
      mss: size - 40,
      segmentsConfirmed: details.cut === false ? null : [payload, Math.max(1, flight - payload)],
    }));
  };
  const fails = of(failing, [0, 1, 3], became[1]);
  const passes = of(passing, [2, 4, 5], became[0]);
  const row = (size: number, made: readonly Attempt[], acked: boolean) => ({
    size,
    reply: made[0]?.evidence.reply ?? null,
    acked,
    count: made.length,
    attempts: made.map(({ id }) => id),
    controls: [],
  });
  return {
    made: [...fails, ...passes],
    sweep: {
      rows: [row(passing, passes, true), row(failing, fails, false)],
      largestPassing: passing,
      smallestFailing: failing,
      pathMtu: failing === passing + 1 ? passing : null,
      verdict: 'blackhole',
      reason: null,
    },
  };
}

export const clear: PathSweep = {
  rows: [],
  largestPassing: 1500,
  smallestFailing: null,
  pathMtu: null,
  verdict: 'clear',
  reason: null,
};
export const unknown: PathSweep = { ...clear, largestPassing: null, verdict: 'unknown', reason: 'flight-too-small' };

export const outbound = (boundary: readonly [number, number] = [1454, 1455]): Direction =>
  direction(10, boundary, [helloArrived, helloLost]);
export const inbound = (boundary: readonly [number, number] = [1454, 1455]): Direction =>
  direction(30, boundary, [answerArrived, answerLost], { length: 120, cut: false });

export interface Measured {
  readonly outbound?: Direction | PathSweep;
  readonly inbound?: Direction | PathSweep;
  readonly pmtud?: Partial<PmtudValue>;
  readonly others?: readonly Attempt[];
  readonly probes?: Parameters<typeof report>[0];
}

export function measured({
  outbound: there = clear,
  inbound: back = clear,
  pmtud,
  others = [],
  probes = {},
}: Measured): DiagnosisInput {
  const sweepOf = (one: Direction | PathSweep): PathSweep => ('sweep' in one ? one.sweep : one);
  const madeOf = (one: Direction | PathSweep): readonly Attempt[] => ('made' in one ? one.made : []);
  const value: MssValue = { outbound: sweepOf(there), inbound: sweepOf(back) };
  const control = attempt(1, { ...outcome.answered(), path: wire({}) }, { length: 200 });
  return report({
    connect: observation({ control: 'a1', preset: null, concurrent: true, serverName: null }, [control, ...others]),
    mss: observation(value, [...madeOf(there), ...madeOf(back)]),
    ...(pmtud === undefined
      ? {}
      : { pmtud: observation({ icmpSeen: null, from: null, mtu: null, oversize: 0, ...pmtud }) }),
    ...probes,
  });
}
