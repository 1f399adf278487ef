/** Headends that ask for a client certificate. */

import type { HeadendSpec } from '../headend.ts';

export const clientCertificateTls12: HeadendSpec = {
  id: 'client-certificate-tls12',
  title: { en: 'Client certificate required, TLS 1.2', ja: 'クライアント証明書が必須 (TLS 1.2)' },
  behaviour: { kind: 'tls', maxVersion: 'TLSv1.2', clientCertificate: 'required' },
  expect: ['tls.client-certificate-required'],
  verdictHint: 'clean',
};

export const clientCertificateTls13: HeadendSpec = {
  id: 'client-certificate-tls13',
  title: { en: 'Client certificate required, TLS 1.3', ja: 'クライアント証明書が必須 (TLS 1.3)' },
  behaviour: { kind: 'tls', minVersion: 'TLSv1.3', clientCertificate: 'required' },
  expect: ['tls.client-certificate-required'],
  verdictHint: 'clean',
};

export const clientCertificateOptional: HeadendSpec = {
  id: 'client-certificate-optional',
  title: { en: 'Client certificate requested, not required', ja: 'クライアント証明書を要求するが必須ではない' },
  behaviour: { kind: 'tls', clientCertificate: 'optional' },
  expect: [],
  verdictHint: 'clean',
};
