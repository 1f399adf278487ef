/** What openconnect prints (measured with 9.01, GnuTLS), and what its users report of DTLS. */

import type { CertificateComplaint } from '../../../evidence/index.ts';
import type { GrammarRow, LineFacts } from '../grammar.ts';
import { endpointIn } from '../grammar.ts';

const measured = 'openconnect 9.01 with GnuTLS, measured';

const row = (
  id: string,
  kind: GrammarRow['kind'],
  words: string,
  facts: LineFacts = {},
  more: Partial<GrammarRow> = {},
): GrammarRow => ({
  id: `openconnect.${id}`,
  dialect: 'openconnect',
  kind,
  words,
  source: measured,
  read: () => ({ writer: 'client', ...facts }),
  ...more,
});

/** Reasons that openconnect gives for a certificate it does not accept. */
const reasons: ReadonlyMap<string, CertificateComplaint> = new Map([
  ['certificate expired', 'expired'],
  ['certificate not activated yet', 'not-yet-valid'],
  ['certificate does not match hostname', 'name-mismatch'],
  ['signer not found', 'issuer-unknown'],
  ['signer not a CA certificate', 'issuer-unknown'],
  ['certificate revoked', 'revoked'],
  ['insecure algorithm', 'weak-signature'],
  ['signature verification failed', 'bad-signature'],
]);

const failures: readonly (readonly [RegExp, LineFacts])[] = [
  [/Connection refused/, { connect: 'refused' }],
  [/timed out/, { connect: 'timeout' }],
  [/(?:No route to host|Network is unreachable)/, { connect: 'unreachable' }],
];

export const openconnectRows: readonly GrammarRow[] = [
  row('connecting', 'connecting', 'Attempting to connect to server', {}, { begins: true }),
  row(
    'connected',
    'connected',
    'Connected to ',
    {},
    {
      // An address with its port tells it from what others print.
      pattern: /^Connected\s{1,10}to\s{1,10}(\[?[0-9a-fA-F.:]{2,39}\]?:\d{1,5})\s*$/,
      read: (_, [, peer]) => ({ writer: 'client', connect: 'ok', ...endpointIn(peer) }),
    },
  ),
  row(
    'connect-failed',
    'connect-failed',
    'Failed to connect to ',
    {},
    {
      pattern: /^Failed\s{1,10}to\s{1,10}connect\s{1,10}to\s{1,10}(\[?[0-9a-fA-F.:]{2,39}\]?:\d{1,5}): (.{1,80})$/,
      read: (_, [, peer, why = '']) => ({
        writer: 'client',
        outcome: 'failed',
        ...endpointIn(peer),
        ...failures.find(([words]) => words.test(why))?.[1],
      }),
    },
  ),
  row('negotiation', 'hello', 'SSL negotiation with '),
  row(
    'verify-failed',
    'verify-error',
    'Server certificate verify failed:',
    {},
    {
      pattern: /^Server\s{0,10}certificate\s{0,10}verify\s{0,10}failed:\s{0,10}([a-zA-Z ]{3,60})/,
      read: (_, [, why = '']) => {
        const what = reasons.get(why.trim());
        return { writer: 'client', complaint: { what: what ?? 'unspecified' } };
      },
    },
  ),
  row('failure', 'handshake-failed', 'SSL connection failure', { outcome: 'failed' }),
  row('client-certificate', 'note', 'Client certificate missing or incorrect (Certificate Validation Failure)', {
    lacks: 'client-certificate',
    outcome: 'failed',
  }),
  row('client-certificate-wanted', 'note', 'Server requested SSL client certificate; none was configured'),
  row('https-failed', 'handshake-failed', 'Failed to open HTTPS connection to', { outcome: 'failed' }),
  row('no-dtls', 'dtls', 'Server offered no DTLS cipher option', { dtls: 'refused' }),
  row('dtls-established', 'dtls', 'Established DTLS connection', { dtls: 'established', outcome: 'connected' }),
  row(
    'dtls-failed',
    'dtls',
    'DTLS handshake failed:',
    {},
    {
      source: `${measured}; docker-ocserv issue 45`,
      pattern: /^DTLS\s{0,10}handshake\s{0,10}failed:\s{0,10}(.{0,80})/,
      read: (_, [, why = '']) => ({
        writer: 'client',
        ...(why.startsWith('Resource temporarily unavailable') ? { dtls: 'unanswered' } : {}),
      }),
    },
  ),
  row('dtls-timeout', 'dtls', 'DTLS handshake timed out', { dtls: 'unanswered' }),
  row('cstp-connected', 'negotiated', 'CSTP connected', { outcome: 'connected' }),
  row(
    'configured',
    'negotiated',
    'Configured as ',
    {},
    {
      pattern:
        /^Configured\s{1,10}as\s.{0,120}?with\s{1,10}SSL.{0,40}?(DTLS\s{1,10}(?:connected|disabled|in progress|established))/,
      read: (_, [, state = '']) => ({
        writer: 'client',
        outcome: 'connected',
        ...(state.endsWith('disabled') ? { dtls: 'refused' } : {}),
      }),
    },
  ),
  row('dtls-disabled', 'dtls', 'with DTLS disabled', { dtls: 'refused' }, { source: 'openconnect issue 317' }),
  row('mtu-probe', 'packet-size', 'Initiating MTU detection'),
  row('mtu-found', 'packet-size', 'Detected MTU of '),
];
