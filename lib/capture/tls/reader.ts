/** TlsReader: both directions of one connection, from bytes in order to facts. Records are walked by their headers. */

import { contentType, handshakeType, maxRecordFragment, recordHeaderLength, tlsVersion } from '../../wire/index.ts';
import { u16 } from '../bytes.ts';
import { sharedOf, type TlsContext } from './context.ts';
import type { TlsFacts } from './facts.ts';
import { FragmentReader } from './fragments.ts';
import { content, Half, mode } from './half.ts';
import { type DataLengths, Handshake } from './handshake.ts';
import type { Direction } from './handshake-state.ts';
import type { Guard, MessageSink } from './message-assembler.ts';
import { openingsOf } from './opening.ts';
import { beginsRecords, endsInRecords, fail, giveUp, lose, loseTrack, resumesRecords } from './stream-start.ts';

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

  /** See `Half`. To be set before anything of the server is read. */
  set late(late: boolean) {
    for (const half of this.#halves) half.late = late;
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

  /** False for a direction of which nothing more is read. */
  wants(direction: Direction): boolean {
    return this.#halves[direction].mode !== mode.stopped;
  }

  /**
   * The next bytes of a direction, in order; used only during the call. Returns whether more of it is wanted.
   * @param continues they are of the same segment as those before
   */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, continues = false): boolean {
    const half = this.#halves[direction];
    if (!continues) half.pieces++;
    if (half.late && !goesOn(half, bytes[start] as number)) this.#settle(this.#halves[direction === 0 ? 1 : 0]);
    if (half.mode === mode.records) this.#walk(half, bytes, start, end);
    else if (half.mode === mode.first && beginsRecords(half, this.#handshake, bytes, start, end))
      this.#walkFirst(half, bytes, start, end);
    else if (half.mode === mode.lost && resumesRecords(half, this.#handshake, bytes, start, end))
      this.#walk(half, bytes, start, end);
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
      if (!half.onlyAlerts) lose(half, this.#handshake);
      return true;
    }
    if (half.headerHave > 0 || half.remaining < missing) return loseTrack(half, this.#handshake);
    half.isHoled = true;
    if (half.content !== content.skip) {
      this.#handshake.gap(direction);
      if (half.content === content.handshake && !half.assembler.lose(missing)) return giveUp(half, this.#handshake);
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
      if (half.first !== null && endsInRecords(half, this.#handshake, half.first))
        this.#walkFirst(half, half.first, 0, half.first.length);
      if (half.isCut) this.#handshake.cut(half.direction);
      half.stop();
    }
  }

  #settle(half: Half): void {
    const { isHeld, first } = half;
    half.isHeld = false;
    if (isHeld && first !== null && half.mode === mode.first) endsInRecords(half, this.#handshake, first);
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
    if (fault !== null) fail(half, this.#handshake, fault);
    else if (negotiation.serverHelloCount !== before) this.#prepareOpening();
    else if (type === handshakeType.client_hello) this.#context.clientHello?.(bytes.slice(start, end), half.version);
    else if (type === handshakeType.finished) half.sealed.opening?.finished();
    else if (type === handshakeType.key_update) half.sealed.opening?.keyUpdated();
  }

  handshakeUnread(direction: Direction, type: number, reason: string | null): void {
    if (reason !== null) this.#context.counters.drop(reason);
    this.#handshake.unread(direction, type);
  }

  /** Where records begin; what was held back as long as that was not sure comes first. */
  #walkFirst(half: Half, bytes: Uint8Array, start: number, end: number): void {
    const { first } = half;
    half.first = null;
    if (first === null) this.#walk(half, bytes, start, end);
    else this.#walk(half, first, 0, first.length);
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
    if (this.#handshake.isMidStream(direction)) return lose(half, this.#handshake);
    if (half.records === 0 && !this.#handshake.saidHello(direction === 0 ? 1 : 0)) return lose(half, this.#handshake);
    if (!this.#handshake.complete) {
      this.#handshake.leftTls(direction);
      const bytes = `0x${((type << 16) | version).toString(16).padStart(6, '0')}`;
      fail(half, this.#handshake, `What follows record ${half.records} is no TLS record: it begins with ${bytes}.`);
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
}

const majorVersion = tlsVersion.SSLv3 >> 8;
/** A record of several alerts in clear. */
const longestAlertRecord = 16;

/**
 * Whether a direction sends the rest of its hello, or goes on with the handshake: it has no answer yet, or one that the capture has later,
 * as of interfaces with different clocks. Whoever was refused stops, or says so in an alert.
 */
function goesOn({ mode: at, headerHave, remaining }: Half, first: number): boolean {
  return at === mode.records && (headerHave > 0 || remaining > 0 || ofHandshakes.has(first));
}

const ofHandshakes: ReadonlySet<number> = new Set([
  contentType.change_cipher_spec,
  contentType.handshake,
  contentType.application_data,
]);
