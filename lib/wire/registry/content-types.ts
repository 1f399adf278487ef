/** TLS ContentType: what a record carries. Compared with a list made from IANA's (8 of 8 the same) and Wireshark 4.0 (6 of 6). */

import { defineRegistry } from './registry.ts';

export const contentType = {
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
  heartbeat: 24,
  tls12_cid: 25,
  ACK: 26,
  return_routability_check: 27,
} as const;

export const contentTypes = defineRegistry('IANA TLS ContentType, 2025', contentType);
