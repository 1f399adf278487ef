/**
 * TLS ClientCertificateType Identifiers (CertificateRequest up to TLS 1.2). Compared one by one with a list made from IANA's (12 of
 * 12 the same) and Wireshark 4.0 (9 the same, GOST's drafts among them).
 */

import { defineRegistry } from './registry.ts';

export const clientCertificateType = {
  rsa_sign: 1,
  dss_sign: 2,
  rsa_fixed_dh: 3,
  dss_fixed_dh: 4,
  rsa_ephemeral_dh_RESERVED: 5,
  dss_ephemeral_dh_RESERVED: 6,
  fortezza_dms_RESERVED: 20,
  ecdsa_sign: 64,
  rsa_fixed_ecdh: 65,
  ecdsa_fixed_ecdh: 66,
  gost_sign256: 67,
  gost_sign512: 68,
} as const;

export const clientCertificateTypes = defineRegistry(
  'IANA TLS ClientCertificateType Identifiers, 2025',
  clientCertificateType,
  { source: 'draft-chudov-cryptopro-cptls-04', codes: { gostr34102001: 22, gostr34101994: 21 } },
);
