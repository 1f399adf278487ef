/**
 * FAILED_PUSH, the list that generate_certs.pl leaves of what it could not push: five fields a record, `FTD_UUID FTD_NAME
 * FTD_IP SOURCE_PATH_ON_FMC DESTINATION_PATH_ON_FTD`. What is read is mostly a terminal's view of it, wrapped at the width of
 * the window in the middle of words.
 */

import {
  baseName,
  cleanPath,
  Diagnostics,
  field,
  isAddress,
  keyLike,
  linesOf,
  timeOfPushPath,
  uuidSource,
} from './text.ts';
import type { FailedPush, FailedPushFile, IncompleteFailedPush, Parsed } from './types.ts';

const start = new RegExp(`^${uuidSource}(?=\\s|$)`);
const startWithoutBlank = new RegExp(`^${uuidSource}`);
/** More pieces than a terminal of 80 columns makes of the longest record. */
const maxPieces = 8;

interface Pieces {
  readonly line: number;
  endLine: number;
  readonly texts: string[];
}

/** Reads the file, or a terminal session that shows it. A record whose end is missing is handed over as incomplete. */
export function parseFailedPush(text: string): Parsed<FailedPushFile> {
  const diagnostics = new Diagnostics();
  const records: FailedPush[] = [];
  const incomplete: IncompleteFailedPush[] = [];
  const seen = new Set<string>();
  let generatedAt: string | null = null;
  let open: Pieces | null = null;
  const close = (): void => {
    if (open === null) return;
    const record = recordOf(open);
    if ('source' in record) {
      const what = `${record.deviceUuid} ${record.destination}`;
      if (seen.has(what)) diagnostics.add(record.line, 'repeated');
      seen.add(what);
      records.push(record);
    } else {
      incomplete.push(record);
      diagnostics.add(record.line, 'cut-off');
    }
    open = null;
  };
  for (const { number, text: raw, command } of linesOf(text, diagnostics)) {
    const line = raw.trim();
    if (command !== null || line === '') {
      close();
      generatedAt ??= command === null ? null : timeOfPushPath(command);
    } else if (start.test(line) || (open === null && startWithoutBlank.test(line))) {
      close();
      open = { line: number, endLine: number, texts: [line] };
    } else if (open !== null && open.texts.length < maxPieces && isPiece(line)) {
      open.texts.push(line);
      open.endLine = number;
    } else if (!/^#|^FTD_UUID\b/.test(line)) {
      close();
      diagnostics.add(number, 'not-understood');
    }
  }
  close();
  return diagnostics.result({ records, incomplete, generatedAt });
}

/** The complete records as the file has them, one a line. */
export function failedPushText({ records }: Pick<FailedPushFile, 'records'>): string {
  return records
    .map((record) =>
      [record.deviceUuid, record.deviceName, record.deviceAddress, record.source, record.destination].join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** May this be the rest of a wrapped record? The lines of a certificate or key that was pasted behind it are none. */
function isPiece(line: string): boolean {
  return !line.startsWith('-----') && !keyLike(line) && !/^[A-Za-z0-9+/=]{20,}$/.test(line);
}

function recordOf({ line, endLine, texts }: Pieces): FailedPush | IncompleteFailedPush {
  const joined = texts.join('');
  // A blank at the edge of the window is lost: then one of the joints was a blank.
  const candidates = [joined, ...texts.slice(1).map((_, i) => withBlank(texts, i + 1))];
  for (const candidate of candidates) {
    const fields = fieldsOf(candidate);
    if (fields !== null) return { ...fields, line, endLine };
  }
  const [deviceUuid = '', ...words] = joined.split(/\s+/);
  // The last word may be cut.
  const whole = words.slice(0, -1);
  const at = whole.findIndex((word, i) => i > 0 && isAddress(word));
  const name = at > 0 ? whole.slice(0, at).join(' ') : (whole[0] ?? null);
  return {
    deviceUuid: startWithoutBlank.exec(deviceUuid)?.[0] ?? '',
    deviceName: name === null || name.startsWith('/') ? null : field(name),
    deviceAddress: at > 0 ? (whole[at] as string) : null,
    line,
    endLine,
  };
}

function withBlank(texts: readonly string[], at: number): string {
  return `${texts.slice(0, at).join('')} ${texts.slice(at).join('')}`;
}

/** A complete record names the same file twice: where it comes from and where it goes. */
function fieldsOf(text: string): Omit<FailedPush, 'line' | 'endLine'> | null {
  const words = text.split(/\s+/);
  if (words.length < 5 || !start.test(text)) return null;
  const [address, source, destination] = words.slice(-3) as [string, string, string];
  const isPair = source.startsWith('/') && destination.startsWith('/') && baseName(source) === baseName(destination);
  if (!isPair || !baseName(source).endsWith('.pem') || !isAddress(address)) return null;
  return {
    deviceUuid: words[0] as string,
    deviceName: field(words.slice(1, -3).join(' ')),
    deviceAddress: address,
    source: cleanPath(source),
    destination: cleanPath(destination),
  };
}
