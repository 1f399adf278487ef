/** Name constraints (RFC 5280 §4.2.1.10): reading them, and comparing names with them. */

import { addressText } from '../general-names.ts';
import { childrenOf, rootTlv, tags } from '../tlv.ts';
import { addName, type NameForms, noNames } from './name-forms.ts';

export interface NameConstraints {
  readonly permitted: NameForms;
  readonly excluded: NameForms;
  /** What is wrong with them; such a constraint matches nothing. Null when nothing is. */
  readonly problem: string | null;
}

/** @throws DecodeError when the value has not the shape of NameConstraints */
export function readConstraints(value: Uint8Array): NameConstraints {
  const lists = { permitted: noNames(), excluded: noNames() };
  let problem: string | null = null;
  const fields = childrenOf(value, rootTlv(value, tags.sequence, 'NameConstraints'));
  if (fields.length === 0) problem = 'neither permits nor excludes anything';
  for (const field of fields) {
    const list = field.tag === 0xa0 ? lists.permitted : field.tag === 0xa1 ? lists.excluded : null;
    if (list === null) {
      problem ??= 'a field that NameConstraints lacks';
      continue;
    }
    const subtrees = childrenOf(value, field);
    if (subtrees.length === 0) problem ??= 'a list without subtrees';
    for (const subtree of subtrees) {
      const [base, ...bounds] = childrenOf(value, subtree);
      if (base === undefined) problem ??= 'a subtree without a base';
      else addName(list, value, base);
      // Neither bound may be used (§4.2.1.10); minimum 0 is the default, written out.
      if (bounds.some(({ tag, content, end }) => tag !== 0x80 || end - content !== 1 || value[content] !== 0)) {
        problem ??= 'a subtree with bounds';
      }
    }
  }
  for (const list of [lists.permitted, lists.excluded]) {
    problem ??= list.dns.some((base) => !isDnsBase(base)) ? 'a DNS name that is none' : null;
    problem ??= list.ip.some((range) => !isRange(range)) ? 'an address range that is none' : null;
    problem ??= list.email.some((base) => base.split('@').length > 2) ? 'a mail address that is none' : null;
  }
  return { ...lists, problem };
}

/** How many comparisons `violation` may make. */
export function comparisonsOf({ permitted, excluded }: NameConstraints, names: NameForms): number {
  let count = 0;
  for (const form of ['dns', 'ip', 'email', 'uri', 'directory', 'other'] as const) {
    const bases = permitted[form].length + excluded[form].length;
    if (bases > 0) count += names[form].length * bases;
  }
  return count;
}

export interface Violation {
  readonly kind: 'violated' | 'unsupported';
  readonly name: string;
}

/** The first name that the constraints do not permit, or null. A form without constraints is free. */
export function violation({ permitted, excluded }: NameConstraints, names: NameForms): Violation | null {
  const check = <Key extends 'dns' | 'ip' | 'email' | 'uri' | 'directory'>(
    key: Key,
    form: Form<NameForms[Key][number]>,
  ): Violation | null => {
    const [allow, deny] = [permitted[key], excluded[key]] as [NameForms[Key][number][], NameForms[Key][number][]];
    if (allow.length === 0 && deny.length === 0) return null;
    for (const name of names[key]) {
      const fits =
        form.valid(name) &&
        (allow.length === 0 || allow.some((base) => form.within(name, base))) &&
        !deny.some((base) => form.touches(name, base));
      if (!fits) return { kind: 'violated', name: form.text(name) };
    }
    return null;
  };
  const unknown = names.other.find((tag) => permitted.other.includes(tag) || excluded.other.includes(tag));
  return (
    check('dns', dnsForm) ??
    check('ip', ipForm) ??
    check('email', emailForm) ??
    check('uri', uriForm) ??
    check('directory', directoryForm) ??
    (unknown === undefined ? null : { kind: 'unsupported', name: `a name of form [${unknown}]` })
  );
}

interface Form<T> {
  /** A name that is none cannot be located in any subtree. */
  valid(name: T): boolean;
  /** Everything that the name stands for lies below `base`. */
  within(name: T, base: T): boolean;
  /** Something that the name stands for lies below `base`. */
  touches(name: T, base: T): boolean;
  text(name: T): string;
}

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const dnsName = new RegExp(`^(?=.{1,253}$)(?:\\*\\.)?${label}(?:\\.${label})*\\.?$`);

