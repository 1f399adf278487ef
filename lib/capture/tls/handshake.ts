/** The handshake of one conversation, TLS or DTLS: takes whole messages and keeps the facts. Framing is the readers' part. */

import type { LooksLike } from '../../evidence/index.ts';
import { alertLevel, handshakeType } from '../../wire/index.ts';
import { takeCertificateRequest, takeCertificates, takeCompressedCertificates } from './certificate-messages.ts';
import { clientHelloFault } from './client-hello.ts';
import { type Shared, sharedOf, type TlsContext } from './context.ts';
import type { TlsFacts } from './facts.ts';
import { type Direction, factsOf, HandshakeState, isComplete } from './handshake-state.ts';
import type { Negotiation } from './negotiation.ts';
import { logged, type Side } from './side.ts';

/** Lengths of some records' fragments. */
export interface DataLengths {
  readonly first: number;
  readonly longest: number;
  readonly last: number;
}

export class Handshake {
  readonly negotiation: Negotiation;
  readonly #context: TlsContext;
  readonly #shared: Shared;
  readonly #state: HandshakeState;

  constructor(context: TlsContext, protocol: 'tls' | 'dtls') {
    this.#context = context;
    this.#shared = sharedOf(context);
    this.#state = new HandshakeState(context, protocol);
    this.negotiation = this.#state.negotiation;
  }

  /** Direction that the client sends in; null as long as nothing tells. Whoever knows better (a SYN) may set it; a hello overrules. */
  get client(): Direction | null {
    return this.#state.client;
  }

  set client(direction: Direction | null) {
    this.#state.client = direction;
  }

  /** A ClientHello began what this direction sent, as far as the capture shows. */
  saidHello(direction: Direction): boolean {
    return (
      this.negotiation.clientHellos.length > 0 && this.client === direction && !this.#state.sides[direction].midStream
    );
  }

  /** A ClientHello or ServerHello came, from either side. */
  get sawHello(): boolean {
    return this.negotiation.clientHellos.length > 0 || this.negotiation.version !== 0;
  }

  isMidStream(direction: Direction): boolean {
    return this.#state.sides[direction].midStream;
  }

  /**
   * A whole handshake message, in clear or opened: body in [start, end), without its header.
   * @param segments TCP segments or datagrams that it came in
   * @returns one sentence when it breaks the protocol, else null
   */
  message(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    segments: number,
  ): string | null {
    const side = this.#state.sides[direction];
    const { negotiation } = this;
    this.#infer(direction, type);
    if (side.messages === 0 && type > handshakeType.hello_verify_request) side.midStream = true;
    if (direction !== this.client) negotiation.retryAsked = false;
    const fault = this.#take(direction, type, bytes, start, end, segments);
    if (fault !== null) return fault;
    const isRetry = type === handshakeType.server_hello && negotiation.retryAsked;
    this.#note(side, isRetry ? logged.retry : type, end - start + 4);
    side.messages++;
    return null;
  }

  /** A ClientHello in SSL 2.0 form, header included. @returns one sentence when it breaks the protocol, else null */
  sslv2ClientHello(direction: Direction, record: Uint8Array, segments: number): string | null {
    const read = this.#shared.hellos.readSslv2(record, { packet: this.#context.packet.number, segments });
    if (read === null) return 'The ClientHello in SSL 2.0 form cannot be read: its lengths do not add up.';
    const side = this.#state.sides[direction];
    if (this.negotiation.clientHellos.length === 0) this.client = direction;
    this.negotiation.clientHello(read);
    this.#note(side, handshakeType.client_hello, record.length - 2);
    side.messages++;
    return null;
  }

  /** A handshake message that is not read: too long, or with bytes missing. */
  unread(direction: Direction, type: number): void {
    this.#infer(direction, type);
    this.#state.sides[direction].unread = true;
  }

  alert(direction: Direction, level: number, code: number): void {
    const side = this.#state.sides[direction];
    if (level === alertLevel.fatal) side.fatalAlerts++;
    this.#note(side, logged.alert, 2);
    side.alerts++;
    this.#state.alerts.add(direction, level, code);
  }

  /** An alert that stays closed. */
  encryptedAlert(direction: Direction): void {
    const side = this.#state.sides[direction];
    if (side.messages === 0) side.midStream = true;
    side.alerts++;
    side.lastPacket = this.#context.packet.number;
    side.lastDataLength = 0;
    this.#state.alerts.addEncrypted(direction);
  }

  changeCipherSpec(direction: Direction): void {
    const side = this.#state.sides[direction];
    const { isOlder, serverHelloCount } = this.negotiation;
    side.changeCipherSpecs++;
    if (side.changeCipherSpecs > 1 && isOlder) this.#state.renegotiated = true;
    // RFC 5246 §7.3: in an abbreviated handshake the server's follows its ServerHello, or NewSessionTicket.
    const shortened = side.certificates === null && !this.#state.serverHelloDone && !side.unread && !side.gap;
    if (direction !== this.client && isOlder && serverHelloCount > 0 && shortened) this.#state.resumed = true;
    this.#note(side, logged.changeCipherSpec, 1);
  }

  /** A handshake record that stays closed. */
  encryptedHandshake(direction: Direction): void {
    const side = this.#state.sides[direction];
    if (side.messages === 0) side.midStream = true;
    side.encryptedHandshakes++;
    side.lastDataLength = 0;
    side.lastPacket = this.#context.packet.number;
  }

