/** What carries IP packets between us and the kernel: the npm package raw-socket, or AF_PACKET. */

/** Carries packets of one IP version, for all connections of the process. */
export interface Carrier {
  readonly name: 'raw-socket' | 'packet';
  /** Sends a whole IP packet. What cannot be sent is told to `failed`, at once or later; a full queue is no failure but a lost packet. */
  send(packet: Uint8Array, destination: string, failed: (reason: string) => void): void;
  /** Only packets to these ports matter from now on. */
  watch(ports: readonly number[]): void;
  close(): Promise<void>;
}

/** Is handed every IP packet that was heard; the bytes are valid during the call. */
export type Hear = (packet: Uint8Array<ArrayBuffer>) => void;

/** Largest IP packet, as it comes when the network card or the kernel puts segments together. */
export const largestPacket = 65_575;