/** A DNS name in the preferred syntax, with the underscore that practice adds and perhaps a wildcard in front. */
export function isDnsName(name: string): boolean {
  return dnsName.test(name);
}

function isDnsBase(base: string): boolean {
  return base === '' || (dnsName.test(base) && !base.startsWith('*'));
}

const below = (name: string, base: string): boolean => base === '' || name === base || name.endsWith(`.${base}`);
/** A leading dot means subdomains only, as it does for URIs; the RFC does not have it, certificates do. */
const dnsBelow = (name: string, base: string): boolean =>
  base.startsWith('.') ? name.endsWith(base) : below(name, base);
const parent = (name: string): string => name.slice(name.indexOf('.') + 1);

const dnsForm: Form<string> = {
  valid: isDnsName,
  within: (name, base) => dnsBelow(name.startsWith('*.') ? parent(name) : name, base),
  // A wildcard stands for one label: *.example.com touches bar.example.com, not a.bar.example.com.
  touches: (name, base) =>
    name.startsWith('*.') ? dnsBelow(parent(name), base) || parent(base) === parent(name) : dnsBelow(name, base),
  text: (name) => `DNS:${name}`,
};

/** Address and mask; the mask is a prefix (RFC 4632). */
function isRange(range: Uint8Array): boolean {
  if (range.length !== 8 && range.length !== 32) return false;
  const mask = range.subarray(range.length / 2);
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, '0')).join('');
  return !bits.includes('01');
}

const inRange = (address: Uint8Array, range: Uint8Array): boolean => {
  const half = range.length / 2;
  if (address.length !== half || !isRange(range)) return false;
  for (let i = 0; i < half; i++) {
    const mask = range[half + i] as number;
    if (((address[i] as number) & mask) !== ((range[i] as number) & mask)) return false;
  }
  return true;
};

const ipForm: Form<Uint8Array> = {
  valid: (address) => address.length === 4 || address.length === 16,
  within: inRange,
  touches: inRange,
  text: (address) => `IP:${addressText(address) ?? `${address.length} bytes`}`,
};

/** A mailbox, a host, or `.domain` for all hosts below it; the local part is compared exactly. */
const mailBelow = (mailbox: string, base: string): boolean => {
  const at = mailbox.lastIndexOf('@');
  const host = mailbox.slice(at + 1).toLowerCase();
  const baseAt = base.lastIndexOf('@');
  if (baseAt >= 0)
    return mailbox.slice(0, at) === base.slice(0, baseAt) && host === base.slice(baseAt + 1).toLowerCase();
  const domain = base.toLowerCase();
  return domain === '' || (domain.startsWith('.') ? host.endsWith(domain) : host === domain);
};

const emailForm: Form<string> = {
  valid: (mailbox) => /^[^@]+@[^@]+$/.test(mailbox),
  within: mailBelow,
  touches: mailBelow,
  text: (mailbox) => `email:${mailbox}`,
};

/** The host of a URI, lower case; null when it has none, or an address: such a URI cannot be constrained. */
function uriHost(uri: string): string | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@]+)(?::\d*)?(?:[/?#]|$)/i.exec(uri)?.[1];
  const host = authority?.toLowerCase();
  return host === undefined || !isDnsName(host) || /^[\d.]+$/.test(host) ? null : host;
}

const uriBelow = (uri: string, base: string): boolean => {
  const host = uriHost(uri) as string;
  const domain = base.toLowerCase();
  return domain === '' || (domain.startsWith('.') ? host.endsWith(domain) : host === domain);
};

const uriForm: Form<string> = {
  valid: (uri) => uriHost(uri) !== null,
  within: uriBelow,
  touches: uriBelow,
  text: (uri) => `URI:${uri}`,
};

const prefixed = (name: readonly string[], base: readonly string[]): boolean => base.every((rdn, i) => rdn === name[i]);

const directoryForm: Form<readonly string[]> = {
  valid: () => true,
  within: prefixed,
  touches: prefixed,
  text: () => 'a directory name',
};
