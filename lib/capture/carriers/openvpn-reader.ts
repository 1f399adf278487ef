/** OpenVPN over UDP: one TLS session between two hosts, from datagrams to facts. */

import type { TlsContext } from '../tls/context.ts';
import type { TlsFacts } from '../tls/facts.ts';
import { TlsReader } from '../tls/reader.ts';
import type { Direction } from './carrier.ts';
import { OpenVpnChannel, type PieceSink, unknownLength } from './openvpn-channel.ts';
import { keyIdOf } from './openvpn-packet.ts';

export class OpenVpnReader implements PieceSink {
  readonly #tls: TlsReader;
  readonly #channel: OpenVpnChannel;

  /** @param hmac length of it in the packet that showed the ClientHello @param first byte of that packet */
  constructor(context: TlsContext, hmac: number, first: number) {
    this.#tls = new TlsReader(context);
    this.#channel = new OpenVpnChannel(hmac, keyIdOf(first), this);
  }

  get retransmissions(): readonly [number, number] {
    return this.#channel.retransmissions;
  }

  get client(): Direction | null {
    return this.#tls.client;
  }

  get handshakeOver(): boolean {
    return this.#tls.handshakeOver;
  }

  get facts(): TlsFacts {
    return this.#tls.facts;
  }

  /** A ClientHello under this first byte belongs to the session, and not to the one that renews its keys. */
  isOf(first: number): boolean {
    return keyIdOf(first) === this.#channel.keyId;
  }

  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.#channel.packet(direction, bytes, start, end);
  }

  end(): void {
    this.#channel.end();
    this.#tls.end();
  }

  piece(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.#tls.data(direction, bytes, start, end);
  }

  lost(direction: Direction): void {
    this.#tls.hole(direction, unknownLength);
  }
}
