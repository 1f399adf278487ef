/** Programs of other people, run for a test: found or not, started on a free port, always ended. */

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';

/** True when `program` is on the search path. */
export function installed(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v "$1"`, 'sh', program], { stdio: 'ignore' }).status === 0;
}

/** A port that was free a moment ago; programs that cannot report their own port need one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Output of a program that ends by itself. */
export async function outputOf(program: string, argv: readonly string[], timeoutMs = 120_000): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...argv], { timeout: timeoutMs, maxBuffer: 1 << 26 });
  return stdout;
}

export interface RunningPeer {
  readonly port: number;
  stop(): Promise<void>;
  /** Types a line into the program, which must have been started with `keepInput`. */
  say?(line: string): void;
}

/** Starts a server program and waits until its port accepts connections. @throws Error when it ends before that */
export async function startPeer(
  program: string,
  argv: readonly string[],
  port: number,
  options: { cwd: string; keepInput?: boolean },
): Promise<RunningPeer> {
  const child = spawn(program, [...argv], {
    cwd: options.cwd,
    stdio: [options.keepInput === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-2000);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said = String(error);
      resolve();
    });
    child.once('exit', () => resolve());
  });
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`${program} ended: ${said}`);
    if (await accepts(port))
      return { port, stop: () => stop(child, ended), say: (line) => void child.stdin?.write(`${line}\n`) };
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  await stop(child, ended);
  throw new Error(`${program} did not listen: ${said}`);
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
