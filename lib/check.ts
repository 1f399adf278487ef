/** One target from name to report: resolve, run the probes, judge. */

import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { checklistOf, diagnose, verdictOf } from './diagnose/index.ts';
import type { CheckReport, Code, Finding, Language, Observation, Target } from './evidence/index.ts';
import { fingerprintOf, judgementOf } from './judgement.ts';
import { isLoopback, labVariable, type Recording, resolveTarget } from './net/index.ts';
import { foreignDelayMs, planOfRun, type RunSelection, usualConcurrency } from './planned.ts';
import {
  defaultTimeouts,
  type Observer,
  type Probe,
  Run,
  runProbes,
  type Timeouts,
  type Trust,
} from './probe/index.ts';
import type { ClientCredential } from './session/index.ts';
import { toolVersion } from './version.ts';
import { HarnessError } from './wire/index.ts';

export interface CheckOptions extends RunSelection {
  /** Server name to send; default the host unless it is an IP address, null for none. */
  readonly sni?: string | null;
  /** IP address to dial instead of resolving the host; names are still matched against the host. */
  readonly address?: string;
  /** Replaces the system's resolver; rejects with an error that has a `code` when there is no address. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly timeouts?: Partial<Timeouts>;
  /** Most connections at once, default 4. */
  readonly concurrency?: number;
  /** Least milliseconds between the starts of two connections; default 25, and 0 to this machine's own loopback addresses. */
  readonly delayMs?: number;
  /** PEM files with roots to trust beside node's own. */
  readonly caFiles?: readonly string[];
  /** PEM text with roots to trust beside node's own. */
  readonly caPem?: readonly string[];
  /** Client certificate and key to show to a server that asks; `nodeCredential` of lib/live makes one. No report holds the key. */
  readonly credential?: ClientCredential;
  readonly clientVersions?: readonly Code[];
  readonly clientCiphers?: readonly Code[];
  readonly clientGroups?: readonly Code[];
  /** Pin: the leaf's issuer, a whole RFC 4514 name or just its CN. */
  readonly expectIssuer?: string;
  /** Pin: SHA-256 of the leaf, hex, with or without colons. */
  readonly expectFingerprint?: string;
  /** Clock of the judgement; default now. */
  readonly now?: Date;
  readonly language?: Language;
  /**
   * The caller answers for the target: raw packets (segments out of order, IP fragments, short TTLs) may go to it. Loopback and labs
   * need no permission.
   */
  readonly ownTarget?: boolean;
  /** Keeps the packets of all attempts; the caller closes it. */
  readonly recording?: Recording;
  readonly signal?: AbortSignal;
  readonly observer?: Observer;
  /** Command name for the report, default `check`. */
  readonly command?: string;
  /** Keep the bytes of every hello in the report. */
  readonly keepHex?: boolean;
}

/**
 * Probes one target and judges what was seen. A target that cannot be reached is a report, not an exception.
 * @throws HarnessError for misuse: `unknown-probe`, `unreadable-file`, `bad-option`.
 */
