/** Revocation lists (RFC 5280 §5): the complete ones that a CA signs itself for its own certificates. */

import { DecodeError, toHex } from '../../wire/index.ts';
import { nameKey } from '../name-key.ts';
import { oidText } from '../oid.ts';
import { readTime } from '../time.ts';
import { checkDer, childrenOf, contentOf, elementOf, expectTag, readTlv, rootTlv, type Tlv, tags } from '../tlv.ts';

export interface RevocationList {
  readonly issuer: string;
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly thisUpdate: Date | null;
  readonly nextUpdate: Date | null;
  /** Hex of the serials' contents. */
  readonly revoked: ReadonlySet<string>;
  /** A departure that forbids its use; null when there is none. */
  readonly problem: string | null;
  /** It covers only some certificates, or lists those of other issuers: it says nothing that we read. */
  readonly partial: boolean;
}

/** Largest list that is read, in bytes. */
const maxListBytes = 16 * 1024 * 1024;

/** Null when the bytes are no list. */
export function readRevocationList(der: Uint8Array): RevocationList | null {
  try {
    return der.length > maxListBytes ? null : readList(der);
  } catch {
    return null;
  }
}

function readList(der: Uint8Array): RevocationList {
  if (checkDer(der).end !== der.length) throw new DecodeError('trailing', 'bytes after the list', der.length);
  const [tbsTlv, algorithm, signature] = childrenOf(der, rootTlv(der, tags.sequence, 'CertificateList'));
  const tbs = expectTag(tbsTlv, tags.sequence, 'tbsCertList');
  const fields = childrenOf(der, tbs);
  const next = (): Tlv | undefined => fields.shift();
  const version = fields[0]?.tag === tags.integer ? next() : undefined;
  expectTag(next(), tags.sequence, 'signature');
  const issuer = elementOf(der, expectTag(next(), tags.sequence, 'issuer'));
  const isTime = (tlv: Tlv | undefined): boolean => tlv?.tag === tags.utcTime || tlv?.tag === tags.generalizedTime;
  const thisUpdate = readTime(der, expectTime(next()));
  const nextUpdate = isTime(fields[0]) ? readTime(der, expectTime(next())) : null;
  const entries = fields[0]?.tag === tags.sequence ? childrenOf(der, next() as Tlv) : [];
  const extensions = fields.find(({ tag }) => tag === 0xa0);
  const { problem, partial } = readListExtensions(der, extensions, version !== undefined);
  return {
    issuer: nameKey(issuer),
    tbs: elementOf(der, tbs),
    signatureAlgorithm: elementOf(der, expectTag(algorithm, tags.sequence, 'signatureAlgorithm')),
    signature: contentOf(der, expectTag(signature, tags.bitString, 'signatureValue')).subarray(1),
    thisUpdate: thisUpdate.date,
    nextUpdate: nextUpdate?.date ?? null,
    revoked: new Set(
      entries.map((entry) => toHex(contentOf(der, expectTag(childrenOf(der, entry)[0], tags.integer, 'serial')))),
    ),
    problem,
    partial,
  };
}

function expectTime(tlv: Tlv | undefined): Tlv {
  if (tlv === undefined) throw new DecodeError('truncated', 'a date is missing', 0);
  return tlv;
}

/** cRLNumber must be there and not critical (RFC 5280 §5.2.3); what else is critical is not understood. */
function readListExtensions(
  der: Uint8Array,
  field: Tlv | undefined,
  second: boolean,
): { problem: string | null; partial: boolean } {
  let [problem, partial, numbered]: [string | null, boolean, boolean] = [null, false, false];
  const list = field === undefined ? undefined : readTlv(der, field.content, field.end);
  for (const item of list === undefined ? [] : childrenOf(der, list)) {
    const parts = childrenOf(der, item);
    const oid = oidText(contentOf(der, expectTag(parts[0], tags.oid, 'extension'))) ?? '';
    const critical = parts[1]?.tag === tags.boolean && contentOf(der, parts[1]).some((octet) => octet !== 0);
    if (oid === '2.5.29.20') {
      numbered = true;
      if (critical) problem ??= 'a critical cRLNumber';
    } else if (oid === '2.5.29.28' || oid === '2.5.29.27') partial = true;
    else if (critical) problem ??= `the critical extension ${oid}`;
  }
  if (second && !numbered) problem ??= 'no cRLNumber';
  return { problem, partial };
}
