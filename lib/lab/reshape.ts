/** Changes to what a good server sends, made record by record, so that the handshake stays genuine where it is not touched. */

import {
  contentType,
  encodeRecord,
  type FramedHandshake,
  HandshakeDeframer,
  RecordDeframer,
  type TlsRecord,
} from '../wire/index.ts';
import type { Reshape } from './headend.ts';

/**
 * Calls `each` for every record that carries a handshake in the clear; all others are sent on unchanged.
 * Encryption starts with the first ChangeCipherSpec or application data record (RFC 5246 §7.1, RFC 8446 §5).
 */
export function reshapeRecords(each: (record: TlsRecord, send: (bytes: Uint8Array) => void) => void): Reshape {
  return (send) => {
    const deframer = new RecordDeframer();
    let plain = true;
    return (fromServer) => {
      for (const record of deframer.push(fromServer)) {
        const isHandshake = record.type === contentType.handshake;
        if (!isHandshake && record.type !== contentType.alert) plain = false;
        if (plain && isHandshake) each(record, send);
        else send(encodeRecord(record.type, record.version, record.fragment));
      }
    };
  };
}

/** Calls `each` for every handshake message in the clear; the records around them are made anew. */
export function reshapeMessages(
  each: (message: FramedHandshake, sendMessage: (raw: Uint8Array) => void) => void,
): Reshape {
  return (send) => {
    const deframer = new HandshakeDeframer();
    return reshapeRecords(({ type, version, fragment }, send) => {
      for (const message of deframer.push(fragment)) each(message, (raw) => send(encodeRecord(type, version, raw)));
    })(send);
  };
}
