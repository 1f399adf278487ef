/** The matrix: every path that the probe of path sizes is measured on, and what it must say there. */

import type { HeadendChoice, LabFaults } from '../../lib/lab/index.ts';
import { longFlight } from './headend.ts';

export type Direction = 'outbound' | 'inbound';
export type Family = 4 | 6;

/** One path, one server and what must come out of it. */
export interface Cell {
  /** E.g. `v4 1454 outbound timestamps`. */
  readonly name: string;
  readonly group: CellGroup;
  readonly family: Family;
  readonly faults: LabFaults;
  readonly headend: HeadendChoice;
  readonly expect: Expectation;
  /** Ids of the probes to run. */
  readonly probes: readonly string[];
  /** Needs machines that have not talked to each other: what the server still sends for an earlier cell would make it learn the MTU beforehand. */
  readonly ownLab?: boolean;
}

export type CellGroup = 'boundary' | 'lossy' | 'intolerant' | 'icmp' | 'confusable';

/** What measures the path alone, and with what measures how the server stands hellos. */
const pathProbes = ['mss', 'pmtud'] as const;
const helloProbes = ['hello-size', 'hello-segments', 'hello-records'] as const;

export interface Expectation {
  /** Direction in which packets above `mtu` disappear; null: none. */
  readonly blackhole: Direction | null;
  readonly mtu: number;
  /** Findings that must be there, and ids (or beginnings that end with a dot) that must not. */
  readonly findings: readonly string[];
  readonly never: readonly string[];
  /** Most milliseconds of the run. */
  readonly within: number;
}

/** No other probe than those of the path is named. */
export function isOfPathAlone(probes: readonly string[]): boolean {
  const own: readonly string[] = pathProbes;
  return probes.every((probe) => own.includes(probe));
}

const step = 37;
const ethernet = 1500;
/** What every IPv4 host accepts (RFC 791), and the least MTU of IPv6 (RFC 8200 §5). */
const least = { 4: 576, 6: 1280 } as const;

/** A black hole has to be found within this time, a clean path has to be cleared within that one. */
const blackholeMs = 15_000;
const cleanMs = 2000;
/** The probes of hellos wait for silent servers again and again. */
const wholeCheckMs = 60_000;

/** MTUs of a family in steps of 37, from its least up to Ethernet's. */
export function mtusOf(family: Family): number[] {
  const all = Array.from({ length: Math.ceil((ethernet - least[4]) / step) + 1 }, (_, i) =>
    Math.min(least[4] + i * step, ethernet),
  );
  const usual = all.filter((mtu) => mtu >= least[family]);
  return usual[0] === least[family] ? usual : [least[family], ...usual];
}

/** A hop of a small MTU in one direction, and nobody tells. */
export function boundaryCells(): Cell[] {
  return ([4, 6] as const).flatMap((family) =>
    mtusOf(family).flatMap((mtu) =>
      (['outbound', 'inbound'] as const).flatMap((direction) =>
        [true, false].map((timestamps) => boundaryCell({ family, mtu, direction, timestamps })),
      ),
    ),
  );
}

export interface BoundarySpec {
  readonly family: Family;
  readonly mtu: number;
  readonly direction: Direction;
  readonly timestamps: boolean;
}

export function boundaryCell({ family, mtu, direction, timestamps }: BoundarySpec): Cell {
  const narrow = mtu < ethernet;
  return {
    name: `v${family} ${mtu} ${direction}${timestamps ? ' timestamps' : ''}`,
    group: 'boundary',
    family,
    faults: { mtu, mtuDirection: direction, icmp: 'dropped', timestamps },
    headend: longFlight,
    probes: pathProbes,
    expect: {
      blackhole: narrow ? direction : null,
      mtu,
      findings: narrow ? [`path.blackhole-${direction}`] : [],
      never: narrow ? [`path.blackhole-${opposite(direction)}`, 'tls.', 'policy.'] : ['path.', 'tls.', 'policy.'],
      within: narrow ? blackholeMs : cleanMs,
    },
  };
}

