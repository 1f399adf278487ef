/** The handshake of one conversation, TLS or DTLS: takes whole messages and keeps the facts. Framing is the readers' part. */

import type { CapturedCertificateRequest, LooksLike } from '../../evidence/index.ts';
import { decompressCertificate } from '../../session/index.ts';
import { alertLevel, DecodeError, handshakeType } from '../../wire/index.ts';
import { certificateAbsence } from './absence.ts';
import { AlertList } from './alert-list.ts';
import { readCertificateList } from './certificate-list.ts';
import { clientHelloFault } from './client-hello.ts';
import { Completion } from './completion.ts';
import { type Shared, sharedOf, type TlsContext } from './context.ts';
import type { Sides, TlsFacts } from './facts.ts';
import { Negotiation } from './negotiation.ts';
import { logged, Side } from './side.ts';

/** Directions of a conversation: that of its first packet, and the other. */
export type Direction = 0 | 1;

export class Handshake {
  /** Direction that the client sends in; null as long as nothing tells. Whoever knows better (a SYN) may set it; a hello overrules. */
  client: Direction | null = null;
  readonly protocol: 'tls' | 'dtls';
  readonly negotiation: Negotiation;
  readonly #context: TlsContext;
  readonly #shared: Shared;
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()];
  readonly #completion = new Completion();
  readonly #alerts: AlertList;
  #request: CapturedCertificateRequest | null = null;
  #serverHelloDone = false;
  #clientKeyExchange = false;
  #resumed = false;
  #renegotiated = false;
  #opened = false;
  #notTls: { readonly direction: Direction; readonly looksLike: LooksLike; readonly detail: string } | null = null;
  #malformed: { readonly direction: Direction; readonly detail: string } | null = null;

  constructor(context: TlsContext, protocol: 'tls' | 'dtls') {
    this.#context = context;
    this.#shared = sharedOf(context);
    this.protocol = protocol;
    this.negotiation = new Negotiation(context);
    this.#alerts = new AlertList(context);
  }

  /** A ClientHello began what this direction sent, as far as the capture shows. */
  saidHello(direction: Direction): boolean {
    return this.negotiation.clientHellos.length > 0 && this.client === direction && !this.#sides[direction].midStream;
  }

  /** A ClientHello or ServerHello came, from either side. */
  get sawHello(): boolean {
    return this.negotiation.clientHellos.length > 0 || this.negotiation.version !== 0;
  }

  isMidStream(direction: Direction): boolean {
    return this.#sides[direction].midStream;
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
    const side = this.#sides[direction];
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
    const side = this.#sides[direction];
    if (this.negotiation.clientHellos.length === 0) this.client = direction;
    this.negotiation.clientHello(read);
    this.#note(side, handshakeType.client_hello, record.length - 2);
    side.messages++;
    return null;
  }

  /** A handshake message that is not read: too long, or with bytes missing. */
  unread(direction: Direction, type: number): void {
    this.#infer(direction, type);
    this.#sides[direction].unread = true;
  }

  alert(direction: Direction, level: number, code: number): void {
    const side = this.#sides[direction];
    if (level === alertLevel.fatal) side.fatalAlerts++;
    this.#note(side, logged.alert, 2);
    side.alerts++;
    this.#alerts.add(direction, level, code);
  }

  /** An alert that stays closed. */
  encryptedAlert(direction: Direction): void {
    const side = this.#sides[direction];
    if (side.messages === 0) side.midStream = true;
    side.alerts++;
    side.lastPacket = this.#context.packet.number;
    side.lastDataLength = 0;
    this.#alerts.addEncrypted(direction);
  }

  changeCipherSpec(direction: Direction): void {
    const side = this.#sides[direction];
    const { isOlder, serverHelloCount } = this.negotiation;
    side.changeCipherSpecs++;
    if (side.changeCipherSpecs > 1 && isOlder) this.#renegotiated = true;
    // RFC 5246 §7.3: in an abbreviated handshake the server's follows its ServerHello, or NewSessionTicket.
    const shortened = side.certificates === null && !this.#serverHelloDone && !side.unread && !side.gap;
    if (direction !== this.client && isOlder && serverHelloCount > 0 && shortened) this.#resumed = true;
    this.#note(side, logged.changeCipherSpec, 1);
  }

  /** A handshake record that stays closed. */
  encryptedHandshake(direction: Direction): void {
    const side = this.#sides[direction];
    if (side.messages === 0) side.midStream = true;
    side.encryptedHandshakes++;
    side.lastDataLength = 0;
    side.lastPacket = this.#context.packet.number;
  }

  /** An application data record, or what TLS 1.3 hides in one. @param length of its fragment */
  applicationData(direction: Direction, length: number): void {
    const side = this.#sides[direction];
    if (side.applicationData++ === 0) side.log(logged.applicationData, this.#context.packet.time, length);
    side.lastDataLength = length;
    const isChosen = this.client !== null && this.negotiation.serverHelloCount > 0;
    const serverSpoke = this.#sides[this.client === 0 ? 1 : 0].applicationData > 0;
    this.#completion.record(direction, length, isChosen ? direction === this.client : null, serverSpoke);
  }

  /** The first bytes captured of this direction are not the beginning of what it sent. */
  midStream(direction: Direction): void {
    this.#sides[direction].midStream = true;
  }

  /** Bytes are missing where they would have been read. */
  gap(direction: Direction): void {
    this.#sides[direction].gap = true;
  }

  /** The direction ended within a record or message. */
  cut(direction: Direction): void {
    this.#sides[direction].cut = true;
  }

  /** @param detail one sentence */
  notTls(direction: Direction, looksLike: LooksLike, detail: string): void {
    this.#notTls ??= { direction, looksLike, detail };
  }

  /** @param detail one sentence */
  malformed(direction: Direction, detail: string): void {
    this.#sides[direction].faulty = true;
    this.#malformed ??= { direction, detail };
  }

  /** Records were opened with given secrets. */
  opened(): void {
    this.#opened = true;
  }

  /** Both sides are known to have finished. */
  get complete(): boolean {
    const [a, b] = this.#sides;
    const { serverHelloCount, isTls13, earlyData } = this.negotiation;
    const { turns, serverWentOn } = this.#completion;
    if (serverHelloCount === 0) return turns >= 3;
    if (!isTls13) return (a.applicationData > 0 && b.applicationData > 0) || (hasFinished(a) && hasFinished(b));
    if (a.finished > 0 && b.finished > 0) return this.#sides[this.client === 1 ? 0 : 1].fatalAlerts === 0;
    // The client's early data may look like its Finished.
    return serverWentOn && (!earlyData || turns >= 4);
  }

  /** A snapshot. */
  facts(): TlsFacts {
    const client = this.#sides[this.client === 1 ? 1 : 0];
    const server = this.#sides[this.client === 1 ? 0 : 1];
    const { clientHellos, serverHellos, retry, hello, negotiated, isTls13, isOlder, preSharedKey } = this.negotiation;
    const notTls = this.#notTls;
    const malformed = this.#malformed;
    const { messagesBeforeFinished } = this.negotiation;
    const reopened = client.encryptedHandshakes > 1 + messagesBeforeFinished || server.encryptedHandshakes > 2;
    const renegotiated = this.#renegotiated || (isOlder && reopened);
    const resumed = this.#resumed || preSharedKey;
    return {
      protocol: this.protocol,
      clientHellos: [...clientHellos],
      serverHellos: [...serverHellos],
      helloRetryRequest: retry,
      hello,
      negotiated,
      certificates: { client: client.certificates ?? [], server: server.certificates ?? [] },
      certificateAbsence: certificateAbsence({
        known: both(client.certificates !== null, server.certificates !== null),
        unread: both(client.unread || client.midStream, server.unread || server.midStream),
        stopped: both(client.gap || client.faulty, server.gap || server.faulty),
        notTls: notTls !== null,
        negotiated: negotiated !== null,
        isTls13,
        resumed,
        renegotiated,
        requested: this.#request !== null,
        serverHelloDone: this.#serverHelloDone,
        clientKeyExchange: this.#clientKeyExchange,
        progressed: this.#clientKeyExchange || hasGoneOn(client) || hasGoneOn(server),
        postHandshakeAuth: this.negotiation.postHandshakeAuth,
        finishedOpened: both(client.finished > 0, server.finished > 0),
      }),
      certificateRequest: this.#request,
      certificateVerify: both(client.certificateVerify, server.certificateVerify),
      alerts: this.#alerts.captured(this.client ?? 0),
      alertCount: both(client.alerts, server.alerts),
      received: server.received,
      clientMessages: client.received,
      messages: both(client.messages, server.messages),
      lastPacket: both(client.lastPacket, server.lastPacket),
      changeCipherSpec: both(client.changeCipherSpecs > 0, server.changeCipherSpecs > 0),
      encryptedHandshakes: both(client.encryptedHandshakes, server.encryptedHandshakes),
      applicationData: both(client.applicationData, server.applicationData),
      endsLikeAlert: both(this.#endsLikeAlert(client), this.#endsLikeAlert(server)),
      clientAnswered: isTls13 && (this.#completion.clientAnswered || client.finished > 0),
      complete: this.complete,
      resumed,
      renegotiated,
      decrypted: this.#opened,
      midStream: both(client.midStream, server.midStream),
      gap: both(client.gap, server.gap),
      cut: both(client.cut, server.cut),
      notTls: notTls && { from: this.#sideOf(notTls.direction), looksLike: notTls.looksLike, detail: notTls.detail },
      malformed: malformed && { from: this.#sideOf(malformed.direction), detail: malformed.detail },
    };
  }

  #sideOf(direction: Direction): 'client' | 'server' {
    return direction === (this.client ?? 0) ? 'client' : 'server';
  }

  #endsLikeAlert({ lastDataLength }: Side): boolean {
    return this.negotiation.isTls13 && !this.#opened && lastDataLength === sealedAlert;
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
        return this.#certificates(direction, bytes, start, end);
      case handshakeType.compressed_certificate:
        return this.#compressedCertificates(direction, bytes.slice(start, end));
      case handshakeType.encrypted_extensions:
        this.negotiation.encryptedExtensions(bytes, start, end);
        return null;
      case handshakeType.server_key_exchange:
        this.negotiation.serverKeyExchange(bytes, start, end);
        return null;
      case handshakeType.certificate_request:
        return this.#certificateRequest(bytes, start, end);
      case handshakeType.server_hello_done:
        this.#serverHelloDone = true;
        return null;
      case handshakeType.client_key_exchange:
        this.#clientKeyExchange = true;
        return null;
      case handshakeType.certificate_verify:
        this.#sides[direction].certificateVerify = true;
        return null;
      case handshakeType.finished:
        this.#sides[direction].finished++;
        return null;
      default:
        return null;
    }
  }

  #clientHello(direction: Direction, bytes: Uint8Array, start: number, end: number, segments: number): string | null {
    const isDtls = this.protocol === 'dtls';
    const place = { packet: this.#context.packet.number, segments };
    const read = this.#shared.hellos.read(bytes, start, end, isDtls, place);
    if (read === null) {
      return `The ClientHello cannot be read: ${clientHelloFault(bytes.slice(start, end), isDtls)}.`;
    }
    if (this.#sides[direction].changeCipherSpecs > 0 && this.negotiation.isOlder) this.#renegotiated = true;
    this.negotiation.clientHello(read);
    return null;
  }

  #certificates(direction: Direction, bytes: Uint8Array, start: number, end: number): string | null {
    const side = this.#sides[direction];
    const { otherClientCertificate, otherServerCertificate, isTls13 } = this.negotiation;
    let fault: string | null = null;
    const noted = (clause: string): void => {
      fault = `The Certificate message cannot be read: ${clause}.`;
    };
    // What RFC 7250 or RFC 6091 put in its place is no certificate.
    const other = direction === this.client ? otherClientCertificate : otherServerCertificate;
    const hashes = other ? [] : readCertificateList(this.#context, bytes, start, end, isTls13, noted);
    if (fault !== null) side.unread = true;
    if ((hashes.length > 0 || fault === null) && (side.certificates ?? []).length === 0) side.certificates = hashes;
    return fault;
  }

  #compressedCertificates(direction: Direction, body: Uint8Array): string | null {
    const { primitives, limits } = this.#context;
    try {
      const opened = primitives && decompressCertificate(body, primitives.inflate, limits.messageBytes);
      if (opened !== null) return this.#certificates(direction, opened, 0, opened.length);
      this.#context.counters.drop('compressed-certificate-not-read');
      this.#sides[direction].unread = true;
      return null;
    } catch (error) {
      if (error instanceof DecodeError) return `The CompressedCertificate message cannot be read: ${error.message}.`;
      throw error;
    }
  }

  #certificateRequest(bytes: Uint8Array, start: number, end: number): string | null {
    const read = this.#shared.authorities.read(bytes, start, end, this.negotiation.version);
    if (read.fault !== null) return `The CertificateRequest cannot be read: ${read.fault}.`;
    this.#request ??= { packet: this.#context.packet.number, authorities: read.authorities };
    return null;
  }
}

/** An alert in TLS 1.3: two bytes, content type, tag. */
const sealedAlert = 19;

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

function both<T>(client: T, server: T): Sides<T> {
  return { client, server };
}

/** change_cipher_spec, and then the Finished that it announces, opened or not. */
function hasFinished(side: Side): boolean {
  return side.changeCipherSpecs > 0 && side.encryptedHandshakes + side.finished > 0;
}

/** Went on as a side does only after a ServerHello. */
function hasGoneOn(side: Side): boolean {
  return side.encryptedHandshakes > 0 || side.applicationData > 0;
}
