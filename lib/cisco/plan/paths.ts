/** The files that are brought from an FMC to a device: where they lie on both, and the commands for the way by hand. */

import { roleNames, type SftunnelFileRole } from '../files/index.ts';
import type { PlanFile } from './types.ts';

/** In the order in which the document copies them. */
export const fileRoles: readonly SftunnelFileRole[] = ['ca', 'certificate', 'key'];

export const unknownDevice = '<FTD UUID>';
export const unknownFmc = '<FMC UUID>';

const caPath = '/etc/sf/ca_root/cacert.pem';
const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const sourcePath = new RegExp(
  `^(?:${caPath.replace('.', '\\.')}|/var/sf/peers/${uuid}/(?:certs_pushed/)?NAME)$`.replace(
    'NAME',
    '(?:cacert|sftunnel-cert|sftunnel-key)\\.pem',
  ),
);
const destinationPath = new RegExp(`^/var/sf/peers/(${uuid})/(cacert|sftunnel-cert|sftunnel-key)\\.pem$`);

/** Role by the name at the end of a path; null for another file. */
export function roleOf(path: string): SftunnelFileRole | null {
  return fileRoles.find((role) => path.endsWith(`/${roleNames[role]}`)) ?? null;
}

/** UUID of the FMC in a destination on a device; null where the path is not of that form. */
export function fmcUuidOf(destination: string): string | null {
  return destinationPath.exec(destination)?.[1]?.toLowerCase() ?? null;
}

/** The path that such a file has on the FMC (Cisco 222464): the CA is its own, the others were made for the device. */
export function layoutSource(role: SftunnelFileRole, device: string | null): string {
  return role === 'ca' ? caPath : `/var/sf/peers/${device ?? unknownDevice}/certs_pushed/${roleNames[role]}`;
}

export function layoutDestination(role: SftunnelFileRole, fmc: string | null): string {
  return `/var/sf/peers/${fmc ?? unknownFmc}/${roleNames[role]}`;
}

/**
 * True when both paths are such as sftunnel files have. What lies elsewhere, or has characters of a shell in it, is shown, but no
 * command that root is to type is made of it.
 */
export function isUsual({ from, to, known }: PlanFile): boolean {
  const [source, destination] = [from, to].map((path) =>
    known === 'failed-push' ? path : path.replace(unknownDevice, placeholder).replace(unknownFmc, placeholder),
  );
  return sourcePath.test(source ?? '') && destinationPath.test(destination ?? '') && roleOf(from) === roleOf(to);
}
const placeholder = '00000000-0000-0000-0000-000000000000';

/** The way by hand (Cisco 222464): show the files on the FMC, write them anew on the device, restart sftunnel there. */
export function handCommands(files: readonly PlanFile[]): { readonly fmc: string[]; readonly device: string[] } {
  if (files.length === 0 || !files.every(isUsual)) return { fmc: [], device: [] };
  const folders = [...new Set(files.map(({ to }) => to.slice(0, to.lastIndexOf('/'))))];
  return {
    fmc: files.map(({ from }) => `cat ${quoted(from)}`),
    device: [
      'expert',
      'sudo su',
      ...folders.flatMap((folder) => {
        const names = files.filter(({ to }) => to.startsWith(`${folder}/`)).map(({ role }) => roleNames[role]);
        return [
          `cd ${quoted(folder)}`,
          ...names.map((name) => `cp ${name} ${name}.backup`),
          ...names.map((name) => `> ${name}`),
          ...names.map((name) => `vi ${name}`),
          `ls -hal ${names.join(' ')}`,
        ];
      }),
      'pmtool restartbyid sftunnel',
    ],
  };
}

/** A place that is still to be filled in would be a redirection to the shell. */
function quoted(path: string): string {
  return path.includes('<') ? `'${path}'` : path;
}
