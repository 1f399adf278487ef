/** subjectAltName (RFC 5280 §4.2.1.6) as lines of text. */

import { toHex } from '../wire/index.ts';
import type { Deviations } from './frame.ts';
import { nameText } from './name.ts';
import { oidText } from './oid.ts';
import { ia5Text } from './text.ts';
import { childrenOf, contentOf, elementOf, readTlv, rootTlv, type Tlv, tags } from './tlv.ts';

/** How many names of one certificate are shown; the rest is counted. */
const maxNames = 10_000;

type Note = Deviations['note'];

/**
 * The names, `DNS:…`, `IP:…`, `email:…`, `URI:…`, all else `other:…`. Walked by hand: a schema decoder takes 25 µs a name,
 * which makes a certificate with 10,000 of them a denial of service.
 * @throws DecodeError when the value is no sequence of elements.
 */
export function subjectAltNames(value: Uint8Array, note: Note): string[] {
  const items = childrenOf(value, rootTlv(value, tags.sequence, 'subjectAltName'));
  if (items.length === 0) note('san-empty');
  if (items.length > maxNames) note('names-cut', `${items.length - maxNames} more names`);
  return items.slice(0, maxNames).map((item) => generalName(value, item, note));
}

function generalName(bytes: Uint8Array, item: Tlv, note: Note): string {
  const content = contentOf(bytes, item);
  switch (item.tag) {
    case 0x81:
      return `email:${ia5(content, note)}`;
    case 0x82:
      return `DNS:${ia5(content, note)}`;
    case 0x86:
      return `URI:${ia5(content, note)}`;
    case 0x87: {
      const address = addressText(content);
      if (address !== null) return `IP:${address}`;
      note('san-ip-length', `${content.length} bytes`);
      return `other:iPAddress=#${toHex(content.subarray(0, 64))}`;
    }
    case 0x88:
      return `other:registeredID=${oidText(content) ?? `#${toHex(content.subarray(0, 64))}`}`;
    case 0xa0:
      return `other:${otherNameType(bytes, item) ?? 'otherName'}`;
    case 0xa4:
      try {
        return `other:directoryName=${nameText(elementOf(bytes, readTlv(bytes, item.content, item.end)), note)}`;
      } catch {
        note('san-directory-name');
        return 'other:directoryName';
      }
    default:
      if (item.tag !== 0xa3 && item.tag !== 0xa5) note('san-unknown-type', `tag 0x${item.tag.toString(16)}`);
      return `other:tag-${item.tag & 0x1f}`;
  }
}

/** Text of an IPv4 or IPv6 address (RFC 5952 form), or null for another length. */
export function addressText(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return null;
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i] as number) * 256 + (bytes[2 * i + 1] as number));
  let [from, length] = [0, 1];
  for (let start = 0; start < 8; start++) {
    let run = 0;
    while (groups[start + run] === 0) run++;
    if (run > length) [from, length] = [start, run];
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + length))}`;
}

function ia5(content: Uint8Array, note: Note): string {
  if (content.some((octet) => octet >= 0x80 || octet < 0x20)) note('san-not-ascii');
  return ia5Text(content);
}

function otherNameType(bytes: Uint8Array, item: Tlv): string | null {
  const [oid] = childrenOf(bytes, item);
  return oid?.tag === tags.oid ? oidText(contentOf(bytes, oid)) : null;
}
