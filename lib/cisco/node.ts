/** @module What the knowledge of FTD and FMC needs of Node.js: trees and archives on disk, and the public half of a private key. */

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HarnessError, printable, systemReason } from '../wire/index.ts';
import type { PemBlock } from '../x509/index.ts';
import { nodeVerify } from '../x509/node.ts';
import { type SftunnelInventory, sftunnelInventory, type TreeEntry } from './files/index.ts';
import { maxFileBytes } from './files/inventory.ts';
import { placeOf } from './files/places.ts';
import { TarReader } from './files/tar.ts';

/** Entries that are looked at, depth of folders, bytes kept of all files, and bytes that an archive may unpack to. */
const limits = { entries: 200_000, depth: 32, content: 64 * 2 ** 20, inflated: 4 * 2 ** 30 } as const;

export interface TreeReading {
  readonly entries: readonly TreeEntry[];
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * The sftunnel files in a folder, or in a tar archive (plain or gzip). Links are not followed. Of a folder, which is a copy, neither
 * owners nor permissions are told; of an archive they are.
 * @param bytes of an archive, in place of the file; `path` is then its name for errors
 * @throws HarnessError `unreadable-file`
 */
export async function readTree(path: string, bytes?: Uint8Array): Promise<TreeReading> {
  try {
    if (bytes !== undefined) return await readArchive(path, Readable.from([bytes]), isGzip(bytes));
    if ((await stat(path)).isDirectory()) return await readFolder(path);
    const zipped = await startsWithGzip(path);
    return await readArchive(path, createReadStream(path), zipped);
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError(
      'unreadable-file',
      `The file ${JSON.stringify(printable(path))} cannot be read: ${systemReason(cause)}.`,
      {
        hint: 'Give a folder, or a .tar or .tar.gz file, with /etc/sf or /var/sf/peers in it.',
        cause,
      },
    );
  }
}

/** Takes stock of a folder or an archive; see `readTree` and `sftunnelInventory`. @throws HarnessError `unreadable-file` */
export async function readInventory(
  path: string,
  { now, bytes }: { readonly now: Date; readonly bytes?: Uint8Array },
): Promise<SftunnelInventory> {
  const { entries, dropped } = await readTree(path, bytes);
  return sftunnelInventory(entries, { now, dropped, verify: nodeVerify, publicKeyOf: nodePublicKey });
}

/** DER SubjectPublicKeyInfo of a PKCS #8, PKCS #1 or SEC 1 private key; null for one that is encrypted or cannot be read. */
export function nodePublicKey({ label, bytes }: Pick<PemBlock, 'label' | 'bytes'>): Uint8Array | null {
  const type = keyTypes.get(label);
  if (type === undefined) return null;
  try {
    const key = createPrivateKey({ key: bytes as Buffer, format: 'der', type });
    return createPublicKey(key).export({ format: 'der', type: 'spki' });
  } catch {
    // The library's message is not passed on: it is about a private key.
    return null;
  }
}

const keyTypes: ReadonlyMap<string, 'pkcs8' | 'pkcs1' | 'sec1'> = new Map([
  ['PRIVATE KEY', 'pkcs8'],
  ['RSA PRIVATE KEY', 'pkcs1'],
  ['EC PRIVATE KEY', 'sec1'],
]);

async function readFolder(root: string): Promise<TreeReading> {
  const entries: TreeEntry[] = [];
  const dropped: Record<string, number> = {};
  let seen = 0;
  let room: number = limits.content;
  const drop = (reason: string): void => void (dropped[reason] = (dropped[reason] ?? 0) + 1);
  const walk = async (folder: string, depth: number): Promise<void> => {
    const names = await readdir(join(root, folder)).catch(() => null);
    if (names === null) return drop('unreadable-folder');
    for (const name of names.sort()) {
      if (++seen > limits.entries) return drop('too-many');
      const path = folder === '' ? name : `${folder}/${name}`;
      const full = join(root, path);
      const status = await lstat(full).catch(() => null);
      if (status === null) drop('unreadable-file');
      else if (status.isDirectory()) {
        if (depth >= limits.depth) drop('too-deep');
        else await walk(path, depth + 1);
      } else if (placeOf(treePath(root, path)) !== null) {
        const kind = status.isFile() ? 'file' : status.isSymbolicLink() ? 'link' : 'other';
        const readable = kind === 'file' && status.size <= maxFileBytes && status.size <= room;
        if (readable) room -= status.size;
        else if (kind === 'file' && status.size <= maxFileBytes) drop('too-much');
        const content = readable ? await readFile(full).catch(() => null) : null;
        if (readable && content === null) drop('unreadable-file');
        else
          entries.push({
            path: treePath(root, path),
            kind,
            size: status.size,
            mode: null,
            owner: null,
            group: null,
            content,
          });
      }
    }
  };
  await walk('', 0);
  return { entries, dropped };
}

/** The folder that was given may itself be named after a peer, or be /etc/sf: its name tells as much as those in it. */
function treePath(root: string, path: string): string {
  const outer = root
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .slice(-3);
  return [...outer, path].join('/');
}

async function readArchive(path: string, file: Readable, zipped: boolean): Promise<TreeReading> {
  const unzip = createGunzip();
  const chunks: AsyncIterable<Uint8Array> = zipped ? file.pipe(unzip) : file;
  // An error of the source does not go through pipe().
  file.on('error', (error) => unzip.destroy(error));
  const reader = new TarReader({ wanted: (entry) => placeOf(entry) !== null, maxContent: maxFileBytes });
  let bytes = 0;
  const dropped: Record<string, number> = {};
  try {
    for await (const chunk of chunks) {
      reader.push(chunk);
      if (reader.stopped) break;
      bytes += chunk.length;
      if (bytes > limits.inflated) {
        dropped['too-long'] = 1;
        break;
      }
    }
  } catch (cause) {
    if (!isDataError(cause)) throw cause;
    dropped['bad-gzip'] = 1;
  } finally {
    file.destroy();
    unzip.destroy();
  }
  const result = reader.result();
  if (result.headers === 0) {
    throw new HarnessError('unreadable-file', `${printable(path)} is neither a folder nor a tar archive.`, {
      hint: 'Give a folder, or a .tar or .tar.gz file, with /etc/sf or /var/sf/peers in it.',
    });
  }
  return { entries: result.entries, dropped: { ...result.dropped, ...dropped } };
}

function isDataError(cause: unknown): boolean {
  return /^Z_|^ERR_ZLIB/.test((cause as NodeJS.ErrnoException).code ?? '');
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function startsWithGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(2), 0, 2, 0);
    return isGzip(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