  /** An application data record, or what TLS 1.3 hides in one. @param length of its fragment */
  applicationData(direction: Direction, length: number): void {
    const side = this.#state.sides[direction];
    if (side.applicationData++ === 0) side.log(logged.applicationData, this.#context.packet.time, length);
    side.lastDataLength = length;
    const { serverHelloCount, earlyData } = this.negotiation;
    const isChosen = this.client !== null && serverHelloCount > 0;
    if (direction === this.client && serverHelloCount === 0 && !earlyData) this.#state.completion.clientAhead = true;
    const serverSpoke = this.#state.sides[this.client === 0 ? 1 : 0].applicationData > 0;
    this.#state.completion.record(direction, length, isChosen ? direction === this.client : null, serverSpoke);
  }

  /** Several of them, one after the other. */
  applicationDataRecords(direction: Direction, count: number, { first, longest, last }: DataLengths): void {
    this.applicationData(direction, first);
    if (count === 1) return;
    this.applicationData(direction, longest);
    const side = this.#state.sides[direction];
    side.applicationData += count - 2;
    side.lastDataLength = last;
  }

  /** The first bytes captured of this direction are not the beginning of what it sent. */
  midStream(direction: Direction): void {
    this.#state.sides[direction].midStream = true;
  }

  /** Bytes are missing where they would have been read. */
  gap(direction: Direction): void {
    this.#state.sides[direction].gap = true;
  }

  /** The direction ended within a record or message. */
  cut(direction: Direction): void {
    this.#state.sides[direction].cut = true;
  }

  /** @param detail one sentence */
  notTls(direction: Direction, looksLike: LooksLike, detail: string): void {
    this.#state.notTls ??= { direction, looksLike, detail };
  }

  /** @param detail one sentence */
  malformed(direction: Direction, detail: string): void {
    // Who is answered in something else than TLS goes on in that: SSL 2.0 has records of its own.
    if (this.#state.notTls !== null) return;
    this.#state.sides[direction].faulty = true;
    this.#state.malformed ??= { direction, detail };
  }

  /** What follows the records of this direction is none. */
  leftTls(direction: Direction): void {
    this.#state.sides[direction].leftTls = true;
  }

  /** Records were opened with given secrets. */
  opened(): void {
    this.#state.opened = true;
  }

  /** Both sides are known to have finished. */
  get complete(): boolean {
    return isComplete(this.#state);
  }

  /** An alert ended it that could be read. */
  get endedByAlert(): boolean {
    return this.#state.alerts.hasEnd;
  }

  /** A snapshot. */
  facts(): TlsFacts {
    return factsOf(this.#state);
  }

  #note(side: Side, type: number, length: number): void {
    side.lastPacket = this.#context.packet.number;
    side.lastDataLength = 0;
    side.log(type, this.#context.packet.time, length);
  }

  /** Some messages only one of the two sends; a hello is believed before anything else. */
  #infer(direction: Direction, type: number): void {
    const other = direction === 0 ? 1 : 0;
    if (type === handshakeType.client_hello || type === handshakeType.server_hello) {
      if (this.negotiation.clientHellos.length > 0) return;
      this.client = type === handshakeType.client_hello ? direction : other;
    } else if (this.client === null) {
      if (type === handshakeType.client_key_exchange) this.client = direction;
      else if (ofServer.has(type)) this.client = other;
    }
  }

  #take(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    segments: number,
  ): string | null {
    switch (type) {
      case handshakeType.client_hello:
        return this.#clientHello(direction, bytes, start, end, segments);
      case handshakeType.server_hello:
        return this.negotiation.serverHello(bytes, start, end);
      case handshakeType.certificate:
        return takeCertificates(this.#state, this.#context, direction, bytes, start, end);
      case handshakeType.compressed_certificate:
        return takeCompressedCertificates(this.#state, this.#context, direction, bytes.slice(start, end));
      case handshakeType.encrypted_extensions:
        this.negotiation.encryptedExtensions(bytes, start, end);
        return null;
      case handshakeType.server_key_exchange:
        this.negotiation.serverKeyExchange(bytes, start, end);
        return null;
      case handshakeType.certificate_request:
        return takeCertificateRequest(this.#state, this.#context, bytes, start, end);
      case handshakeType.server_hello_done:
        this.#state.serverHelloDone = true;
        return null;
      case handshakeType.client_key_exchange:
        this.#state.clientKeyExchange = true;
        return null;
      case handshakeType.certificate_verify:
        this.#state.sides[direction].certificateVerify = true;
        return null;
      case handshakeType.finished:
        this.#state.sides[direction].finished++;
        return null;
      default:
        return null;
    }
  }

  #clientHello(direction: Direction, bytes: Uint8Array, start: number, end: number, segments: number): string | null {
    const isDtls = this.#state.protocol === 'dtls';
    const place = { packet: this.#context.packet.number, segments };
    const read = this.#shared.hellos.read(bytes, start, end, isDtls, place);
    if (read === null) {
      return `The ClientHello cannot be read: ${clientHelloFault(bytes.slice(start, end), isDtls)}.`;
    }
    if (this.#state.sides[direction].changeCipherSpecs > 0 && this.negotiation.isOlder) this.#state.renegotiated = true;
    this.negotiation.clientHello(read);
    return null;
  }
}

const ofServer: ReadonlySet<number> = new Set([
  handshakeType.hello_request,
  handshakeType.hello_verify_request,
  handshakeType.new_session_ticket,
  handshakeType.encrypted_extensions,
  handshakeType.server_key_exchange,
  handshakeType.certificate_request,
  handshakeType.server_hello_done,
  handshakeType.certificate_status,
]);
