/** In-process TCP servers on loopback, and what they leave behind. */

import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface TestServer extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** Connections that are open on the server's side. */
  readonly open: ReadonlySet<Socket>;
}

/** Starts a server that calls `onConnection`; errors of its sockets are expected and ignored. */
export async function listen(onConnection: (socket: Socket) => void, address = '127.0.0.1'): Promise<TestServer> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket
      .on('error', () => undefined)
      .on('end', () => socket.end())
      .on('close', () => open.delete(socket));
    onConnection(socket);
  });
  const port = await bound(server, address);
  return {
    address,
    port,
    open,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port on which nobody listens: it was bound a moment ago. */
export async function unusedPort(): Promise<number> {
  const server = createServer();
  const port = await bound(server, '127.0.0.1');
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * A port whose connection requests stay without an answer: it is listened on, but the thread that should accept sleeps, and
 * what the kernel holds for it is full.
 */
export async function unansweringPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const worker = new Worker(asleep, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  // Two of them fill the queue; the SYNs of the others are dropped already. Loopback handles a SYN within connect(2).
  const waiting = Array.from({ length: 8 }, () => connect({ host: '127.0.0.1', port }).on('error', () => undefined));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}

/** Body of the worker: listens with the shortest queue, says where, and never accepts. */
const asleep = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:worker_threads').parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

function bound(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject).listen(0, address, () => {
      const at = server.address();
      if (at === null || typeof at === 'string') reject(new Error('no port'));
      else resolve(at.port);
    });
  });
}

/** Open descriptors of this process; null where the system does not say. */
export function openDescriptors(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

/** Sockets and timers that keep the event loop alive. */
export function activeHandles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout)/.test(name));
}
