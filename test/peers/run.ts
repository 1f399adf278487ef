/**
 * `npm run test:peers`: our versions, suites and certificates against what sslscan and nmap find, at every TLS stack that is
 * installed. Installs nothing; says which peers it used, prints every difference, and ends with the closing line.
 */

import { createHash, X509Certificate } from 'node:crypto';
import { check } from '../../lib/check.ts';
import type { CertificateRow, CheckReport, CiphersValue, VersionRow } from '../../lib/evidence/index.ts';
import { credentialsAt, type Demand, demands } from './credentials.ts';
import { type PeerFiles, withPeerFiles } from './files.ts';
import { finishAll } from './handshakes.ts';
import { type ScanResult, scanners } from './scanners.ts';
import { available, type PeerServer, peerServers } from './servers.ts';

const tally = { passed: 0, failed: 0, skipped: 0 };

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report(ok: boolean, what: string, detail: string): void {
  tally[ok ? 'passed' : 'failed']++;
  say(`  ${ok ? 'ok  ' : 'FAIL'} ${what}${detail === '' ? '' : `: ${detail}`}`);
}

async function main(): Promise<void> {
  say(
    `scanners: ${scanners.map(({ name, installed }) => `${name} ${installed ? 'used' : 'not installed'}`).join(', ')}`,
  );
  const only = process.argv.slice(2);
  await withPeerFiles(async (files) => {
    for (const server of peerServers.filter(({ id }) => only.length === 0 || only.includes(id))) {
      if (available(server)) await compareAt(server, files);
      else skip(server);
    }
    for (const demand of demands.filter(({ id }) => only.length === 0 || only.includes(id))) {
      if (available(demand)) await proveAt(demand, files);
      else skip(demand);
    }
  });
  say(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

function skip({ id, program }: Pick<PeerServer, 'id' | 'program'>): void {
  say(`${id}: skipped, ${program} is not installed`);
  tally.skipped++;
}

/** Client certificates of ours at a server that asks for them. */
async function proveAt(demand: Demand, files: PeerFiles): Promise<void> {
  say(`${demand.id}:`);
  for (const { what, ok, detail } of await credentialsAt(demand, files)) report(ok, what, ok ? '' : detail);
}

async function compareAt(server: PeerServer, files: PeerFiles): Promise<void> {
  const peer = await server.start(files);
  try {
    const ours = await check(
      { host: '127.0.0.1', port: peer.port },
      { only: ['versions', 'ciphers', 'certificates', 'client-auth'], sni: 'localhost' },
    );
    const found = resultOf(ours);
    const attempts = Object.values(ours.observations).reduce((sum, { attempts }) => sum + attempts.length, 0);
    say(
      `${server.id}: ${found.versions.map((name) => `${name} ${found.suites[name]?.length ?? 0}`).join(', ')}; ${found.leaves.length} leaf certificates; ${attempts} connections`,
    );
    for (const scanner of scanners) {
      const misled = server.misled?.[scanner.name];
      if (!scanner.installed || misled !== undefined) {
        say(`  skip ${scanner.name}: ${misled ?? 'not installed'}`);
        tally.skipped++;
        continue;
      }
      compareWith(scanner.name, found, await scanner.scan(peer.port));
    }
    if (server.clientCertificate === 'required') {
      const value = ours.observations['client-auth']?.value as {
        requested: boolean;
        required: boolean;
        authorities: string[];
      } | null;
      report(
        value?.requested === true && value.required && value.authorities.length > 0,
        'client certificate',
        JSON.stringify(value),
      );
    } else await finishHandshakes(peer.port, found);
    await expectNoIntolerance(peer.port);
    if (ours.observations['ciphers']?.status !== 'completed')
      report(false, 'our list is complete', ours.observations['ciphers']?.reason ?? '');
  } finally {
    await peer.stop();
  }
}

/** Our own client finishes what the server has: every suite found, every group. */
async function finishHandshakes(port: number, found: ScanResult): Promise<void> {
  const { finished, failures } = await finishAll(port, found);
  report(failures.length === 0, `${finished} handshakes of our own finished`, failures.join('; '));
}

/** These stacks are sound: whatever a whole check claims of their tolerance, of the path or of a broken handshake is false. */
async function expectNoIntolerance(port: number): Promise<void> {
  const whole = await check({ host: '127.0.0.1', port }, { sni: 'localhost' });
  const invented = whole.findings
    .map(({ id }) => id)
    .filter((id) => /^(?:handshake|path|policy)\.|-intolerant$/.test(id));
  report(invented.length === 0, 'no intolerance found where there is none', invented.join(' '));
}

function resultOf(ours: CheckReport): ScanResult {
  const rows = (ours.observations['versions']?.value ?? []) as VersionRow[];
  const ciphers = (ours.observations['ciphers']?.value ?? {}) as CiphersValue;
  const certificates = (ours.observations['certificates']?.value ?? []) as CertificateRow[];
  const leaves = certificates.map(({ chain }) =>
    createHash('sha1')
      .update(new X509Certificate(chain[0]?.pem ?? '').raw)
      .digest('hex'),
  );
  return {
    versions: rows.filter(({ supported }) => supported === true).map(({ version }) => version),
    suites: Object.fromEntries(
      Object.entries(ciphers).map(([version, { suites }]) => [version, suites.map(({ name }) => name)]),
    ),
    leaves: [...new Set(leaves)],
  };
}

function compareWith(name: string, ours: ScanResult, theirs: ScanResult): void {
  const sorted = (list: readonly string[]): string => [...list].sort().join(' ');
  report(
    sorted(ours.versions) === sorted(theirs.versions),
    `versions as ${name}`,
    difference(ours.versions, theirs.versions),
  );
  for (const version of new Set([...ours.versions, ...theirs.versions])) {
    const [mine, others] = [ours.suites[version] ?? [], theirs.suites[version] ?? []];
    report(
      sorted(mine) === sorted(others),
      `${version} suites as ${name} (${others.length})`,
      difference(mine, others),
    );
  }
  const foreign = theirs.leaves.filter((leaf) => !ours.leaves.includes(leaf));
  if (theirs.leaves.length > 0) report(foreign.length === 0, `certificate as ${name}`, foreign.join(' '));
}

function difference(mine: readonly string[], others: readonly string[]): string {
  const extra = mine.filter((name) => !others.includes(name)).map((name) => `+${name}`);
  const missing = others.filter((name) => !mine.includes(name)).map((name) => `-${name}`);
  return [...extra, ...missing].join(' ');
}

await main();
