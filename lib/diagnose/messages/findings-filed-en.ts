/** Findings where their evidence is of files with certificates, in English. */

import type { CapturedTexts } from './types.ts';

export const findingsFiledEn: CapturedTexts = {
  'cert.unreadable': {
    title: 'A certificate in this file is damaged',
    explanation:
      'The block does not decode as a certificate, so no device imports it. The lines that are wrong are named; what they should have been cannot be known, so nothing is repaired. Files that went through pictures, documents or terminals lose characters and lines.',
  },
  'cert.expired': {
    explanation: 'The certificate is past its notAfter date. Clients refuse it, or warn their user.',
  },
  'cert.chain-incomplete': {
    explanation:
      'The certificate of an issuer is neither in these files nor among the trusted roots. A server that sends just this leaves the client without a path. Clients that have seen the intermediate elsewhere may still connect, which makes the fault look random.',
  },
  'cert.chain-misordered': {
    title: 'The certificates are in the wrong order',
    explanation:
      'The certificates of this file do not each certify the one before, with the server certificate first. Programs that take the first one for the server certificate, or send the file as it is, need that order.',
  },
  'policy.tls-inspection': {
    explanation:
      "The certificate is not the expected one, or two places see the same server with certificates that have nothing in common: a device on one of the ways may open the TLS connection and re-sign it (Decrypt-Resign), or the certificate was replaced. Inspection with the server's own key changes nothing that is visible here.",
  },
  'sftunnel.ca-mismatch': {
    explanation:
      "A CA certificate in these files has the issuer's name, but its key did not sign the certificate. A peer that trusts this CA refuses the certificate. One of the two files may be from before a renewal.",
  },
};
