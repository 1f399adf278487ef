/** Programs on the nodes of a lab. */

import { ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { toolEnvironment } from '../../net/index.ts';
import { HarnessError } from '../../wire/index.ts';
import type { Namespaces } from './namespaces.ts';
import type { RunOptions, RunResult } from './types.ts';

/** The programs of one lab: what is started here has ended when `end` resolves. */
export class Programs {
  readonly #namespaces: Namespaces;
  readonly #env: Readonly<Record<string, string>>;
  readonly #running = new Map<ChildProcess, Promise<void>>();
  #ended = false;

  /** @param env added to the environment of every program */
  constructor(namespaces: Namespaces, env: Readonly<Record<string, string>>) {
    this.#namespaces = namespaces;
    this.#env = env;
  }

  /**
   * Starts a program as a process of the lab. Signals sent with `kill` of the child reach the program, not what started it.
   * @throws HarnessError `lab-ended`
   */
  spawn(node: string, argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const env = { ...(options.env ?? process.env), ...this.#env };
    const child = this.#start(this.#namespaces.enter(node, argv, true), { ...options, env });
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
  async run(
    node: string,
    argv: readonly string[],
    { env, input, cwd, timeoutMs = 60_000, signal }: RunOptions,
  ): Promise<RunResult> {
    signal?.throwIfAborted();
    const child = this.spawn(node, argv, {
      env: { ...process.env, ...env },
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
      if (result.status === noSuchProgram && result.stderr.startsWith('nsenter: ')) {
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

  /**
   * Feeds a shell on a node with a script; it sees the process ids of the machine.
   * @throws HarnessError `lab-setup` when a command of it fails, `no-namespaces` when a program is missing
   */
  async configure(node: string, script: string): Promise<void> {
    const child = this.#start(this.#namespaces.enter(node, ['sh', '-e'], false), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: toolEnvironment(),
    });
    const { status, stderr } = await collect(child, script);
    if (status !== 0) throw setupFailure(node, status, stderr);
  }

  /** Kills what has not ended with the namespaces, and waits until all is gone. */
  async end(): Promise<void> {
    this.#ended = true;
    // The kernel has killed every process of the lab; those that wait for them outside are ours to end.
    for (const child of this.#running.keys()) ChildProcess.prototype.kill.call(child, 'SIGKILL');
    await Promise.all(this.#running.values());
  }

  #start([command = '', ...rest]: readonly string[], options: SpawnOptions): ChildProcess {
    if (this.#ended) throw new HarnessError('lab-ended', 'The lab has been closed.');
    const child = spawn(command, rest, options);
    const ended = new Promise<void>((resolve) => {
      child.once('exit', resolve);
      child.once('error', () => resolve());
    });
    this.#running.set(child, ended);
    void ended.then(() => this.#running.delete(child));
    return child;
  }
}

/** Exit status of nsenter (and of shells) for a program that is not there; what nsenter says of it depends on the language. */
const noSuchProgram = 127;

function setupFailure(node: string, status: number | null, stderr: string): HarnessError {
  const missing = /(ip|nft): (?:command )?not found/.exec(stderr)?.[1];
  const hint =
    missing === undefined
      ? stderr.trim() || `The shell ended with status ${status}.`
      : `The program ${missing} is missing: install ${missing === 'ip' ? 'iproute2' : 'nftables'}.`;
  const code = missing === undefined ? 'lab-setup' : 'no-namespaces';
  return new HarnessError(code, `The network of ${node} could not be set up.`, { hint });
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
