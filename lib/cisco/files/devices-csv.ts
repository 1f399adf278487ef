/**
 * devices.csv, which copy_sftunnel_certs.py reads: `device_name,IP address,admin_username,admin_password`. The password is never
 * kept. As a damaged row may have it in another column, a row counts only when its columns are what they should be, and no cell is
 * handed over that contains the password of any row.
 */

import { Diagnostics, field, isAddress, linesOf } from './text.ts';
import type { DeviceRow, DevicesCsv, Parsed } from './types.ts';

const userName = /^[A-Za-z0-9_][\w.@\\-]{0,63}$/;
/** More rows than an FMC has devices, and more commas than a password. */
const maxRows = 2000;
const maxPieces = 8;
const redacted = '<redacted>';
/** The columns as the document names them; real files may have no header, or another. */
const columns = 'device_name,IP address,admin_username,admin_password';

/** Reads the file. Never hands over a password, nor any text of a row that is not understood. */
export function parseDevicesCsv(text: string): Parsed<DevicesCsv> {
  const diagnostics = new Diagnostics();
  const rows: DeviceRow[] = [];
  let header = false;
  const used = linesOf(text.replace(/^\uFEFF/, ''), diagnostics).filter(
    ({ command, text: line }) => command === null && line.trim() !== '',
  );
  if (used.length > maxRows) diagnostics.add((used[maxRows] as { number: number }).number, 'too-many');
  const lines = used.slice(0, maxRows).map(({ number, text: line }) => ({ number, cells: cellsOf(line) }));
  const secrets = [...new Set(lines.flatMap(({ cells }) => secretsIn(cells)))];
  const isSecret = (cell: string): boolean => secrets.some((secret) => shows(cell, secret));
  for (const [index, { number, cells }] of lines.entries()) {
    const [name = '', address = '', username = '', ...rest] = cells;
    if (index === 0 && isHeader(cells)) {
      header = true;
      continue;
    }
    if (rest.length === 0) {
      diagnostics.add(number, 'wrong-columns');
      continue;
    }
    // A password may itself have commas: the rest of the row is the password.
    const bad = name === '' || name.length > 128 ? 'device_name' : isHost(address) ? null : 'IP address';
    if (bad !== null || !userName.test(username) || isSecret(address)) {
      diagnostics.add(number, 'bad-value', bad ?? 'admin_username');
      continue;
    }
    const hasPassword = rest.join('') !== '';
    if (!hasPassword) diagnostics.add(number, 'bad-value', 'admin_password');
    if (rows.some((row) => row.address === address)) diagnostics.add(number, 'repeated');
    const shown = (cell: string): string => (isSecret(cell) ? redacted : field(cell));
    rows.push({ name: shown(name), address, username: shown(username), hasPassword, line: number });
  }
  return diagnostics.result({ header, rows });
}

/** The file as text, with a placeholder for each password. */
export function devicesCsvText({ header, rows }: DevicesCsv): string {
  return [
    ...(header ? [columns] : []),
    ...rows.map(({ name, address, username, hasPassword }) =>
      [quoted(name), address, username, hasPassword ? redacted : ''].join(','),
    ),
    '',
  ].join('\n');
}

function isHeader(cells: readonly string[]): boolean {
  return cells.length === 4 && /password|パスワード/i.test(cells[3] as string) && /name|名/i.test(cells[0] as string);
}

/** Cells of a line (RFC 4180: quotes around a cell, doubled inside), without blanks around them. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const quotedCell = /^\s*"((?:[^"]|"")*)"\s*(?=,|$)/.exec(line.slice(at));
    const end = quotedCell === null ? line.indexOf(',', at) : at + quotedCell[0].length;
    const stop = end === -1 ? line.length : end;
    cells.push(quotedCell === null ? line.slice(at, stop).trim() : (quotedCell[1] as string).replaceAll('""', '"'));
    at = stop + 1;
  }
  return cells;
}

/** What a damaged row may have in this column is a name without dots, such as a user's. */
function isHost(cell: string): boolean {
  return /[.:]/.test(cell) && isAddress(cell);
}

/** What could be the password, or a piece of it, in a row of any shape: all behind the third column. */
function secretsIn(cells: readonly string[]): string[] {
  const rest = cells.slice(3, 3 + maxPieces);
  return [rest.join(','), ...rest, rest.join('')].filter((text) => text !== '' && text !== redacted);
}

/** True when a cell shows a secret. Of a short one only the whole counts: `a` is in every name. */
function shows(cell: string, secret: string): boolean {
  return secret.length < 4 ? cell === secret : cell.includes(secret);
}

function quoted(cell: string): string {
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
