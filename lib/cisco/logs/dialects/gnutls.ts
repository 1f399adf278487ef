/** What `gnutls-cli` and other programs that print GnuTLS's errors write (measured with GnuTLS 3.7). */

import type { CertificateComplaint } from '../../../evidence/index.ts';
import type { GrammarRow, LineFacts } from '../grammar.ts';
import { endpointIn, rowsOf } from '../grammar.ts';
import { alertFacts } from '../openssl-reason.ts';

const row = rowsOf('gnutls', 'GnuTLS 3.7, measured');

/** `- Status:` has a sentence for each reason; every one of them is a line of the table. */
const statuses: readonly (readonly [string, CertificateComplaint])[] = [
  ['certificate chain uses expired certificate', 'expired'],
  ['certificate chain uses not yet valid certificate', 'not-yet-valid'],
  ['name in the certificate does not match the expected', 'name-mismatch'],
  ['certificate issuer is unknown', 'issuer-unknown'],
  ['certificate issuer is not a CA', 'issuer-unknown'],
  ['certificate chain is revoked', 'revoked'],
  ['certificate chain uses insecure algorithm', 'weak-signature'],
  ['certificate chain does not match the intended purpose', 'wrong-usage'],
  ['signature in the certificate is invalid', 'bad-signature'],
];

export const gnutlsRows: readonly GrammarRow[] = [
  row(
    'connecting',
    'connecting',
    "Connecting to '",
    (_, [, peer]): LineFacts => ({ writer: 'client', ...endpointIn(peer) }),
    {
      pattern: /^Connecting\s{0,10}to\s{0,10}'([^']{2,262})'/,
    },
  ),
  row(
    'connect-failed',
    'connect-failed',
    'Could not connect to ',
    (rest, [, peer]): LineFacts => ({
      writer: 'client',
      outcome: 'failed',
      ...endpointIn(peer),
      ...(rest.includes('Connection refused') ? { connect: 'refused' } : {}),
      ...(rest.includes('timed out') ? { connect: 'timeout' } : {}),
    }),
    { pattern: /^Could\s{0,10}not\s{0,10}connect\s{0,10}to\s{0,10}([\w.:[\]-]{2,262}): / },
  ),
  ...statuses.map(([words, what], index) =>
    row(
      `status-${index + 1}`,
      'verify-error',
      words,
      (rest): LineFacts => ({
        complaints: [what, ...statuses.filter((other) => rest.includes(other[0])).map((other) => other[1])].map(
          (said) => ({
            what: said,
          }),
        ),
      }),
    ),
  ),
  row(
    'alert',
    'alert',
    'Received alert [',
    (_, [, code]): LineFacts => ({ writer: 'client', ...alertFacts(Number(code)) }),
    {
      pattern: /^Received\s{0,10}alert\s{0,10}\[(\d{1,3})\]/,
    },
  ),
  row(
    'certificate-error',
    'handshake-failed',
    '*** Fatal error: Error in the certificate',
    (): LineFacts => ({
      outcome: 'failed',
    }),
  ),
  row(
    'illegal-version',
    'handshake-failed',
    'packet with illegal or unsupported version',
    (): LineFacts => ({
      lacks: 'version',
      outcome: 'failed',
    }),
  ),
  row(
    'handshake-done',
    'negotiated',
    '- Handshake was completed',
    (): LineFacts => ({
      writer: 'client',
      connect: 'ok',
      outcome: 'connected',
    }),
  ),
];
