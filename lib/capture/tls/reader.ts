/** TlsReader: both directions of one connection, from bytes in order to facts. Records are walked by their headers. */

import { judgeFirstBytes, longestLook } from '../../session/index.ts';
import {
  concat,
  contentType,
  handshakeType,
  maxRecordFragment,
  recordHeaderLength,
  tlsVersion,
} from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { sharedOf, type TlsContext } from './context.ts';
import type { TlsFacts } from './facts.ts';
import { FragmentReader } from './fragments.ts';
import { content, Half, mode } from './half.ts';
import { type DataLengths, Handshake } from './handshake.ts';
import type { Direction } from './handshake-state.ts';
import { looksLikeTlsStart } from './look.ts';
import type { Guard, MessageSink } from './message-assembler.ts';
import { openingsOf } from './opening.ts';

export class TlsReader implements MessageSink {
  readonly #context: TlsContext;
  readonly #handshake: Handshake;
  readonly #fragments: FragmentReader;
  readonly #halves: readonly [Half, Half];

  constructor(context: TlsContext) {
    this.#context = context;
    const { buffers } = sharedOf(context);
    this.#handshake = new Handshake(context, 'tls');
    this.#fragments = new FragmentReader(context, this.#handshake);
    this.#halves = [new Half(0, this, buffers, context.limits), new Half(1, this, buffers, context.limits)];
  }

  /** Direction that the client sends in; null as long as nothing tells. May be set when a SYN told and no hello did. */
  get client(): Direction | null {
    return this.#handshake.client;
  }

  set client(direction: Direction | null) {
    this.#handshake.client = direction;
  }

  /** Both sides finished the handshake. */
  get handshakeOver(): boolean {
    return this.#handshake.complete;
  }

  /** Items of lists that are held for this connection alone: what makes one take more memory than another. */
  get ownItems(): number {
    return this.#handshake.negotiation.ownItems;
  }

  /** A snapshot of what is known so far. */
  get facts(): TlsFacts {
    return this.#handshake.facts();
  }

