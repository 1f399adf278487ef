/** Why a machine cannot have labs, and what to do about it. */

import { readFile } from 'node:fs/promises';

/** One or two sentences, from what `unshare` said and what the kernel is set to. */
export async function whyNoNamespaces(complaint: string): Promise<string> {
  if (/ENOENT/.test(complaint)) return 'The program unshare is missing: install util-linux.';
  const said = complaint === '' ? '' : ` (${complaint})`;
  if ((await setting('user/max_user_namespaces')) === '0') {
    return `User namespaces are turned off${said}: sudo sysctl user.max_user_namespaces=10000`;
  }
  if ((await setting('kernel/unprivileged_userns_clone')) === '0') {
    return `User namespaces are for root only${said}: sudo sysctl kernel.unprivileged_userns_clone=1`;
  }
  if ((await setting('kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return `AppArmor restricts user namespaces, as Ubuntu does since 23.10${said}: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run as root.`;
  }
  return `A container or a security policy forbids it${said}: run outside the container, or in one that is allowed to (docker run --privileged).`;
}

async function setting(name: string): Promise<string | null> {
  try {
    return (await readFile(`/proc/sys/${name}`, 'utf8')).trim();
  } catch {
    return null;
  }
}
