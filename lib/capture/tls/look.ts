/** Is this segment the beginning of TLS? Asked of every segment of flows that are not known yet, by content alone. */

/** 1: a ClientHello (TLS or SSL 2.0 form). 2: a server's handshake or alert record. 3: another TLS record, weak evidence. 0: none. */
export type TlsStart = 0 | 1 | 2 | 3;

export function looksLikeTlsStart(_bytes: Uint8Array, _start: number, _end: number): TlsStart {
  return 0;
}
