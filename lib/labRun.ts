/** Any program as the client of a lab: it is told where the server is, in its environment and in its own words. */

import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab, LabHeadend, LabScenario } from './lab/index.ts';

/** Where the server of a lab is, as its programs are told. */
export interface LabPlace {
  readonly host: string;
  readonly host6: string;
  readonly port: number;
  /** Name to ask for, and that the certificate is for. */
  readonly sni: string;
  /** File with the CA certificate to trust, PEM; there as long as the program runs. */
  readonly ca: string;
}

export interface LabRunOptions {
  /** Interrupts the program as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** Called when the lab runs, before the program starts. */
  readonly onStart?: (lab: Lab, place: LabPlace) => void;
}

/**
 * Starts a lab and its headend, runs a program on its client with this process's own standard streams, and removes the lab. In the
 * program's words `{host}`, `{host6}`, `{port}`, `{sni}` and `{ca}` are replaced; its environment has them as `LAB_HOST`, `LAB_HOST6`,
 * `LAB_PORT`, `LAB_SNI` and `LAB_CA`.
 * @returns the program's exit status, or 128 and the number of the signal that ended it.
 * @throws HarnessError `unknown-scenario`, `no-namespaces`, `cannot-start`
 */
export async function runInLab(
  scenario: string | LabScenario,
  argv: readonly string[],
  { signal, onStart }: LabRunOptions = {},
): Promise<number> {
  const { startLab } = await import('./lab/index.ts');
  const lab = await startLab(scenario);
  try {
    const headend = await lab.serve();
    const roots = namelessFile(headend.rootsPem);
    try {
      const place = placeOf(headend, roots.path);
      onStart?.(lab, place);
      return await runHere(lab, argv, place, signal);
    } finally {
      roots.close();
    }
  } finally {
    await lab.close();
  }
}

async function runHere(lab: Lab, argv: readonly string[], place: LabPlace, signal?: AbortSignal): Promise<number> {
  const words = argv.map((word) =>
    word.replaceAll(/\{(host6?|port|sni|ca)\}/g, (_, key: keyof LabPlace) => String(place[key])),
  );
  const told = Object.entries(place).map(([key, value]) => [`LAB_${key.toUpperCase()}`, String(value)]);
  const child = lab.spawn('client', words, {
    stdio: 'inherit',
    env: { ...process.env, ...Object.fromEntries(told) },
  });
  // The terminal has sent it the signal already; without one this is what reaches it.
  const interrupt = (): void => void child.kill('SIGINT');
  signal?.addEventListener('abort', interrupt);
  if (signal?.aborted === true) interrupt();
  try {
    const [status, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return status ?? 128 + (ended === null ? 0 : constants.signals[ended]);
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

function placeOf({ host, host6, port, sni }: LabHeadend, ca: string): LabPlace {
  return { host, host6, port, sni, ca };
}

/** A file that is gone with this process, however it ends: it has a number and no name (proc(5), /proc/pid/fd). */
function namelessFile(text: string): { readonly path: string; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'helloprobe-'));
  const name = join(folder, 'ca.pem');
  writeFileSync(name, text);
  const descriptor = openSync(name, 'r');
  rmSync(folder, { recursive: true });
  return { path: `/proc/${process.pid}/fd/${descriptor}`, close: () => closeSync(descriptor) };
}
