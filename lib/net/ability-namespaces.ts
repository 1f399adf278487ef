/** Whether labs can be made: network namespaces of this user's own, and nftables in them. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Lack } from './abilities.ts';
import { toolEnvironment } from './tools.ts';

/** Programs that labs start, and the packages that have them. */
const packages: Readonly<Record<string, string>> = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ip: 'iproute2',
  nft: 'nftables',
};

export async function namespacesAbility(): Promise<Lack | null> {
  for (const program of ['unshare', 'nsenter', 'ip']) {
    const missing = await missingProgram(program, ['-V']);
    if (missing !== null) return missing;
  }
  const own = await run('unshare', [...ownNamespaces, 'true']);
  if (own.worked) return null;
  // Root needs no user namespace, where an administrator has turned those off.
  if (process.getuid?.() === 0 && (await run('unshare', ['--net', '--pid', '--fork', 'true'])).worked) return null;
  return whyNoNamespaces(own.complaint);
}

export async function nftAbility(): Promise<Lack | null> {
  const missing = await missingProgram('nft', ['--version']);
  if (missing !== null) return missing;
  // A table in a namespace that ends with the program.
  const tried = await run('unshare', [...ownNamespaces, 'nft', 'add', 'table', 'inet', 'helloprobe']);
  if (tried.worked) return null;
  if ((await run('nft', ['list', 'tables'])).worked) return null;
  if ((await namespacesAbility()) !== null)
    return {
      reason: 'no-namespaces',
      detail: 'nft works in a lab or for root, and labs cannot be made here.',
      help: null,
    };
  return {
    reason: 'no-nftables',
    detail: `The kernel takes no nftables rules${inBrackets(tried.complaint)}.`,
    help: 'sudo modprobe nf_tables',
  };
}

const ownNamespaces = ['--user', '--map-root-user', '--net', '--pid', '--fork', '--kill-child'];

/**
 * Why a machine cannot make network namespaces, from what `unshare` said and what the kernel is set to.
 * @param complaint what it said, one line; empty when it said nothing
 */
export async function whyNoNamespaces(complaint: string): Promise<Lack> {
  if (/ENOENT/.test(complaint)) return lackOf('unshare');
  const said = inBrackets(complaint);
  for (const { name, value, detail, help } of settings) {
    if ((await setting(name)) === value) return { reason: 'no-namespaces', detail: `${detail}${said}.`, help };
  }
  return {
    reason: 'no-namespaces',
    detail: `A container or a security policy forbids network namespaces${said}.`,
    help: 'Run outside the container, or in one that is allowed to (docker run --privileged).',
  };
}

const settings = [
  {
    name: 'user/max_user_namespaces',
    value: '0',
    detail: 'User namespaces are turned off',
    help: 'sudo sysctl user.max_user_namespaces=10000',
  },
  {
    name: 'kernel/unprivileged_userns_clone',
    value: '0',
    detail: 'User namespaces are for root only',
    help: 'sudo sysctl kernel.unprivileged_userns_clone=1',
  },
  {
    name: 'kernel/apparmor_restrict_unprivileged_userns',
    value: '1',
    detail: 'AppArmor restricts user namespaces, as on Ubuntu since 23.10',
    help: 'sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0',
  },
] as const;

async function setting(name: string): Promise<string | null> {
  try {
    return (await readFile(`/proc/sys/${name}`, 'utf8')).trim();
  } catch {
    return null;
  }
}

async function missingProgram(program: string, version: readonly string[]): Promise<Lack | null> {
  const { worked, complaint } = await run(program, version);
  return worked || complaint !== 'ENOENT' ? null : lackOf(program);
}

function lackOf(program: string): Lack {
  const from = packages[program] ?? program;
  if (process.platform !== 'linux')
    return { reason: 'not-linux', detail: 'Labs are made of Linux network namespaces.', help: null };
  return {
    reason: `no-${from}`,
    detail: `The program ${program} is missing.`,
    help: `sudo apt install ${from}`,
  };
}

function inBrackets(complaint: string): string {
  return complaint === '' ? '' : ` (${complaint})`;
}

/** Whether a program ends with status 0, and the first line of what it complains, or the system's code when it cannot be started. */
function run(program: string, argv: readonly string[]): Promise<{ worked: boolean; complaint: string }> {
  return new Promise((resolve) => {
    execFile(
      program,
      argv,
      { timeout: 5000, killSignal: 'SIGKILL', env: toolEnvironment() },
      (error, _stdout, stderr) => {
        const { code } = (error ?? {}) as NodeJS.ErrnoException;
        const [line = ''] = stderr.trim().split('\n');
        resolve({ worked: error === null, complaint: code === 'ENOENT' ? code : line });
      },
    );
  });
}
