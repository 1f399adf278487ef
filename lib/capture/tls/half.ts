/** How far the reading of one direction of a TLS connection is. */

import type { CaptureLimits } from '../limits.ts';
import { MessageAssembler, type MessageSink } from './message-assembler.ts';
import type { MessageBuffers } from './message-buffers.ts';
import { SealedRecords } from './sealed-records.ts';

/** `first`: nothing read yet. `records`: between or within records. `lost`: looking for the start of one. `stopped`: not read any more. */
export const mode = { first: 0, records: 1, lost: 2, stopped: 3 } as const;

/** What is done with the fragment of the current record. */
export const content = { skip: 0, handshake: 1, alert: 2, sealed: 3 } as const;

export class Half {
  readonly direction: 0 | 1;
  readonly assembler: MessageAssembler;
  readonly sealed: SealedRecords;
  mode: number = mode.first;
  /** The client said something else before its hello (STARTTLS): the reply to that may come before the answer does. */
  late = false;
  /** Records were lost sight of behind missing bytes: what follows may be encrypted, and only alerts in clear are told. */
  onlyAlerts = false;
  /** Bytes of a record are missing: where the next one begins is told by its length alone, which only TLS means as one. */
  isHoled = false;
  /** `first` is something else, and the answer may follow. */
  isHeld = false;
  /** First bytes, as long as they do not tell what they are. */
  first: Uint8Array | null = null;
  /** Pieces of the stream so far. */
  pieces = 0;
  /** Records begun so far. */
  records = 0;
  /** Bytes of the record header so far; 0 within a fragment. */
  headerHave = 0;
  type = 0;
  version = 0;
  length = 0;
  /** Bytes of the fragment that are to come. */
  remaining = 0;
  content: number = content.skip;
  /** Level of an alert whose code is to come; -1 between alerts. */
  alertLevel = -1;
  /** change_cipher_spec was sent: handshake and alert records are encrypted, up to TLS 1.2. */
  encrypted = false;
  handshakeBytes = 0;
  /** Segments without a record start, while `lost`. */
  misses = 0;

  constructor(direction: 0 | 1, sink: MessageSink, buffers: MessageBuffers, limits: CaptureLimits) {
    this.direction = direction;
    this.assembler = new MessageAssembler(direction, sink, buffers, limits);
    this.sealed = new SealedRecords(buffers, limits);
  }

  /** It ends within a record or a message. */
  get isCut(): boolean {
    const { mode: now } = this;
    if (now === mode.first) return this.first !== null;
    return (
      now === mode.records &&
      (this.headerHave > 0 || this.remaining > 0 || this.assembler.pending || this.alertLevel >= 0)
    );
  }

  /** Nothing more of the direction is read: what is kept for reading on is let go. */
  stop(): void {
    this.mode = mode.stopped;
    this.first = null;
    this.assembler.stop();
    this.sealed.release();
  }
}
