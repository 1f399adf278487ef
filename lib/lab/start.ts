/** Starting and stopping headends. */

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { HarnessError, nearest } from '../wire/index.ts';
import { serveConnection } from './connection.ts';
import { type HeadendSpec, labName, type RunningHeadend, type StartOptions } from './headend.ts';
import { type HeadendId, type HostileHeadendId, headends, hostileHeadends } from './headends/index.ts';
import { createTestPki, type TestPki } from './pki.ts';
import { createTlsServer, rootsOf } from './tlsServer.ts';

let sharedPki: TestPki | undefined;

/**
 * Starts a headend on a free port of `host`.
 * @example
 * await using headend = await startHeadend('expired');
 * @throws HarnessError `unknown-headend` for an id without a row, `cannot-listen` when the address is not ours; the signal's
 *   reason when it has fired before the headend listens.
 */
export async function startHeadend(
  headend: HeadendId | HostileHeadendId | HeadendSpec,
  { host = '127.0.0.1', port: wantedPort = 0, pki, signal }: StartOptions = {},
): Promise<RunningHeadend> {
  const spec = typeof headend === 'string' ? rowOf(headend) : headend;
  const { behaviour, sni = labName } = spec;
  if (pki === undefined) {
    sharedPki ??= createTestPki({ now: new Date() });
    pki = sharedPki;
  }
  const tls = behaviour.kind === 'tls' ? behaviour : (behaviour.inner ?? {});
  const inner = await createTlsServer(tls, pki);
  const rootsPem = rootsOf(tls, pki);
  const handlers = behaviour.kind === 'tls' ? {} : behaviour.start(pki);
  const seen = { connections: 0, helloLengths: [] as number[] };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    seen.connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const helloRead = ({ message }: { message: Uint8Array }): void => void seen.helloLengths.push(message.length);
    serveConnection(socket, { number: seen.connections, handlers, inner, helloRead });
  });
  const port = await listen(server, host, wantedPort);
  let closed: Promise<void> | undefined;
  const onAbort = (): void => void close();
  const close = (): Promise<void> => {
    signal?.removeEventListener('abort', onAbort);
    closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
    return closed;
  };
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted === true) {
    await close();
    signal.throwIfAborted();
  }
  return { host, port, spec, sni, rootsPem, seen, close, [Symbol.asyncDispose]: close };
}

function rowOf(id: string): HeadendSpec {
  const rows: Readonly<Record<string, HeadendSpec>> = { ...hostileHeadends, ...headends };
  const row = Object.hasOwn(rows, id) ? rows[id] : undefined;
  if (row !== undefined) return row;
  const near = nearest(id, Object.keys(rows));
  throw new HarnessError('unknown-headend', `There is no headend ${JSON.stringify(id)}.`, {
    hint:
      near.length === 0 ? `The headends are: ${Object.keys(headends).join(', ')}.` : `Did you mean ${near.join(', ')}?`,
  });
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new HarnessError(
          'cannot-listen',
          `Cannot listen on ${host}${port === 0 ? '' : ` port ${port}`}: ${cause.message}.`,
          { cause },
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
