/** TLS inspection: a proxy on the router that ends the client's TLS and signs the server's names again with a CA of its own. */

import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { connect, type Server, type TLSSocket } from 'node:tls';
import { packetCalls } from '../../net/index.ts';
import { labName } from '../headend.ts';
import { createTestPki, type TestPki } from '../pki.ts';
import { createTlsServer } from '../tlsServer.ts';

interface Target {
  readonly host: string;
  readonly port: number;
}

/** Listens on a free port, for what the firewall redirects to it. */
export async function startInspecting(): Promise<{ port: number; close(): Promise<void> }> {
  const originalTarget = await targetReader();
  const pki = createTestPki({ now: new Date(), organisation: 'Inspection' });
  const sockets = new Set<Socket>();
  const known = new Map<string, Promise<Server>>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    // Either end may reset; the other one is told.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };
  const serverFor = (target: Target): Promise<Server> => {
    const key = `${target.host} ${target.port}`;
    const server = known.get(key) ?? resigned(target, pki, keep);
    known.set(key, server);
    server.catch(() => known.delete(key));
    return server;
  };
  const listener = createServer((socket) => {
    keep(socket);
    serverFor(originalTarget(socket)).then(
      (server) => server.emit('connection', socket),
      () => socket.resetAndDestroy(),
    );
  });
  const port = await new Promise<number>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '::', () => resolve((listener.address() as AddressInfo).port));
  });
  return {
    port,
    close: () => closed(listener, sockets),
  };
}

function closed(listener: NetServer, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    listener.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

/** A server in the place of `target`, with its names. */
async function resigned(target: Target, pki: TestPki, keep: (socket: Socket) => void): Promise<Server> {
  const names = await namesOf(target, keep);
  const server = await createTlsServer({ certificates: [{ names, chain: 'with-root' }] }, pki);
  server.on('secureConnection', (inner) => relay(inner, target, keep));
  return server;
}

function relay(inner: TLSSocket, target: Target, keep: (socket: Socket) => void): void {
  const servername = typeof inner.servername === 'string' ? { servername: inner.servername } : {};
  const outer = connect({ ...target, ...servername, rejectUnauthorized: false });
  keep(outer);
  inner.pipe(outer).pipe(inner);
  inner.once('close', () => outer.destroy());
  outer.once('close', () => inner.destroy());
}

/** Names in the certificate of a TLS server. */
function namesOf(target: Target, keep: (socket: Socket) => void): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...target, servername: labName, rejectUnauthorized: false, timeout: 5000 }, () => {
      const { subjectaltname = '' } = socket.getPeerCertificate();
      socket.destroy();
      resolve(subjectaltname.split(', ').map((entry) => entry.replace(/^(?:DNS|IP Address):/, '')));
    });
    keep(socket);
    socket.once('timeout', () => socket.destroy());
    socket.once('close', () => reject(new Error('the server closed')));
  });
}

/** Where a redirected connection was going (SO_ORIGINAL_DST); without koffi it is taken for port 443 of the lab's server. */
async function targetReader(): Promise<(socket: Socket) => Target> {
  const { libc } = await packetCalls();
  return (socket) => {
    const mapped = /^::ffff:/i.test(socket.localAddress ?? '');
    const fallback = {
      host: process.env[mapped ? 'HELLOPROBE_LAB_SERVER' : 'HELLOPROBE_LAB_SERVER6'] ?? '',
      port: 443,
    };
    const { fd = -1 } = (socket as Socket & { _handle?: { fd?: number } })._handle ?? {};
    if (libc === null || fd < 0) return fallback;
    const address = new Uint8Array(28); // struct sockaddr_in6, of which sockaddr_in has the same first fields
    if (libc.getOption(fd, mapped ? SOL_IP : SOL_IPV6, SO_ORIGINAL_DST, address) < 0) return fallback;
    return { host: fallback.host, port: new DataView(address.buffer).getUint16(2) };
  };
}

/** linux/in.h, linux/netfilter_ipv4.h */
const SOL_IP = 0;
const SOL_IPV6 = 41;
const SO_ORIGINAL_DST = 80;
