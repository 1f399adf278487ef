/** The reason in an OpenSSL error, which many programs print as it is: an alert that came, or what the library itself found. */

import { alerts } from '../../wire/index.ts';
import type { LineFacts } from './grammar.ts';

/**
 * What an error text of OpenSSL says: `error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:…:SSL alert
 * number 40`, the words of its reason alone, or `null`-like facts where it says nothing that is known.
 */
export function opensslReason(text: string): LineFacts {
  const number = /SSL\s*alert\s*number\s*(\d{1,3})/.exec(text)?.[1];
  const name = /(?:sslv3|tlsv1|tlsv13|tls|dtls)\s{0,2}alert\s{1,2}([a-z][a-z ]{3,40})/i.exec(text)?.[1];
  const code = number === undefined ? alertByName(name) : Number(number);
  if (code !== null && code <= 255) return alertFacts(code);
  for (const [words, facts] of reasons) if (text.includes(words)) return facts;
  return {};
}

/** An alert that came from the peer, with what it has against the certificate of the writer. */
export function alertFacts(code: number): LineFacts {
  const what = certificateAlerts.get(code);
  return {
    alert: { code },
    outcome: 'failed',
    ...(what === undefined ? {} : { complaint: { what, by: 'peer' } }),
    ...(code === alerts.codeOf('certificate_required') ? { lacks: 'client-certificate' } : {}),
  };
}

/** RFC 8446 §6.2. The others may mean several things. */
const certificateAlerts: ReadonlyMap<number, NonNullable<LineFacts['complaint']>['what']> = new Map([
  [42, 'unspecified'],
  [43, 'unspecified'],
  [44, 'revoked'],
  [45, 'expired'],
  [46, 'unspecified'],
  [48, 'issuer-unknown'],
]);

/** Reasons of the library itself, measured with OpenSSL 3.0; older ones have the same words. */
const reasons: readonly (readonly [string, LineFacts])[] = [
  ['certificate verify failed', { outcome: 'failed' }],
  ['no shared cipher', { lacks: 'cipher', writer: 'server', outcome: 'failed' }],
  ['no suitable key share', { lacks: 'group', writer: 'server', outcome: 'failed' }],
  ['peer did not return a certificate', { lacks: 'client-certificate', writer: 'server', outcome: 'failed' }],
  ['unsafe legacy renegotiation disabled', { lacks: 'secure-renegotiation', writer: 'client', outcome: 'failed' }],
  ['unsupported protocol', { lacks: 'version', outcome: 'failed' }],
  ['no protocols available', { outcome: 'failed' }],
  ['wrong version number', { outcome: 'failed' }],
  ['http request', { end: 'not-tls', writer: 'server', outcome: 'failed' }],
  ['unexpected eof while reading', { end: 'closed', outcome: 'failed' }],
  ['Connection reset by peer', { end: 'reset', outcome: 'failed' }],
];

function alertByName(name: string | undefined): number | null {
  if (name === undefined) return null;
  const words = name.trim().toLowerCase().split(/ +/);
  // What follows the name may be words too: the longest beginning that is one counts.
  for (let length = Math.min(words.length, 4); length > 0; length--) {
    const code = alerts.codeOf(words.slice(0, length).join('_'));
    if (code !== undefined) return code;
  }
  return null;
}
