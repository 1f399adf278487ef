/** Which words after `certs` are files and which are targets, and what the files hold. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { NamedFile } from '../certificateFiles.ts';
import { certificateFileLimits, readCertificateFile } from '../x509/index.ts';
import { reasonOf } from './targets.ts';
import { usageError } from './usage.ts';

/** Ends of file names that are no host names. */
const fileEnding = /\.(?:pem|der|crt|cer|cert|p7b|p7c|p7s|bundle|chain|json|key|backup)$/i;

/** True for a word that names a file or folder: it is there, or looks like one. `https://…` is a target. */
export function isFileWord(word: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return false;
  if (statSync(word, { throwIfNoEntry: false }) !== undefined) return true;
  return fileEnding.test(word) || /^[.~]{0,2}[/\\]/.test(word);
}

/** Most files of one folder, and how deep folders are looked into. */
const folderLimits = { files: 5_000, depth: 8 } as const;

/**
 * The files of the words, those of folders too. Of a folder, only what holds certificates, or ought to by its name, is taken; links to
 * folders are not followed.
 * @param stdin what `-` stands for
 * @throws HarnessError `unreadable-file`
 */
export function certificateInputs(words: readonly string[], stdin: Uint8Array | null): NamedFile[] {
  return words.flatMap((word): NamedFile[] => {
    if (word === '-') return [{ name: '-', bytes: stdin ?? new Uint8Array() }];
    const stats = reading(word, () => statSync(word));
    if (!stats.isDirectory()) return [{ name: word, bytes: bytesOf(word, stats.size) }];
    return inFolder(word, folderLimits.depth, { left: folderLimits.files });
  });
}

function inFolder(folder: string, depth: number, room: { left: number }): NamedFile[] {
  const entries = reading(folder, () => readdirSync(folder, { withFileTypes: true }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry): NamedFile[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 ? inFolder(path, depth - 1, room) : [];
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || room.left <= 0) return [];
    room.left--;
    const file = { name: path, bytes: bytesOf(path, stats.size) };
    return belongs(file) ? [file] : [];
  });
}

/** It holds a certificate, or by its name it ought to. */
function belongs({ name, bytes }: NamedFile): boolean {
  const { format, certificates, problems } = readCertificateFile(bytes);
  if (certificates.length > 0) return true;
  const named = fileEnding.test(basename(name)) && !/\.json$/i.test(name);
  return named && (problems.length > 0 || format !== 'unknown');
}

/** One byte more than is read shows that a file is too large. */
function bytesOf(path: string, size: number): Uint8Array {
  if (size > certificateFileLimits.bytes) return new Uint8Array(certificateFileLimits.bytes + 1);
  return reading(path, () => readFileSync(path));
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw usageError('unreadable-file', `The file ${JSON.stringify(path)} cannot be read: ${reasonOf(error)}.`);
  }
}
