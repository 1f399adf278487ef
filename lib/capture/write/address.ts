/** Addresses as text to their bytes: IPv4, IPv6 and the 48-bit addresses of Ethernet. */

import { EncodeError } from '../../wire/index.ts';

/** Sender and receiver of an IP packet, as text; both IPv4 or both IPv6. */
export interface IpAddresses {
  readonly source: string;
  readonly destination: string;
}

/**
 * 4 or 16 bytes of an address in the usual notation (dotted, or RFC 4291 §2.2 forms 1 and 2).
 * @throws EncodeError `out-of-range` when it is neither.
 */
export function ipBytes(text: string): Uint8Array {
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
  if (bytes === null) throw new EncodeError('out-of-range', `${JSON.stringify(text)} is not an IP address`);
  return bytes;
}

/** 6 bytes of `00:00:5e:00:53:01`. @throws EncodeError `out-of-range` */
export function macBytes(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)) {
    throw new EncodeError('out-of-range', `${JSON.stringify(text)} is not an Ethernet address`);
  }
  return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
}

function ipv4Bytes(text: string): Uint8Array | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return null;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part < 256) ? Uint8Array.from(parts) : null;
}

function ipv6Bytes(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}
