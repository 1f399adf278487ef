/** Host names against certificates: RFC 9525 (which replaced RFC 6125), IP addresses, internationalised names. */

import type { Certificate } from '../evidence/index.ts';
import { addressText } from './general-names.ts';
import { nameAttributes } from './name.ts';

type Named = Pick<Certificate, 'names' | 'subject'>;

export interface MatchOptions {
  /**
   * Also accept the subject's CN when there is no `DNS:` name at all (RFC 6125 §6.4.4). RFC 9525 §2 and today's clients do
   * not.
   */
  readonly commonNameFallback?: boolean;
}

/**
 * Why a certificate is not good for a host. `no-names`: it has no subjectAltName of the kind needed. `common-name-only`: the
 * CN would have matched, but CN no longer counts. `wildcard-depth`: a wildcard stands for exactly one label.
 * `address-as-name`: the address is listed as `DNS:`, which does not count. `bad-host`: the host is no name or address.
 * `other-names`: it names other hosts.
 */
export type NameMismatch =
  | 'no-names'
  | 'common-name-only'
  | 'wildcard-depth'
  | 'address-as-name'
  | 'bad-host'
  | 'other-names';

/**
 * True when the certificate is good for `host`: a DNS name (A- or U-labels, a final dot is ignored, case too) or an IP
 * address (IPv6 also in brackets; a zone is ignored), which is compared with `IP:` names only. A wildcard is a whole
 * left-most label, stands for exactly one label, and needs two more after it: `*.com` matches nothing, as in OpenSSL.
 */
export function matchHostName(certificate: Named, host: string, options: MatchOptions = {}): boolean {
  return nameMismatchReason(certificate, host, options) === null;
}

/** Null when the certificate is good for `host`, else the most telling reason why not. */
export function nameMismatchReason(certificate: Named, host: string, options: MatchOptions = {}): NameMismatch | null {
  const wanted = readHost(host);
  if (wanted === null) return 'bad-host';
  const dnsNames = valuesOf(certificate.names, 'DNS:');
  if (wanted.kind === 'address') {
    const addresses = valuesOf(certificate.names, 'IP:');
    if (addresses.some((address) => readAddress(address) === wanted.text)) return null;
    if (dnsNames.some((name) => readAddress(name) === wanted.text)) return 'address-as-name';
    return addresses.length === 0 ? 'no-names' : 'other-names';
  }
  if (dnsNames.some((name) => matchesPattern(name, wanted.text))) return null;
  if (dnsNames.some((name) => spansWildcard(name, wanted.text))) return 'wildcard-depth';
  const commonNames = nameAttributes(certificate.subject)
    .filter(({ type }) => type === 'CN')
    .map(({ value }) => value);
  if (dnsNames.length === 0 && commonNames.some((name) => matchesPattern(name, wanted.text))) {
    return options.commonNameFallback === true ? null : 'common-name-only';
  }
  return dnsNames.length === 0 ? 'no-names' : 'other-names';
}

/**
 * A host as certificates write it: an address in canonical text, or a lower-case DNS name of A-labels without final dot.
 * Null when it is neither.
 */
export function readHost(host: string): { readonly kind: 'address' | 'name'; readonly text: string } | null {
  const bare = /^\[(?<inner>.*)\]$/s.exec(host)?.groups?.['inner'] ?? host;
  const address = readAddress(bare.replace(/%[\w.-]+$/, ''));
  if (address !== null) return { kind: 'address', text: address };
  if (bare !== host) return null;
  const name = asciiName(host);
  return name === null ? null : { kind: 'name', text: name };
}

/** Canonical text of an IPv4 or IPv6 literal, or null. Only strict forms: `127.1` and `0x7f.0.0.1` are no addresses. */
function readAddress(text: string): string | null {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text)) {
    return /(?:^|\.)0\d/.test(text) ? null : text;
  }
  if (!text.includes(':') || !/^[0-9a-f:.]{2,45}$/i.test(text)) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || head === null || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])];
  return addressText(Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])));
}

/** 16-bit groups of one side of `::`; a dotted quad at the end counts as two. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const quad = i === parts.length - 1 ? readAddress(part)?.split('.').map(Number) : undefined;
    if (quad?.length !== 4) return null;
    const [a, b, c, d] = quad as [number, number, number, number];
    groups.push(a * 256 + b, c * 256 + d);
  }
  return groups;
}

function asciiName(host: string): string | null {
  let name = host.replace(/[.\u3002]$/, '');
  if (/[^\0-\x7f]/.test(name)) {
    // The URL parser is the one IDNA implementation (UTS 46) that every platform has; keep anything it would cut off away.
    if (/[\s/?#@:%\\[\]]/.test(name)) return null;
    try {
      name = new URL(`http://${name}/`).hostname;
    } catch {
      return null;
    }
  }
  return /^(?!.{254})(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i.test(
    name,
  )
    ? name.toLowerCase()
    : null;
}

function valuesOf(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

function matchesPattern(pattern: string, host: string): boolean {
  const lower = pattern.toLowerCase();
  if (!lower.startsWith('*.')) return lower === host;
  const parent = lower.slice(1);
  const label = host.slice(0, -parent.length);
  return host.endsWith(parent) && label !== '' && !label.includes('.') && parent.slice(1).includes('.');
}

/** True when a wildcard would match if it stood for any number of labels, or for none. */
function spansWildcard(pattern: string, host: string): boolean {
  const lower = pattern.toLowerCase();
  return lower.startsWith('*.') && lower.slice(2).includes('.') && `.${host}`.endsWith(lower.slice(1));
}
