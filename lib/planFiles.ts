/** What a file given to the planner is, told by its content: people name such files as they like. */

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { HarnessError, printable, systemReason } from './wire/index.ts';

/** `text` is told apart further by `textKinds`; a terminal session may hold several outputs. */
export type FileKind = 'tree' | 'capture' | 'report' | 'certificate' | 'log' | 'text';

export type TextKind =
  | 'generate'
  | 'copy'
  | 'failed-push'
  | 'status'
  | 'dates'
  | 'log'
  | 'devices'
  | 'conf'
  | 'listing'
  | 'pem';

/** Texts of these kinds are of kilobytes; logs are streamed, and not read whole. */
export const maxTextBytes = 2 ** 26;
const headBytes = 2 ** 16;

/** @throws HarnessError `unreadable-file` */
export async function fileKind(path: string): Promise<FileKind> {
  return reading(path, async () => {
    if ((await stat(path)).isDirectory()) return 'tree';
    return kindOfBytes(await headOf(path));
  });
}

/** @param head what it begins with: 64 KiB, or all of it */
export function kindOfBytes(bytes: Uint8Array): FileKind {
  const head = bytes.subarray(0, headBytes);
  const zipped = startsWith(head, [0x1f, 0x8b]);
  const plain = zipped ? unzippedHead(head) : head;
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd]) || captureMagics.some((magic) => startsWith(plain, magic)))
    return 'capture';
  if (latin1(plain.subarray(257, 262)) === 'ustar') return 'tree';
  if (zipped) return 'log';
  if (startsWith(plain, [0x30, 0x82])) return 'certificate';
  const text = latin1(plain);
  if (/^\s*\{/.test(text)) return 'report';
  return textKinds(text).join() === 'log' ? 'log' : 'text';
}

/** The outputs and files that a text holds. */
export function textKinds(text: string): TextKind[] {
  return (Object.keys(marks) as TextKind[]).filter((kind) => marks[kind].test(text));
}

/** @throws HarnessError `unreadable-file`, also for one that is too large. */
export async function fileBytesOf(path: string): Promise<Uint8Array> {
  return reading(path, async () => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxTextBytes)
        throw new HarnessError(
          'unreadable-file',
          `The file ${JSON.stringify(printable(path))} is too large for what it seems to be.`,
        );
    }
    return Buffer.concat(chunks);
  });
}

/** Marks that the outputs and files have (Cisco 222464, 215540); each pattern takes time in proportion to the text. */
const marks: Readonly<Record<TextKind, RegExp>> = {
  generate:
    /sfca_generation\.log|Current ca_root expires in|^Failed to push to |You are about to generate new certificates/m,
  copy: / - Attempting connection to | - Could not connect to | - Successfully copied certificates to /,
  'failed-push': /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12} \S+ \S+ \/(?:etc\/sf|var\/sf)/im,
  status: /Peer channel Channel-|^PEER INFO|sftunnel_status\.pl line \d|RPC STATUS|Last disconnect reason/m,
  dates:
    /^\s*notAfter=|^The certificate (?:has expired|is valid for more|will expire within)|^It is (?:ONLY )?valid for \d/m,
  log: /sftunnel:sf_ssl|SF-IMS\[\d/,
  // The header may be missing, or another: a row is a name, an address, a user and a password.
  devices: /^\s*device_name\s*,|^[^\s,][^,\n]{0,127},\s*"?\d{1,3}(?:\.\d{1,3}){3}"?\s*,[^,\n]{1,66},[^\n]/im,
  conf: /^\s*proxys{1,2}l\s*\{|^\s*proxy_c(?:ert|acert) /m,
  listing: /^-[r-][w-][\w-]{7}[.+@]? +\d{1,9} +\S{1,64} +\S{1,64} .{1,48}(?:cacert|sftunnel-cert|sftunnel-key)\.pem/m,
  pem: /-----BEGIN [A-Z0-9 ]{1,40}-----/,
};

const captureMagics: readonly (readonly number[])[] = [
  [0xd4, 0xc3, 0xb2, 0xa1],
  [0xa1, 0xb2, 0xc3, 0xd4],
  [0x4d, 0x3c, 0xb2, 0xa1],
  [0xa1, 0xb2, 0x3c, 0x4d],
  [0x0a, 0x0d, 0x0d, 0x0a],
];

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError(
      'unreadable-file',
      `The file ${JSON.stringify(printable(path))} cannot be read: ${systemReason(cause)}.`,
      {
        cause,
      },
    );
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** As far as the head goes; empty where it is no gzip after all. */
function unzippedHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 26 }).subarray(0, headBytes);
  } catch {
    return new Uint8Array();
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
