/** Headends without a fault, and with facts that are no fault. */

import type { HeadendSpec } from '../headend.ts';

export const good: HeadendSpec = {
  id: 'good',
  title: { en: 'TLS 1.2 and 1.3, nothing wrong', ja: 'TLS 1.2 と 1.3 に対応した正常なヘッドエンド' },
  behaviour: { kind: 'tls', certificates: [{}, { key: 'RSA-2048' }] },
  expect: [],
  verdictHint: 'clean',
};

export const tls12Only: HeadendSpec = {
  id: 'tls12-only',
  title: { en: 'TLS 1.2 only', ja: 'TLS 1.2 のみ' },
  behaviour: { kind: 'tls', maxVersion: 'TLSv1.2', certificates: [{}, { key: 'RSA-2048' }] },
  expect: [],
  verdictHint: 'clean',
};

export const tls13Only: HeadendSpec = {
  id: 'tls13-only',
  title: { en: 'TLS 1.3 only', ja: 'TLS 1.3 のみ' },
  behaviour: { kind: 'tls', minVersion: 'TLSv1.3' },
  expect: [],
  verdictHint: 'clean',
};
