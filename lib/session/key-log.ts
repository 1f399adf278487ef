/** Key logs: the lines that TLS programs write under SSLKEYLOGFILE, and pcapng files carry (draft-ietf-tls-keylogfile). */

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
 * and label that come again replace the secret. Only counts ever leave it as text: neither its JSON nor an error holds a secret.
 */
export class KeyLog implements SecretLookup {
  /** Lines that are none of a key log, damaged ones among them. */
  malformed = 0;
  /** Lines of other labels, as the RSA lines of old, which are of no use here. */
  ignored = 0;
  /** Secrets beyond the limit. */
  dropped = 0;
  readonly #maxSecrets: number;
  /** By client random (as a string of 32 characters), then by place of the label. */
  readonly #secrets = new Map<string, (Uint8Array | undefined)[]>();
  #size = 0;
  readonly #line = new Uint8Array(longestLine);
  /** Bytes of the line so far, also those beyond the longest. */
  #length = 0;

  constructor({ maxSecrets = 2 ** 18 }: KeyLogOptions = {}) {
    this.#maxSecrets = maxSecrets;
  }

  /** Secrets kept. */
  get size(): number {
    return this.#size;
  }

  /** Takes the next piece of the text. The last line counts once its line feed came, or at `end`. */
  add(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === lineFeed) this.end();
      else if (this.#length++ < longestLine) this.#line[this.#length - 1] = byte;
    }
  }

  /** The text ends here; another may follow. */
  end(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > longestLine) this.malformed++;
    else if (length > 0) this.#take(String.fromCharCode(...this.#line.subarray(0, length)).trim());
  }

  find(clientRandom: Uint8Array, label: SecretLabel): Uint8Array | null {
    if (this.#size === 0) return null;
    return this.#secrets.get(String.fromCharCode(...clientRandom))?.[places.get(label) as number] ?? null;
  }

  toJSON(): { readonly size: number; readonly malformed: number; readonly ignored: number; readonly dropped: number } {
    const { size, malformed, ignored, dropped } = this;
    return { size, malformed, ignored, dropped };
  }

  #take(line: string): void {
    if (line === '' || line.startsWith('#')) return;
    const [label = '', random = '', secret = '', more] = line.split(/[ \t]+/);
    const place = places.get(label);
    if (place === undefined) {
      if (/^[A-Z][A-Z0-9_]*$/.test(label)) this.ignored++;
      else this.malformed++;
    } else if (more !== undefined || !isHex(random, randomLength, randomLength) || !isHex(secret, 1, longestSecret)) {
      this.malformed++;
    } else {
      this.#keep(String.fromCharCode(...hexBytes(random)), place, hexBytes(secret));
    }
  }

  #keep(random: string, place: number, secret: Uint8Array): void {
    const known = this.#secrets.get(random);
    if (known?.[place] === undefined) {
      if (this.#size >= this.#maxSecrets) {
        this.dropped++;
        return;
      }
      this.#size++;
    }
    if (known === undefined) {
      const secrets: (Uint8Array | undefined)[] = [];
      secrets[place] = secret;
      this.#secrets.set(random, secrets);
    } else {
      known[place] = secret;
    }
  }
}

const labels: readonly SecretLabel[] = [
  'CLIENT_RANDOM', 'CLIENT_EARLY_TRAFFIC_SECRET', 'EARLY_EXPORTER_SECRET', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0', 'EXPORTER_SECRET',
]; // biome-ignore format: a list
const places: ReadonlyMap<string, number> = new Map(labels.map((label, place) => [label, place]));
const lineFeed = 0x0a;
const randomLength = 32;
/** Bytes of a secret: 48 of a master secret, 32 or 48 of a traffic secret, 64 with a longer hash. */
const longestSecret = 64;
/** Characters of a line that is looked at: a label, a random and a secret have at most 227. */
const longestLine = 512;

function isHex(text: string, least: number, most: number): boolean {
  return text.length >= 2 * least && text.length <= 2 * most && /^(?:[0-9a-f]{2})+$/i.test(text);
}

/** @param text checked with `isHex` before, so that no error can repeat it. */
function hexBytes(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
