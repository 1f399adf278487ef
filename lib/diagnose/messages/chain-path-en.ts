/** Sentences about the path from a certificate to its root, in English. */

import type { ChainObjection } from '../../evidence/index.ts';
import { listed } from './words-en.ts';

export const chainPathEn = {
  orderNeeded: ({ told, subjects }: { told: string; subjects: readonly string[] }): string =>
    `${told}; in issuing order: ${listed(subjects)}`,
  pathObjection: (objection: ChainObjection): string =>
    `${placeOf(objection)} (${objection.subject ?? 'name unreadable'}) ${faultOf(objection)}`,
};

function placeOf({ position, length, root }: ChainObjection): string {
  if (root) return 'the root of the path';
  if (position === 0) return 'the server certificate';
  return `certificate ${(position ?? 0) + 1} of the ${length} on the path`;
}

/** By id of the evaluator. */
function faultOf({ id, detail }: ChainObjection): string {
  const said = detail === null ? '' : `: ${detail}`;
  const fault = faults[id];
  return fault === undefined ? `is refused by path validation, reason ${id}${said}` : fault(detail ?? 'not told');
}

const faults: Readonly<Record<string, (detail: string) => string>> = {
  'not-a-ca': () => 'issued a certificate of the path, and its basicConstraints say that it is no CA',
  'basic-constraints-missing': () => 'issued a certificate of the path, and has no basicConstraints that make it a CA',
  'cert-sign-missing': () => 'issued a certificate of the path, and its keyUsage lacks keyCertSign',
  'path-length': (length) => `stands below a CA whose path length, ${length}, allows fewer CAs below it`,
  'name-constraint': (name) => `has the name ${name}, which the name constraints of a CA above it do not permit`,
  'name-constraint-unsupported': (name) =>
    `has ${name}, which the name constraints above it speak of and which cannot be compared`,
  'signature-algorithm-mismatch': () =>
    'names two different signature algorithms, inside and outside of what is signed',
  'critical-extension': (name) =>
    `has the critical extension ${name}, which a client that does not know it must refuse`,
  'extension-unreadable': (name) => `has an extension that cannot be read (${name})`,
  'extension-duplicate': (name) => `has the extension ${name} twice`,
  'name-constraints-invalid': (problem) => `has name constraints that are not well-formed (${problem})`,
  'key-unreadable': () => 'has a public key that cannot be read',
  'key-unsupported': (kind) => `has a key of a kind that many clients do not take (${kind})`,
  'policy-missing': () => 'belongs to a path that requires a certificate policy, and no policy is valid for all of it',
  'policy-mapping': () => 'maps anyPolicy to another policy, or another policy to it',
  'wrong-usage': (usages) =>
    `has an extendedKeyUsage without serverAuth (${usages}), and what it issued is limited to that`,
  'wrong-usage-root': (usages) => `has an extendedKeyUsage without serverAuth (${usages}); some clients go by it`,
  'wrong-key-usage': () =>
    'has a keyUsage with neither digitalSignature, keyEncipherment nor keyAgreement; some clients go by it',
  expired: (at) => `expired at ${at}`,
  'not-yet-valid': (at) => `is valid only from ${at}`,
};
