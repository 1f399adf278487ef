/** Secrets of key logs by their keys, in few bytes: 100 each, where a map of strings takes 300 and ten times as long to fill. */

/** Bytes of a key: the place of the label, then the client random. */
export const keyBytes = 33;
/** Bytes of a secret: 48 of a master secret, 32 or 48 of a traffic secret, 64 with a longer hash. */
export const longestSecret = 64;
const rowBytes = keyBytes + 1 + longestSecret;
const none = -1;

export class SecretTable {
  /** Secrets kept. */
  size = 0;
  readonly #most: number;
  /** A key, the length of its secret, and that. */
  #rows = new Uint8Array(0);
  /** The first row of each chain, and the row behind each row in its chain. */
  #heads = new Int32Array(0);
  #behind = new Int32Array(0);
  /** The row of the next secret: that of the oldest once all are in use. */
  #next = 0;
  /** Unknown to who writes a capture: secrets whose keys were chosen to share a chain would make it slow. */
  readonly #seed = Math.trunc(Math.random() * 2 ** 32);

  /** @param most secrets kept, from 1. */
  constructor(most: number) {
    this.#most = most;
  }

  /** A copy of the secret. */
  get(key: Uint8Array): Uint8Array | null {
    const row = this.#find(key);
    if (row === none) return null;
    const at = row * rowBytes + keyBytes;
    return this.#rows.slice(at + 1, at + 1 + (this.#rows[at] as number));
  }

  /**
   * Keeps the first `length` bytes of a secret, in place of the one of this key, else of the oldest where there is no room.
   * @returns whether that had to go.
   */
  set(key: Uint8Array, secret: Uint8Array, length: number): boolean {
    let row = this.#find(key);
    const isFull = row === none && this.size === this.#most;
    if (row === none) {
      row = this.#next;
      this.#next = row + 1 === this.#most ? 0 : row + 1;
      if (isFull) this.#unlink(row);
      else if (this.size++ === this.#behind.length) this.#grow();
      this.#rows.set(key, row * rowBytes);
      this.#link(row);
    }
    const at = row * rowBytes + keyBytes;
    this.#rows[at] = length;
    for (let i = 0; i < length; i++) this.#rows[at + 1 + i] = secret[i] as number;
    return isFull;
  }

  #find(key: Uint8Array): number {
    if (this.size === 0) return none;
    let row = this.#heads[this.#chainOf(key, 0)] as number;
    while (row !== none && !this.#has(row, key)) row = this.#behind[row] as number;
    return row;
  }

  #has(row: number, key: Uint8Array): boolean {
    const at = row * rowBytes;
    for (let i = keyBytes - 1; i >= 0; i--) if (this.#rows[at + i] !== key[i]) return false;
    return true;
  }

  #chainOf(bytes: Uint8Array, at: number): number {
    let hash = this.#seed;
    for (let i = 0; i < keyBytes; i++) {
      hash = Math.imul(hash ^ (bytes[at + i] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & (this.#heads.length - 1);
  }

  #link(row: number): void {
    const chain = this.#chainOf(this.#rows, row * rowBytes);
    this.#behind[row] = this.#heads[chain] as number;
    this.#heads[chain] = row;
  }

  #unlink(row: number): void {
    const chain = this.#chainOf(this.#rows, row * rowBytes);
    const behind = this.#behind[row] as number;
    if (this.#heads[chain] === row) {
      this.#heads[chain] = behind;
      return;
    }
    let before = this.#heads[chain] as number;
    while (this.#behind[before] !== row) before = this.#behind[before] as number;
    this.#behind[before] = behind;
  }

  /** Doubles the room. Chains are as many as rows, to a power of two. */
  #grow(): void {
    const used = this.#behind.length;
    const room = Math.min(this.#most, Math.max(64, 2 * used));
    const rows = new Uint8Array(room * rowBytes);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#behind = new Int32Array(room);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(room))).fill(none);
    for (let row = 0; row < used; row++) this.#link(row);
  }
}
