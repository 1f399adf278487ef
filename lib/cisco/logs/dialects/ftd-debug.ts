/** Lines of the FTD's debugging of VPN connections, and of Secure Client, as the sources quote them. */

import { alerts } from '../../../wire/index.ts';
import type { GrammarRow, LineFacts } from '../grammar.ts';
import { alertFacts } from '../openssl-reason.ts';

const article = 'article on FTD and Secure Client, lines of the VPN debug';
const cli = 'AnyConnect on the command line, as users quote it';

const debug = (id: string, kind: GrammarRow['kind'], words: string, facts: LineFacts): GrammarRow => ({
  id: `ftd-debug.${id}`,
  dialect: 'ftd-debug',
  kind,
  words,
  source: article,
  // Other programs have such words in their sentences (`protocol version mismatch -- is your shell clean?`).
  pattern: new RegExp(`^${words}[.!]?$`),
  alone: true,
  read: () => facts,
});

export const ftdDebugRows: readonly GrammarRow[] = [
  {
    id: 'ftd-debug.alert',
    dialect: 'ftd-debug',
    kind: 'alert',
    words: 'TLS alert, ',
    source: article,
    pattern: /^TLS\s{0,10}alert,\s{0,10}([a-z_]{4,40})/,
    read: (_, [, name = '']) => {
      // The article's own line has lost its separators: what comes first is the alert.
      const code = alerts.codeOf(name) ?? alerts.codeOf(/^unknown_ca/.exec(name)?.[0] ?? '');
      return code === undefined ? { outcome: 'failed' } : alertFacts(code);
    },
  },
  debug('handshake-failed', 'handshake-failed', 'TLS handshake failed', { outcome: 'failed' }),
  debug('version-mismatch', 'handshake-failed', 'protocol version mismatch', { outcome: 'failed', lacks: 'version' }),
  debug('unsupported-cipher', 'handshake-failed', 'unsupported cipher', { outcome: 'failed', lacks: 'cipher' }),
  debug('certificate-failed', 'verify-error', 'certificate validate failed', {
    outcome: 'failed',
    complaint: { what: 'unspecified', by: null },
  }),
];

const client = (id: string, kind: GrammarRow['kind'], words: string, facts: LineFacts, more = {}): GrammarRow => ({
  id: `secure-client.${id}`,
  dialect: 'secure-client',
  kind,
  words,
  source: cli,
  read: () => ({ writer: 'client', ...facts }),
  ...more,
});

export const secureClientRows: readonly GrammarRow[] = [
  client(
    'cannot-verify',
    'verify-error',
    'AnyConnect cannot verify server:',
    {},
    {
      pattern: /^AnyConnect\s{0,10}cannot\s{0,10}verify\s{0,10}server:\s{0,10}([\w.:[\]-]{1,253})/,
      read: (_: string, [, host]: readonly (string | undefined)[]) => ({
        writer: 'client',
        connect: 'ok',
        ...(host === undefined ? {} : { address: host.replace(/\.$/, '') }),
      }),
    },
  ),
  client('untrusted-source', 'verify-error', 'Certificate is from an untrusted source', {
    complaint: { what: 'issuer-unknown' },
  }),
  client('attempt-failed', 'handshake-failed', 'Connection attempt has failed', { outcome: 'failed' }),
  client('cannot-confirm', 'handshake-failed', 'AnyConnect cannot confirm it is connected to your secure gateway', {
    outcome: 'failed',
  }),
];
