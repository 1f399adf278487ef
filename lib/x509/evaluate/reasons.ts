/** Everything that can be said against a chain: the stable ids, and the section of the rule that is broken. */

/** Source of the rule; `CA/B` is the Baseline Requirements for TLS server certificates, by section. */
export const chainReasons = {
  // The chain as a whole
  'no-certificates': 'RFC 8446 §4.4.2',
  unreadable: 'RFC 5280 §4.1',
  'issuer-unknown': 'RFC 5280 §6.1',
  'untrusted-root': 'RFC 5280 §6.1.1 (d)',
  'self-signed': 'RFC 5280 §6.1.1 (d)',
  'depth-limit': 'limit of the caller',
  'work-limit': 'limit of the evaluation',
  // Signatures and keys
  'signature-invalid': 'RFC 5280 §6.1.3 (a)(1)',
  'signature-unsupported': 'algorithm unknown to the verifier',
  'signature-unchecked': 'budget of the verifier',
  'signature-algorithm-mismatch': 'RFC 5280 §4.1.1.2',
  'weak-signature': 'CA/B 7.1.3.2',
  'weak-key': 'CA/B 6.1.5',
  'key-unsupported': 'CA/B 7.1.3.1',
  'key-unreadable': 'RFC 5280 §4.1.2.7',
  // Dates
  expired: 'RFC 5280 §6.1.3 (a)(2)',
  'not-yet-valid': 'RFC 5280 §6.1.3 (a)(2)',
  'date-unreadable': 'RFC 5280 §4.1.2.5',
  // Authority to issue
  'not-a-ca': 'RFC 5280 §6.1.4 (k)',
  'basic-constraints-missing': 'RFC 5280 §6.1.4 (k)',
  'cert-sign-missing': 'RFC 5280 §6.1.4 (n)',
  'path-length': 'RFC 5280 §6.1.4 (l)',
  'leaf-is-ca': 'CA/B 7.1.2.7.8',
  'ca-fields-in-leaf': 'RFC 5280 §4.2.1.9',
  version: 'CA/B 7.1.1',
  // Use
  'wrong-usage': 'RFC 5280 §4.2.1.12',
  'wrong-usage-root': 'RFC 5280 §4.2.1.12',
  'wrong-key-usage': 'RFC 5280 §4.2.1.3',
  'usage-missing': 'CA/B 7.1.2.7.6',
  'usage-any': 'CA/B 7.1.2.7.10',
  'usage-on-root': 'CA/B 7.1.2.1.2',
  // Names
  'name-mismatch': 'RFC 9525 §6',
  'name-constraint': 'RFC 5280 §6.1.3 (b), (c)',
  'name-constraint-unsupported': 'RFC 5280 §4.2.1.10',
  'name-constraints-invalid': 'RFC 5280 §4.2.1.10',
  'name-constraints-in-leaf': 'RFC 5280 §4.2.1.10',
  'name-constraints-not-critical': 'RFC 5280 §4.2.1.10',
  'name-constraints-limit': 'limit of the evaluation',
  'name-syntax': 'RFC 5280 §4.2.1.6',
  'names-criticality': 'RFC 5280 §4.2.1.6, CA/B 7.1.2.7.12',
  'wildcard-too-wide': 'CA/B 3.2.2.6',
  'common-name-not-listed': 'CA/B 7.1.4.3',
  'subject-empty': 'RFC 5280 §4.1.2.6',
  'issuer-empty': 'RFC 5280 §4.1.2.4',
  // Extensions
  'critical-extension': 'RFC 5280 §6.1.4 (o), §6.1.5 (f)',
  'extension-duplicate': 'RFC 5280 §4.2',
  'extension-unreadable': 'RFC 5280 §4.2',
  'extension-malformed': 'RFC 5280 §4.2',
  'extension-criticality': 'RFC 5280 §4.2',
  'key-identifier': 'RFC 5280 §4.2.1.1, §4.2.1.2, CA/B 7.1.2.1.3',
  serial: 'RFC 5280 §4.1.2.2',
  encoding: 'RFC 5280 §4.1',
  // Policies
  'policy-missing': 'RFC 5280 §6.1.5 (g)',
  'policy-mapping': 'RFC 5280 §6.1.4 (a)',
  // Revocation
  revoked: 'RFC 5280 §6.3',
  'revocation-unknown': 'RFC 5280 §6.3.3',
  'crl-invalid': 'RFC 5280 §5, §6.3.3',
} as const;

export type ChainReasonId = keyof typeof chainReasons;
