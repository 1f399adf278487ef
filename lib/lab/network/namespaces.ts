/**
 * Namespaces of a lab, held by one process tree that is a PID namespace of its own: when its first process ends, the kernel kills
 * every process of the lab and removes every namespace. That process reads a pipe from us, so it ends whenever we do, however.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { toolEnvironment } from '../../net/index.ts';
import { HarnessError } from '../../wire/index.ts';
import { whyNoNamespaces } from './missing.ts';

export interface Namespaces {
  /** Process ids, as seen from here, by node. */
  readonly pids: ReadonlyMap<string, number>;
  /** Command line that runs `argv` on a node; with `inside` as a process of the lab, which the end of the lab ends. */
  enter(node: string, argv: readonly string[], inside: boolean): string[];
  /** Resolves when the last process of the lab has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Begins the end. */
  close(): void;
}

/**
 * Makes a network namespace for each name. The first one belongs to the holder itself.
 * @throws HarnessError `no-namespaces`
 */
export async function createNamespaces(names: readonly [string, ...string[]]): Promise<Namespaces> {
  try {
    return await hold(names, true);
  } catch (error) {
    // Real root needs no user namespace, where an administrator has turned those off.
    if (process.getuid?.() !== 0) throw error;
    return hold(names, false).catch(() => Promise.reject(error as Error));
  }
}

async function hold(names: readonly string[], userNamespace: boolean): Promise<Namespaces> {
  const flags = userNamespace ? ['--user', '--map-root-user'] : [];
  const holder = spawn(
    'unshare',
    [...flags, '--net', '--pid', '--fork', '--kill-child', '--', 'sh', '-c', holderScript, 'sh', ...names],
    // A session of its own: Ctrl-C is for the programs in the lab, not for the lab.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: toolEnvironment() },
  );
  const ended = new Promise<void>((resolve) => {
    holder.once('error', () => resolve());
    holder.once('close', () => resolve());
  });
  holder.stdin.on('error', () => undefined);
  try {
    const pids = await readPids(holder, names.length);
    return {
      pids,
      enter: (node, argv, inside) => [
        'nsenter',
        '-t',
        String(pids.get(node)),
        '-n',
        // Without credentials kept, nsenter calls setgroups(2), which an ordinary user may not.
        ...(userNamespace ? ['-U', '--preserve-credentials'] : []),
        ...(inside ? ['-p'] : []),
        '--',
        ...argv,
      ],
      ended,
      close: () => void holder.stdin.end(),
    };
  } catch (error) {
    holder.kill('SIGKILL');
    await ended;
    throw error;
  }
}

/**
 * /proc is the one of the machine, so it tells the process ids as they are outside. The nodes wait on nothing but their death;
 * the holder waits for the end of our pipe.
 */
const holderScript = `
read -r pid rest </proc/self/stat && echo "$1 $pid"; shift
for name; do
  unshare --net -- sh -c 'read -r pid rest </proc/self/stat && echo "$0 $pid"; exec sleep 2147483647' "$name" </dev/null &
done
exec cat >/dev/null`;

async function readPids(holder: ChildProcess, count: number): Promise<Map<string, number>> {
  const pids = new Map<string, number>();
  let complaint = '';
  holder.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  let failure: NodeJS.ErrnoException | undefined;
  holder.once('error', (error) => {
    failure = error;
  });
  if (holder.stdout !== null) {
    for await (const line of createInterface({ input: holder.stdout })) {
      const [name = '', pid] = line.split(' ');
      pids.set(name, Number(pid));
      if (pids.size === count) return pids;
    }
  }
  throw new HarnessError('no-namespaces', 'This machine does not let us make network namespaces.', {
    hint: await whyNoNamespaces(failure?.message ?? complaint.trim()),
  });
}
