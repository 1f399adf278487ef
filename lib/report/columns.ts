/** Tables on a page: columns as wide as their widest cell, narrowed where the page is too narrow, left out where nothing else helps. */

import { printable } from '../wire/index.ts';
import type { Page } from './page.ts';
import { cutColumns, displayWidth, padColumns } from './width.ts';

export interface Column {
  readonly head: string;
  readonly cells: readonly string[];
  /** Columns it can be narrowed to; without it the column keeps the width of its widest cell. */
  readonly least?: number;
  /** Of several that can be narrowed the lowest gives way first; default 0. */
  readonly rank?: number;
  /** Where cells that are too wide are cut; default at the end. */
  readonly cut?: 'end' | 'middle';
  readonly align?: 'left' | 'right';
  /** A cell that has no room stands on a line of its own under its row, instead of being cut. */
  readonly spill?: boolean;
  /** May be left out on a narrow page; the last such column goes first. */
  readonly optional?: boolean;
}

/**
 * A head line and a line for each row, none wider than the page. Columns whose cells are all empty are left out. Cells are
 * made printable.
 * @param paint of a row, by its index
 */
export function tableLines(
  page: Page,
  columns: readonly Column[],
  paint: (row: number) => (line: string) => string = () => (line) => line,
): string[] {
  const filled = columns
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map((column) => ({ ...column, cells: column.cells.map(printable) }));
  const room = Math.max(leastTable, page.width);
  const shown = fitting(filled, room);
  const widths = widthsOf(shown, room);
  const line = (textOf: (column: Column) => string): string =>
    shown
      .map((column, index) => cell(textOf(column), widths[index] ?? 0, column))
      .join('  ')
      .trimEnd();
  const rowLines = (row: number): string[] => {
    const spilt = shown.map(
      ({ spill, cells }, index) => spill === true && displayWidth(cells[row] ?? '') > (widths[index] ?? 0),
    );
    const under = shown.flatMap(({ cells }, index) => (spilt[index] === true ? [cells[row] ?? ''] : []));
    return [
      line((column) => (spilt[shown.indexOf(column)] === true ? '' : (column.cells[row] ?? ''))),
      ...under.map((text) => `    ${cutColumns(text, room - 4)}`),
    ];
  };
  const rows = filled[0]?.cells.length ?? 0;
  return [
    page.palette.dim(line(({ head }) => head)),
    ...Array.from({ length: rows }, (_, row) => rowLines(row).map(paint(row))).flat(),
  ];
}

/** `text` cut to at most `columns`, its begin and its end kept. */
function cutMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const tail = Math.floor((columns - 1) / 2);
  let end = '';
  for (const character of Array.from(text).reverse()) {
    if (displayWidth(character + end) > tail) break;
    end = character + end;
  }
  return cutColumns(text, columns - displayWidth(end)) + end;
}

/** On narrower pages the terminal breaks the lines of tables: cells of a few letters would tell nothing. */
const leastTable = 60;

function cell(text: string, width: number, { align = 'left', cut = 'end' }: Column): string {
  const short = cut === 'middle' ? cutMiddle(text, width) : cutColumns(text, width);
  return align === 'left' ? padColumns(short, width) : ' '.repeat(Math.max(0, width - displayWidth(short))) + short;
}

function natural({ head, cells }: Column): number {
  return cells.reduce((widest, text) => Math.max(widest, displayWidth(text)), displayWidth(head));
}

function leastOf(column: Column): number {
  return Math.min(natural(column), column.least ?? Number.POSITIVE_INFINITY);
}

const gap = 2;

function fitting(columns: readonly Column[], width: number): readonly Column[] {
  const needed = columns.reduce((sum, column) => sum + leastOf(column) + gap, -gap);
  const last = columns.findLastIndex(({ optional }) => optional === true);
  return needed <= width || last === -1 ? columns : fitting(columns.toSpliced(last, 1), width);
}

/**
 * Columns give way by rank, each down to its least; should that not do, the widest of all. Where cells have to spill all the
 * same, their column gives way before the others.
 */
function widthsOf(columns: readonly Column[], width: number): number[] {
  const byRank = [...columns.entries()].sort(([, a], [, b]) => (a.rank ?? 0) - (b.rank ?? 0));
  const spilling = byRank.filter(([, { spill }]) => spill === true);
  const others = byRank.filter(([, { spill }]) => spill !== true);
  const over = columns.reduce((sum, each) => sum + natural(each) + gap, -gap) - width;
  const first = spilling[0]?.[1].rank ?? 0;
  const room = others.reduce(
    (sum, [, column]) => ((column.rank ?? 0) < first ? sum + natural(column) - leastOf(column) : sum),
    0,
  );
  return narrowed(columns, over, over > room ? [...spilling, ...others] : byRank);
}

function narrowed(
  columns: readonly Column[],
  tooMuch: number,
  inOrder: readonly (readonly [number, Column])[],
): number[] {
  const widths = columns.map(natural);
  let over = tooMuch;
  for (const [index, column] of inOrder) {
    const give = Math.max(0, Math.min(over, (widths[index] ?? 0) - leastOf(column)));
    widths[index] = (widths[index] ?? 0) - give;
    over -= give;
  }
  for (; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = Math.max(1, (widths[widest] ?? 1) - 1);
  }
  return widths;
}
