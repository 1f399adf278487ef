/** Any program as the client of a lab: it is told where the server is, in its environment and in its own words. */

import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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
  /** File for the client's packets, as pcapng; written when the program has ended. */
  readonly pcap?: string;
  /** Called when the lab runs, before the program starts. */
  readonly onStart?: (lab: Lab, place: LabPlace) => void;
}

/**
 * Starts a lab and its headend, runs a program on its client with this process's own standard streams, and removes the lab. In the
 * program's words `{host}`, `{host6}`, `{port}`, `{sni}` and `{ca}` are replaced; its environment has them as `LAB_HOST`, `LAB_HOST6`,
 * `LAB_PORT`, `LAB_SNI` and `LAB_CA`.
 * @returns the program's exit status, or 128 and the number of the signal that ended it.
 * @throws HarnessError `unknown-scenario`, `no-namespaces`, `cannot-start`, and the system's error where `pcap` cannot be written
 */
export async function runInLab(
  scenario: string | LabScenario,
  argv: readonly string[],
  { signal, pcap, onStart }: LabRunOptions = {},
): Promise<number> {
  const { startLab } = await import('./lab/index.ts');
  const lab = await startLab(scenario);
  try {
    const headend = await lab.serve();
    const place = placeOf(headend, await namelessFile(lab, headend.rootsPem));
    onStart?.(lab, place);
    const capture = pcap === undefined ? null : await lab.capture('client');
    const status = await runHere(lab, argv, place, signal);
    if (pcap !== undefined && capture !== null) await writeFile(pcap, await capture.stop());
    return status;
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

/**
 * A file that is gone with the lab, however this process ends: it has no name but the number that a process of the lab has it open
 * under (proc(5), /proc/pid/fd, which only processes of the lab may look into).
 */
async function namelessFile(lab: Lab, text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'helloprobe-'));
  const name = join(folder, 'file');
  writeFileSync(name, text);
  const descriptor = openSync(name, 'r');
  rmSync(folder, { recursive: true });
  try {
    // The fourth field of its stat is the parent of cut: the shell, which cat then replaces.
    const holder = lab.spawn('client', ['sh', '-c', 'cut -d" " -f4 /proc/self/stat; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit', descriptor],
    });
    const [pid] = (await once(holder.stdout as Readable, 'data')) as [Buffer];
    return `/proc/${pid.toString().trim()}/fd/3`;
  } finally {
    closeSync(descriptor);
  }
}
