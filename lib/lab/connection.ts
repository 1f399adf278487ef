/** One accepted connection of a headend: reads the client's first message, then lets the behaviour act on it. */

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Server } from 'node:tls';
import {
  type ClientHello,
  clientHello,
  concat,
  contentType,
  DecodeError,
  decode,
  HandshakeDeframer,
  handshakeType,
  RecordDeframer,
} from '../wire/index.ts';
import type { RawConnection, RawHandlers, ReceivedHello, Reshape } from './headend.ts';

export interface ConnectionContext {
  /** 1 for the first connection of the headend. */
  readonly number: number;
  readonly handlers: RawHandlers;
  /** Answers the connections that are passed on. */
  readonly inner: Server;
  readonly helloRead: (hello: ReceivedHello) => void;
}

/** A client that sends this much without completing one handshake message is cut off. */
const maxHelloBytes = 1 << 20;

/** Serves the connection until either side ends it. */
export function serveConnection(socket: Socket, { number, handlers, inner, helloRead }: ConnectionContext): void {
  const received: Uint8Array[] = [];
  let size = 0;
  const reader = createHelloReader();
  let answering = false;
  const onData = (chunk: Uint8Array): void => {
    size += chunk.length;
    // Kept also after the hello: it may be passed on later.
    if (size <= maxHelloBytes) received.push(chunk);
    else if (!answering) socket.resetAndDestroy();
    if (answering) {
      handlers.later?.(connection, chunk);
      return;
    }
    const hello = reader(chunk);
    if (hello === null) return;
    answering = true;
    helloRead(hello);
    if (handlers.hello === undefined) connection.passOn();
    else handlers.hello(connection, hello);
  };
  const stopReading = (): Uint8Array => {
    socket.off('data', onData);
    socket.pause();
    return concat(...received.splice(0));
  };
  const connection: RawConnection = {
    ...connectionActions(socket, number),
    passOn(reshape) {
      if (socket.destroyed) return;
      const bytes = stopReading();
      if (reshape === undefined) {
        socket.unshift(bytes);
        inner.emit('connection', socket);
      } else {
        inner.emit('connection', reshapedStream(socket, bytes, reshape));
      }
    },
  };
  // A client that resets is no fault of the lab; 'close' follows and ends what was started.
  socket.on('error', () => undefined);
  socket.on('data', onData);
  handlers.connected?.(connection);
}

function connectionActions(socket: Socket, number: number): Omit<RawConnection, 'passOn'> {
  const timers = new Set<NodeJS.Timeout>();
  socket.once('close', () => {
    for (const timer of timers) clearTimeout(timer);
  });
  const open = (): boolean => !socket.destroyed && !socket.writableEnded;
  return {
    number,
    send(bytes) {
      if (open()) socket.write(bytes);
    },
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    after(milliseconds, action) {
      if (open()) timers.add(setTimeout(action, milliseconds));
    },
    every(milliseconds, action) {
      if (open()) timers.add(setInterval(action, milliseconds));
    },
    flood(next) {
      const pump = (): void => {
        // Small pieces go out together: one system call each would keep the process busy with nothing else.
        const parts: Uint8Array[] = [];
        for (let size = 0; size < floodBytes; size += parts.at(-1)?.length ?? 0) parts.push(next());
        if (open()) socket.write(concat(...parts), () => setImmediate(pump));
      };
      pump();
    },
    onClose(action) {
      if (socket.destroyed) action();
      else socket.once('close', action);
    },
  };
}

const floodBytes = 16_384;

/** Reads the first handshake message; null until it is whole, or until it is clear that there will be none. */
function createHelloReader(): (chunk: Uint8Array) => ReceivedHello | null {
  const records = new RecordDeframer();
  const handshake = new HandshakeDeframer();
  const recordLengths: number[] = [];
  const readLengths: number[] = [];
  const none = { message: new Uint8Array(), clientHello: null, recordLengths, readLengths };
  return (chunk) => {
    readLengths.push(chunk.length);
    try {
      for (const { type, fragment } of records.push(chunk)) {
        if (type !== contentType.handshake) return none;
        recordLengths.push(fragment.length);
        const [first] = handshake.push(fragment);
        if (first === undefined) continue;
        return { ...none, message: first.raw, clientHello: decodeHello(first) };
      }
    } catch (error) {
      if (error instanceof DecodeError) return none;
      throw error;
    }
    return null;
  };
}

function decodeHello({ type, body }: { type: number; body: Uint8Array }): ClientHello | null {
  if (type !== handshakeType.client_hello) return null;
  try {
    return decode(clientHello, body);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** The client as the inner server sees it, while `reshape` stands between that server and the client. */
function reshapedStream(socket: Socket, received: Uint8Array, reshape: Reshape): Duplex {
  const fromServer = reshape((bytes) => {
    if (!socket.destroyed && !socket.writableEnded) socket.write(bytes);
  });
  const stream = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Uint8Array, _encoding, done) {
      fromServer(chunk);
      done();
    },
    final(done) {
      socket.end();
      done();
    },
  });
  stream.on('error', () => undefined);
  stream.push(received);
  socket.on('data', (chunk) => {
    if (!stream.push(chunk)) socket.pause();
  });
  socket.once('end', () => stream.push(null));
  socket.once('close', () => stream.destroy());
  return stream;
}
