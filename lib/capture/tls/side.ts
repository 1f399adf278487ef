/** What one direction of a conversation showed: counts, the messages it sent, its certificates. */

import type { MessageName, ReceivedMessage, Sha256 } from '../../evidence/index.ts';
import { messageName } from '../../session/index.ts';
import { isoTime } from '../time.ts';

/** Entries of the message log that are no handshake messages; those have their own types, up to 255. */
export const logged = { retry: 256, changeCipherSpec: 257, alert: 258, applicationData: 259 } as const;

const names: Readonly<Record<number, MessageName>> = {
  [logged.retry]: 'hello-retry-request',
  [logged.changeCipherSpec]: 'change-cipher-spec',
  [logged.alert]: 'alert',
  [logged.applicationData]: 'application-data',
};

export class Side {
  messages = 0;
  /** Packet with the last message, alert or change_cipher_spec. */
  lastPacket = 0;
  changeCipherSpecs = 0;
  encryptedHandshakes = 0;
  applicationData = 0;
  /** Length of the last record when it was application data, else 0. */
  lastDataLength = 0;
  alerts = 0;
  fatalAlerts = 0;
  midStream = false;
  gap = false;
  cut = false;
  faulty = false;
  /** Behind its records came what is none. */
  leftTls = false;
  /** A handshake message went by that was not read. */
  unread = false;
  /** Null until a Certificate message was read. */
  certificates: readonly Sha256[] | null = null;
  certificateVerify = false;
  /** Finished messages that were opened. */
  finished = 0;
  /** Type, time and length of each message, one after the other. */
  readonly #log: number[] = [];

  log(type: number, time: number, length: number): void {
    if (this.#log.length < 3 * mostLogged) this.#log.push(type, time, length);
  }

  get received(): ReceivedMessage[] {
    const log = this.#log;
    const received: ReceivedMessage[] = [];
    for (let i = 0; i < log.length; i += 3) {
      const type = log[i] as number;
      received.push({
        message: names[type] ?? messageName(type),
        at: isoTime(log[i + 1] as number),
        bytes: log[i + 2] as number,
      });
    }
    return received;
  }
}

const mostLogged = 64;
