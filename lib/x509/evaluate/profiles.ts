/** Rule sets as data: the same checks run for all of them, and a profile says which of the findings count. */

import type { ChainReasonId } from './reasons.ts';
import type { ReasonEffect } from './types.ts';

export interface ChainProfile {
  readonly id: string;
  /** What an id does; ids that are not listed refuse. */
  readonly effects: Readonly<Partial<Record<ChainReasonId, ReasonEffect>>>;
  /** `certificate`: a root's dates and extensions count. `dates`: only its dates. `key`: it is a name and a key (RFC 5280 §6.1.1). */
  readonly anchor: 'certificate' | 'dates' | 'key';
  /** False: whatever the host, names are not matched. */
  readonly matchHost: boolean;
  /** A leaf without any DNS name is matched by its CN (RFC 6125 §6.4.4). */
  readonly commonNameFallback: boolean;
  /** A root may be older than version 3, and lack basicConstraints then. */
  readonly versionOneRoots: boolean;
  readonly keys: KeyRules;
  /** Names of hashes that no signature may use. */
  readonly refusedHashes: readonly string[];
}

export interface KeyRules {
  readonly rsaBits: number;
  /** The size of an RSA modulus must be a multiple of 8 bits (CA/B 6.1.5). */
  readonly rsaOctets: boolean;
  /** Curves by size; null: any. */
  readonly curveBits: readonly number[] | null;
  /** DSA, and curves that are not named, may be used. */
  readonly oddKeys: boolean;
}

/** What departs from a profile of certificates, but no client is known to look at. */
const lints = {
  'leaf-is-ca': 'notes',
  'ca-fields-in-leaf': 'notes',
  version: 'notes',
  'usage-missing': 'notes',
  'usage-any': 'notes',
  'usage-on-root': 'notes',
  'name-constraints-not-critical': 'notes',
  'common-name-not-listed': 'notes',
  'wildcard-too-wide': 'notes',
  'extension-malformed': 'notes',
  'extension-criticality': 'notes',
  'key-identifier': 'notes',
  serial: 'notes',
  encoding: 'notes',
  'subject-empty': 'notes',
  'issuer-empty': 'notes',
  'revocation-unknown': 'notes',
} as const satisfies ChainProfile['effects'];

/**
 * What clients of the AnyConnect class enforce. The old AnyConnect guide calls an invalid name, an invalid date and an unknown CA
 * non-serious: the client asks its user, unless it was set to block untrusted servers.
 */
export const clientProfile: ChainProfile = {
  id: 'client',
  effects: {
    ...lints,
    expired: 'prompts',
    'not-yet-valid': 'prompts',
    'name-mismatch': 'prompts',
    'issuer-unknown': 'prompts',
    'untrusted-root': 'prompts',
    'self-signed': 'prompts',
    'name-syntax': 'may-refuse',
    'names-criticality': 'may-refuse',
    'name-constraints-in-leaf': 'may-refuse',
    'wrong-key-usage': 'may-refuse',
    'wrong-usage-root': 'may-refuse',
    'extension-duplicate': 'may-refuse',
    'key-unsupported': 'may-refuse',
    'name-constraints-invalid': 'may-refuse',
    'signature-unsupported': 'may-refuse',
    'signature-unchecked': 'may-refuse',
    'crl-invalid': 'may-refuse',
  },
  anchor: 'certificate',
  matchHost: true,
  commonNameFallback: false,
  versionOneRoots: true,
  keys: { rsaBits: 1024, rsaOctets: false, curveBits: null, oddKeys: true },
  refusedHashes: ['md2', 'md4', 'md5', 'sha1'],
};

/** RFC 5280 and the CA/Browser Forum's Baseline Requirements, to the letter. */
export const strictProfile: ChainProfile = {
  id: 'strict',
  effects: {
    // An explicit exception of CA/B 7.1.2.5.2 from RFC 5280.
    'name-constraints-not-critical': 'notes',
    'revocation-unknown': 'notes',
    'signature-unsupported': 'may-refuse',
    'signature-unchecked': 'may-refuse',
  },
  anchor: 'certificate',
  matchHost: true,
  commonNameFallback: false,
  versionOneRoots: false,
  keys: { rsaBits: 2048, rsaOctets: true, curveBits: [256, 384, 521], oddKeys: false },
  refusedHashes: ['md2', 'md4', 'md5', 'sha1'],
};

/**
 * The management channel of Cisco firewalls: its InternalCA, of version 1 and without extensions, is given; every device is
 * `localhost`, so names are not matched.
 */
export const sftunnelProfile: ChainProfile = {
  id: 'sftunnel',
  effects: {
    ...lints,
    'key-unsupported': 'may-refuse',
    'wrong-key-usage': 'may-refuse',
    'signature-unsupported': 'may-refuse',
    'signature-unchecked': 'may-refuse',
  },
  anchor: 'certificate',
  matchHost: false,
  commonNameFallback: false,
  versionOneRoots: true,
  keys: { rsaBits: 1024, rsaOctets: false, curveBits: null, oddKeys: true },
  refusedHashes: ['md2', 'md4', 'md5'],
};
