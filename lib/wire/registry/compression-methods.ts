/** TLS Compression Method Identifiers. */

import { defineRegistry } from './registry.ts';

export const compressionMethod = { null: 0, DEFLATE: 1, LZS: 64 } as const;

export const compressionMethods = defineRegistry('IANA TLS Compression Method Identifiers, 2025-08', compressionMethod);
