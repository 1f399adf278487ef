/** What the tests of labs do on their nodes: called there by `lab.call`. */

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A datagram of `out` bytes to the server, which shall answer with one of `back` bytes. */
export interface Ask {
  readonly out: number;
  readonly back: number;
}

/** Answers datagrams as `Ask` says, on IPv4 and IPv6, as long as the lab lives. @returns the port */
export async function startAnswering(): Promise<number> {
  const socket = createSocket('udp6');
  socket.on('message', (message, { address, port }) => {
    socket.send(Buffer.alloc(message.readUInt16BE(0), message.subarray(2, 4)), port, address);
  });
  socket.on('error', () => undefined);
  socket.bind(0, '::');
  await once(socket, 'listening');
  return socket.address().port;
}

/**
 * Sends datagrams, the sizes being those of IP packets, one after the other; the kernel sets DF in those that fit its interface.
 * @returns per datagram whether its answer came. Datagrams keep their order: a last, small one ends the waiting.
 */
export async function ask(host: string, port: number, asks: readonly Ask[]): Promise<boolean[]> {
  const header = host.includes(':') ? 48 : 28;
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const answered = asks.map(() => false);
  try {
    socket.connect(port, host);
    await once(socket, 'connect');
    const done = new Promise<void>((resolve) => {
      socket.on('message', (message) => {
        const index = message.readUInt16BE(0);
        if (index === asks.length) resolve();
        else answered[index] = true;
      });
    });
    socket.on('error', () => undefined);
    for (const [index, { out, back }] of asks.entries()) await send(socket, index, out - header, back - header);
    await send(socket, asks.length, 4, 4);
    await done;
    return answered;
  } finally {
    socket.close();
  }
}

/** The first call may only tell of an ICMP error about an earlier datagram; what fails twice is longer than the kernel believes the path to be. */
async function send(socket: Socket, index: number, out: number, back: number): Promise<void> {
  const message = Buffer.alloc(out);
  message.writeUInt16BE(back, 0);
  message.writeUInt16BE(index, 2);
  const tried = (): Promise<Error | null> => new Promise((resolve) => socket.send(message, resolve));
  if ((await tried()) !== null) await tried();
}

export interface Connected {
  readonly issuer: string | null;
  readonly authorized: boolean;
  readonly error: string | null;
}

/** One TLS handshake with the lab's roots, without sending a name where `sni` is null. */
export async function handshake(host: string, port: number, sni: string | null, ca: string): Promise<Connected> {
  const name = sni === null ? {} : { servername: sni };
  const socket = connectTls({ host, port, ca, rejectUnauthorized: false, ...name });
  try {
    await once(socket, 'secureConnect');
    const issuer = socket.getPeerCertificate().issuer.O;
    return { issuer: String(issuer), authorized: socket.authorized, error: null };
  } catch (error) {
    return { issuer: null, authorized: false, error: (error as NodeJS.ErrnoException).code ?? String(error) };
  } finally {
    socket.destroy();
  }
}

/** Listens and tells each client its address. @returns the port */
export async function startTellingAddresses(): Promise<number> {
  const server = createServer((socket) => socket.end(socket.remoteAddress ?? ''));
  server.listen(0, '::');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What the server says to those who connect, and how long the connection took to open, in milliseconds. */
export async function listen(host: string, port: number): Promise<{ said: string; connectMs: number }> {
  const began = performance.now();
  const socket = connect({ host, port });
  await once(socket, 'connect');
  const connectMs = performance.now() - began;
  let said = '';
  for await (const chunk of socket.setEncoding('utf8')) said += chunk;
  return { said, connectMs };
}

/** Why a connection does not open. */
export async function whyRefused(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return 'connected';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}

/** Opens a connection, sends something and resets it. */
export async function sendAndReset(host: string, port: number): Promise<void> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write('hello', resolve));
  socket.resetAndDestroy();
  await once(socket, 'close');
}
