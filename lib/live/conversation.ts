/** node:tls talking over a dialled connection, with every byte of both sides seen on its way. */

import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { DialOutcome, Line } from '../net/index.ts';
import { createFlightReader, type Flight, type FlightReader, type HelloFacts, helloFacts } from '../session/index.ts';
import { concat, DecodeError, fromHex, HandshakeDeframer, RecordDeframer } from '../wire/index.ts';
import { openFlight, type ReceivedRecord, type SealedFlight } from './sealed-flight.ts';

/** What node:tls is to do; the context holds versions, suites, groups. */
export interface ConversationOptions {
  readonly secureContext: SecureContext;
  readonly tls: ConnectionOptions;
  /** Is told each line of the key log. */
  onSecret(line: string): void;
}

/** What node:tls says of a finished handshake; asked at once, since a closed socket has forgotten it. */
export interface Handshaken {
  readonly protocol: string | null;
  /** IANA name. */
  readonly cipher: string;
  readonly alpn: string | null;
  readonly authorizationError: string | null;
  readonly sessionReused: boolean;
  /** The chain that node makes by following issuers, DER. */
  readonly chainByIssuers: readonly Uint8Array[];
}

/** node:tls in the middle of a handshake, and what is known of it so far. */
export class Conversation {
  error: NodeJS.ErrnoException | null = null;
  /** Null until the handshake is finished on our side. */
  finished: Handshaken | null = null;
  /** True once the server showed, after a TLS 1.3 handshake, that it goes on with us. */
  accepted = false;
  session: Uint8Array | null = null;
  /** When the last bytes came. */
  lastAt = new Date(0);
  readonly #options: ConversationOptions;
  readonly #sent: Uint8Array[] = [];
  readonly #deframer = new RecordDeframer();
  readonly #records: ReceivedRecord[] = [];
  #tls: TLSSocket | undefined;
  #tap: Duplex | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reader: FlightReader | undefined;
  #retry: Flight | undefined;
  #facts: HelloFacts | null = null;
  #firstFlight: Uint8Array = new Uint8Array();
  #secret: Uint8Array | null = null;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** Our bytes before the server's first. */
  get firstFlight(): Uint8Array {
    return this.#reader === undefined ? concat(...this.#sent) : this.#firstFlight;
  }

  get facts(): HelloFacts | null {
    return this.#reader === undefined ? factsOf(this.firstFlight) : this.#facts;
  }

