/**
 * What sftunnel writes to `messages` of FTD and FMC. Cisco's document shows the lines cut at the right edge of a screenshot, so only
 * their beginnings are known, and they are matched by these.
 */

import type { GrammarRow, LineFacts } from '../grammar.ts';
import { endpointIn, portIn } from '../grammar.ts';
import { opensslReason } from '../openssl-reason.ts';
import { complaintIn, numberedComplaint } from '../verify-errors.ts';

const document = 'Cisco document 222464, log lines of FTD and FMC';
const thread = 'Cisco community thread 5354338';

const row = (
  id: string,
  kind: GrammarRow['kind'],
  words: string,
  more: Partial<Omit<GrammarRow, 'id' | 'kind' | 'words'>> = {},
): GrammarRow => ({ id: `sftunnel.${id}`, dialect: 'sftunnel', kind, words, source: document, ...more });

export const sftunnelRows: readonly GrammarRow[] = [
  row('initiating', 'connecting', 'Initiating IP', { begins: true, read: () => ({ writer: 'client' }) }),
  row('wait-to-connect', 'connecting', 'Wait to connect to', {
    pattern: /^Wait\s*to\s*connect\s*to\s*(\d{1,5})\b/,
    read: (_, [, port]) => ({ writer: 'client', ...portIn(port) }),
  }),
  row('connected', 'connected', 'Connected to', {
    pattern: /^Connected\s*to\s*([\w.:[\]-]{1,253})/,
    read: (_, [, peer]) => ({ connect: 'ok', ...addressOf(peer) }),
  }),
  row('certificate-error', 'certificate-name', '-Error with certificate', {
    read: (rest) => depthIn(rest),
  }),
  row('issuer', 'certificate-name', 'issuer', {
    pattern: /^issuer\s*=\s*(\/.*)$/,
    read: (_, [, name = '']) => ({ issuer: name }),
  }),
  row('subject', 'certificate-name', 'subject', {
    pattern: /^subject\s*=\s*(\/.*)$/,
    read: (_, [, name = '']) => ({ subject: name }),
  }),
  row('verify-error', 'verify-error', 'err ', {
    source: `${document}; CSCwa10423`,
    pattern: /^err\s*(\d{1,3}):(.*)$/,
    read: (_, [, code = '', words = '']) => numberedComplaint(Number(code), words),
  }),
  row('renegotiate-error', 'handshake-failed', 'SSL_renegotiate error', {
    read: (rest) => ({ outcome: 'failed', ...opensslReason(rest) }),
  }),
  row('handshake-failed', 'handshake-failed', 'Connect:SSL handshake failed', {
    least: 'Connect:SSL handshake fail'.length,
    read: () => ({ outcome: 'failed', writer: 'client' }),
  }),
  row('verify-status', 'note', 'SSL Verification status', {
    pattern: /^SSL\s*Verification\s*status:\s*(.*)$/,
    read: (_, [, words = '']) => complaintIn(words),
  }),
  row('verify-callback', 'note', 'VERIFY ssl_verify_callback', { least: 'VERIFY ssl_verify'.length }),
  row('expired-rest', 'verify-error', 'establishSSLConnection: ', {
    // A message that was too long goes on in a line of its own; of its words only the end is there.
    pattern: /^establishSSLConnection:\s*(?:certificate has exp|has exp|exp|xp|p)?ired$/,
    read: () => ({ outcome: 'failed', complaint: { what: 'expired', by: null, cut: true } }),
  }),
  row('establish-failed', 'handshake-failed', 'establishSSLConnection: ', {
    pattern: /^establishSSLConnection:\s*(?:Fail|Unab)/,
    read: (rest) => ({ outcome: 'failed', ...opensslReason(rest) }),
  }),
  row('establish', 'note', 'establishSSLConnection: ', { read: (rest) => opensslReason(rest) }),
  row('establish-util-failed', 'handshake-failed', 'establishConnectionUtil: Fail', {
    read: (rest) => ({ outcome: 'failed', ...opensslReason(rest) }),
  }),
  row('establish-util', 'note', 'establishConnectionUtil: ', { read: (rest) => opensslReason(rest) }),
  row('post-handshake-auth', 'note', 'Unable to set Post Handshake Auth SSL context', {
    source: thread,
    read: () => ({ outcome: 'failed' }),
  }),
  row('credentials', 'note', 'Failed to reload credentials', { source: thread }),
  row('needs-reconnect', 'note', 'Failed to add services Peer', { source: thread }),
];

/** An address that the screen cut says less than it seems to: only a whole one counts. */
function addressOf(text: string | undefined): LineFacts {
  const { address } = endpointIn(text);
  return address !== undefined && /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)$/.test(address)
    ? { address }
    : {};
}

function depthIn(text: string): LineFacts {
  const depth = /depth:?\s*(\d{1,2})/.exec(text)?.[1];
  return depth === undefined ? {} : { depth: Number(depth) };
}
