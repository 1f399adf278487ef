/** The packet being looked at: one object for a whole capture, filled anew for each packet, so that the hot loop allocates nothing. */

export class Packet {
  /** Buffer that holds it. Valid only during the call that hands the packet over: whoever keeps bytes copies them. */
  bytes: Uint8Array = new Uint8Array(0);
  /** The same memory as `bytes`. */
  view = new DataView(this.bytes.buffer);
  /** The captured part is [start, end). */
  start = 0;
  end = 0;
  /** Length on the wire; more than `end - start` when the capture was snapped. */
  length = 0;
  /** Counted from 1, as Wireshark does, over all packets of the file. */
  number = 0;
  /** Milliseconds since 1970 with a fraction, within the years 1970 to 9999. */
  time = 0;
  /** LINKTYPE_ value. */
  linkType = 0;

  /** Sets `bytes` and what goes with it. */
  setBuffer(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
