/** The path: one line for each thing that was measured of it, and the tables of sizes and hops. */

import type {
  FragmentsValue,
  MssValue,
  PathRow,
  PathSweep,
  PmtudValue,
  ProbeValues,
  ResetOriginValue,
  TraceRow,
  TraceValue,
} from '../evidence/index.ts';
import { tableLines } from './columns.ts';
import type { Messages } from './messages/index.ts';
import { type Page, paragraph } from './page.ts';
import { reasonText } from './reasonText.ts';

const directions = ['outbound', 'inbound'] as const;

/** The line of each direction, with its arrow. */
function mssFacts(words: Messages, value: MssValue): string[] {
  return directions.map((direction) => `${words.path.direction[direction]}  ${sweepText(words, value[direction])}`);
}

function pmtudFacts({ path, comma }: Messages, { icmpSeen, from, mtu, oversize }: PmtudValue): string[] {
  if (icmpSeen === false) return [path.noIcmp(oversize)];
  if (icmpSeen === null) return [];
  if (from === null) return mtu === null ? [] : [path.learned(mtu)];
  return [[path.icmp(from), ...(mtu === null ? [] : [path.pathMtu(mtu)])].join(comma)];
}

function fragmentFacts({ path }: Messages, { sent, answered }: FragmentsValue): string[] {
  return sent === 0 ? [] : [path.fragments(answered, sent)];
}

function resetFacts({ path, comma }: Messages, { synAck, reset, sameHost }: ResetOriginValue): string[] {
  if (reset === null) return [];
  return [[path.reset(synAck.ttl, reset.ttl), ...(sameHost === false ? [path.otherHost] : [])].join(comma)];
}

/** Who answered at each hop, up to what happened at the last one. */
function traceFacts(words: Messages, rows: TraceValue): string[] {
  const last = rows.at(-1);
  if (last === undefined) return [];
  const steps = rows.map(({ from }) => from ?? '*').join(' > ');
  return [words.path.trace(`${steps} (${replyText(words, last)})`)];
}

/** A row for each size, the largest first, under a line for each direction. */
export function mssLines(page: Page, value: MssValue): string[] {
  const { words, palette } = page;
  const { path } = words;
  return directions.flatMap((direction) => {
    const sweep = value[direction];
    const head = `${path.direction[direction]}  ${path.verdict[sweep.verdict] ?? sweep.verdict}`;
    const rows = [...sweep.rows].sort((a, b) => b.size - a.size);
    const results = rows.map((row) => resultOf(sweep, row));
    return [
      palette.bold(head),
      ...paragraph(page, sweepText(words, sweep), 2),
      ...(rows.length === 0
        ? []
        : tableLines(
            page,
            [
              { head: `  ${path.table.packet}`, cells: rows.map(({ size }) => `  ${path.size(size)}`) },
              { head: path.table.result, cells: results.map((result) => path[result]) },
              { head: path.table.connections, cells: rows.map(({ count }) => String(count)), align: 'right' },
            ],
            (row) => (results[row] === 'lost' ? palette.red : (line) => line),
          )),
    ];
  });
}

/** A row for each TTL. */
export function traceLines(page: Page, rows: TraceValue): string[] {
  const { words } = page;
  const { table } = words.path;
  if (rows.length === 0) return [];
  return tableLines(page, [
    { head: table.ttl, cells: rows.map(({ ttl }) => String(ttl)), align: 'right' },
    { head: table.from, cells: rows.map(({ from }) => from ?? '*') },
    { head: table.reply, cells: rows.map((row) => replyText(words, row)) },
  ]);
}

function sweepText(words: Messages, sweep: PathSweep): string {
  const { path, comma } = words;
  const { verdict, largestPassing, smallestFailing, pathMtu, reason } = sweep;
  const mtu = pathMtu === null ? [] : [path.pathMtu(pathMtu)];
  const why = reason === null ? [] : [reasonText(words, reason)];
  if (verdict === 'blackhole' && largestPassing !== null && smallestFailing !== null) {
    return [path.blackhole(largestPassing, smallestFailing), ...mtu, ...why].join(comma);
  }
  if (verdict === 'reduced' && pathMtu !== null) return path.reduced(pathMtu);
  if (verdict === 'clear' && largestPassing !== null) return [path.clear(largestPassing), ...why].join(comma);
  return path.unknown(reason === null ? path.unsure : reasonText(words, reason));
}

function resultOf({ largestPassing, smallestFailing }: PathSweep, row: PathRow): 'arrives' | 'lost' | 'unsure' {
  const failed = smallestFailing !== null && row.size >= smallestFailing;
  const passed = largestPassing !== null && row.size <= largestPassing;
  if (failed === passed) return 'unsure';
  return failed ? 'lost' : 'arrives';
}

function replyText({ path }: Messages, { reply, icmp, from }: TraceRow): string {
  const isEnd = reply !== null && reply !== 'silent';
  if (isEnd || icmp === null) return path.reply[reply ?? 'silent'] ?? reply ?? '';
  const expired = icmp.type === ((from ?? '').includes(':') ? 3 : 11) && icmp.code === 0;
  return expired ? path.expired : path.icmpError(icmp.type, icmp.code);
}

/** The probes that measure the path, and their lines. */
export const pathFacts = {
  mss: mssFacts,
  pmtud: pmtudFacts,
  fragments: fragmentFacts,
  'reset-origin': resetFacts,
  trace: traceFacts,
} as const satisfies { [Id in keyof ProbeValues]?: (words: Messages, value: ProbeValues[Id]) => string[] };
