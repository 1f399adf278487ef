/**
 * sftunnel certificates by their shape: the management channel of Cisco firewalls uses a private CA whose certificates all
 * carry the same organisation. They are no subject of host-name matching; who they are for is the UUID in CN.
 */

import type { Certificate } from '../evidence/index.ts';
import { nameAttributes } from './name.ts';

export interface SftunnelShape {
  /** From `title`: `InternalCA` is the CA, `sftunnel` a device or the manager. Null when the title says neither. */
  readonly role: 'InternalCA' | 'sftunnel' | null;
  /** CN of the subject: the UUID of the device, or of the manager for the CA. */
  readonly uuid: string | null;
}

type Named = Pick<Certificate, 'subject' | 'issuer'>;

/** True when subject or issuer has the organisation and unit of sftunnel certificates. */
export function looksLikeSftunnel(certificate: Named): boolean {
  return sftunnelShape(certificate) !== null;
}

/** Role and UUID of an sftunnel certificate, or null when it is none. */
export function sftunnelShape(certificate: Named): SftunnelShape | null {
  if (!hasSftunnelNames(certificate.subject) && !hasSftunnelNames(certificate.issuer)) return null;
  const attributes = nameAttributes(certificate.subject);
  const valueOf = (type: string): string | null =>
    attributes.find((attribute) => attribute.type === type)?.value ?? null;
  const title = valueOf('title');
  return { role: title === 'InternalCA' || title === 'sftunnel' ? title : null, uuid: valueOf('CN') };
}

/** Documents print the organisation with and without the final dot; the certificates seen have none. */
function hasSftunnelNames(name: string): boolean {
  const attributes = nameAttributes(name);
  return (
    attributes.some(({ type, value }) => type === 'O' && /^Cisco Systems, Inc\.?$/.test(value)) &&
    attributes.some(({ type, value }) => type === 'OU' && value === 'Intrusion Management System')
  );
}
