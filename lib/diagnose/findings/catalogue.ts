/** Every finding there is: its stable id, how severe it is unless its rule says otherwise, and the pattern it belongs to. */

import type { Pattern, Severity } from '../../evidence/index.ts';

export interface CatalogueEntry {
  /** Severity unless the rule that finds it knows better. */
  readonly severity: Severity;
  /** Failure pattern of the source article; null for what it does not treat. */
  readonly pattern: Pattern;
}

const entry = (severity: Severity, pattern: Pattern): CatalogueEntry => ({ severity, pattern });

/** Ids are never renamed and never removed. The order is the one of the documentation. */
export const findingCatalogue = {
  'cert.name-mismatch': entry('high', 1),
  'cert.expired': entry('high', 1),
  'cert.not-yet-valid': entry('high', 1),
  'cert.expiring': entry('low', 1),
  'cert.chain-incomplete': entry('high', 1),
  'cert.chain-misordered': entry('low', 1),
  'cert.chain-invalid': entry('high', 1),
  'cert.untrusted-root': entry('high', 1),
  'cert.self-signed': entry('high', 1),
  'cert.weak-key': entry('medium', 1),
  'cert.weak-signature': entry('medium', 1),
  'cert.wrong-usage': entry('high', 1),
  'cert.unreadable': entry('high', 1),

  'tls.no-common-version': entry('high', 2),
  'tls.legacy-version-enabled': entry('low', 2),
  'tls.no-common-cipher': entry('high', 2),
  'tls.no-common-group': entry('high', 2),
  'tls.cipher-not-recommended': entry('low', 2),
  'tls.client-certificate-required': entry('info', 2),
  'tls.insecure-renegotiation': entry('medium', 2),

  'tls.hello-size-intolerant': entry('medium', null),
  'tls.hello-segment-intolerant': entry('medium', null),
  'tls.hello-record-intolerant': entry('medium', null),
  'tls.suite-count-intolerant': entry('low', null),
  'tls.extension-intolerant': entry('medium', null),
  'tls.version-intolerant': entry('medium', null),

  'path.blackhole-outbound': entry('high', 4),
  'path.blackhole-inbound': entry('high', 4),
  'path.mtu-reduced': entry('info', 4),
  'path.mss-clamped': entry('info', 4),
  'path.fragments-dropped': entry('medium', 4),
  'path.icmp-filtered': entry('info', 4),

  'handshake.silent': entry('high', null),
  'handshake.reset': entry('high', null),
  'handshake.closed': entry('high', null),
  'handshake.alert': entry('high', null),
  'handshake.not-tls': entry('high', null),
  'handshake.malformed': entry('high', null),

  'policy.port-refused': entry('high', 5),
  'policy.port-filtered': entry('high', 5),
  'policy.handshake-dropped': entry('high', 5),
  'policy.reset-injected': entry('high', 5),
  'policy.sni-filtered': entry('high', 5),
  'policy.tls-inspection': entry('medium', 5),
  'policy.rate-limited': entry('low', 5),
  'policy.arp-unanswered': entry('high', 5),

  'sftunnel.ca-expired': entry('high', 'sftunnel'),
  'sftunnel.ca-expiring': entry('low', 'sftunnel'),
  'sftunnel.certificate-expired': entry('high', 'sftunnel'),
  'sftunnel.certificate-expiring': entry('low', 'sftunnel'),
  'sftunnel.ca-mismatch': entry('high', 'sftunnel'),
  'sftunnel.peer-refuses': entry('high', 'sftunnel'),
  'sftunnel.certificates-hidden': entry('info', 'sftunnel'),
  'sftunnel.push-failed': entry('high', 'sftunnel'),
  'sftunnel.key-mismatch': entry('high', 'sftunnel'),

  'vpn.not-anyconnect': entry('high', null),
  'vpn.dtls-disabled': entry('info', null),
  'vpn.dtls-blocked': entry('medium', null),
  'vpn.mtu-low': entry('medium', null),
} as const satisfies Record<string, CatalogueEntry>;

/** Id of a finding. */
export type FindingId = keyof typeof findingCatalogue;

/** Every id, in the order of the documentation. */
export const findingIds = Object.keys(findingCatalogue) as readonly FindingId[];

/** True for an id of the catalogue. */
export function isFindingId(text: string): text is FindingId {
  return Object.hasOwn(findingCatalogue, text);
}
