/** Errors of Schannel (Windows): its mapping of alerts as Microsoft documents it, and the events of the system log. */

import type { GrammarRow, LineFacts } from '../grammar.ts';
import { alertFacts } from '../openssl-reason.ts';

const mapping = 'learn.microsoft.com, Schannel Error Codes for TLS and SSL Alerts';
const events = 'learn.microsoft.com, Schannel Events';

const row = (
  id: string,
  kind: GrammarRow['kind'],
  words: string,
  source: string,
  read: NonNullable<GrammarRow['read']>,
  more: Partial<GrammarRow> = {},
): GrammarRow => ({ id: `schannel.${id}`, dialect: 'schannel', kind, words, source, read, ...more });

/**
 * An error is given for an alert and for what Schannel itself finds alike, so it says what is wrong and not who says so. Several
 * alerts become one error: these say no more than that.
 */
const errors: readonly (readonly [name: string, hex: string, facts: LineFacts])[] = [
  ['SEC_E_CERT_EXPIRED', '0x80090328', { complaint: { what: 'expired', by: null } }],
  ['SEC_E_CERT_UNKNOWN', '0x80090327', { complaint: { what: 'unspecified', by: null } }],
  ['SEC_E_UNTRUSTED_ROOT', '0x80090325', { complaint: { what: 'issuer-unknown', by: null } }],
  ['SEC_E_ILLEGAL_MESSAGE', '0x80090326', {}],
  ['SEC_E_UNSUPPORTED_FUNCTION', '0x80090302', {}],
  ['SEC_E_ALGORITHM_MISMATCH', '0x80090331', {}],
];

export const schannelRows: readonly GrammarRow[] = [
  ...errors.flatMap(([name, hex, facts]) =>
    [name, hex].map((words) =>
      row(
        words === name ? name : `${name}-code`,
        'handshake-failed',
        words,
        mapping,
        () => ({ outcome: 'failed', ...facts }),
        { pattern: new RegExp(`^${words}\\b`) },
      ),
    ),
  ),
  row(
    'alert-received',
    'alert',
    'A fatal alert was received from the remote endpoint.',
    `${events}: 36887`,
    (_, [, code]) => alertFacts(Number(code)),
    { pattern: /^A\s{0,10}fatal\s{0,10}alert\s{0,10}was[^.]{10,60}\.[^.]{5,90}?code\s{0,10}is\s{0,10}(\d{1,3})\b/ },
  ),
];
