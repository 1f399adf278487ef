/** GeneralNames by their form, as name constraints and the names under them are compared (RFC 5280 §4.2.1.6, §4.2.1.10). */

import { sameBytes } from '../../wire/index.ts';
import { rdnKeys } from '../name-key.ts';
import { latin1, stringText } from '../text.ts';
import { childrenOf, contentOf, elementOf, readTlv, rootTlv, type Tlv, tags } from '../tlv.ts';

/** Forms that are compared; `other` holds what no client compares (otherName, x400Address, ediPartyName, registeredID). */
export interface NameForms {
  /** Lower case. */
  readonly dns: readonly string[];
  readonly dnsAsWritten: readonly string[];
  readonly ip: readonly Uint8Array[];
  readonly email: readonly string[];
  readonly uri: readonly string[];
  /** `rdnKeys` of each. */
  readonly directory: readonly (readonly string[])[];
  /** Tag numbers. */
  readonly other: readonly number[];
}

type Mutable = { -readonly [Form in keyof NameForms]: NameForms[Form][number][] };

export function noNames(): Mutable {
  return { dns: [], dnsAsWritten: [], ip: [], email: [], uri: [], directory: [], other: [] };
}

/** The names of a GeneralNames, a SEQUENCE. @throws DecodeError when it is none */
export function nameForms(value: Uint8Array): NameForms {
  const names = noNames();
  for (const item of childrenOf(value, rootTlv(value, tags.sequence, 'GeneralNames'))) addName(names, value, item);
  return names;
}

/** Adds one GeneralName. @throws DecodeError for a directory name that cannot be read, or a tag that GeneralName lacks */
export function addName(names: Mutable, bytes: Uint8Array, item: Tlv): void {
  const content = contentOf(bytes, item);
  switch (item.tag) {
    case 0x81:
      names.email.push(latin1(content));
      break;
    case 0x82:
      addDnsName(names, latin1(content));
      break;
    case 0x86:
      names.uri.push(latin1(content));
      break;
    case 0x87:
      names.ip.push(content);
      break;
    case 0xa4: {
      const inner = readTlv(bytes, item.content, item.end);
      names.directory.push(rdnKeys(elementOf(bytes, inner)));
      break;
    }
    default:
      names.other.push(item.tag & 0x1f);
  }
}

function addDnsName(names: Mutable, written: string): void {
  names.dnsAsWritten.push(written);
  names.dns.push(written.toLowerCase());
}

/** What is compared of a Name's attributes, as raw text; each read when first asked for. */
export interface SubjectNames {
  readonly commonNames: readonly string[];
  /** Values of emailAddress; constraints apply to them where no subjectAltName has an address (RFC 5280 §4.2.1.10). */
  readonly emails: readonly string[];
}

export function subjectNames(name: Uint8Array): SubjectNames {
  let [commonNames, emails]: (readonly string[] | undefined)[] = [];
  return {
    get commonNames() {
      commonNames ??= attributesOf(name, commonName);
      return commonNames;
    },
    get emails() {
      emails ??= attributesOf(name, emailAddress);
      return emails;
    },
  };
}

const emailAddress = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01);
const commonName = Uint8Array.of(0x55, 0x04, 0x03);

function attributesOf(name: Uint8Array, type: Uint8Array): string[] {
  const found: string[] = [];
  try {
    for (const rdn of childrenOf(name, rootTlv(name, tags.sequence, 'Name'))) {
      for (const attribute of childrenOf(name, rdn)) {
        const [oid, value] = childrenOf(name, attribute);
        if (oid === undefined || value === undefined || !sameBytes(contentOf(name, oid), type)) continue;
        found.push(stringText(value.tag, contentOf(name, value)) ?? '');
      }
    }
  } catch {
    // A name that cannot be read to its end has the attributes that were read.
  }
  return found;
}
