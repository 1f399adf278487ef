/** A whole scan against sslscan and nmap, on the same server through the same counting relay, in turns. */

import { headends, startHeadend } from '../../lib/lab/index.ts';
import { type PeerFiles, withPeerFiles } from '../peers/files.ts';
import { nmap, sslscan } from '../peers/scanners.ts';
import { available, peerServers } from '../peers/servers.ts';
import { figure, heading, median, minimum, timeOnce } from './measure.ts';
import { startProxy } from './proxy.ts';

const rounds = 3;
const main = 'dist/lib/cli/main.js';
const scanOnly = ['--only', 'versions,ciphers,certificates', '--sni', 'localhost'];

export async function scanBench(): Promise<void> {
  await withPeerFiles(async (files) => {
    await compareAt('openssl-default', 0, files, { connections: 60, ratio: 1 / 3 });
    await compareAt('node', 20, files, { ratio: 1 / 6 });
  });
  await failures();
}

async function compareAt(
  id: string,
  delayMs: number,
  files: PeerFiles,
  goal: { connections?: number; ratio: number },
): Promise<void> {
  const server = peerServers.find((row) => row.id === id);
  if (server === undefined || !available(server) || !sslscan.installed) {
    heading(`${id}: skipped, ${server?.program ?? id} or sslscan is not installed`);
    return;
  }
  heading(`${id}, ${delayMs} ms each way: versions, suites, order, leaf certificates (${rounds} rounds in turns)`);
  const peer = await server.start(files);
  const proxy = await startProxy(peer.port, delayMs);
  const target = `127.0.0.1:${proxy.port}`;
  const contestants = [
    { name: 'helloprobe', program: process.execPath, argv: [main, 'check', target, ...scanOnly, '--json', '--quiet'] },
    { name: 'sslscan', program: 'sslscan', argv: sslscan.argv(proxy.port) },
    ...(nmap.installed ? [{ name: 'nmap', program: 'nmap', argv: nmap.argv(proxy.port) }] : []),
  ];
  const seconds = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const connections = new Map<string, number>();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { name, program, argv } of contestants) {
        proxy.takeCount();
        seconds.get(name)?.push((await timeOnce(program, argv)).seconds);
        connections.set(name, proxy.takeCount());
      }
    }
  } finally {
    await proxy.close();
    await peer.stop();
  }
  for (const { name } of contestants) {
    const runs = seconds.get(name) ?? [];
    const most = name === 'helloprobe' ? goal.connections : undefined;
    figure(`${name}: connections`, connections.get(name) ?? 0, '', most === undefined ? undefined : { most });
    figure(`${name}: wall, minimum / median ${median(runs).toFixed(2)}`, minimum(runs), 's');
  }
  const ours = minimum(seconds.get('helloprobe') ?? []);
  figure('helloprobe / sslscan', ours / minimum(seconds.get('sslscan') ?? []), '', {
    most: Number(goal.ratio.toFixed(3)),
  });
  if (nmap.installed) figure('helloprobe / nmap', ours / minimum(seconds.get('nmap') ?? []), '');
}

/** Failing servers: five different verdicts, and silence told within two first-reply time-outs. */
async function failures(): Promise<void> {
  heading('failing servers, default time-outs (first reply 3 s)');
  for (const id of ['silent', 'reset-on-hello', 'close-on-hello'] as const) {
    const spec = headends[id];
    if (spec === undefined) continue;
    const headend = await startHeadend(spec);
    const { seconds } = await timeOnce(process.execPath, [
      main,
      'check',
      `127.0.0.1:${headend.port}`,
      '--json',
      '--quiet',
    ]);
    await headend.close();
    figure(`${id}: wall`, seconds, 's', id === 'silent' ? { most: 6.6 } : undefined);
  }
}