  /**
   * Starts the handshake on an open connection.
   * @param confirmMs how long to wait after a TLS 1.3 handshake for a sign that the server accepted us
   */
  begin(line: Line, confirmMs: number): void {
    const tap = this.#makeTap(line);
    this.#tap = tap;
    const tls = connect({
      ...this.#options.tls,
      secureContext: this.#options.secureContext,
      socket: tap,
      rejectUnauthorized: false,
    });
    this.#tls = tls;
    tls.on('keylog', (text: Buffer) => this.#onKeyLog(text.toString('latin1')));
    tls.on('session', (session: Buffer) => {
      this.session = Uint8Array.from(session);
      this.#onAccepted();
    });
    tls.on('data', () => this.#onAccepted());
    tls.on('error', (error) => {
      this.error ??= error;
      line.finish();
    });
    tls.once('secureConnect', () => this.#onConnected(tls, confirmMs));
  }

  /** The server's bytes, as they come. */
  receive(chunk: Uint8Array, at: Date): void {
    this.lastAt = at;
    if (this.#reader === undefined) {
      this.#firstFlight = concat(...this.#sent);
      this.#facts = factsOf(this.#firstFlight);
      this.#reader = this.#newReader();
    }
    for (const record of this.#framed(chunk)) this.#records.push({ ...record, at });
    if (
      this.#reader.push(chunk, at) === 'enough' &&
      this.#retry === undefined &&
      this.#reader.flight.helloRetryRequest !== null
    ) {
      // Our side answers a HelloRetryRequest; what follows is read as a flight of its own.
      this.#retry = this.#reader.flight;
      this.#reader = this.#newReader();
    }
    this.#tap?.push(chunk);
  }

  /** Lets node:tls take in the end of the connection, and releases it. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const tls = this.#tls;
    if (tls === undefined) return;
    this.#tap?.push(null);
    // Bytes that came right before the end (an alert) are still on their way through the streams.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => {
      tls.once('close', resolve);
      if (tls.closed) resolve(undefined);
      tls.destroy();
      this.#tap?.destroy();
    });
  }

  /** The server's flight as far as it was in clear. */
  clearFlight(end: DialOutcome['end']): Flight {
    const flight = (this.#reader ?? this.#newReader()).end(end);
    if (this.#retry === undefined) return flight;
    const { messages, helloRetryRequest, bytes } = this.#retry;
    return { ...flight, messages: [...messages, ...flight.messages], helloRetryRequest, bytes: bytes + flight.bytes };
  }

  /** The encrypted part of a TLS 1.3 flight; null when there is none, or it cannot be opened. */
  sealedFlight(cipherSuite: number): SealedFlight | null {
    return this.#secret === null ? null : openFlight(this.#records, this.#secret, cipherSuite);
  }

  #newReader(): FlightReader {
    return createFlightReader({ goal: 'server-flight', offer: this.#facts?.offer ?? null });
  }

  #framed(chunk: Uint8Array): ReturnType<RecordDeframer['push']> {
    try {
      return this.#deframer.push(chunk);
    } catch (error) {
      // Not TLS: the flight reader says so.
      if (error instanceof DecodeError) return [];
      throw error;
    }
  }

  #makeTap(line: Line): Duplex {
    return new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        const bytes = Uint8Array.from(chunk);
        if (this.#reader === undefined) this.#sent.push(bytes);
        line.send(bytes, () => done());
      },
      final: (done) => {
        done();
        line.finish();
      },
    }).on('error', () => line.finish());
  }

  #onKeyLog(text: string): void {
    this.#options.onSecret(text);
    const secret = /^SERVER_HANDSHAKE_TRAFFIC_SECRET \S+ ([0-9a-f]+)/i.exec(text)?.[1];
    if (secret !== undefined) this.#secret = fromHex(secret);
  }

  /**
   * Up to TLS 1.2 the server has judged our certificate, or our having none, before it finishes. In TLS 1.3 it judges
   * afterwards (RFC 8446 §4.4.2.4): a ticket or data say that it went well, an alert that it did not.
   */
  #onConnected(tls: TLSSocket, confirmMs: number): void {
    this.finished = handshaken(tls);
    // Up to TLS 1.2 the session is there now; a TLS 1.3 ticket comes later, as an event.
    const session = tls.getProtocol() === 'TLSv1.3' ? undefined : tls.getSession();
    if (session !== undefined) this.session ??= Uint8Array.from(session);
    if (this.accepted || tls.getProtocol() !== 'TLSv1.3') tls.end();
    else this.#timer = setTimeout(() => tls.end(), confirmMs);
  }

  #onAccepted(): void {
    this.accepted = true;
    if (this.finished !== null) this.#tls?.end();
  }
}

function handshaken(tls: TLSSocket): Handshaken {
  return {
    protocol: tls.getProtocol(),
    cipher: tls.getCipher().standardName,
    alpn: tls.alpnProtocol || null,
    authorizationError: tls.authorizationError ? codeOf(tls.authorizationError) : null,
    sessionReused: tls.isSessionReused(),
    chainByIssuers: chainByIssuers(tls),
  };
}

/** `authorizationError` is a code in fact, and an Error in node's types. */
function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}

function chainByIssuers(tls: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  for (
    let next = tls.getPeerX509Certificate();
    next !== undefined && chain.length < longestChain;
    next = next.issuerCertificate
  ) {
    chain.push(Uint8Array.from(next.raw));
  }
  return chain;
}

const longestChain = 32;

/** Facts of the ClientHello that opens a first flight. */
function factsOf(firstFlight: Uint8Array): HelloFacts | null {
  const message = helloMessage(firstFlight);
  return message === null ? null : helloFacts(message);
}

/** The ClientHello with its header, out of its records. */
export function helloMessage(firstFlight: Uint8Array): Uint8Array | null {
  const handshake = new HandshakeDeframer();
  for (const { fragment } of new RecordDeframer().push(firstFlight)) {
    const [message] = handshake.push(fragment);
    if (message !== undefined) return message.raw;
  }
  return null;
}
