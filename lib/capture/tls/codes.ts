/** Code points and names as reports write them, made once: a capture tells the same few in every hello. */

import type { Code } from '../../evidence/index.ts';
import { codeText, dtlsVersions, printable, tlsVersions } from '../../wire/index.ts';

const texts: (Code | undefined)[] = [];

/** `0x1301` of 0x1301. */
export function codeOf(code: number): Code {
  return (texts[code] ??= codeText(code));
}

/** `TLSv1.2` of 0x0303; `SSLv2` of 0x0002; the code where it has no name. */
export function versionName(version: number): string {
  if (tlsVersions.has(version)) return tlsVersions.nameOf(version);
  if (dtlsVersions.has(version)) return dtlsVersions.nameOf(version);
  return version === sslv2 ? 'SSLv2' : codeOf(version);
}

export const sslv2 = 0x0002;

/** Bytes as text, one character each; what is not printable is escaped, and beyond `most` bytes it is cut. */
export function textOf(bytes: Uint8Array, start: number, end: number, most = 255): string {
  const stop = Math.min(end, start + most);
  let text = '';
  let plain = true;
  for (let i = start; i < stop; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte > 0x7e) plain = false;
    text += String.fromCharCode(byte);
  }
  return plain ? text : printable(text);
}
