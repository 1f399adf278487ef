/** What the reader of DTLS remembers of one direction: record numbers, epochs, and the last hello. */

/** How far back a record that comes late is told from one that comes again. */
const windowBits = 32;

export class DtlsDirection {
  /** A record came. */
  begun = false;
  /** Records of epoch 0 that were sent, but not captured (so far). */
  missing = 0;
  /** Epochs whose end change_cipher_spec announced, as far as it was told. */
  changes = 0;
  /** Last epoch of which an encrypted handshake record was told. */
  sealedEpoch = 0;
  /** The first encrypted flight of DTLS 1.3 went by. */
  sealedFlight = false;
  /** When it last sent a message in clear again, and when a record of its handshake came last, new or again; in milliseconds. */
  repeatedAt = 0;
  flightAt = 0;
  /** A change_cipher_spec waits for the messages before it. */
  heldPacket = 0;
  heldTime = 0;
  /** ServerHelloDone came, since the last ServerHello. */
  flightDone = false;
  /** Bytes of the connection ID that its encrypted records have; 0: they have none, -1: not agreed on, or not known. */
  idLength = -1;
  /** A change_cipher_spec went by, and the Finished behind it not yet. */
  finishedDue = false;
  helloLength = 0;
  readonly helloRandom = new Uint8Array(32);
  #epoch = 0;
  #highest = -1;
  /** Of epoch 0, once a later one has begun. */
  #highestInClear = -1;
  /** Bit n: the record n numbers before the highest came. */
  #seen = 0;

  /** Takes note of a record. @returns false when this one came before, or is too old to tell */
  isNew(epoch: number, sequenceNumber: number): boolean {
    if (epoch !== this.#epoch) {
      if (epoch < this.#epoch) return epoch === 0 && this.#isAgainInClear(sequenceNumber);
      if (this.#epoch === 0) this.#highestInClear = this.#highest;
      this.#epoch = epoch;
      this.#highest = -1;
      this.#seen = 0;
    }
    const ahead = sequenceNumber - this.#highest;
    if (ahead > 0) {
      if (epoch === 0 && this.#highest >= 0) this.missing += ahead - 1;
      this.#highest = sequenceNumber;
      this.#seen = ahead >= windowBits ? 1 : (this.#seen << ahead) | 1;
      return true;
    }
    if (-ahead >= windowBits) return false;
    const bit = 1 << -ahead;
    if ((this.#seen & bit) !== 0) return false;
    this.#seen |= bit;
    if (epoch === 0 && this.missing > 0) this.missing--;
    return true;
  }

  /** Whether no record of epoch 0 had so high a number yet. */
  isAhead(sequenceNumber: number): boolean {
    return sequenceNumber > (this.#epoch === 0 ? this.#highest : this.#highestInClear);
  }

  /** A flight that ends in the next epoch is sent again from its beginning, with numbers that go on. */
  #isAgainInClear(sequenceNumber: number): boolean {
    if (sequenceNumber <= this.#highestInClear) return false;
    this.#highestInClear = sequenceNumber;
    return true;
  }

  /** Another handshake begins in clear. */
  restart(): void {
    this.#epoch = 0;
    this.#highest = -1;
    this.#highestInClear = -1;
    this.#seen = 0;
    this.missing = 0;
    this.flightDone = false;
  }

  /** Keeps length and random of a hello, so that it is known when it comes again. @param at offset of the random */
  keepHello(length: number, bytes: Uint8Array, at: number): void {
    this.helloLength = length;
    for (let i = 0; i < 32; i++) this.helloRandom[i] = bytes[at + i] as number;
  }

  hasRandom(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < 32; i++) if (this.helloRandom[i] !== bytes[at + i]) return false;
    return true;
  }
}
