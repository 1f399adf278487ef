/** A TCP segment that was heard, with what its IP header says (RFC 9293 §3.1). */

import type { Datagram } from '../../capture/index.ts';

export interface HeardSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sequence and acknowledgement number, unsigned 32-bit. */
  readonly seq: number;
  readonly ack: number;
  /** Control bits; see `tcpFlag`. */
  readonly flags: number;
  /** As it stands in the header. */
  readonly window: number;
  /** A copy. */
  readonly payload: Uint8Array;
  /** Maximum segment size; null when the option is not there. */
  readonly mss: number | null;
  readonly sackPermitted: boolean;
  /** TSval and TSecr (RFC 7323 §3.2). */
  readonly timestamps: { readonly value: number; readonly echo: number } | null;
  /** SACK blocks (RFC 2018 §3), sequence numbers. */
  readonly sack: readonly { readonly left: number; readonly right: number }[];
  /** TTL or hop limit. */
  readonly ttl: number;
  /** IPv4 identification; null in IPv6. */
  readonly ipId: number | null;
}

/**
 * The segment in a datagram of protocol 6; null when its header does not fit. Checksums are not looked at: on loopback, and where the
 * network card fills them in, they are not there.
 */
export function readSegment({ bytes, payload: at, end, ttl, id }: Datagram): HeardSegment | null {
  if (end - at < headerLength) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataAt = at + ((bytes[at + 12] as number) >> 4) * 4;
  if (dataAt < at + headerLength || dataAt > end) return null;
  return {
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    seq: view.getUint32(at + 4),
    ack: view.getUint32(at + 8),
    flags: bytes[at + 13] as number,
    window: view.getUint16(at + 14),
    payload: bytes.slice(dataAt, end),
    ...optionsOf(view, at + headerLength, dataAt),
    ttl,
    ipId: id < 0 ? null : id,
  };
}

type Options = Pick<HeardSegment, 'mss' | 'sackPermitted' | 'timestamps' | 'sack'>;

/** Stops at an option that does not fit. */
function optionsOf(view: DataView, start: number, end: number): Options {
  let mss: number | null = null;
  let sackPermitted = false;
  let timestamps: Options['timestamps'] = null;
  const sack: { left: number; right: number }[] = [];
  for (let at = start; at < end; ) {
    const kind = view.getUint8(at);
    if (kind === option.end) break;
    if (kind === option.noOperation) {
      at++;
      continue;
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) break;
    if (kind === option.mss && length === 4) mss = view.getUint16(at + 2);
    else if (kind === option.sackPermitted && length === 2) sackPermitted = true;
    else if (kind === option.timestamps && length === 10)
      timestamps = { value: view.getUint32(at + 2), echo: view.getUint32(at + 6) };
    else if (kind === option.sack) {
      for (let block = at + 2; block + 8 <= at + length; block += 8)
        sack.push({ left: view.getUint32(block), right: view.getUint32(block + 4) });
    }
    at += length;
  }
  return { mss, sackPermitted, timestamps, sack };
}

const headerLength = 20;
/** IANA: TCP option kinds. */
const option = { end: 0, noOperation: 1, mss: 2, sackPermitted: 4, sack: 5, timestamps: 8 } as const;
