/** Distinguished names: DER to RFC 4514 text, and such text back to its attributes. */

import { DecodeError, HarnessError, toHex } from '../wire/index.ts';
import { attributeNames, oidName, oidText } from './oid.ts';
import { rfc4514Value, stringText } from './text.ts';
import { childrenOf, contentOf, elementOf, expectTag, rootTlv, type Tlv, tags } from './tlv.ts';

/**
 * The DER Name as an RFC 4514 string: the **last** RDN of the encoding comes first (§2.1), so the most specific attribute
 * leads: `CN=www.example.com,O=Example,C=JP`. Within an RDN the order is reversed too, as OpenSSL does. Known attribute types
 * by short name, unknown ones as `1.2.3.4=#<hex>`.
 * @throws HarnessError `unreadable-name` when the bytes are not a Name.
 */
export function distinguishedName(der: Uint8Array): string {
  try {
    return nameText(der);
  } catch (cause) {
    throw new HarnessError('unreadable-name', `The distinguished name cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** As `distinguishedName`, but throws what the reader throws, and tells of odd values through `note`. */
export function nameText(der: Uint8Array, note: (id: string, detail?: string) => void = () => {}): string {
  return childrenOf(der, rootTlv(der, tags.sequence, 'Name'))
    .reverse()
    .map((rdn) => {
      const parts = childrenOf(der, expectTag(rdn, tags.set, 'RelativeDistinguishedName'));
      if (parts.length === 0) note('name-empty-rdn');
      return parts
        .reverse()
        .map((part) => attributeText(der, part, note))
        .join('+');
    })
    .join(',');
}

export interface NameAttribute {
  /** Short name as in the text, or a dotted OID. */
  readonly type: string;
  /** The value with its escapes undone; a `#<hex>` value stays as it is. */
  readonly value: string;
}

/** Attributes of an RFC 4514 string in the order of the text. Forgiving: what is no `type=value` is left out. */
export function nameAttributes(text: string): NameAttribute[] {
  const attributes: NameAttribute[] = [];
  for (const [part] of text.matchAll(/(?:[^,+\\]|\\.)+/gsu)) {
    const equals = part.indexOf('=');
    if (equals > 0) attributes.push({ type: part.slice(0, equals), value: unescape(part.slice(equals + 1)) });
  }
  return attributes;
}

function attributeText(der: Uint8Array, attribute: Tlv, note: (id: string, detail?: string) => void): string {
  const [oid, value] = childrenOf(der, expectTag(attribute, tags.sequence, 'AttributeTypeAndValue'));
  const type = oidText(contentOf(der, expectTag(oid, tags.oid, 'attribute type', attribute.start)));
  if (value === undefined) throw new DecodeError('truncated', 'attribute value is missing', attribute.start);
  const raw = `#${toHex(elementOf(der, value))}`;
  if (type === null) {
    note('name-attribute-oid');
    // No valid type can be written; 0.0 is never assigned to an attribute.
    return `0.0=${raw}`;
  }
  const name = oidName(attributeNames, type);
  if (name === type) return `${type}=${raw}`;
  const string = stringText(value.tag, contentOf(der, value));
  if (string === null) {
    note('name-string', `${name} is not a string or not well-formed`);
    return `${name}=${raw}`;
  }
  return `${name}=${rfc4514Value(string)}`;
}

function unescape(value: string): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [token, pair, char] of value.matchAll(/\\([0-9a-f]{2})|\\(.)|[^\\]+/gisu)) {
    if (pair !== undefined) bytes.push(Number.parseInt(pair, 16));
    else for (const byte of encoder.encode(char ?? token)) bytes.push(byte);
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
