/** How much of a capture is kept in memory; hitting a limit is counted in the result's `dropped`. */

export interface CaptureLimits {
  /** Bytes of one captured packet; a record that claims more is damage. */
  readonly packetBytes: number;
  /** Flows followed at once; the one that was quiet longest goes first. */
  readonly flows: number;
  /** TLS and DTLS conversations open at once; an old one whose handshake is over is finished first. */
  readonly openConversations: number;
  /** Bytes of one direction that wait for earlier ones. */
  readonly unorderedBytesPerDirection: number;
  /** The same over all directions. */
  readonly unorderedBytes: number;
  /** Bytes of IP fragments that wait for the others. */
  readonly fragmentBytes: number;
  /** Milliseconds of capture time that they wait. */
  readonly fragmentMs: number;
  /** Bytes of a handshake message. */
  readonly messageBytes: number;
  /** Bytes of a handshake that are read in one direction. */
  readonly handshakeBytes: number;
  /** Certificates kept of one list. */
  readonly certificatesPerList: number;
  /** Bytes of one certificate. */
  readonly certificateBytes: number;
  /** Bytes of all distinct certificates together; each counts 7 KiB more, and those beyond 4 KiB four times, for what is made of it. */
  readonly certificateStoreBytes: number;
  /** Interfaces of a pcapng section. */
  readonly interfaces: number;
  /** Bytes of decryption secrets. */
  readonly secretBytes: number;
  /** Secrets of key logs; the newest are kept. */
  readonly keyLogSecrets: number;
  /** Uncompressed bytes a compressed one may become, counted after the first 64 MiB. */
  readonly inflateRatio: number;
  /** Conversations that `analyzeCapture` keeps in its result. */
  readonly maxConversations: number;
}

export const defaultCaptureLimits: CaptureLimits = {
  packetBytes: 2 ** 18,
  flows: 100_000,
  openConversations: 2_000,
  unorderedBytesPerDirection: 2 ** 18,
  unorderedBytes: 48 * 2 ** 20,
  fragmentBytes: 2 ** 22,
  fragmentMs: 30_000,
  messageBytes: 2 ** 18,
  handshakeBytes: 2 ** 20,
  certificatesPerList: 32,
  certificateBytes: 2 ** 16,
  certificateStoreBytes: 2 ** 25,
  interfaces: 10_000,
  secretBytes: 2 ** 24,
  keyLogSecrets: 2 ** 18,
  inflateRatio: 250,
  maxConversations: 10_000,
};
