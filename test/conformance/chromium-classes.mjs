/**
 * Chromium's names for what is wrong with a certificate (BoringSSL, pki/common_cert_errors.cc), by our reason ids: its tests are the only
 * public ones that say which reason a rejection must have. Ids that Chromium has no error for are absent.
 */
export const chromiumClasses = {
  expired: ['Time is after notAfter'],
  'not-yet-valid': ['Time is before notBefore'],
  'signature-algorithm-mismatch': ['Certificate.signatureAlgorithm != TBSCertificate.signature'],
  'no-certificates': ['Chain is empty'],
  'critical-extension': ['Unconsumed critical extension'],
  'cert-sign-missing': ['keyCertSign bit is not set'],
  'path-length': ['max_path_length reached'],
  'not-a-ca': ['Basic Constraints indicates not a CA'],
  'leaf-is-ca': ['Certificate has Basic Constraints indicating it is a CA when it should not be a CA'],
  'basic-constraints-missing': ['Does not have Basic Constraints'],
  'name-constraint': ['Not permitted by name constraints'],
  'name-constraint-unsupported': ['Not permitted by name constraints'],
  'name-constraints-limit': ['Too many name constraints checks'],
  'signature-invalid': ['VerifySignedData failed'],
  'wrong-usage': [
    'The extended key usage does not include server auth',
    'The extended key usage does not include client auth',
  ],
  'wrong-usage-root': [
    'The extended key usage does not include server auth',
    'The extended key usage does not include client auth',
  ],
  'usage-any': [
    'The extended key usage does not include server auth but instead includes anyExtendedKeyUsage',
    'The extended key usage does not include client auth but instead includes anyExtendedKeyUsage',
  ],
  'usage-missing': ['Certificate does not have extended key usage'],
  // Where Chromium is handed a path, and its next certificate is not the issuer, the signature is what it complains of.
  'issuer-unknown': ['No matching issuer found', 'subject does not match issuer', 'VerifySignedData failed'],
  'untrusted-root': ['Certificate is not a trust anchor'],
  'self-signed': ['Certificate is not a trust anchor'],
  'policy-missing': ['No valid policy'],
  'policy-mapping': ['PolicyMappings must not map anyPolicy'],
  'key-unreadable': ["Couldn't parse SubjectPublicKeyInfo"],
  'weak-signature': ['Unacceptable signature algorithm'],
  'signature-unsupported': ['Unacceptable signature algorithm'],
  'weak-key': ['Unacceptable public key'],
  'key-unsupported': ['Unacceptable public key', "Couldn't parse SubjectPublicKeyInfo"],
  revoked: ['Certificate is revoked'],
  'revocation-unknown': ['Unable to check revocation'],
  'crl-invalid': ['Unable to check revocation'],
  'work-limit': ['Iteration limit exceeded'],
  'depth-limit': ['Depth limit exceeded'],
};
