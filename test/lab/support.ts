/** Clients for the lab's tests: node:tls, raw sockets with hellos made from the codecs, and openssl where it is installed. */

import { execFile, execFileSync } from 'node:child_process';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { RunningHeadend } from '../../lib/lab/index.ts';
import {
  clientHello,
  concat,
  contentType,
  encode,
  encodeRecord,
  extensionType,
  type FramedHandshake,
  HandshakeDeframer,
  handshakeMessage,
  handshakeType,
  RecordDeframer,
  tlsVersion,
} from '../../lib/wire/index.ts';

/** Lets the event loop turn, so that what is on its way over loopback arrives. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1);
}

/** How a TLS handshake ended for node: `error` is a code, `unauthorized` node's verdict on the chain. */
export interface TlsOutcome {
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly unauthorized: string | null;
  readonly error: string | null;
  /** Certificates the server sent, leaf first, DER; TLS 1.2 and before show all, TLS 1.3 too. */
  readonly chain: readonly string[];
}

/** One handshake; the connection is closed when it is over, or when the server says more within the exchange. */
export function handshake(headend: RunningHeadend, options: ConnectionOptions = {}): Promise<TlsOutcome> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: headend.host,
      port: headend.port,
      servername: headend.sni,
      ca: headend.rootsPem,
      rejectUnauthorized: false,
      ciphers: 'DEFAULT@SECLEVEL=0',
      ...options,
    });
    let outcome: TlsOutcome = { protocol: null, cipher: null, unauthorized: null, error: null, chain: [] };
    socket.once('secureConnect', () => {
      outcome = {
        ...outcome,
        protocol: socket.getProtocol(),
        cipher: socket.getCipher().name,
        unauthorized: socket.authorized ? null : String(socket.authorizationError),
        chain: namesOf(socket),
      };
      socket.end();
    });
    // In TLS 1.3 the server judges the client certificate after the client is done: its alert comes before its FIN.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      outcome = { ...outcome, error: error.code ?? error.message };
    });
    socket.once('close', () => resolve(outcome));
    socket.resume();
  });
}

function namesOf(socket: TLSSocket): string[] {
  const names: string[] = [];
  for (
    let certificate = socket.getPeerX509Certificate();
    certificate !== undefined;
    certificate = certificate.issuerCertificate
  ) {
    names.push(certificate.subject.replaceAll('\n', ', '));
  }
  return names;
}

export interface HelloOptions {
  readonly versions?: readonly number[];
  readonly suites?: readonly number[];
  readonly sni?: string;
  /** Length of the message with its 4-byte header, reached by padding (RFC 7685). */
  readonly length?: number;
  readonly extensions?: readonly { type: number; data: Uint8Array }[];
}

/** A ClientHello message that a TLS 1.2 server answers with its whole flight, and a TLS 1.3 server with HelloRetryRequest. */
export function helloMessage(options: HelloOptions = {}): Uint8Array {
  const { versions = [tlsVersion['TLSv1.2']], sni = 'vpn.example.test', length, extensions = [] } = options;
  const ecdheSuites = [0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca9, 0xcca8];
  const tls13 = versions.includes(tlsVersion['TLSv1.3']);
  const message = (padding: number): Uint8Array =>
    encode(handshakeMessage, {
      type: handshakeType.client_hello,
      body: encode(clientHello, {
        legacyVersion: Math.min(tlsVersion['TLSv1.2'], Math.max(...versions)),
        random: new Uint8Array(32).fill(7),
        sessionId: new Uint8Array(),
        cipherSuites: [...(options.suites ?? (tls13 ? [0x1301, 0x1302, ...ecdheSuites] : ecdheSuites))],
        compressionMethods: [0],
        extensions: [
          { type: extensionType.server_name, data: [{ nameType: 0, name: new TextEncoder().encode(sni) }] },
          { type: extensionType.supported_groups, data: [0x0017, 0x001d] },
          { type: extensionType.ec_point_formats, data: [0] },
          { type: extensionType.signature_algorithms, data: [0x0403, 0x0401, 0x0804] },
          { type: extensionType.renegotiation_info, data: new Uint8Array() },
          ...(tls13 ? [{ type: extensionType.supported_versions, data: [...versions] }] : []),
          ...(tls13 ? [{ type: extensionType.key_share, data: [] }] : []),
          ...extensions,
          ...(padding < 0 ? [] : [{ type: extensionType.padding, data: new Uint8Array(padding) }]),
        ],
      }),
    });
  return length === undefined ? message(-1) : message(length - message(0).length);
}

/** The message in one record, or in records of the given fragment lengths and the rest. */
export function helloRecords(message: Uint8Array, lengths: readonly number[] = []): Uint8Array {
  const records: Uint8Array[] = [];
  let offset = 0;
  for (const length of [...lengths, message.length]) {
    const fragment = message.subarray(offset, offset + length);
    if (fragment.length > 0) records.push(encodeRecord(contentType.handshake, tlsVersion['TLSv1.0'], fragment));
    offset += length;
  }
  return concat(...records);
}

/** A raw connection: everything received, and how it ended. */
export interface RawClient {
  readonly socket: Socket;
  /** Sizes of the reads. */
  readonly reads: number[];
  bytes(): Uint8Array;
  /** Resolves when the connection is over. */
  readonly ended: Promise<'closed' | 'reset'>;
}

export function connectRaw(headend: Pick<RunningHeadend, 'host' | 'port'>): Promise<RawClient> {
  const socket = connectTcp({ host: headend.host, port: headend.port, noDelay: true });
  const received: Uint8Array[] = [];
  const reads: number[] = [];
  let end: 'closed' | 'reset' = 'closed';
  socket.on('error', () => {
    end = 'reset';
  });
  socket.on('data', (chunk: Uint8Array) => {
    received.push(chunk);
    reads.push(chunk.length);
  });
  const ended = new Promise<'closed' | 'reset'>((resolve) => socket.once('close', () => resolve(end)));
  const client = { socket, reads, ended, bytes: () => concat(...received) };
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(client));
    socket.once('close', () => resolve(client));
  });
}

/** The handshake messages in the clear that a server sent. */
export function messagesIn(bytes: Uint8Array): FramedHandshake[] {
  const handshakes = new HandshakeDeframer();
  return new RecordDeframer()
    .push(bytes)
    .filter(({ type }) => type === contentType.handshake)
    .flatMap(({ fragment }) => handshakes.push(fragment));
}

/** Sends one hello, in as many writes as given, and tells what came back first. */
export async function replyTo(headend: RunningHeadend, ...writes: readonly Uint8Array[]): Promise<string> {
  const { seen } = headend;
  const hellosBefore = seen.helloLengths.length;
  const client = await connectRaw(headend);
  const heard = new Promise<'data'>((resolve) => client.socket.once('data', () => resolve('data')));
  for (const part of writes) {
    client.socket.write(part);
    await turns();
  }
  await until(() => seen.helloLengths.length > hellosBefore || client.socket.destroyed);
  // Server and client share this event loop, so whatever the server does about a hello is here within these turns.
  const outcome = await Promise.race([heard, client.ended, turns(200).then(() => 'silent' as const)]);
  const [first] = client.bytes();
  client.socket.destroy();
  if (outcome !== 'data') return outcome;
  return first === contentType.alert ? 'alert' : first === contentType.handshake ? 'answered' : 'other';
}

export function opensslVersion(): string | null {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

/** Output and errors of an openssl command that reads an empty standard input. */
export function openssl(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile('openssl', args, { timeout: 10_000 }, (_error, stdout, stderr) => resolve(stdout + stderr));
    child.stdin?.end();
  });
}
