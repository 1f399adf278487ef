/** Which words after `certs` are files and which are targets, and what the files hold. */

import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedFile, savedReport } from '../certificateFiles.ts';
import { concat, systemReason } from '../wire/index.ts';
import { certificateFileLimits, readCertificateFile } from '../x509/index.ts';
import { usageError } from './usage.ts';

/** Ends of file names that are no host names. */
const fileEnding = /\.(?:pem|der|crt|cer|cert|p7b|p7c|p7s|p12|pfx|bundle|chain|json|jsonl|ndjson|key|backup)$/i;

/** True for a word that names a file or folder: it is there, or looks like one. `https://…` is a target, and so is `host.example/path`. */
export function isFileWord(word: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return false;
  return isThere(word) || fileEnding.test(word) || /^(?:[.~]{0,2}|[\w-]+)[/\\]/.test(word);
}

/** Most files of one folder, and how deep folders are looked into. */
const folderLimits = { files: 5_000, depth: 8 } as const;

/**
 * The files of the words, those of folders too. Of a folder, only what holds certificates, or ought to by its name, is taken; links to
 * folders are not followed. What of a folder cannot be read, or is beyond a limit, is told by `notRead`.
 * @param stdin what `-` stands for
 * @param passed filled with the reports (JSON by name) that stand in folders and are not read: named themselves, they are
 * @throws HarnessError `unreadable-file` for a word
 */
export function certificateInputs(
  words: readonly string[],
  stdin: Uint8Array | null,
  passed: string[] = [],
): NamedFile[] {
  return words.flatMap((word): NamedFile[] => {
    if (word === '-') return [{ name: '-', bytes: stdin ?? new Uint8Array() }];
    try {
      const stats = statSync(word);
      return stats.isDirectory()
        ? inFolder(word, folderLimits.depth, { left: folderLimits.files, passed })
        : [fileAt(word, stats.size)];
    } catch (error) {
      throw usageError('unreadable-file', `The file ${JSON.stringify(word)} cannot be read: ${systemReason(error)}.`);
    }
  });
}

function inFolder(folder: string, depth: number, room: { left: number; readonly passed: string[] }): NamedFile[] {
  if (depth === 0) return [leftOut(folder)];
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry): NamedFile[] => {
    const path = join(folder, entry.name);
    try {
      if (entry.isDirectory()) return inFolder(path, depth - 1, room);
      const stats = statSync(path);
      if (!stats.isFile()) return [];
      room.left--;
      // One is told of, for all that follow.
      if (room.left < 0) return room.left === -1 ? [leftOut(folder)] : [];
      const file = fileAt(path, stats.size);
      if (belongs(file)) return [file];
      if (isReport(file)) room.passed.push(path);
      return [];
    } catch {
      const matters = entry.isDirectory() || ought(path);
      return matters ? [{ name: path, bytes: new Uint8Array(), notRead: 'unreadable' }] : [];
    }
  });
}

function leftOut(folder: string): NamedFile {
  return { name: folder, bytes: new Uint8Array(), notRead: 'left-out' };
}

/** It holds a certificate, or by its name it ought to. */
function belongs({ name, bytes }: NamedFile): boolean {
  const { format, certificates, problems } = readCertificateFile(bytes);
  return certificates.length > 0 || (ought(name) && (problems.length > 0 || format !== 'unknown'));
}

/** It looks like what --json or --jsonl wrote. */
function isReport({ name, bytes }: NamedFile): boolean {
  return /\.(?:jsonl?|ndjson)$/i.test(name) && savedReport(bytes) !== null;
}

function ought(path: string): boolean {
  return fileEnding.test(path) && !/\.(?:jsonl?|ndjson)$/i.test(path);
}

/** One byte more than is read shows that a file is too large; devices and pipes tell no size, and may have no end. */
function fileAt(path: string, size: number): NamedFile {
  const most = certificateFileLimits.bytes + 1;
  if (size >= most) return { name: path, bytes: new Uint8Array(most) };
  const parts: Uint8Array[] = [];
  const file = openSync(path, 'r');
  try {
    for (let left = most; left > 0; ) {
      const part = new Uint8Array(Math.min(left, 2 ** 16));
      const length = readSync(file, part);
      if (length === 0) break;
      parts.push(part.subarray(0, length));
      left -= length;
    }
  } finally {
    closeSync(file);
  }
  return { name: path, bytes: concat(...parts) };
}

/** Also where the system does not let us see it. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'ELOOP' || error.code === 'EACCES');
  }
}
