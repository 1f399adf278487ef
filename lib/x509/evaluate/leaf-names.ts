/** What the names of a leaf have against them: as a match of the host, and by themselves. */

import { addressText } from '../general-names.ts';
import { nameMismatchReason, readHost } from '../host-name.ts';
import { rfc4514Value } from '../text.ts';
import type { ChainCertificate } from './certificate.ts';
import type { Remark } from './certificate-checks.ts';
import { isDnsName } from './constraints.ts';
import { noNames } from './name-forms.ts';
import type { ChainProfile } from './profiles.ts';

/** Names are matched as RFC 9525 does; `detail` is the reason that `nameMismatchReason` gives. */
export function hostRemarks(leaf: ChainCertificate, host: string | null, profile: ChainProfile): Remark[] {
  if (host === null || !profile.matchHost) return [];
  const mismatch = nameMismatchReason(namedBy(leaf), host, { commonNameFallback: profile.commonNameFallback });
  return mismatch === null ? [] : [{ id: 'name-mismatch', detail: mismatch }];
}

function namedBy({ alternativeNames, subjectNames }: ChainCertificate): { names: string[]; subject: string } {
  const { dns, ip } = alternativeNames ?? noNames();
  const addresses = ip.map(addressText).filter((address) => address !== null);
  const subject = subjectNames.commonNames.map((name) => `CN=${rfc4514Value(name)}`);
  return {
    names: [...dns.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)],
    subject: subject.join(','),
  };
}

/** Departures of the names themselves, whoever asks for them. */
export function nameRemarks({ alternativeNames, subjectNames }: ChainCertificate): Remark[] {
  if (alternativeNames === null) return [];
  const remarks: Remark[] = [];
  const { dns, ip } = alternativeNames;
  const odd = dns.find((name) => !isHostName(name));
  if (odd !== undefined) remarks.push({ id: 'name-syntax', detail: `DNS:${odd}` });
  const length = ip.find((address) => addressText(address) === null)?.length;
  if (length !== undefined) remarks.push({ id: 'name-syntax', detail: `IP address of ${length} bytes` });
  const wide = dns.find((name) => /^\*(?:\.[^.]*)?\.?$/.test(name));
  if (wide !== undefined) remarks.push({ id: 'wildcard-too-wide', detail: `DNS:${wide}` });
  // Character for character (CA/B 7.1.4.3), so the names are taken as they are written.
  const written = new Set([...alternativeNames.dnsAsWritten, ...ip.map(addressText)]);
  if (written.size === 0) return remarks;
  const missing = subjectNames.commonNames.find((name) => !written.has(name));
  if (missing !== undefined) remarks.push({ id: 'common-name-not-listed', detail: `CN=${missing}` });
  return remarks;
}

/** The preferred syntax: letters, digits and hyphens; a wildcard only as the whole first label; no address. */
function isHostName(name: string): boolean {
  return isDnsName(name) && !name.includes('_') && readHost(name)?.kind !== 'address';
}
