/** What `openssl s_client` and other programs that print OpenSSL's errors write (measured with OpenSSL 3.0). */

import type { GrammarRow, LineFacts } from '../grammar.ts';
import { rowsOf } from '../grammar.ts';
import { opensslReason } from '../openssl-reason.ts';
import { complaintIn, complaintOf } from '../verify-errors.ts';

const row = rowsOf('openssl', 'OpenSSL 3.0, measured');

export const opensslRows: readonly GrammarRow[] = [
  row('connected', 'connected', 'CONNECTED(', () => ({ writer: 'client', connect: 'ok' })),
  row('accepted', 'connected', 'ACCEPT', () => ({ writer: 'server', connect: 'ok' }), { pattern: /^ACCEPT$/ }),
  row('connect-failed', 'connect-failed', 'connect:errno=', (_, [, errno]) => connectFacts(errno), {
    pattern: /^connect:errno=(\d{1,3})/,
  }),
  row('depth', 'certificate-name', 'depth=', (_, [, depth, name = '']) => ({ depth: Number(depth), subject: name }), {
    pattern: /^depth=(\d{1,2}) (\S.{0,400})$/,
  }),
  row('verify-error', 'verify-error', 'verify error:num=', (_, [, code]) => complaintOf(Number(code)), {
    pattern: /^verify\s{0,10}error:num=(\d{1,3}):/,
  }),
  row('verify-code', 'note', 'Verify return code:', (_, [, code]) => complaintOf(Number(code)), {
    pattern: /^Verify\s{0,10}return\s{0,10}code:\s{0,10}(\d{1,3})\s{0,10}\(/,
    ends: true,
  }),
  row('verification-error', 'note', 'Verification error:', (_, [, words = '']) => complaintIn(words), {
    pattern: /^Verification\s{0,10}error:\s{0,10}(.{3,80})$/,
  }),
  row('no-certificate', 'note', 'no peer certificate available', () => ({})),
  row(
    'negotiated',
    'negotiated',
    ', Cipher is ',
    (_, [, cipher = '']): LineFacts => (cipher === '(NONE)' ? { outcome: 'failed' } : { cipher, outcome: 'connected' }),
    { pattern: /^, Cipher is (\(NONE\)|[\w-]{3,60})/ },
  ),
  row('error', 'handshake-failed', ':SSL routines:', (rest) => opensslReason(rest)),
];

/** Numbers of errno on Linux. */
function connectFacts(errno: string | undefined): LineFacts {
  const connects = { 101: 'unreachable', 110: 'timeout', 111: 'refused', 113: 'unreachable' } as const;
  const connect = connects[Number(errno) as keyof typeof connects];
  return { writer: 'client', outcome: 'failed', ...(connect === undefined ? {} : { connect }) };
}
