/** The first bytes of a direction, as long as they are too few to tell what they begin. */

import { contentType } from '../../wire/index.ts';
import { looksCarried } from '../carriers/carriers.ts';
import { tdsPacket } from '../carriers/tds.ts';

/** Record header, handshake header, version: with these bytes `looksLikeTlsStart` is sure. */
export const decisive = 11;
/** Record header, level and description: an alert may be all that a side says, and these bytes are sure as well. */
const alertLength = 7;

export class Beginning {
  readonly bytes = new Uint8Array(decisive);
  length = 0;
  /** Where each of its segments ends. */
  readonly ends: number[] = [];

  /** Takes of a segment what is needed. @returns false when it does not tell yet */
  tells(bytes: Uint8Array, start: number, end: number): boolean {
    for (let at = start; at < end && this.length < decisive; at++) this.bytes[this.length++] = bytes[at] as number;
    const first = this.bytes[0] as number;
    if (first === contentType.alert) return this.length >= alertLength;
    if (this.length >= decisive) return true;
    if (first === contentType.handshake || first >= 0x80) return false;
    // Requests of SOCKS 4 begin as replies of TDS do, and may be as short as this.
    return first === tdsPacket.reply || looksCarried(this.bytes, 0, this.length) !== 1;
  }
}
