/** One hello from the client of a lab, called by its agent: what the kernel shows of the packets. */

import type { Attempt } from '../../lib/evidence/index.ts';
import { buildHello, padTo, planOf } from '../../lib/hello/index.ts';
import { exchange } from '../../lib/live/index.ts';

export interface PathAttempt {
  readonly address: string;
  readonly port: number;
  readonly sni: string;
  /** TLS 1.3 without key shares, which draws a HelloRetryRequest, or TLS 1.2, which draws the whole flight. */
  readonly draws: 'short-answer' | 'flight';
  /** Bytes of the first flight. */
  readonly length?: number;
  readonly mss?: number;
  readonly stopWhenLost?: boolean;
  readonly firstReplyMs?: number;
}

const recordHeader = 5;

export async function pathAttempt(asked: PathAttempt): Promise<Attempt> {
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(7);
  const { sni, draws, length, mss, stopWhenLost = false, firstReplyMs = 3000 } = asked;
  const spec =
    draws === 'flight'
      ? buildHello({ versions: [0x0303], sni, random })
      : buildHello({ versions: [0x0304], keyShares: [], sni, random });
  const hello = length === undefined ? spec : padTo(spec, length - recordHeader);
  const { attempt } = await exchange(asked, planOf(hello), {
    id: 'a1',
    goal: draws === 'flight' ? 'server-flight' : 'server-hello',
    timeouts: { firstReplyMs },
    stopWhenLost,
    ...(mss === undefined ? {} : { via: { kind: 'tcp', mss } }),
  });
  return attempt;
}
