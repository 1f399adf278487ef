/** The recommended configuration of FTD remote access, English. */

import type { ChecklistId } from '../../evidence/index.ts';

export const checklistEn = {
  titles: {
    'connection-profile': 'Connection profile: tunnel group, AAA, portal and group policy',
    certificate: 'Server certificate with the right name, valid, chosen in the connection profile',
    intermediate: 'Intermediate certificates installed and sent',
    tls12: 'TLS 1.2 on',
    'old-versions-off': 'TLS 1.0 and 1.1 off',
    ciphers: 'ECDHE with AES-GCM (or an AEAD of TLS 1.3) and nothing weaker',
    reachable: 'NAT and access rules let the port through',
    inspection: 'No device on the way re-signs or resets the VPN',
  } satisfies Record<ChecklistId, string>,
  notVisible: 'does not show on the wire; see Devices > VPN > Remote Access on the FMC',
  named: 'the certificate fits the name and is valid',
  noCertificate: 'no certificate was seen',
  chainComplete: 'the chain as sent leads to a trusted root',
  chainUnknown: 'whether the chain is complete could not be decided',
  supported: (versions: string) => `supported: ${versions}`,
  only13: 'only TLS 1.3 is supported; for remote access that needs Secure Client 5.0 or later',
  notSupported: (versions: string) => `TLS 1.2 is not supported, only ${versions}`,
  noneSupported: 'no version was found to be supported',
  versionsUnknown: (versions: string) => `not decided: ${versions}`,
  notProbed: 'not measured in this run',
  suites: (count: number) =>
    count === 1 ? '1 suite, with forward secrecy and AEAD' : `all ${count} suites have forward secrecy and AEAD`,
  noAesGcm: 'no suite with ECDHE and AES-GCM was found',
  suitesIncomplete: 'the suites were not listed to the end',
  answered: 'a hello was answered, from this network',
  notAnswered: 'no hello was answered; why is not known',
  expectedIssuer:
    'the certificate is the expected one, so it is not re-signed; decryption with its own key (Decrypt-Known Key) would not show',
  noPin:
    'nothing speaks for it; without --expect-fingerprint, or a second vantage point, re-signing cannot be ruled out',
};
