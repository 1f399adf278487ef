/** Where the files of sftunnel lie (Cisco 222464): on the FMC under /etc/sf and /var/sf/peers/<FTD UUID>, on the FTD under /var/sf/peers/<FMC UUID>. */

import type { InventoryFolder, SftunnelFileRole } from './inventory-types.ts';
import { uuidSource } from './text.ts';

/** What a path of a tree is for. */
export type Place =
  | { readonly what: 'conf' }
  | { readonly what: 'failed-push' }
  | {
      readonly what: 'folder';
      /** Path of the folder, as in the tree. */
      readonly folder: string;
      readonly kind: InventoryFolder['kind'];
      readonly peerUuid: string | null;
      /** Null for other files of the folder. */
      readonly role: SftunnelFileRole | null;
      readonly name: string;
    };

export const roleNames: Readonly<Record<SftunnelFileRole, string>> = {
  ca: 'cacert.pem',
  certificate: 'sftunnel-cert.pem',
  key: 'sftunnel-key.pem',
};

/** A stray name may end in line breaks and what else does not belong there. */
const own = /^(.*?(?:^|\/)etc\/sf)\/(ca_root|keys)\/([^/]+)$/s;
const peer = new RegExp(`^(.*?(?:^|/)(${uuidSource})(?:/(certs_pushed))?)/([^/]+)$`, 's');

/** Null for a path that has nothing to do with sftunnel. */
export function placeOf(path: string): Place | null {
  if (/(?:^|\/)etc\/sf\/sftunnel\.conf$/.test(path)) return { what: 'conf' };
  if (/(?:^|\/)FAILED_PUSH$/.test(path)) return { what: 'failed-push' };
  let match = own.exec(path);
  if (match !== null) {
    const [, folder = '', sub, name = ''] = match;
    const role = roleOf(name);
    const fits = role === 'ca' ? sub === 'ca_root' : sub === 'keys';
    return { what: 'folder', folder, kind: 'fmc-own', peerUuid: null, role: fits ? role : null, name };
  }
  match = peer.exec(path);
  if (match !== null) {
    const [, folder = '', peerUuid = null, pushed, name = ''] = match;
    const kind = pushed === undefined ? 'peer' : 'pushed';
    return { what: 'folder', folder, kind, peerUuid, role: roleOf(name), name };
  }
  // A folder that was copied under another name.
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (roleOf(name) === null && !isStray(name)) return null;
  const folder = path.slice(0, -name.length).replace(/\/$/, '') || '.';
  return { what: 'folder', folder, kind: 'peer', peerUuid: null, role: roleOf(name), name };
}

/** True for a name that would be one of the three files, or a backup of one, without characters that do not belong in it. */
export function isStray(name: string): boolean {
  if (/^(?:cacert|sftunnel-cert|sftunnel-key)\.pem(?:\.backup)?[^\w.-]/.test(name)) return true;
  const clean = name.replaceAll(/\\u\{[0-9a-f]+\}|[^\w.-]/gu, '').replace(/\.backup$/, '');
  return Object.values(roleNames).includes(clean) && /[^\w.-]/u.test(name);
}

function roleOf(name: string): SftunnelFileRole | null {
  return (Object.keys(roleNames) as SftunnelFileRole[]).find((role) => roleNames[role] === name) ?? null;
}
