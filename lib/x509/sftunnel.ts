/**
 * sftunnel certificates by their shape: the management channel of Cisco firewalls uses a private CA whose certificates all
 * carry the same organisation and unit, a title and a UUID. They are no subject of host-name matching; who they are for is the UUID in CN.
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

/** True when subject or issuer is a name as sftunnel certificates have it. */
export function looksLikeSftunnel(certificate: Named): boolean {
  return sftunnelShape(certificate) !== null;
}

/** Role and UUID of an sftunnel certificate, or null when it is none. */
export function sftunnelShape(certificate: Named): SftunnelShape | null {
  if (!isSftunnelName(certificate.subject) && !isSftunnelName(certificate.issuer)) return null;
  const attributes = nameAttributes(certificate.subject);
  const valueOf = (type: string): string | null =>
    attributes.find((attribute) => attribute.type === type)?.value ?? null;
  const title = valueOf('title');
  return { role: isTitle(title) ? title : null, uuid: valueOf('CN') };
}

/**
 * Documents print the organisation with and without the final dot; the certificates seen have none. Other certificates of these appliances
 * may bear organisation and unit as well, that of the web interface for one: what sftunnel has besides is the title, or a UUID in CN.
 */
function isSftunnelName(name: string): boolean {
  const attributes = nameAttributes(name);
  const has = (type: string, fits: (value: string) => boolean): boolean =>
    attributes.some((attribute) => attribute.type === type && fits(attribute.value));
  return (
    has('O', (value) => /^Cisco Systems, Inc\.?$/.test(value)) &&
    has('OU', (value) => value === 'Intrusion Management System') &&
    (has('title', isTitle) || has('CN', (value) => uuid.test(value)))
  );
}

function isTitle(value: string | null): value is 'InternalCA' | 'sftunnel' {
  return value === 'InternalCA' || value === 'sftunnel';
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
