/** Key logs: the lines that TLS programs write under SSLKEYLOGFILE, and pcapng files carry (draft-ietf-tls-keylogfile). */

import { keyBytes, longestSecret, SecretTable } from './secret-table.ts';

/** Labels of the lines that are kept. `CLIENT_RANDOM`: the master secret of TLS up to 1.2; the others are of TLS 1.3. */
export type SecretLabel =
  | 'CLIENT_RANDOM'
  | 'CLIENT_EARLY_TRAFFIC_SECRET'
  | 'EARLY_EXPORTER_SECRET'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0'
  | 'EXPORTER_SECRET';

/** Where readers of sessions get their secrets from. */
export interface SecretLookup {
  /** Secrets kept; 0 saves the asking. */
  readonly size: number;
  /** The secret of the connection whose ClientHello has this random; null when there is none. Not to be changed. */
  find(clientRandom: Uint8Array, label: SecretLabel): Uint8Array | null;
}

export interface KeyLogOptions {
  /** Secrets kept; 262,144 unless given. */
  readonly maxSecrets?: number;
}

/**
 * Secrets out of key log text that may come in pieces of any size. A line that is damaged is counted and passed over; a random
 * and label that come again replace the secret. The newest are kept: programs append to key logs for years, and the sessions of
 * a capture are near the end. Only counts ever leave it as text: neither its JSON nor an error holds a secret.
 */
export class KeyLog implements SecretLookup {
  /** Lines whose secret was taken. */
  accepted = 0;
  /** Lines that are none of a key log, damaged ones among them. */
  malformed = 0;
  /** Lines of other labels, as the RSA lines of old, which are of no use here. */
  ignored = 0;
  /** Secrets that newer ones pushed out. */
  dropped = 0;
  readonly #secrets: SecretTable;
  readonly #line = new Uint8Array(longestLine);
  /** Bytes of the line so far, also those beyond the longest. */
  #length = 0;
  /** Of the line at hand: the place of its label, then the random; and its secret. */
  readonly #key = new Uint8Array(keyBytes);
  readonly #secret = new Uint8Array(longestSecret);

  constructor({ maxSecrets = 2 ** 18 }: KeyLogOptions = {}) {
    this.#secrets = new SecretTable(maxSecrets);
  }

  /** Secrets kept. */
  get size(): number {
    return this.#secrets.size;
  }

  /** Takes the next piece of the text. The last line counts once its line feed came, or at `end`. */
  add(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    let at = 0;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, at)) {
      if (this.#length === 0 && end - at <= longestLine) this.#take(bytes, at, end);
      else {
        this.#append(bytes.subarray(at, end));
        this.end();
      }
      at = end + 1;
    }
    this.#append(bytes.subarray(at));
  }

  /** The text ends here; another may follow. */
  end(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > longestLine) this.malformed++;
    else this.#take(this.#line, 0, length);
  }

  find(clientRandom: Uint8Array, label: SecretLabel): Uint8Array | null {
    if (this.size === 0 || clientRandom.length !== randomLength) return null;
    const key = new Uint8Array(keyBytes);
    key[0] = places.get(label) as number;
    key.set(clientRandom, 1);
    return this.#secrets.get(key);
  }

  toJSON(): Pick<KeyLog, 'size' | 'malformed' | 'ignored' | 'dropped'> {
    const { size, malformed, ignored, dropped } = this;
    return { size, malformed, ignored, dropped };
  }

  #append(bytes: Uint8Array): void {
    if (this.#length < longestLine) this.#line.set(bytes.subarray(0, longestLine - this.#length), this.#length);
    this.#length += bytes.length;
  }

  /** Offsets, not views of the fields: those would take longer to make than all the rest. */
  #take(bytes: Uint8Array, at: number, end: number): void {
    const label = fieldAt(bytes, startsWithMark(bytes, at) ? at + 3 : at, end);
    const afterLabel = fieldEnd(bytes, label, end);
    if (label === end || bytes[label] === hash) return;
    const place = placeOf(bytes, label, afterLabel);
    if (place === -1) {
      if (isLabel(bytes, label, afterLabel)) this.ignored++;
      else this.malformed++;
      return;
    }
    const random = fieldAt(bytes, afterLabel, end);
    const afterRandom = fieldEnd(bytes, random, end);
    const secret = fieldAt(bytes, afterRandom, end);
    const afterSecret = fieldEnd(bytes, secret, end);
    const length = (afterSecret - secret) / 2;
    if (
      fieldAt(bytes, afterSecret, end) < end ||
      afterRandom - random !== 2 * randomLength ||
      !(length > 0 && length <= longestSecret && Number.isInteger(length)) ||
      !decodeHex(bytes, random, afterRandom, this.#key, 1) ||
      !decodeHex(bytes, secret, afterSecret, this.#secret, 0)
    ) {
      this.malformed++;
      return;
    }
    this.accepted++;
    this.#key[0] = place;
    if (this.#secrets.set(this.#key, this.#secret, length)) this.dropped++;
  }
}

/** Asks the first, then the second: that of a capture itself, say, and that which was given with it. */
export function eitherLog(first: SecretLookup, second: SecretLookup): SecretLookup {
  return {
    get size() {
      return first.size + second.size;
    },
    find: (clientRandom, label) => first.find(clientRandom, label) ?? second.find(clientRandom, label),
  };
}

const labels: readonly SecretLabel[] = [
  'CLIENT_RANDOM', 'CLIENT_EARLY_TRAFFIC_SECRET', 'EARLY_EXPORTER_SECRET', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0', 'EXPORTER_SECRET',
]; // biome-ignore format: a list
const places: ReadonlyMap<string, number> = new Map(labels.map((label, place) => [label, place]));
const labelBytes = labels.map((label) => new TextEncoder().encode(label));
const lineFeed = 0x0a;
const hash = 0x23;
const randomLength = keyBytes - 1;
/** Characters of a line that is looked at: a label, a random and a secret have at most 227. */
const longestLine = 512;

/** A byte order mark, which some editors write. */
function startsWithMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}

/** Where the next field begins; `end` where there is none. */
function fieldAt(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at] as number)) at++;
  return at;
}

function fieldEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && !isBlank(bytes[at] as number)) at++;
  return at;
}

/** Space, tab, and the carriage return of a line end. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

/** The place of the label among those that are kept; -1 for another. */
function placeOf(bytes: Uint8Array, from: number, end: number): number {
  return labelBytes.findIndex((label) => {
    if (label.length !== end - from) return false;
    for (let i = 0; i < label.length; i++) if (bytes[from + i] !== label[i]) return false;
    return true;
  });
}

/** Whether it may be a label, as RSA and those that are yet to come. */
function isLabel(bytes: Uint8Array, from: number, end: number): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(String.fromCharCode(...bytes.subarray(from, end)));
}

/** Whether `digits` are hex digits. It writes them to `to` either way. */
function decodeHex(digits: Uint8Array, from: number, end: number, to: Uint8Array, at: number): boolean {
  for (let i = from, out = at; i < end; i += 2, out++) {
    const [high, low] = [hexDigit(digits[i] as number), hexDigit(digits[i + 1] as number)];
    if (high < 0 || low < 0) return false;
    to[out] = high * 16 + low;
  }
  return true;
}

/** -1 for none. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
