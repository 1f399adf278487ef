/** TCP options (RFC 9293 §3.1) that say something of the path. */

/** Filled anew by each `readOptions`. */
export class TcpOptions {
  /** Maximum segment size; 0 when the option is not there. */
  mss = 0;
  sackPermitted = false;
  timestamps = false;
  /** SACK blocks: [sack, sack + sackLength); length 0 when there are none. */
  sack = 0;
  sackLength = 0;
}

/** Reads options in `bytes[at, end)`; stops at one that does not fit. */
export function readOptions(bytes: Uint8Array, at: number, end: number, into: TcpOptions): void {
  into.mss = 0;
  into.sackPermitted = false;
  into.timestamps = false;
  into.sackLength = 0;
  for (let i = at; i < end; ) {
    const kind = bytes[i]!;
    if (kind === option.end) return;
    if (kind === option.noOperation) {
      i++;
      continue;
    }
    const length = i + 1 < end ? bytes[i + 1]! : 0;
    if (length < 2 || i + length > end) return;
    if (kind === option.mss && length === 4) into.mss = (bytes[i + 2]! << 8) | bytes[i + 3]!;
    else if (kind === option.sackPermitted && length === 2) into.sackPermitted = true;
    else if (kind === option.timestamps && length === 10) into.timestamps = true;
    else if (kind === option.sack) {
      into.sack = i + 2;
      into.sackLength = length - 2;
    }
    i += length;
  }
}

/** True when the options are two no-operations and the timestamps, as in nearly every segment. */
export function onlyTimestamps(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    end - at === 12 &&
    bytes[at] === option.noOperation &&
    bytes[at + 1] === option.noOperation &&
    bytes[at + 2] === option.timestamps
  );
}

/** IANA: TCP option kinds. */
const option = { end: 0, noOperation: 1, mss: 2, sackPermitted: 4, sack: 5, timestamps: 8 } as const;
