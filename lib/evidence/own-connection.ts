/**
 * What was done on purpose on a connection of ours, as recordings say it in the comment of its first packet: whoever reads the packets
 * alone would take it for the doing of the path, the server or the client.
 */

import type { Attempt } from './attempt.ts';

export interface OwnConnection {
  /** Id of the attempt in the report of the run. */
  readonly attempt: string;
  /** Its hello, or how that was sent, was chosen to find something out: that it fails may be meant, and tells nothing by itself. */
  readonly probing: boolean;
  /** MSS that we announced on purpose; null for the system's own. */
  readonly mss: number | null;
  /** We ended it when we had what we wanted. */
  readonly left: boolean;
}

/** The hello of an ordinary client, sent as clients send it; all others are made for a probe. */
const ordinaryPreset = 'openssl-3';

export function ownConnectionOf({ id, transport, hello, mss, evidence }: Attempt): OwnConnection {
  return {
    attempt: id,
    probing: hello.preset !== ordinaryPreset || transport !== 'tcp',
    mss,
    left: evidence.end === 'stopped' || evidence.end === 'complete',
  };
}

const words = { probing: 'sent for a probe', left: 'left on purpose', nothing: 'as any client' } as const;

/** A comment that `readOwnConnection` understands. */
export function ownConnectionText({ attempt, probing, mss, left }: OwnConnection): string {
  const done = [
    ...(probing ? [words.probing] : []),
    ...(mss === null ? [] : [`MSS ${mss} announced on purpose`]),
    ...(left ? [words.left] : []),
  ];
  return `attempt ${attempt}; helloprobe: ${done.length === 0 ? words.nothing : done.join(', ')}`;
}

/** Null for a comment of somebody else. */
export function readOwnConnection(comment: string): OwnConnection | null {
  const [, attempt, said] = /^attempt (a[1-9]\d{0,14}); helloprobe: ([^;]*)/.exec(comment) ?? [];
  if (attempt === undefined || said === undefined) return null;
  const done = said.split(', ');
  const mss = /\bMSS (\d{1,5}) announced on purpose/.exec(said)?.[1];
  return {
    attempt,
    probing: done.includes(words.probing),
    mss: mss === undefined ? null : Number(mss),
    left: done.includes(words.left),
  };
}
