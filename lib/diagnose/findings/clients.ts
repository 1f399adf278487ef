/**
 * What each kind of client does and says where a finding about a server's certificate holds. Words are quoted where they were
 * measured or are documented, and null where they are not known; nothing is made up.
 */

import type { ClientKind, ClientReaction } from '../../evidence/index.ts';
import type { FindingId } from './catalogue.ts';

/** In the order of reports. */
export const clientKinds: readonly ClientKind[] = ['secure-client', 'browser', 'node', 'openssl', 'gnutls', 'java'];

type Row = Omit<ClientReaction, 'finding' | 'client'>;

const row = (
  does: Row['does'],
  source: string,
  { words = null, code = null, alert = null }: Partial<Pick<Row, 'words' | 'code' | 'alert'>> = {},
): Row => ({ does, words, code, alert, source });

/** Measured by us at an openssl s_server. */
const measured = {
  node: 'measured: Node.js 20 (it ends the connection without an alert)',
  openssl: 'measured: OpenSSL 3.0.19',
  gnutls: 'measured: GnuTLS 3.7.9',
} as const;

/**
 * Cisco counts an invalid name, an invalid date and an unknown CA as errors after which the user is asked; the article on FTD says
 * that the client refuses at once.
 */
const secureClient =
  'Cisco, AnyConnect guide for the ASA 5505, page 23 (the user is asked); article on FTD and Secure Client, pattern 1 (refused)';
const untrustedSource = 'Certificate is from an untrusted source.';

/** RFC 9110 §4.3.4: confirmation from the user, or the end of the connection. */
const browser = row('asks', 'RFC 9110 §4.3.4 (a user agent asks its user or ends the connection)');
const validation = (section: string): Row => row('refuses', `RFC 5280 ${section}`);
const unknownRow = (why: string): Row => row('unknown', why);

const nobodySays = 'no source that we have';

const table: Readonly<Partial<Record<FindingId, Readonly<Record<ClientKind, Row>>>>> = {
  'cert.expired': {
    'secure-client': row('asks', secureClient),
    browser,
    node: row('refuses', measured.node, { code: 'CERT_HAS_EXPIRED', words: 'certificate has expired' }),
    openssl: row('refuses', measured.openssl, { code: 'verify error 10', words: 'certificate has expired', alert: 45 }),
    gnutls: row('refuses', measured.gnutls, { words: 'certificate chain uses expired certificate', alert: 42 }),
    java: validation('§6.1.3 (a)(2)'),
  },
  'cert.not-yet-valid': {
    'secure-client': row('asks', secureClient),
    browser,
    node: validation('§6.1.3 (a)(2)'),
    openssl: validation('§6.1.3 (a)(2)'),
    gnutls: validation('§6.1.3 (a)(2)'),
    java: validation('§6.1.3 (a)(2)'),
  },
  'cert.name-mismatch': {
    'secure-client': row('asks', secureClient),
    browser,
    node: row('refuses', measured.node, {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      words: "…is not in the cert's altnames",
    }),
    openssl: row('refuses', `${measured.openssl}, where it is told the name`, {
      code: 'verify error 62',
      words: 'hostname mismatch',
      alert: 42,
    }),
    gnutls: row('refuses', measured.gnutls, { words: 'name in the certificate does not match the expected' }),
    java: row('refuses', 'RFC 9110 §4.3.4, where HTTPS is spoken'),
  },
  'cert.chain-incomplete': {
    'secure-client': row('asks', `${secureClient}; the words: its command line client`, { words: untrustedSource }),
    browser: unknownRow('RFC 5280 §4.2.2.1: a client may have the issuer from elsewhere, or fetch it'),
    node: row('refuses', measured.node, { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    openssl: row('refuses', measured.openssl, {
      code: 'verify error 20',
      words: 'unable to get local issuer certificate',
      alert: 48,
    }),
    gnutls: row('refuses', measured.gnutls, { words: 'certificate issuer is unknown', alert: 42 }),
    java: unknownRow('RFC 5280 §4.2.2.1: a client may have the issuer from elsewhere, or fetch it'),
  },
  'cert.self-signed': {
    'secure-client': row('asks', `${secureClient}; the words: its command line client`, { words: untrustedSource }),
    browser,
    node: row('refuses', measured.node, { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    openssl: row('refuses', measured.openssl, { code: 'verify error 18', alert: 48 }),
    gnutls: row('refuses', measured.gnutls, { words: 'certificate issuer is unknown', alert: 42 }),
    java: validation('§6.1.1 (d)'),
  },
  'cert.untrusted-root': {
    'secure-client': row('asks', `${secureClient}; the words: its command line client`, { words: untrustedSource }),
    browser,
    node: validation('§6.1.1 (d)'),
    openssl: validation('§6.1.1 (d)'),
    gnutls: validation('§6.1.1 (d)'),
    java: validation('§6.1.1 (d)'),
  },
  'cert.wrong-usage': {
    'secure-client': unknownRow(nobodySays),
    browser: validation('§4.2.1.12'),
    node: validation('§4.2.1.12'),
    openssl: validation('§4.2.1.12'),
    gnutls: validation('§4.2.1.12'),
    java: validation('§4.2.1.12'),
  },
};

/**
 * The reactions to findings, in their order and each once. Findings that no client is asked about (a certificate that ends soon)
 * have none, nor have those that only may hold.
 */
export function clientReactions(
  findings: readonly { readonly id: string; readonly confidence?: string }[],
): ClientReaction[] {
  const ids = new Set(findings.filter(({ confidence }) => confidence !== 'possible').map(({ id }) => id));
  return [...ids].flatMap((finding) => {
    const rows = Object.hasOwn(table, finding) ? table[finding as FindingId] : undefined;
    return rows === undefined ? [] : clientKinds.map((client) => ({ finding, client, ...rows[client] }));
  });
}
