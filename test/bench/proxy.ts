/** A TCP relay that counts connections and may hold every chunk back for a while, per direction. */

import { connect, createServer, type Socket } from 'node:net';

export interface CountingProxy {
  readonly port: number;
  /** Connections since the last call. */
  takeCount(): number;
  close(): Promise<void>;
}

export async function startProxy(target: number, delayMs: number): Promise<CountingProxy> {
  let count = 0;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    count++;
    const upstream = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true });
    relay(client, upstream, delayMs);
    relay(upstream, client, delayMs);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    takeCount() {
      const taken = count;
      count = 0;
      return taken;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function relay(from: Socket, to: Socket, delayMs: number): void {
  const later = (action: () => void): void => void (delayMs > 0 ? setTimeout(action, delayMs) : action());
  from.on('data', (chunk) => later(() => void (to.destroyed || to.write(chunk))));
  from.on('end', () => later(() => void (to.destroyed || to.end())));
  from.on('error', () => later(() => void (to.destroyed || to.resetAndDestroy())));
  from.on('close', () => later(() => void (to.destroyed || to.end())));
}
