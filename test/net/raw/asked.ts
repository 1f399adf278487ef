/** One raw connection from inside a lab, called by its agent: arguments and outcome are JSON. */

import type { DialOutcome, RawVia } from '../../../lib/net/index.ts';
import { rawDial } from '../../../lib/net/raw/index.ts';

export interface Asked {
  readonly address: string;
  readonly port: number;
  /** Bytes of the first flight: the beginning of a longer TLS record, for whose end a server waits. */
  readonly length: number;
  readonly via: Partial<RawVia>;
}

export function ask({ address, port, length, via }: Asked): Promise<DialOutcome> {
  const hello = new Uint8Array(length);
  hello.set([0x16, 0x03, 0x01, 0x40, 0x00, 0x01, 0x00, 0x3f, 0xfc, 0x03, 0x03]);
  const request = { writes: [hello], stopWhenLost: true, firstReplyTimeoutMs: 450, onBytes: () => 'more' as const };
  return rawDial({ address, port }, request, { kind: 'raw', ...via });
}
