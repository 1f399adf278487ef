/**
 * `npm run test:matrix [-- GROUP…] [--every N] [--runs N] [--parallel N]`: measures every cell of the matrix and says which ones are not as
 * they must be. Groups: boundary, lossy, intolerant, confusable, icmp, changes, limits. `--every 10` takes each tenth cell, for a look.
 */

import { parseArgs } from 'node:util';
import { Bench } from './bench.ts';
import { boundaryCells, type Cell, confusableCells, icmpCells, intolerantCells, lossyCells } from './cells.ts';
import { measureChanges } from './changes.ts';
import { disagreements } from './judge.ts';
import { measureLimits } from './limits.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '1' },
    runs: { type: 'string', default: '50' },
    parallel: { type: 'string', default: '4' },
  },
});
const wanted = (group: string): boolean => positionals.length === 0 || positionals.includes(group);
const cells = [
  ...boundaryCells(),
  ...icmpCells(),
  ...intolerantCells(),
  ...confusableCells(),
  ...lossyCells(Number(values.runs)),
]
  .filter(({ group }) => wanted(group))
  .filter((_, i) => i % Number(values.every) === 0);

interface Row {
  readonly cell: Cell;
  readonly ms: number;
  readonly connections: number;
  readonly wrong: readonly string[];
}

const started = performance.now();
const rows: Row[] = [];
const queue = [...cells];
const failures = await Promise.all(Array.from({ length: Number(values.parallel) }, measureQueue));
report(rows);
const tables = [
  ...(wanted('changes') ? await measureChanges(console.log) : []),
  ...(wanted('limits') ? await measureLimits(console.log) : []),
];
for (const text of tables) console.log(`✖ ${text}`);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = rows.some(({ wrong }) => wrong.length > 0) || tables.length > 0 || failures.includes(true) ? 1 : 0;

/** Cells in a lab of its own until none is left. Returns true when the lab itself failed. */
async function measureQueue(): Promise<boolean> {
  const bench = await Bench.start();
  try {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      const row = await measureCell(bench, cell);
      rows.push(row);
      const mark = row.wrong.length === 0 ? '✔' : '✖';
      console.log(
        `${mark} ${cell.name.padEnd(36)} ${String(row.ms).padStart(6)} ms ${String(row.connections).padStart(3)} connections  ${row.wrong.join('; ')}`,
      );
    }
    return false;
  } catch (error) {
    console.error(error);
    return true;
  } finally {
    await bench.close();
  }
}

async function measureCell(shared: Bench, cell: Cell): Promise<Row> {
  const own = cell.ownLab === true ? await Bench.start() : null;
  try {
    const measured = await (own ?? shared).run(cell);
    return { cell, ms: measured.ms, connections: measured.connections, wrong: disagreements(cell, measured) };
  } catch (error) {
    return { cell, ms: 0, connections: 0, wrong: [String(error)] };
  } finally {
    await own?.close();
  }
}

/** One line for each group: how many cells are right, and the slowest and busiest of them. */
function report(all: readonly Row[]): void {
  for (const group of new Set(all.map(({ cell }) => cell.group))) {
    const of = all.filter(({ cell }) => cell.group === group);
    const right = of.filter(({ wrong }) => wrong.length === 0).length;
    const most = (key: 'ms' | 'connections'): number => Math.max(...of.map((row) => row[key]));
    console.log(
      `${group}: ${right} of ${of.length} cells right, at most ${most('ms')} ms and ${most('connections')} connections`,
    );
  }
}