  /**
   * The next bytes of a direction, in order; used only during the call. Returns whether more of it is wanted.
   * @param continues they are of the same segment as those before
   */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, continues = false): boolean {
    const half = this.#halves[direction];
    if (!continues) half.pieces++;
    if (half.mode === mode.records) this.#walk(half, bytes, start, end);
    else if (half.mode === mode.first) this.#begin(half, bytes, start, end);
    else if (half.mode === mode.lost) this.#resume(half, bytes, start, end);
    return half.mode !== mode.stopped;
  }

  /** So many application data records of a direction went by, one after the other; the lengths are those of their fragments. */
  passOver(direction: Direction, count: number, lengths: DataLengths): void {
    const half = this.#halves[direction];
    if (half.mode !== mode.records) return;
    half.records += count;
    half.content = content.skip;
    this.#handshake.applicationDataRecords(direction, count, lengths);
  }

  /** Of the last record that went by, so many bytes are to come. */
  passOn(direction: Direction, remaining: number): void {
    const half = this.#halves[direction];
    if (half.mode === mode.records) half.remaining = remaining;
  }

  /** So many bytes will not come. Returns whether what follows is wanted. */
  hole(direction: Direction, missing: number): boolean {
    const half = this.#halves[direction];
    if (half.mode === mode.stopped) return false;
    if (half.mode !== mode.records) {
      this.#lose(half);
      return true;
    }
    if (half.headerHave > 0 || half.remaining < missing) return this.#giveUp(half);
    if (half.content !== content.skip) {
      this.#handshake.gap(direction);
      if (half.content === content.handshake && !half.assembler.lose(missing)) return this.#giveUp(half);
      if (half.content === content.sealed) {
        half.sealed.skip();
        this.#fragments.closed(half);
      }
      if (half.content !== content.handshake) half.content = content.skip;
      half.alertLevel = -1;
    }
    half.remaining -= missing;
    return true;
  }

  /** The stream is over, or given up: what is kept for reading on is let go. */
  end(): void {
    for (const half of this.#halves) {
      if (half.first !== null && this.#handshake.saidHello(half.direction === 0 ? 1 : 0))
        this.#judge(half, half.first, true);
      if (half.isCut) this.#handshake.cut(half.direction);
      half.stop();
    }
  }

  handshakeMessage(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    segments: number,
  ): void {
    const half = this.#halves[direction];
    const { negotiation } = this.#handshake;
    const before = negotiation.serverHelloCount;
    const fault = this.#handshake.message(direction, type, bytes, start, end, segments);
    if (fault !== null) this.#fail(half, fault);
    else if (negotiation.serverHelloCount !== before) this.#prepareOpening();
    else if (type === handshakeType.client_hello) this.#context.clientHello?.(bytes.slice(start, end), half.version);
    else if (type === handshakeType.finished) half.sealed.opening?.finished();
    else if (type === handshakeType.key_update) half.sealed.opening?.keyUpdated();
  }

  handshakeUnread(direction: Direction, type: number, reason: string | null): void {
    if (reason !== null) this.#context.counters.drop(reason);
    this.#handshake.unread(direction, type);
  }

  /** The first bytes of a direction: TLS records, an SSL 2.0 ClientHello, the middle of a session, or no TLS at all. */
  #begin(half: Half, bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    const first = half.first?.[0] ?? bytes[start] ?? 0;
    if (this.#handshake.saidHello(half.direction === 0 ? 1 : 0)) {
      // Copied only where the first segment alone does not tell.
      if (half.first === null && end - start >= 6 && looksLikeTlsStart(bytes, start, end) === 2)
        this.#enter(half, bytes, start, end);
      else
        this.#judge(
          half,
          half.first === null ? bytes.slice(start, end) : concat(half.first, bytes.subarray(start, end)),
          false,
        );
    } else if (first >= 0x80) {
      this.#beginSslv2(
        half,
        half.first === null ? bytes.slice(start, end) : concat(half.first, bytes.subarray(start, end)),
      );
    } else if (first >= contentType.change_cipher_spec && first <= contentType.heartbeat) {
      this.#enter(half, bytes, start, end);
    } else {
      this.#lose(half);
    }
  }

  #enter(half: Half, bytes: Uint8Array, start: number, end: number): void {
    half.first = null;
    half.mode = mode.records;
    this.#walk(half, bytes, start, end);
  }

  /** What answers a ClientHello. @param final nothing follows */
  #judge(half: Half, first: Uint8Array, final: boolean): void {
    const judgement = judgeFirstBytes(first.subarray(0, longestLook), final);
    half.first = null;
    if (judgement.kind === 'tls') this.#enter(half, first, 0, first.length);
    else if (judgement.kind === 'undecided') half.first = first;
    else {
      if (judgement.kind === 'not-tls') this.#handshake.notTls(half.direction, judgement.looksLike, judgement.detail);
      else this.#handshake.malformed(half.direction, judgement.detail);
      half.stop();
    }
  }

  #beginSslv2(half: Half, first: Uint8Array): void {
    half.first = first;
    if (first.length < sslv2HeaderLength) return;
    if (looksLikeTlsStart(first, 0, first.length) !== 1) return this.#lose(half);
    const length = 2 + (u16(first, 0) & 0x7fff);
    if (first.length < length) return;
    half.first = null;
    half.mode = mode.records;
    half.records++;
    const fault = this.#handshake.sslv2ClientHello(half.direction, first.subarray(0, length), half.pieces);
    if (fault !== null) this.#fail(half, fault);
    else this.#walk(half, first, length, first.length);
  }

  /** The middle of a session: reading begins where a segment begins with a record. */
  #lose(half: Half): void {
    this.#handshake.midStream(half.direction);
    half.first = null;
    half.mode = mode.lost;
    half.headerHave = 0;
    half.remaining = 0;
  }

  #resume(half: Half, bytes: Uint8Array, start: number, end: number): void {
    if (looksLikeTlsStart(bytes, start, end) !== 0) this.#enter(half, bytes, start, end);
    else if (++half.misses > mostMisses) this.#giveUp(half);
  }

  #walk(half: Half, bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && half.mode === mode.records) {
      if (half.remaining > 0) {
        const next = at + Math.min(half.remaining, end - at);
        half.remaining -= next - at;
        if (half.content !== content.skip) this.#fragments.read(half, bytes, at, next);
        at = next;
      } else if (half.headerHave === 0 && end - at >= recordHeaderLength) {
        half.type = bytes[at] as number;
        half.version = u16(bytes, at + 1);
        half.length = u16(bytes, at + 3);
        at += recordHeaderLength;
        this.#record(half);
      } else {
        at = this.#headerByte(half, bytes[at] as number, at);
      }
    }
  }

  #headerByte(half: Half, byte: number, at: number): number {
    const place = half.headerHave++;
    if (place === 0) half.type = byte;
    else if (place < 3) half.version = place === 1 ? byte << 8 : half.version | byte;
    else half.length = place === 3 ? byte << 8 : half.length | byte;
    if (place === recordHeaderLength - 1) {
      half.headerHave = 0;
      this.#record(half);
    }
    return at + 1;
  }

  /** A record header is whole. */
  #record(half: Half): void {
    const { type, version, length } = half;
    const isRecord = type >= contentType.change_cipher_spec && type <= contentType.heartbeat;
    if (!isRecord || version >> 8 !== majorVersion) return this.#noRecord(half);
    if (length > maxRecordFragment) this.#context.counters.drop('record-longer-than-allowed');
    half.records++;
    half.remaining = length;
    half.content = content.skip;
    if (half.records === 1 && type !== contentType.handshake && type !== contentType.alert)
      this.#handshake.midStream(half.direction);
    if (half.sealed.wants(type, length)) {
      half.content = content.sealed;
    } else if (type === contentType.handshake) {
      this.#handshakeRecord(half);
    } else if (type === contentType.alert) {
      this.#alertRecord(half);
    } else if (type === contentType.application_data) {
      this.#handshake.applicationData(half.direction, length);
    } else if (type === contentType.change_cipher_spec) {
      this.#fragments.changeCipherSpec(half);
    }
  }

  #noRecord(half: Half): void {
    const { type, version, direction } = half;
    if (this.#handshake.isMidStream(direction)) return this.#lose(half);
    if (half.records === 0 && !this.#handshake.saidHello(direction === 0 ? 1 : 0)) return this.#lose(half);
    if (!this.#handshake.complete) {
      const bytes = `0x${((type << 16) | version).toString(16).padStart(6, '0')}`;
      this.#fail(half, `What follows record ${half.records} is no TLS record: it begins with ${bytes}.`);
    } else {
      // After the handshake a connection may leave TLS, as FTP does.
      this.#context.counters.drop('no-tls-after-handshake');
      half.stop();
    }
  }

  #handshakeRecord(half: Half): void {
    const guard = this.#guardOf(half);
    if (guard === null || half.length === 0) {
      if (half.length > 0) this.#handshake.encryptedHandshake(half.direction);
      return;
    }
    half.content = content.handshake;
    half.assembler.record(guard, half.length);
  }

  /** What a handshake record may hold; null: nothing in clear. */
  #guardOf(half: Half): Guard | null {
    const handshake = this.#handshake;
    const { negotiation } = handshake;
    const { direction } = half;
    const isBeginning = half.records === 1 && !handshake.isMidStream(direction);
    if (!half.encrypted) return handshake.sawHello ? 'any' : isBeginning ? 'first' : 'known';
    // After a HelloRetryRequest both hellos follow a change_cipher_spec that means nothing (RFC 8446 appendix D.4).
    if (direction !== handshake.client) return negotiation.retryAsked ? 'any' : null;
    return negotiation.version === 0 || negotiation.isTls13 ? 'hello' : null;
  }

  #alertRecord(half: Half): void {
    // No encryption leaves two bytes as two bytes.
    const isClear =
      half.length === 2 || (!half.encrypted && half.length <= longestAlertRecord && this.#handshake.sawHello);
    if (isClear) half.content = content.alert;
    else if (half.length > 0) this.#handshake.encryptedAlert(half.direction);
  }

  /** A ServerHello chose: keys for what follows, where its secrets are known. */
  #prepareOpening(): void {
    const openings = openingsOf(this.#context, this.#handshake.negotiation);
    if (openings === null) return;
    for (const half of this.#halves) {
      const opening = half.direction === this.#handshake.client ? openings.client : openings.server;
      if (opening?.isTls13) half.sealed.opening = opening;
      else half.sealed.next = opening;
    }
  }

  /** The direction breaks the protocol. In the middle of a session it may only look so. */
  #fail(half: Half, detail: string): void {
    if (this.#handshake.sawHello || !this.#handshake.isMidStream(half.direction))
      this.#handshake.malformed(half.direction, detail);
    else this.#handshake.gap(half.direction);
    half.stop();
  }

  #giveUp(half: Half): false {
    this.#handshake.gap(half.direction);
    half.stop();
    return false;
  }
}
const majorVersion = tlsVersion.SSLv3 >> 8;
/** Type, version and three lengths. */
const sslv2HeaderLength = 11;
/** A record of several alerts in clear. */
const longestAlertRecord = 16;
/** Segments that are looked at for the start of a record. */
const mostMisses = 64;
