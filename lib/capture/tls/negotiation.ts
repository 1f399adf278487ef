/** The hellos of a conversation: what was offered, what was chosen, in the order they came. */

import type {
  CapturedClientHello,
  CapturedRetry,
  CapturedServerHello,
  HandshakeEvidence,
} from '../../evidence/index.ts';
import { dtlsVersion, extensionType, tlsVersion, unregisteredExtensionType } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import type { ReadHello } from './client-hello.ts';
import { codeOf, versionName } from './codes.ts';
import type { TlsContext } from './context.ts';
import { draftMajor, keyExchangeGroup, readServerHello, selectedProtocol, serverHelloFault } from './server-hello.ts';

export class Negotiation {
  readonly clientHellos: CapturedClientHello[] = [];
  readonly serverHellos: CapturedServerHello[] = [];
  /** Of the lists of all ClientHellos, see `HelloOffer`. */
  ownItems = 0;
  /** Of the first ClientHello. */
  hello: HandshakeEvidence['hello'] = null;
  retry: CapturedRetry | null = null;
  /** Of the last ClientHello. */
  clientRandom: Uint8Array | null = null;
  postHandshakeAuth = false;
  earlyData = false;
  /** Of the last ServerHello; kept only where records may be opened. */
  serverRandom: Uint8Array | null = null;
  /** Of the last ServerHello or HelloRetryRequest; 0 before. */
  version = 0;
  cipherSuite = 0;
  /** ServerHellos that are no HelloRetryRequests, also those beyond the list. */
  serverHelloCount = 0;
  /** The server's last message asks for another ClientHello. */
  retryAsked = false;
  /** The last ServerHello goes on from an earlier session by a pre-shared key (TLS 1.3). */
  preSharedKey = false;
  /** Encrypted messages that the client sends before its Finished: for next_protocol_negotiation and channel_id. */
  messagesBeforeFinished = 0;
  /** The sides' Certificate messages hold something other than X.509. */
  otherServerCertificate = false;
  otherClientCertificate = false;
  readonly #context: TlsContext;

  constructor(context: TlsContext) {
    this.#context = context;
  }

  /** TLS 1.3 (also its drafts) or DTLS 1.3 was chosen: what follows the ServerHello is encrypted. */
  get isTls13(): boolean {
    const { version } = this;
    return version === tlsVersion['TLSv1.3'] || version === dtlsVersion['DTLSv1.3'] || version >> 8 === draftMajor;
  }

  /** Something was chosen, and not TLS 1.3. */
  get isOlder(): boolean {
    return this.version !== 0 && !this.isTls13;
  }

  /** The last ServerHello's choice. */
  get negotiated(): HandshakeEvidence['negotiated'] {
    const last = this.serverHellos.at(-1);
    if (last === undefined) return null;
    return { version: codeOf(this.version), cipherSuite: last.cipherSuite, group: last.group };
  }

  clientHello({ hello, offer, random, postHandshakeAuth }: ReadHello): void {
    this.hello ??= { sni: hello.sni, versions: offer.versions, length: hello.length };
    if (this.clientHellos.length < mostHellos) {
      this.clientHellos.push(hello);
      this.ownItems += offer.ownItems;
    } else this.#context.counters.drop('client-hello-not-listed');
    this.clientRandom = random;
    this.postHandshakeAuth = postHandshakeAuth;
    this.earlyData = offer.extensions.includes(extensionType.early_data);
  }

  /** @param start of the body. @returns one sentence when it cannot be read, else null */
  serverHello(bytes: Uint8Array, start: number, end: number): string | null {
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
      this.retry ??= { packet, cipherSuite: code, group };
      return null;
    }
    this.serverHelloCount++;
    this.preSharedKey = hello.preSharedKey && this.isTls13;
    this.messagesBeforeFinished = extensions.filter((type) => beforeFinished.has(type)).length;
    this.otherServerCertificate = hello.otherServerCertificate;
    this.otherClientCertificate = hello.otherClientCertificate;
    if (this.#context.primitives !== null) this.serverRandom = bytes.slice(start + 2, start + 34);
    if (this.serverHellos.length < mostHellos) {
      this.serverHellos.push({ packet, version: versionName(version), cipherSuite: code, group, extensions, alpn });
    } else {
      this.#context.counters.drop('server-hello-not-listed');
    }
    return null;
  }

  /** The group, where the ServerHello did not tell it. */
  serverKeyExchange(bytes: Uint8Array, start: number, end: number): void {
    const last = this.serverHellos.at(-1);
    if (last === undefined || last.group !== null) return;
    const group = keyExchangeGroup(bytes, start, end, this.cipherSuite);
    if (group >= 0) this.serverHellos[this.serverHellos.length - 1] = { ...last, group: codeOf(group) };
  }

  /** The protocol, which TLS 1.3 chooses here. */
  encryptedExtensions(bytes: Uint8Array, start: number, end: number): void {
    const last = this.serverHellos.at(-1);
    if (last === undefined) return;
    for (let at = start + 2; at + 4 <= end; ) {
      const type = u16(bytes, at);
      const next = at + 4 + u16(bytes, at + 2);
      if (next > end) return;
      if (type === extensionType.application_layer_protocol_negotiation) {
        this.serverHellos[this.serverHellos.length - 1] = { ...last, alpn: selectedProtocol(bytes, at + 4, next) };
      }
      at = next;
    }
  }
}

/** Of a side, each in the list; Wireshark's own test captures have ten on a connection. */
const mostHellos = 16;
const { next_protocol_negotiation, channel_id, channel_id_old } = unregisteredExtensionType;
/** draft-agl-tls-nextprotoneg-04 §3, draft-balfanz-tls-channelid-01 §4. */
const beforeFinished: ReadonlySet<number> = new Set([next_protocol_negotiation, channel_id, channel_id_old]);
