/** A connection that only stays open: how a run finds out whether a server serves two at once. */

import { connect } from 'node:net';
import type { Endpoint } from './dial.ts';

/** An open connection on which nothing is sent. */
export interface HeldConnection {
  close(): void;
}

/** Connects and keeps still; null when the connection does not come up within `connectTimeoutMs`. */
export function holdOpen({ address, port }: Endpoint, connectTimeoutMs: number): Promise<HeldConnection | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const give = (held: HeldConnection | null): void => {
      clearTimeout(timer);
      if (held === null) socket.destroy();
      resolve(held);
    };
    const timer = setTimeout(() => give(null), connectTimeoutMs);
    socket.on('error', () => give(null));
    socket.once('connect', () => give({ close: () => socket.destroy() }));
    // What the server says meanwhile (a banner, its own time-out) does not matter here.
    socket.resume();
  });
}
