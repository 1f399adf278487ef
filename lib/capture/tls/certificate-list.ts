/** The Certificate message in clear (up to TLS 1.2) and opened (TLS 1.3): its certificates go into the store. */

import type { Sha256 } from '../../evidence/index.ts';
import { u16, u24 } from '../bytes.ts';
import type { TlsContext } from './context.ts';

/**
 * SHA-256 of the certificates of a Certificate message, in its order; the first `certificatesPerList` of them.
 * @param start of the body
 * @param isTls13 with a context before, and extensions after each certificate (RFC 8446 §4.4.2)
 * @param fault told when the lengths do not add up; the certificates before that place are still given
 */
export function readCertificateList(
  context: TlsContext,
  bytes: Uint8Array,
  start: number,
  end: number,
  isTls13: boolean,
  fault: (clause: string) => void,
): Sha256[] {
  const hashes: Sha256[] = [];
  const { certificates, limits, counters, packet } = context;
  let at = start + (isTls13 ? 1 + (bytes[start] ?? 0) : 0);
  if (at + 3 > end || at + 3 + u24(bytes, at) !== end) {
    fault('the length of its list is not that of the message');
    return hashes;
  }
  at += 3;
  let beyond = 0;
  while (at < end) {
    const der = at + 3;
    const derEnd = der + (der <= end ? u24(bytes, at) : 0);
    const next = derEnd + (isTls13 && derEnd + 2 <= end ? 2 + u16(bytes, derEnd) : 0);
    if (derEnd > end || derEnd === der || next > end || (isTls13 && next === derEnd)) {
      fault(`the length of certificate ${hashes.length + beyond + 1} does not fit the list`);
      break;
    }
    if (hashes.length < limits.certificatesPerList) hashes.push(certificates.add(bytes, der, derEnd, packet));
    else beyond++;
    at = next;
  }
  if (beyond > 0) counters.drop('certificate-list-too-long');
  return hashes;
}