export async function check(
  endpoint: { readonly host: string; readonly port: number },
  options: CheckOptions = {},
): Promise<CheckReport> {
  const { language = 'en', observer = () => undefined } = options;
  requireUsable(endpoint, options);
  const started = new Date();
  const { probes, maxConnections } = planOfRun({ ...options, port: endpoint.port });
  const { host, port } = endpoint;
  const sni = options.sni === undefined ? (isIP(host) === 0 ? host : null) : options.sni;
  const addresses =
    options.address === undefined
      ? await resolveTarget(host, options.resolve === undefined ? {} : { query: options.resolve })
      : { addresses: [options.address] };
  const known = 'addresses' in addresses ? addresses.addresses : [];
  const target: Target = { host, port, address: known[0] ?? null, sni };
  const judgement = judgementOf({ ...options, target, now: options.now ?? started });
  const run = new Run({
    target,
    addresses: known,
    resolveError: 'error' in addresses ? addresses.error : null,
    judgement,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    concurrency: options.concurrency ?? usualConcurrency,
    delayMs: options.delayMs ?? (isLoopback(known[0] ?? '') ? 0 : foreignDelayMs),
    maxConnections,
    quick: options.quick === true,
    keepHex: options.keepHex === true,
    random: (length) => randomBytes(length),
    trust: await loadTrust(options),
    credential: options.credential,
    observer,
    signal: options.signal,
    recording: options.recording,
    ownTarget: options.ownTarget === true,
    lab: process.env[labVariable],
  });
  observer({ type: 'run-started', target });
  try {
    await runProbes(run, probes);
  } finally {
    run.close();
  }
  const observations = Object.fromEntries(run.observations);
  const reached: Target = { ...target, address: run.address === '' ? null : run.address };
  const findings = [
    ...diagnose({ target: reached, judgement, observations }, { language }),
    ...judgedByProbes(options.probes ?? [], observations, language),
  ];
  const command = options.command ?? 'check';
  const checklist =
    command === 'check' ? checklistOf({ target: reached, judgement, observations }, findings, { language }) : [];
  for (const finding of findings) observer({ type: 'finding', finding });
  const report: CheckReport = {
    schemaVersion: 1,
    tool: { name: 'helloprobe', version: toolVersion },
    command,
    startedAt: started.toISOString(),
    finishedAt: new Date().toISOString(),
    target: reached,
    judgement,
    verdict: verdictOf(findings, observations),
    observations,
    findings,
    ...(checklist.length === 0 ? {} : { checklist }),
  };
  observer({ type: 'run-finished', report });
  return report;
}

/** @throws HarnessError `bad-option` naming the option and what it takes */
function requireUsable({ host, port }: { readonly host: string; readonly port: number }, options: CheckOptions): void {
  const { address, concurrency = 1, delayMs = 0, expectFingerprint, maxConnections = 1, now, timeouts = {} } = options;
  const need = (holds: boolean, name: string, takes: string): void => {
    if (!holds) throw new HarnessError('bad-option', `The option ${name} takes ${takes}.`);
  };
  need(host.trim() !== '', 'host', 'a name or an IP address');
  need(Number.isInteger(port) && port >= 1 && port <= 65_535, 'port', 'a number from 1 to 65535');
  need(address === undefined || isIP(address) !== 0, 'address', 'an IP address');
  need(
    expectFingerprint === undefined || fingerprintOf(expectFingerprint) !== null,
    'expectFingerprint',
    'a SHA-256 fingerprint: 64 hex digits, with or without colons',
  );
  need(Number.isInteger(concurrency) && concurrency >= 1, 'concurrency', 'a whole number from 1');
  need(delayMs >= 0 && delayMs <= longestTimer, 'delayMs', 'milliseconds from 0');
  need(Number.isInteger(maxConnections) && maxConnections >= 1, 'maxConnections', 'a whole number from 1');
  need(now === undefined || !Number.isNaN(now.getTime()), 'now', 'a valid date');
  for (const [name, value] of Object.entries(timeouts)) {
    need(value === undefined || (value > 0 && value <= longestTimer), `timeouts.${name}`, 'milliseconds above 0');
  }
}

/** setTimeout takes a longer one for 1 ms. */
const longestTimer = 2 ** 31 - 1;

function judgedByProbes(
  probes: readonly Probe[],
  observations: Readonly<Record<string, Observation>>,
  language: Language,
): Finding[] {
  return probes.flatMap((probe) => {
    const observation = observations[probe.id];
    return observation === undefined ? [] : [...(probe.judge?.(observation, language) ?? [])];
  });
}

async function loadTrust({ caFiles = [], caPem = [] }: CheckOptions): Promise<Trust> {
  const { loadRoots, nodeVerify } = await import('./x509/node.ts');
  return { roots: loadRoots({ caFiles, caPem, env: process.env }), verify: nodeVerify };
}
