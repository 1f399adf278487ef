/** One handshake over plain kernel TCP. `lab.call` runs it in a process of the client's. */

import { randomBytes } from 'node:crypto';
import type { Attempt } from '../../lib/evidence/index.ts';
import { makePreset, padTo, planOf } from '../../lib/hello/index.ts';
import { exchange } from '../../lib/live/index.ts';

export interface HandshakeTask {
  readonly host: string;
  readonly port: number;
  readonly sni: string;
  /**
   * `hello`: a large hello that draws a short answer, so that only the way to the server is tested. `certificates`: a small hello
   * that draws the whole certificate flight. `browser`: the hello of a browser with a post-quantum key share.
   */
  readonly kind: 'hello' | 'certificates' | 'browser';
  /** First flight in bytes, record header included; default the hello as it is. */
  readonly size?: number;
  /** Milliseconds to wait for the first byte, default 3000. */
  readonly patience?: number;
}

const presetOf = { hello: 'hrr-puller', certificates: 'tls12-minimal', browser: 'browser-mlkem' } as const;
const recordHeader = 5;

export async function handshake({ host, port, sni, kind, size, patience = 3000 }: HandshakeTask): Promise<Attempt> {
  const preset = presetOf[kind];
  const hello = makePreset(preset, { sni, random: (length) => randomBytes(length) });
  const plan = planOf(size === undefined ? hello : padTo(hello, size - recordHeader), { preset });
  const timeouts = { firstReplyMs: patience, totalMs: patience };
  const goal = kind === 'certificates' ? 'server-flight' : 'reply';
  const { attempt } = await exchange({ address: host, port }, plan, { id: 'a1', goal, timeouts });
  return attempt;
}
