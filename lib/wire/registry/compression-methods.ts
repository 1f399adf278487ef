/** TLS Compression Method Identifiers (RFC 3749 §2, RFC 3943 §2); the same in Wireshark 4.0. */

import { defineRegistry } from './registry.ts';

export const compressionMethod = { null: 0, DEFLATE: 1, LZS: 64 } as const;

export const compressionMethods = defineRegistry('IANA TLS Compression Method Identifiers', compressionMethod);
