/** The parts misbehaviours are made of: ways to refuse a hello, and records that no handshake needs. */

import { alertDescription, contentType, encodeRecord, tlsVersion } from '../wire/index.ts';
import type { RawBehaviour, RawConnection, ReceivedHello } from './headend.ts';

/** IANA name of an alert. */
export type AlertName = keyof typeof alertDescription;

/** How a server refuses: it says nothing, sends RST, sends FIN, or sends an alert and then FIN. */
export type Refusal = 'silent' | 'reset' | 'close' | AlertRefusal;
export interface AlertRefusal {
  readonly alert: AlertName;
  /** Default fatal. */
  readonly level?: 'warning' | 'fatal';
}

/** Record in the version that servers of TLS 1.2 and 1.3 put into record headers. */
export function plainRecord(type: 'alert' | 'handshake', fragment: Uint8Array): Uint8Array {
  return encodeRecord(contentType[type], tlsVersion['TLSv1.2'], fragment);
}

/** Alert record (RFC 8446 §6). */
export function alertRecord({ alert, level = 'fatal' }: AlertRefusal): Uint8Array {
  return plainRecord('alert', Uint8Array.of(level === 'fatal' ? 2 : 1, alertDescription[alert]));
}

/** The refusal as part of a headend's id. */
export function refusalName(refusal: Refusal): string {
  return typeof refusal === 'string' ? refusal : 'alert';
}

/** The refusal in words, for titles. */
export function refusalWord(refusal: Refusal): { readonly en: string; readonly ja: string } {
  if (refusal === 'silent') return { en: 'silence', ja: '無応答' };
  if (refusal === 'reset') return { en: 'RST', ja: 'RST' };
  return refusal === 'close' ? { en: 'FIN', ja: 'FIN' } : { en: 'alert', ja: 'アラート' };
}

/** Ends, or does not end, a connection as `refusal` says. */
export function refuse(connection: RawConnection, refusal: Refusal): void {
  if (refusal === 'silent') return;
  if (refusal === 'reset') {
    connection.reset();
    return;
  }
  if (refusal !== 'close') connection.send(alertRecord(refusal));
  connection.end();
}

/** A good server that refuses the hellos for which `applies` holds. */
export function refuseWhen(applies: (hello: ReceivedHello) => boolean, refusal: Refusal): RawBehaviour {
  return {
    kind: 'raw',
    start: () => ({
      hello(connection, hello) {
        if (applies(hello)) refuse(connection, refusal);
        else connection.passOn();
      },
    }),
  };
}

/** A server that answers every hello in the same way. */
export function onHello(answer: (connection: RawConnection, hello: ReceivedHello) => void): RawBehaviour {
  return { kind: 'raw', start: () => ({ hello: answer }) };
}

/** A server that acts as soon as a client has connected, and then ignores what the client sends. */
export function onConnect(act: (connection: RawConnection) => void): RawBehaviour {
  return { kind: 'raw', start: () => ({ connected: act, hello: () => undefined }) };
}
