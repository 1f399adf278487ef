/** Rows of a capture as CSV (RFC 4180 quoting, lines end in LF), safe to open in a spreadsheet. */

import type { CapturedCertificate, Conversation, Sha256, Side } from '../../evidence/index.ts';
import { printable } from '../../wire/index.ts';
import type { CaptureField, Cell, CertificateField, ConversationField, PresentedCertificate } from './fields.ts';
import type { CaptureWriter } from './writer.ts';

export interface CaptureCsvOptions {
  /** Name of the capture, for the field `file`. */
  readonly name: string;
  /** Conversations that may wait for what their certificates say, default 10,000; only where fields of both are chosen. */
  readonly maxWaiting?: number;
}

/** A writer of rows; `left` counts conversations that had no room to wait, and so are not among the rows. */
export interface CaptureCsvWriter extends CaptureWriter {
  readonly left: number;
}

/** One line of CSV with its line feed. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

/**
 * One cell. Control and other invisible characters are written as `\u{hex}`. Text that a spreadsheet would run as a
 * formula gets an apostrophe in front; numbers are ours and stay as they are.
 */
export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = printable(cell);
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** `=`, `+`, `-` and `@`, also in the full width that Japanese spreadsheets take for the same. */
const formula = /^\s*[=+\-@＝＋－＠]/;

/**
 * What a row is follows from the fields: without a `cert.` field a conversation, written when it ends; with `cert.` fields
 * only, a certificate of the capture, once; with both, a certificate as one side of a conversation sent it, and one row with
 * empty certificate cells for a conversation without any. The last kind waits for the end of the capture.
 */
export function captureCsv(
  write: (text: string) => void,
  fields: readonly CaptureField[],
  { name, maxWaiting = 10_000 }: CaptureCsvOptions,
): CaptureCsvWriter {
  const ofConversation = fields.filter((field): field is ConversationField => field.of === 'conversation');
  const ofCertificate = fields.filter((field): field is CertificateField => field.of === 'certificate');
  // Who sent a certificate, and where in the list, is known of a conversation only.
  const perConversation =
    ofConversation.length > 0 || ofCertificate.some(({ name }) => name === 'cert.from' || name === 'cert.position');
  const waiting: Waiting[] = [];
  let left = 0;

  const row = (known: readonly Cell[] | null, presented: PresentedCertificate | null): void => {
    let next = 0;
    const cells = fields.map((field) => {
      if (field.of === 'conversation') return known?.[next++] ?? null;
      return presented === null ? null : field.read(presented);
    });
    write(csvLine(cells));
  };
  const conversation = (one: Conversation): void => {
    const cells = ofConversation.map((field) => field.read(one, name));
    if (ofCertificate.length === 0) row(cells, null);
    else if (!perConversation) return;
    else if (waiting.length < maxWaiting)
      waiting.push({ cells, server: one.certificates.server, client: one.certificates.client });
    else left++;
  };
  const certificates = (all: readonly CapturedCertificate[]): void => {
    if (ofCertificate.length === 0) return;
    if (!perConversation) {
      for (const certificate of all) row(null, { certificate, from: 'server', position: 0 });
      return;
    }
    const bySha256 = new Map(all.map((certificate) => [certificate.sha256, certificate]));
    for (const { cells, server, client } of waiting.splice(0)) {
      const sent = [...presented('server', server, bySha256), ...presented('client', client, bySha256)];
      for (const one of sent.length === 0 ? [null] : sent) row(cells, one);
    }
  };
  return {
    get left() {
      return left;
    },
    event(event) {
      if (event.type === 'conversation') conversation(event.conversation);
      else if (event.type === 'certificates') certificates(event.certificates);
    },
    // Where reading broke off, the certificates never came.
    end: () => certificates([]),
  };
}

/** The head line. */
export function captureCsvHead(fields: readonly CaptureField[]): string {
  return csvLine(fields.map(({ name }) => name));
}

interface Waiting {
  readonly cells: readonly Cell[];
  readonly server: readonly Sha256[];
  readonly client: readonly Sha256[];
}

function presented(
  from: Side,
  list: readonly Sha256[],
  known: ReadonlyMap<Sha256, CapturedCertificate>,
): PresentedCertificate[] {
  return list.flatMap((sha256, position) => {
    const certificate = known.get(sha256);
    return certificate === undefined ? [] : [{ from, position, certificate }];
  });
}
