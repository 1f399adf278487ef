/** What the fragments of records hold, in clear or opened: handshake messages, alerts, change_cipher_spec. */

import type { OpenedRecord } from '../../session/index.ts';
import { contentType } from '../../wire/index.ts';
import type { TlsContext } from './context.ts';
import { content, type Half } from './half.ts';
import type { Handshake } from './handshake.ts';

export class FragmentReader {
  readonly #context: TlsContext;
  readonly #handshake: Handshake;

  constructor(context: TlsContext, handshake: Handshake) {
    this.#context = context;
    this.#handshake = handshake;
  }

  /** A change_cipher_spec came, in clear or opened. */
  changeCipherSpec(half: Half): void {
    half.encrypted = true;
    this.#handshake.changeCipherSpec(half.direction);
    half.sealed.change();
  }

  /** The next bytes of the current record's fragment, of which `content` tells what is done with them. */
  read(half: Half, bytes: Uint8Array, start: number, end: number): void {
    if (half.content === content.handshake) this.#readHandshake(half, bytes, start, end);
    else if (half.content === content.alert) this.#readAlerts(half, bytes, start, end);
    else this.#readSealed(half, bytes, start, end);
  }

  #readHandshake(half: Half, bytes: Uint8Array, start: number, end: number): void {
    half.handshakeBytes += end - start;
    if (half.handshakeBytes > this.#context.limits.handshakeBytes) {
      this.#context.counters.drop('handshake-too-long');
      this.#handshake.gap(half.direction);
      half.stop();
      return;
    }
    half.assembler.push(bytes, start, end, half.pieces);
    if (half.assembler.refused) {
      half.content = content.skip;
      this.#handshake.encryptedHandshake(half.direction);
    }
  }

  /** An alert may be cut between records, and several may stand in one (RFC 5246 §6.2.1). */
  #readAlerts(half: Half, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (half.alertLevel < 0) {
        half.alertLevel = byte;
      } else {
        this.#handshake.alert(half.direction, half.alertLevel, byte);
        half.alertLevel = -1;
      }
    }
  }

  #readSealed(half: Half, bytes: Uint8Array, start: number, end: number): void {
    const { sealed, type, version, length, remaining } = half;
    if (end - start === length) return this.#opened(half, sealed.open(type, version, bytes, start, end));
    if (!sealed.add(bytes, start, end, length, remaining)) {
      this.#context.counters.drop('handshake-buffers-full');
      sealed.skip();
      half.content = content.skip;
      this.closed(half);
    } else if (remaining === 0) {
      this.#opened(half, sealed.openAdded(type, version, length));
    }
  }

  #opened(half: Half, record: OpenedRecord | null): void {
    if (record === null) return this.closed(half);
    this.#handshake.opened();
    const { type, fragment } = record;
    if (type === contentType.handshake) {
      half.assembler.record('any', fragment.length);
      this.#readHandshake(half, fragment, 0, fragment.length);
    } else if (type === contentType.alert) {
      this.#readAlerts(half, fragment, 0, fragment.length);
    } else if (type === contentType.change_cipher_spec) {
      this.changeCipherSpec(half);
    } else if (type === contentType.application_data) {
      this.#handshake.applicationData(half.direction, half.length);
    }
  }

  /** A record that stays closed. */
  closed({ type, direction, length }: Half): void {
    if (type === contentType.handshake) this.#handshake.encryptedHandshake(direction);
    else if (type === contentType.alert) this.#handshake.encryptedAlert(direction);
    else if (type === contentType.change_cipher_spec) this.#handshake.changeCipherSpec(direction);
    else this.#handshake.applicationData(direction, length);
  }
}
