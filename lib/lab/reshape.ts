/** Changes to what a good server sends, made record by record, so that the handshake stays genuine where it is not touched. */

import {
  contentType,
  decode,
  encode,
  encodeRecord,
  type FramedHandshake,
  HandshakeDeframer,
  handshakeMessage,
  handshakeType,
  isHelloRetryRequest,
  RecordDeframer,
  type ServerHello,
  serverHello,
  type TlsRecord,
} from '../wire/index.ts';
import type { RawBehaviour, RawConnection, ReceivedHello, Reshape } from './headend.ts';

/** A good server whose flight is changed on its way. It has TLS 1.2 at most: what comes after a ServerHello of 1.3 is encrypted. */
export function reshapedTls12(reshape: (connection: RawConnection, hello: ReceivedHello) => Reshape): RawBehaviour {
  return {
    kind: 'raw',
    inner: { maxVersion: 'TLSv1.2' },
    start: () => ({ hello: (connection, hello) => connection.passOn(reshape(connection, hello)) }),
  };
}

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

/** Calls `each` for every handshake message in the clear; the records around them are made anew, of 2^14 bytes at most. */
export function reshapeMessages(
  each: (message: FramedHandshake, sendMessage: (raw: Uint8Array) => void) => void,
): Reshape {
  return (send) => {
    const deframer = new HandshakeDeframer();
    return reshapeRecords(({ type, version, fragment }, send) => {
      const sendMessage = (raw: Uint8Array): void => {
        for (let i = 0; i < raw.length; i += 2 ** 14) send(encodeRecord(type, version, raw.subarray(i, i + 2 ** 14)));
      };
      for (const message of deframer.push(fragment)) each(message, sendMessage);
    })(send);
  };
}

/**
 * Replaces the ServerHello, or its bytes. The flight stays valid up to ServerHelloDone; only the Finished messages, which cover
 * the whole transcript, can no longer match. A HelloRetryRequest is sent on as it is.
 */
export function editServerHello(edit: (hello: ServerHello) => ServerHello | Uint8Array): Reshape {
  return reshapeMessages(({ type, body, raw }, sendMessage) => {
    const hello = type === handshakeType.server_hello ? decode(serverHello, body) : null;
    if (hello === null || isHelloRetryRequest(hello)) {
      sendMessage(raw);
      return;
    }
    const edited = edit(hello);
    sendMessage(framed('server_hello', edited instanceof Uint8Array ? edited : encode(serverHello, edited)));
  });
}

/** Sends what `arrange` makes of the messages of a TLS 1.2 flight, once ServerHelloDone is there; each gets a record of its own. */
export function rearrangeFlight(arrange: (flight: readonly FramedHandshake[]) => readonly Uint8Array[]): Reshape {
  return (send) => {
    const flight: FramedHandshake[] = [];
    return reshapeMessages((message, sendMessage) => {
      flight.push(message);
      if (message.type !== handshakeType.server_hello_done) return;
      for (const raw of arrange(flight.splice(0))) sendMessage(raw);
    })(send);
  };
}

/** A handshake message with its header. */
export function framed(type: keyof typeof handshakeType, body: Uint8Array): Uint8Array {
  return encode(handshakeMessage, { type: handshakeType[type], body });
}
