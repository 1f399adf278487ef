/** The server of the matrix: nothing wrong with it, and a certificate flight of several full packets, as VPN headends have. */

import { type HeadendSpec, labName } from '../../lib/lab/index.ts';

const names = Array.from({ length: 120 }, (_, i) => `gate-${String(i).padStart(3, '0')}.branch-office.example.test`);

export const longFlight: HeadendSpec = {
  id: 'long-flight',
  title: { en: 'A certificate flight of about 5 kB', ja: '約 5 kB の証明書フライト' },
  behaviour: { kind: 'tls', certificates: [{ names: [labName, ...names] }] },
  expect: [],
  verdictHint: 'clean',
};
