/** The handshake of one conversation, TLS or DTLS: takes whole messages and keeps the facts. Framing is the readers' part. */

import type {
  CapturedAlert,
  CapturedCertificateRequest,
  CapturedClientHello,
  CapturedRetry,
  CapturedServerHello,
  HandshakeEvidence,
  LooksLike,
} from '../../evidence/index.ts';
import { decompressCertificate } from '../../session/index.ts';
import {
  alertLevel,
  alerts,
  DecodeError,
  dtlsVersion,
  extensionType,
  handshakeType,
  tlsVersion,
} from '../../wire/index.ts';
import { certificateAbsence } from './absence.ts';
import { readCertificateList } from './certificate-list.ts';
import { clientHelloFault, type ReadHello } from './client-hello.ts';
import { codeOf, versionName } from './codes.ts';
import { type Shared, sharedOf, type TlsContext } from './context.ts';
import type { Sides, TlsFacts } from './facts.ts';
import { keyExchangeGroup, readServerHello, selectedProtocol, serverHelloFault } from './server-hello.ts';
import { logged, Side } from './side.ts';

/** Directions of a conversation: that of its first packet, and the other. */
export type Direction = 0 | 1;

export class Handshake {
  /** Direction that the client sends in; null as long as nothing tells. Whoever knows better (a SYN) may set it; a hello overrules. */
  client: Direction | null = null;
  readonly protocol: 'tls' | 'dtls';
  /** Of the last ClientHello; null before. */
  clientRandom: Uint8Array | null = null;
  /** Of the last ServerHello, and kept only where records may be opened. */
  serverRandom: Uint8Array | null = null;
  /** Of the last ServerHello or HelloRetryRequest; 0 before. */
  version = 0;
  cipherSuite = 0;
  /** ServerHellos so far, HelloRetryRequests not among them. */
  serverHelloCount = 0;
  /** The server's last handshake message asks for another ClientHello. */
  retryAsked = false;
  readonly #context: TlsContext;
  readonly #shared: Shared;
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()];
  readonly #clientHellos: CapturedClientHello[] = [];
  readonly #serverHellos: CapturedServerHello[] = [];
  readonly #alerts: {
    readonly direction: Direction;
    readonly level: number;
    readonly code: number;
    readonly packet: number;
  }[] = [];
  #hello: HandshakeEvidence['hello'] = null;
  #retry: CapturedRetry | null = null;
  #request: CapturedCertificateRequest | null = null;
  #postHandshakeAuth = false;
  #earlyData = false;
  #preSharedKey = false;
  #otherServerCertificate = false;
  #otherClientCertificate = false;
  #serverHelloDone = false;
  #clientKeyExchange = false;
  #resumed = false;
  #renegotiated = false;
  #opened = false;
  /** Direction of the last long application data record, and how often it changed. */
  #speaker = -1;
  #turns = 0;
  /** TLS 1.3: the client sent a record that can hold its Finished after the server's flight, and then the server sent more. */
  #clientAnswered = false;
  #serverWentOn = false;
  #notTls: { readonly direction: Direction; readonly looksLike: LooksLike; readonly detail: string } | null = null;
  #malformed: { readonly direction: Direction; readonly detail: string } | null = null;

  constructor(context: TlsContext, protocol: 'tls' | 'dtls') {
    this.#context = context;
    this.#shared = sharedOf(context);
    this.protocol = protocol;
  }

  /** A ClientHello began what this direction sent, as far as the capture shows. */
  saidHello(direction: Direction): boolean {
    return this.#clientHellos.length > 0 && this.client === direction && !this.#sides[direction].midStream;
  }

  /** A ClientHello or ServerHello came, from either side. */
  get sawHello(): boolean {
    return this.#clientHellos.length > 0 || this.version !== 0;
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
    this.#infer(direction, type);
    if (side.messages === 0 && type > handshakeType.hello_verify_request) side.midStream = true;
    this.retryAsked &&= direction === this.client;
    const fault = this.#take(direction, type, bytes, start, end, segments);
    if (fault !== null) return fault;
    this.#note(side, type === handshakeType.server_hello && this.retryAsked ? logged.retry : type, end - start + 4);
    side.messages++;
    return null;
  }

  /** A ClientHello in SSL 2.0 form, header included. @returns one sentence when it breaks the protocol, else null */
  sslv2ClientHello(direction: Direction, record: Uint8Array, segments: number): string | null {
    const read = this.#shared.hellos.readSslv2(record, { packet: this.#context.packet.number, segments });
    if (read === null) return 'The ClientHello in SSL 2.0 form cannot be read: its lengths do not add up.';
    const side = this.#sides[direction];
    this.#keepClientHello(direction, read);
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
    this.#keepAlert(direction, level, code);
  }

  /** An alert that stays closed. */
  encryptedAlert(direction: Direction): void {
    const side = this.#sides[direction];
    if (side.messages === 0) side.midStream = true;
    this.#keepAlert(direction, encrypted, 0);
  }

  /** @param length of the fragment: more than one byte when it is encrypted itself, in a renegotiation */
  changeCipherSpec(direction: Direction): void {
    const side = this.#sides[direction];
    side.changeCipherSpecs++;
    if (side.changeCipherSpecs > 1 && this.#isTls12()) this.#renegotiated = true;
    // RFC 5246 §7.3: in an abbreviated handshake the server's follows its ServerHello, or NewSessionTicket.
    const shortened = side.certificates === null && !this.#serverHelloDone && !side.unread && !side.gap;
    if (direction !== this.client && this.#isTls12() && this.serverHelloCount > 0 && shortened) this.#resumed = true;
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
    if (length <= longestSmall) return;
    if (this.#speaker !== direction) {
      this.#turns += this.#speaker < 0 ? 0 : 1;
      this.#speaker = direction;
    }
    if (!this.isTls13 || this.client === null || this.serverHelloCount === 0) return;
    if (direction !== this.client) this.#serverWentOn ||= this.#clientAnswered;
    else if (length >= shortestFinished && this.#sides[direction === 0 ? 1 : 0].applicationData > 0)
      this.#clientAnswered = true;
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

  /** TLS 1.3 (also its drafts) or DTLS 1.3 was chosen: what follows the ServerHello is encrypted. */
  get isTls13(): boolean {
    const { version } = this;
    return version === tlsVersion['TLSv1.3'] || version === dtlsVersion['DTLSv1.3'] || version >> 8 === draftMajor;
  }

  /** Both sides are known to have finished. */
  get complete(): boolean {
    const [a, b] = this.#sides;
    if (this.serverHelloCount === 0) return this.#turns >= 3;
    if (!this.isTls13) {
      const data = a.applicationData > 0 && b.applicationData > 0;
      return data || (hasFinished(a) && hasFinished(b));
    }
    const server = this.#sides[this.client === 1 ? 0 : 1];
    if (a.finished > 0 && b.finished > 0) return server.fatalAlerts === 0;
    // The client's early data may look like its Finished.
    return this.#serverWentOn && (!this.#earlyData || this.#turns >= 4);
  }

  /** A snapshot. */
  facts(): TlsFacts {
    const client = this.#sides[this.client === 1 ? 1 : 0];
    const server = this.#sides[this.client === 1 ? 0 : 1];
    const sides = <T>(of: (side: Side) => T): Sides<T> => ({ client: of(client), server: of(server) });
    const last = this.#serverHellos.at(-1);
    const notTls = this.#notTls;
    const malformed = this.#malformed;
    const renegotiated =
      this.#renegotiated || (this.#isTls12() && (client.encryptedHandshakes > 1 || server.encryptedHandshakes > 2));
    const resumed = this.#resumed || this.#preSharedKey;
    return {
      protocol: this.protocol,
      clientHellos: [...this.#clientHellos],
      serverHellos: [...this.#serverHellos],
      helloRetryRequest: this.#retry,
      hello: this.#hello,
      negotiated:
        last === undefined ? null : { version: codeOf(this.version), cipherSuite: last.cipherSuite, group: last.group },
      certificates: sides((side) => side.certificates ?? []),
      certificateAbsence: certificateAbsence({
        known: sides((side) => side.certificates !== null),
        unread: sides((side) => side.unread || side.midStream),
        stopped: sides((side) => side.gap || side.faulty),
        notTls: notTls !== null,
        negotiated: last !== undefined,
        isTls13: this.isTls13,
        resumed,
        renegotiated,
        requested: this.#request !== null,
        serverHelloDone: this.#serverHelloDone,
        clientKeyExchange: this.#clientKeyExchange,
        progressed:
          this.#clientKeyExchange ||
          client.encryptedHandshakes > 0 ||
          client.applicationData > 0 ||
          server.applicationData > 0,
        postHandshakeAuth: this.#postHandshakeAuth,
        finishedOpened: sides((side) => side.finished > 0),
      }),
      certificateRequest: this.#request,
      certificateVerify: sides((side) => side.certificateVerify),
      alerts: this.#alerts.map((alert) => capturedAlert(alert, this.client ?? 0)),
      alertCount: sides((side) => side.alerts),
      received: server.received,
      clientMessages: client.received,
      messages: sides((side) => side.messages),
      lastPacket: sides((side) => side.lastPacket),
      changeCipherSpec: sides((side) => side.changeCipherSpecs > 0),
      encryptedHandshakes: sides((side) => side.encryptedHandshakes),
      applicationData: sides((side) => side.applicationData),
      endsLikeAlert: sides((side) => this.isTls13 && !this.#opened && side.lastDataLength === sealedAlert),
      complete: this.complete,
      resumed,
      renegotiated,
      decrypted: this.#opened,
      midStream: sides((side) => side.midStream),
      gap: sides((side) => side.gap),
      cut: sides((side) => side.cut),
      notTls: notTls && { from: this.#sideOf(notTls.direction), looksLike: notTls.looksLike, detail: notTls.detail },
      malformed: malformed && { from: this.#sideOf(malformed.direction), detail: malformed.detail },
    };
  }

  #sideOf(direction: Direction): 'client' | 'server' {
    return direction === (this.client ?? 0) ? 'client' : 'server';
  }

  /** Chosen, and not TLS 1.3. */
  #isTls12(): boolean {
    return this.version !== 0 && !this.isTls13;
  }

  #note(side: Side, type: number, length: number): void {
    side.lastPacket = this.#context.packet.number;
    side.lastDataLength = 0;
    side.log(type, this.#context.packet.time, length);
  }

  /** Some messages only one of the two sends; a hello is believed before anything else. */
  #infer(direction: Direction, type: number): void {
    const other = direction === 0 ? 1 : 0;
    if (type === handshakeType.client_hello) {
      if (this.#clientHellos.length === 0) this.client = direction;
    } else if (type === handshakeType.server_hello) {
      if (this.#clientHellos.length === 0) this.client = other;
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
        return this.#serverHello(bytes, start, end);
      case handshakeType.certificate:
        return this.#certificates(direction, bytes, start, end);
      case handshakeType.compressed_certificate:
        return this.#compressedCertificates(direction, bytes.subarray(start, end));
      case handshakeType.encrypted_extensions:
        this.#encryptedExtensions(bytes, start, end);
        return null;
      case handshakeType.server_key_exchange:
        this.#serverKeyExchange(bytes, start, end);
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
    if (this.#sides[direction].changeCipherSpecs > 0 && this.#isTls12()) this.#renegotiated = true;
    this.#keepClientHello(direction, read);
    return null;
  }

  #keepClientHello(direction: Direction, { hello, offer, random, postHandshakeAuth }: ReadHello): void {
    if (this.#clientHellos.length === 0) {
      this.client = direction;
      this.#hello = { sni: hello.sni, versions: offer.versions, length: hello.length };
    }
    if (this.#clientHellos.length < mostHellos) this.#clientHellos.push(hello);
    else this.#context.counters.drop('client-hello-not-listed');
    this.clientRandom = random;
    this.#postHandshakeAuth = postHandshakeAuth;
    this.#earlyData = offer.extensions.includes(extensionType.early_data);
  }

  #serverHello(bytes: Uint8Array, start: number, end: number): string | null {
    const hello = readServerHello(bytes, start, end);
    if (hello === null) return `The ServerHello cannot be read: ${serverHelloFault(bytes.slice(start, end))}.`;
    const { version, cipherSuite, extensions, alpn } = hello;
    const group = hello.group < 0 ? null : codeOf(hello.group);
    const packet = this.#context.packet.number;
    const code = codeOf(cipherSuite);
    this.retryAsked = hello.isRetry;
    this.version = version;
    this.cipherSuite = cipherSuite;
    if (hello.isRetry) {
      this.#retry ??= { packet, cipherSuite: code, group };
      return null;
    }
    this.serverHelloCount++;
    this.#preSharedKey = hello.preSharedKey && this.isTls13;
    this.#otherServerCertificate = hello.otherServerCertificate;
    this.#otherClientCertificate = hello.otherClientCertificate;
    if (this.#context.primitives !== null) this.serverRandom = bytes.slice(start + 2, start + 34);
    const { length } = this.#serverHellos;
    if (length < mostHellos)
      this.#serverHellos.push({ packet, version: versionName(version), cipherSuite: code, group, extensions, alpn });
    else this.#context.counters.drop('server-hello-not-listed');
    return null;
  }

  #certificates(direction: Direction, bytes: Uint8Array, start: number, end: number): string | null {
    const side = this.#sides[direction];
    const other = direction === this.client ? this.#otherClientCertificate : this.#otherServerCertificate;
    let fault: string | null = null;
    const noted = (clause: string): void => {
      fault = `The Certificate message cannot be read: ${clause}.`;
    };
    // What RFC 7250 or RFC 6091 put in its place is no certificate.
    const hashes = other ? [] : readCertificateList(this.#context, bytes, start, end, this.isTls13, noted);
    if (fault !== null) side.unread = true;
    if (hashes.length > 0 || fault === null) {
      if (side.certificates === null || side.certificates.length === 0) side.certificates = hashes;
    }
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

  #encryptedExtensions(bytes: Uint8Array, start: number, end: number): void {
    const last = this.#serverHellos.at(-1);
    if (last === undefined) return;
    for (let at = start + 2; at + 4 <= end; ) {
      const type = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      const next = at + 4 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
      if (next > end) return;
      if (type === extensionType.application_layer_protocol_negotiation) {
        this.#serverHellos[this.#serverHellos.length - 1] = { ...last, alpn: selectedProtocol(bytes, at + 4, next) };
      }
      at = next;
    }
  }

  #serverKeyExchange(bytes: Uint8Array, start: number, end: number): void {
    const last = this.#serverHellos.at(-1);
    if (last === undefined || last.group !== null) return;
    const group = keyExchangeGroup(bytes, start, end, this.cipherSuite);
    if (group >= 0) this.#serverHellos[this.#serverHellos.length - 1] = { ...last, group: codeOf(group) };
  }

  #certificateRequest(bytes: Uint8Array, start: number, end: number): string | null {
    const read = this.#shared.authorities.read(bytes, start, end, this.version);
    if (read.fault !== null) return `The CertificateRequest cannot be read: ${read.fault}.`;
    this.#request ??= { packet: this.#context.packet.number, authorities: read.authorities };
    return null;
  }

  #keepAlert(direction: Direction, level: number, code: number): void {
    const side = this.#sides[direction];
    const packet = this.#context.packet.number;
    side.alerts++;
    side.lastPacket = packet;
    side.lastDataLength = 0;
    if (this.#alerts.length < mostAlerts) this.#alerts.push({ direction, level, code, packet });
    else this.#context.counters.drop('alert-not-listed');
  }
}

const mostHellos = 8;
const mostAlerts = 20;
/** Stands for the level of an alert that was not opened. */
const encrypted = -1;
/** Major version of the drafts of TLS 1.3. */
const draftMajor = 0x7f;
/** An alert in TLS 1.3: two bytes, content type, tag. */
const sealedAlert = 19;
/** Records up to this length may be alerts or KeyUpdates of TLS 1.3, padded a little. */
const longestSmall = 24;
/** Finished with the shortest hash and tag (RFC 8446 §4.4.4, RFC 6655): 4 + 32 + 1 + 8. */
const shortestFinished = 45;

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

/** change_cipher_spec, and then the Finished that it announces, opened or not. */
function hasFinished(side: Side): boolean {
  return side.changeCipherSpecs > 0 && side.encryptedHandshakes + side.finished > 0;
}

function capturedAlert(
  { direction, level, code, packet }: { direction: Direction; level: number; code: number; packet: number },
  client: Direction,
): CapturedAlert {
  const from = direction === client ? 'client' : 'server';
  if (level === encrypted) return { from, level: 'encrypted', code: null, name: null, packet };
  const name = level === alertLevel.warning ? 'warning' : level === alertLevel.fatal ? 'fatal' : 'unknown';
  return { from, level: name, code, name: alerts.nameOf(code), packet };
}