/** Paths without a fault that lose one packet in a hundred: nothing may be found there. */
export function lossyCells(runs: number): Cell[] {
  return Array.from({ length: runs }, (_, i): Cell => {
    const family = i % 2 === 0 ? 4 : 6;
    return {
      name: `v${family} 1 % loss, run ${i + 1}`,
      group: 'lossy',
      family,
      faults: { loss: 0.01, icmp: 'sent' },
      headend: longFlight,
      // The probes of hellos open many connections, each of which may lose packets.
      probes: i % 5 === 4 ? [...pathProbes, ...helloProbes] : pathProbes,
      // A lost packet costs a retransmission, so the time of a clean path does not hold here.
      expect: {
        blackhole: null,
        mtu: ethernet,
        findings: [],
        never: ['path.', 'tls.', 'policy.'],
        within: blackholeMs,
      },
    };
  });
}

/** Servers that do not stand a hello of some size or shape, on a path without fault: never the path. */
export function intolerantCells(): Cell[] {
  const servers: readonly (readonly [finding: string, maker: string, ...args: unknown[]])[] = [
    ['tls.hello-size-intolerant', 'silentAbove', 511],
    ['tls.hello-size-intolerant', 'silentAbove', 1200],
    ['tls.hello-size-intolerant', 'silentAbove', 1400],
    ['tls.hello-size-intolerant', 'silentAbove', 1500],
    ['tls.hello-segment-intolerant', 'refuseFirstSegmentBelow', 100],
    ['tls.hello-segment-intolerant', 'refuseFirstSegmentBelow', 100, 'silent'],
    ['tls.hello-record-intolerant', 'refuseSeveralRecords'],
    ['tls.hello-record-intolerant', 'refuseSeveralRecords', 'silent'],
  ];
  return servers.map(
    ([finding, maker, ...args]): Cell => ({
      name: `v4 ${[maker, ...args].join(' ')}`,
      group: 'intolerant',
      family: 4,
      faults: { icmp: 'sent' },
      headend: { maker, args },
      probes: [...pathProbes, ...helloProbes],
      expect: { blackhole: null, mtu: ethernet, findings: [finding], never: ['path.'], within: wholeCheckMs },
    }),
  );
}

/** And the reverse: narrow paths before a server that stands everything, measured in the same way. */
export function confusableCells(): Cell[] {
  const specs = ([4, 6] as const).flatMap((family) =>
    (['outbound', 'inbound'] as const).flatMap((direction) =>
      [1454, 1316].map((mtu) => boundaryCell({ family, mtu, direction, timestamps: mtu === 1454 })),
    ),
  );
  return specs.map((cell) => ({
    ...cell,
    name: `${cell.name}, all hello probes`,
    group: 'confusable',
    probes: [...pathProbes, ...helloProbes],
    expect: { ...cell.expect, within: wholeCheckMs },
  }));
}

/** The same narrow paths with ICMP let through: not a fault. */
export function icmpCells(): Cell[] {
  return ([4, 6] as const).flatMap((family) =>
    [1492, 1454, 1380].map(
      (mtu): Cell => ({
        name: `v${family} ${mtu} with ICMP`,
        group: 'icmp',
        family,
        faults: { mtu, icmp: 'sent' },
        ownLab: true,
        headend: longFlight,
        probes: pathProbes,
        expect: {
          blackhole: null,
          mtu,
          findings: ['path.mtu-reduced'],
          never: ['path.blackhole-', 'tls.', 'policy.'],
          within: cleanMs,
        },
      }),
    ),
  );
}

/** What `npm test` runs of it: each direction, family and kind of options, and a server that is no path. */
export function sampledCells(): Cell[] {
  return [
    boundaryCell({ family: 4, mtu: 1454, direction: 'outbound', timestamps: true }),
    boundaryCell({ family: 4, mtu: 1454, direction: 'inbound', timestamps: true }),
    boundaryCell({ family: 4, mtu: 650, direction: 'outbound', timestamps: false }),
    boundaryCell({ family: 6, mtu: 1316, direction: 'inbound', timestamps: false }),
    boundaryCell({ family: 6, mtu: 1500, direction: 'outbound', timestamps: true }),
    { ...intolerantCells()[2]!, probes: pathProbes, expect: { ...intolerantCells()[2]!.expect, findings: [] } },
  ];
}

function opposite(direction: Direction): Direction {
  return direction === 'outbound' ? 'inbound' : 'outbound';
}
