/** Programs on the nodes of a lab. */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { HarnessError } from '../../wire/index.ts';
import type { Namespaces } from './namespaces.ts';
import type { RunOptions, RunResult } from './types.ts';

/** Starts a program as a process of the lab. Signals sent with `kill` of the child reach the program, not what started it. */
export function spawnInside(
  namespaces: Namespaces,
  node: string,
  argv: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const [command = '', ...rest] = namespaces.enter(node, argv, true);
  const child = spawn(command, rest, options);
  const killStarter = child.kill.bind(child);
  child.kill = (signal) => {
    const pid = programOf(child);
    if (pid === null) return killStarter(signal);
    try {
      return process.kill(pid, signal);
    } catch {
      return killStarter(signal);
    }
  };
  return child;
}

/** Runs a program to its end. */
export async function runInside(
  namespaces: Namespaces,
  node: string,
  argv: readonly string[],
  { env, input, cwd, timeoutMs = 60_000, signal }: RunOptions,
  labEnv: Readonly<Record<string, string>>,
): Promise<RunResult> {
  signal?.throwIfAborted();
  const child = spawnInside(namespaces, node, argv, {
    env: { ...process.env, ...labEnv, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own, so that what the program has started is killed with it and nothing holds its pipes open.
    detached: true,
  });
  const kill = (): void => killGroup(child);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal?.addEventListener('abort', kill);
  try {
    const result = await collect(child, input);
    signal?.throwIfAborted();
    if (result.status === noSuchProgram && /^nsenter: failed to execute /m.test(result.stderr)) {
      throw new HarnessError('cannot-start', `${argv[0]} cannot be started in the lab.`, {
        hint: result.stderr.trim(),
      });
    }
    return { ...result, timedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  }
}

/** Exit status of nsenter (and of shells) for a program that is not there. */
const noSuchProgram = 127;

/** Feeds a shell with a script on a node, outside the lab's PID namespace. @throws HarnessError `lab-setup` when a command fails. */
export async function configureNode(namespaces: Namespaces, node: string, script: string): Promise<void> {
  const [command = '', ...rest] = namespaces.enter(node, ['sh', '-e'], false);
  const { status, stderr } = await collect(spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] }), script);
  if (status === 0) return;
  const missing = /(ip|nft): (?:command )?not found/.exec(stderr)?.[1];
  const hint =
    missing === undefined
      ? stderr.trim() || `${command} ended with status ${status}.`
      : `The program ${missing} is missing: install ${missing === 'ip' ? 'iproute2' : 'nftables'}.`;
  throw new HarnessError(
    missing === undefined ? 'lab-setup' : 'no-namespaces',
    `The network of ${node} could not be set up.`,
    { hint },
  );
}

function collect(child: ChildProcess, input: string | Uint8Array | undefined): Promise<Omit<RunResult, 'timedOut'>> {
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
    });
  }
  // A program that does not read its input is no fault of ours.
  child.stdin?.on('error', () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, ...out }));
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/** nsenter forks into the PID namespace: its only child is the program. Null when that is not there (yet, or any more). */
function programOf({ pid }: ChildProcess): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]) || null;
  } catch {
    return null;
  }
}
