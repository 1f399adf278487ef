/** Distinguished names as they are compared (RFC 5280 §7.1): case, blanks and the kind of string do not count. */

import { toHex } from '../wire/index.ts';
import { latin1, stringText } from './text.ts';
import { childrenOf, contentOf, elementOf, expectTag, rootTlv, type Tlv, tags } from './tlv.ts';

/** Longer names are nobody's, and folding thousands of attributes is work that a stranger would cause. */
const maxFoldedBytes = 4_096;

/** Two names are equal when their keys are. Bytes that are no Name, or more than 4,096, are equal to themselves only. */
export function nameKey(name: Uint8Array): string {
  if (name.length > maxFoldedBytes) return `#${latin1(name)}`;
  try {
    return rdnKeys(name).join('\n');
  } catch {
    return `#${toHex(name)}`;
  }
}

/**
 * One key for each relative name, the most general first, so that a subtree is a prefix.
 * @throws DecodeError when the bytes are not a Name
 */
export function rdnKeys(name: Uint8Array): string[] {
  return childrenOf(name, rootTlv(name, tags.sequence, 'Name')).map((rdn) =>
    childrenOf(name, expectTag(rdn, tags.set, 'RelativeDistinguishedName'))
      .map((attribute) => attributeKey(name, attribute))
      .sort()
      .join('+'),
  );
}

function attributeKey(name: Uint8Array, attribute: Tlv): string {
  const [type, value] = childrenOf(name, expectTag(attribute, tags.sequence, 'AttributeTypeAndValue'));
  const oid = toHex(contentOf(name, expectTag(type, tags.oid, 'attribute type', attribute.start)));
  const given = value ?? attribute;
  const text = stringText(given.tag, contentOf(name, given));
  return `${oid}=${text === null ? `#${toHex(elementOf(name, given))}` : folded(text)}`;
}

/** The string preparation of RFC 4518 as far as names in certificates need it. JSON keeps line feeds out of keys. */
function folded(text: string): string {
  if (/^[\w.@:/-]*$/.test(text)) return `"${text.toLowerCase()}"`;
  // Of ASCII alone there is nothing to normalize, and the first call loads tables of Unicode.
  const normal = /^[ -~]*$/.test(text) ? text : text.normalize('NFKC');
  return JSON.stringify(normal.toLowerCase().replace(/\s+/gu, ' ').trim());
}
