/** Error codes of Node.js (measured with Node 20, OpenSSL 3.0). */

import type { CertificateComplaint } from '../../../evidence/index.ts';
import { alerts } from '../../../wire/index.ts';
import type { GrammarRow, LineFacts } from '../grammar.ts';
import { endpointIn, rowsOf } from '../grammar.ts';
import { alertFacts } from '../openssl-reason.ts';

const row = rowsOf('node', 'Node.js 20, measured');

const complaints: readonly (readonly [string, CertificateComplaint, number | null])[] = [
  ['CERT_HAS_EXPIRED', 'expired', 10],
  ['CERT_NOT_YET_VALID', 'not-yet-valid', 9],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'name-mismatch', null],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'issuer-unknown', 21],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'issuer-unknown', 20],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed', 18],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed-in-chain', 19],
];

const connects = [
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
] as const;

export const nodeRows: readonly GrammarRow[] = [
  ...complaints.map(([words, what, code]) =>
    row(
      words,
      'verify-error',
      words,
      (): LineFacts => ({
        writer: 'client',
        connect: 'ok',
        outcome: 'failed',
        complaint: { what, ...(code === null ? {} : { code }) },
      }),
    ),
  ),
  ...connects.map(([errno, connect]) =>
    row(
      `connect-${connect}-${errno}`,
      'connect-failed',
      `connect ${errno} `,
      (_, [, peer]): LineFacts => ({
        writer: 'client',
        connect,
        outcome: 'failed',
        ...endpointIn(peer),
      }),
      {
        // Programs connect to many things; these are the ports that TLS VPNs and sftunnel use.
        pattern: /^connect\s{0,10}[A-Z]{5,16}\s{1,10}([\w.:[\]-]{2,256}:(?:443|8443|8305))\b/,
        begins: true,
      },
    ),
  ),
  row(
    'resolve-failed',
    'connect-failed',
    'getaddrinfo ENOTFOUND ',
    (_, [, host = '']): LineFacts => ({
      writer: 'client',
      connect: 'resolve-failed',
      outcome: 'failed',
      address: host,
    }),
    { pattern: /^getaddrinfo\s{0,10}ENOTFOUND\s{0,10}([\w.-]{1,253})/, begins: true },
  ),
  row(
    'alert',
    'alert',
    'ERR_SSL_',
    (_, [, name = '']): LineFacts => {
      const code = alerts.codeOf(name.toLowerCase());
      return code === undefined ? { outcome: 'failed' } : alertFacts(code);
    },
    { pattern: /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_([A-Z_]{4,40})/ },
  ),
];
