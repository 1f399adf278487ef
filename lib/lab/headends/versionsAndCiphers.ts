/** Headends whose versions, cipher suites or groups do not suit a current client (pattern 2). */

import type { HeadendSpec } from '../headend.ts';

export const tls10And11Only: HeadendSpec = {
  id: 'tls10-11-only',
  title: { en: 'TLS 1.0 and 1.1 only', ja: 'TLS 1.0 と 1.1 のみ' },
  behaviour: {
    kind: 'tls',
    minVersion: 'TLSv1.0',
    maxVersion: 'TLSv1.1',
    ciphers: ['ECDHE-RSA-AES256-SHA', 'ECDHE-RSA-AES128-SHA', 'AES256-SHA', 'AES128-SHA'],
    certificates: [{ key: 'RSA-2048' }],
  },
  expect: ['tls.no-common-version', 'tls.legacy-version-enabled'],
  mayReport: ['tls.cipher-not-recommended'],
  verdictHint: 'findings',
};

/** The suites that an ASA offers by default (`medium`), in its order; TLS 1.0 and 1.1 have the four of SHA-1 without ECDHE. */
const asaCiphers: readonly string[] = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'DHE-RSA-AES256-GCM-SHA384',
  'AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES256-SHA384',
  'ECDHE-RSA-AES256-SHA384',
  'DHE-RSA-AES256-SHA256',
  'AES256-SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES128-GCM-SHA256',
  'AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'DHE-RSA-AES128-SHA256',
  'AES128-SHA256',
  'DHE-RSA-AES256-SHA',
  'AES256-SHA',
  'DHE-RSA-AES128-SHA',
  'AES128-SHA',
];

export const asaLike: HeadendSpec = {
  id: 'asa-like',
  title: { en: 'TLS 1.0 to 1.2 with the default suites of an ASA', ja: 'ASA の既定の暗号スイートで TLS 1.0〜1.2' },
  behaviour: {
    kind: 'tls',
    minVersion: 'TLSv1.0',
    maxVersion: 'TLSv1.2',
    ciphers: asaCiphers,
    groups: ['P-256', 'P-384', 'P-521'],
    certificates: [{ key: 'RSA-2048' }],
  },
  expect: ['tls.legacy-version-enabled', 'tls.cipher-not-recommended'],
  verdictHint: 'findings',
};

export const noSharedCipher: HeadendSpec = {
  id: 'no-shared-cipher',
  title: { en: 'TLS 1.2 with ChaCha20-Poly1305 only', ja: 'TLS 1.2 で ChaCha20-Poly1305 のみ' },
  behaviour: {
    kind: 'tls',
    maxVersion: 'TLSv1.2',
    ciphers: ['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
    certificates: [{}, { key: 'RSA-2048' }],
  },
  expect: ['tls.no-common-cipher'],
  verdictHint: 'findings',
};

export const noSharedGroup: HeadendSpec = {
  id: 'no-shared-group',
  title: { en: 'X448 as the only group', ja: '鍵交換グループは X448 のみ' },
  behaviour: { kind: 'tls', groups: ['X448'], certificates: [{}, { key: 'RSA-2048' }] },
  expect: ['tls.no-common-group'],
  verdictHint: 'findings',
};
