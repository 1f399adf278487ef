/** `--certs-out`: the certificates of captures as PEM files named by their SHA-256, and a table of them. */

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CapturedCertificate } from '../../evidence/index.ts';
import { type CaptureField, captureCsvHead, captureFields, csvLine } from '../../report/index.ts';
import { systemReason } from '../../wire/index.ts';
import { usageError } from '../usage.ts';

/** Names of the table's columns, those of `--fields`. */
const columns = [
  'cert.sha256',
  'cert.subject',
  'cert.issuer',
  'cert.serial',
  'cert.names',
  'cert.notBefore',
  'cert.notAfter',
  'cert.daysLeft',
  'cert.daysLeftAtCapture',
  'cert.status',
  'cert.statusAtCapture',
  'cert.key',
  'cert.bits',
  'cert.signature',
  'cert.ca',
  'cert.seen',
];

const tableName = 'certificates.csv';

export class CertificatesOut {
  readonly folder: string;
  count = 0;
  readonly #fields: readonly CaptureField[];

  /** Makes the folder. @throws HarnessError `unwritable-file`, also where a table of an earlier run is in it: nothing is overwritten */
  constructor(folder: string) {
    this.folder = folder;
    this.#fields = columns.flatMap((name) => captureFields.get(name) ?? []);
    writing(folder, () => makeFolder(folder));
    const table = join(folder, tableName);
    if (existsSync(table)) throw taken(table);
    writing(table, () => writeFileSync(table, `file,${captureCsvHead(this.#fields)}`, { flag: 'wx' }));
  }

  /** @throws HarnessError `unwritable-file` */
  write(capture: string, certificates: readonly CapturedCertificate[]): void {
    const table = join(this.folder, tableName);
    let lines = '';
    for (const certificate of certificates) {
      // The name is hex by construction; a report made by others must not choose paths.
      if (!/^[0-9a-f]{64}$/.test(certificate.sha256)) continue;
      const presented = { certificate, from: 'server', position: 0 } as const;
      const cells = this.#fields.map((field) => (field.of === 'certificate' ? field.read(presented) : null));
      this.#pem(join(this.folder, `${certificate.sha256}.pem`), certificate.pem);
      lines += csvLine([capture, ...cells]);
      this.count++;
    }
    writing(table, () => writeFileSync(table, lines, { flag: 'a' }));
  }

  /** The same certificate may be there already, of another capture. */
  #pem(path: string, pem: string): void {
    try {
      writeFileSync(path, pem, { flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw unwritable(path, error);
      if (readFileSync(path, 'utf8') !== pem) throw taken(path);
    }
  }
}

/** With those above it. One by one: where the system says that the parent is not there though it is, as in /proc, `recursive` never ends. */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !isFolder(at) && at !== dirname(at); at = dirname(at)) missing.push(at);
  for (const at of missing.reverse()) mkdirSync(at);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function taken(path: string) {
  return usageError(
    'unwritable-file',
    `The file ${JSON.stringify(path)} is there already and is not overwritten.`,
    'Give --certs-out a new folder.',
  );
}

function unwritable(path: string, error: unknown) {
  return usageError('unwritable-file', `The file ${JSON.stringify(path)} cannot be written: ${systemReason(error)}.`);
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw unwritable(path, error);
  }
}
