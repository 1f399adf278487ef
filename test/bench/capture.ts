/** Captures against tcpdump and tshark: CPU of whole commands, in turns, on the same files, start-up included; and memory. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, figure, heading, minimum, timeOnce } from './measure.ts';

const rounds = 5;
const main = 'dist/lib/cli/main.js';
const garbage = './test/bench/captures/garbage.mjs';
const plainLoop = 'test/bench/captures/plain-loop.mjs';
/** Where the captures are kept between runs: 1.4 GB in all. */
const directory = process.env['HELLOPROBE_BENCH_DIR'] ?? 'node_modules/.cache/bench-captures';
const mebibyte = 2 ** 20;

interface Contest {
  readonly name: 'mixed' | 'handshakes' | 'small';
  /** CPU against tcpdump with these arguments behind `-r FILE`, at most this many times. */
  readonly tcpdump: { readonly argv: readonly string[]; readonly most: number } | null;
  /** CPU of tshark divided by this is the most we may use. */
  readonly tshark: number | null;
}

const contests: readonly Contest[] = [
  { name: 'mixed', tcpdump: { argv: ['-w', '/dev/null', 'tcp port 8305'], most: 2.5 }, tshark: 45 },
  { name: 'handshakes', tcpdump: null, tshark: 35 },
  { name: 'small', tcpdump: { argv: ['-w', '/dev/null'], most: 2 }, tshark: null },
];

export async function captureBench(): Promise<void> {
  makeCaptures();
  for (const contest of contests) await compareOn(contest);
  await formats();
  await stream();
}

function makeCaptures(): void {
  if (contests.every(({ name }) => existsSync(fileOf(name)))) return;
  mkdirSync(directory, { recursive: true });
  execFileSync(process.execPath, ['--import', 'tsx', 'test/bench/captures/make.ts', directory], { stdio: 'inherit' });
}

function fileOf(name: Contest['name']): string {
  return join(directory, `${name}.pcap`);
}

async function compareOn({ name, tcpdump, tshark }: Contest): Promise<void> {
  const file = fileOf(name);
  heading(`${name}.pcap: CPU seconds, minimum of ${rounds}, in turns, page cache warm`);
  const runs: Record<string, number[]> = { text: [], json: [], plain: [], tcpdump: [] };
  const withTcpdump = tcpdump !== null && installed('tcpdump');
  const rivals: Record<string, readonly [string, readonly string[]]> = {
    text: [process.execPath, [main, 'pcap', file, '--quiet']],
    json: [process.execPath, [main, 'pcap', file, '--json', '--quiet']],
    plain: [process.execPath, [plainLoop, file]],
    ...(withTcpdump ? { tcpdump: ['tcpdump', ['-r', file, ...tcpdump.argv]] as const } : {}),
  };
  for (let round = -1; round < rounds; round++) {
    for (const [rival, [program, argv]] of Object.entries(rivals)) {
      const { cpu } = await timeOnce(program, argv);
      // The first round only fills the page cache.
      if (round >= 0) runs[rival]?.push(cpu);
    }
  }
  const text = minimum(runs['text'] ?? []);
  figure('helloprobe pcap', text, 's');
  figure('helloprobe pcap --json', minimum(runs['json'] ?? []), 's');
  figure('a plain loop over headers and flows in JavaScript', minimum(runs['plain'] ?? []), 's');
  if (withTcpdump) {
    const peer = minimum(runs['tcpdump'] ?? []);
    figure(`tcpdump -r ${name}.pcap ${tcpdump.argv.join(' ')}`, peer, 's');
    figure('helloprobe : tcpdump', text / peer, '', { most: tcpdump.most });
  }
  if (tshark !== null && process.argv.includes('--tshark') && installed('tshark')) {
    const fields = ['-e', 'frame.number', '-e', 'tls.handshake.certificate'];
    const argv = ['-n', '-r', file, '-Y', 'tls.handshake.certificate', '-T', 'fields', ...fields];
    const { cpu } = await timeOnce('tshark', argv);
    figure('tshark (one run)', cpu, 's');
    figure('helloprobe : tshark', text / cpu, '', { most: 1 / tshark });
  }
  const { report, peak } = await reportOf(file);
  figure('peak resident memory', peak / mebibyte, 'MiB', { most: 128 });
  if (name === 'small')
    figure('allocated for each packet', allocatedFor(file) / report.counters.packets, 'B', { most: 8 });
  const truth = JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8')) as Record<string, number>;
  for (const [what, count] of Object.entries(countsOf(report))) {
    if (truth[what] !== undefined)
      figure(`${what} missed or invented, of ${truth[what]}`, Math.abs(count - truth[what]), '', { most: 0 });
  }
}

interface Counted {
  readonly conversations: readonly {
    readonly clientHello: unknown;
    readonly certificates: Record<'server' | 'client', readonly string[]>;
  }[];
  readonly certificates: readonly unknown[];
  readonly counters: { readonly packets: number };
}

function countsOf({ conversations, certificates, counters }: Counted): Record<string, number> {
  return {
    packets: counters.packets,
    clientHellos: conversations.filter(({ clientHello }) => clientHello !== null).length,
    certificates: conversations.reduce(
      (sum, { certificates: { server, client } }) => sum + server.length + client.length,
      0,
    ),
    distinctCertificates: certificates.length,
  };
}

/** Bytes that the program allocates in all, those included that are garbage at once. */
function allocatedFor(file: string): number {
  const { output } = spawnSync(process.execPath, ['--import', garbage, main, 'pcap', file, '--quiet'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: environment,
    encoding: 'utf8',
  });
  return Number(output[3]);
}

/** The JSON report, and how much memory making it took. */
async function reportOf(file: string): Promise<{ report: Counted; peak: number }> {
  const child = spawn(process.execPath, [main, 'pcap', file, '--json', '--quiet'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment,
  });
  const watch = watchMemory(child.pid ?? 0);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return { report: JSON.parse(Buffer.concat(chunks).toString()) as Counted, peak: watch.stop() };
}

/** Linux tells the peak of a process itself; asked often enough that the last answer is close to the end. */
function watchMemory(pid: number): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const [, kibibytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      peak = Math.max(peak, Number(kibibytes) * 1024);
    } catch {
      // It has ended.
    }
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

/** The same packets as pcapng, and compressed. */
async function formats(): Promise<void> {
  const plain = fileOf('mixed');
  const [pcapng, gzip] = [join(directory, 'mixed.pcapng'), join(directory, 'mixed.pcap.gz')];
  heading(`mixed as pcapng and gzip: CPU seconds, minimum of ${rounds}, in turns`);
  if (!existsSync(pcapng) && installed('editcap')) execFileSync('editcap', ['-F', 'pcapng', plain, pcapng]);
  if (!existsSync(gzip)) execFileSync('sh', ['-c', 'gzip -1 -c "$1" >"$2"', 'sh', plain, gzip]);
  const inflate = `require('node:fs').createReadStream(${JSON.stringify(gzip)},{highWaterMark:2**19}).pipe(require('node:zlib').createGunzip({chunkSize:2**19})).resume()`;
  const ours = (file: string): readonly string[] => [main, 'pcap', file, '--quiet'];
  const commands: Record<string, readonly string[]> = {
    pcap: ours(plain),
    ...(existsSync(pcapng) ? { pcapng: ours(pcapng) } : {}),
    inflate: ['-e', inflate],
    gzip: ours(gzip),
  };
  const least: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, argv] of Object.entries(commands)) {
      const { cpu } = await timeOnce(process.execPath, argv);
      least[name] = Math.min(least[name] ?? cpu, cpu);
    }
  }
  const ratio = (a: string, b: string): number => (least[a] ?? Number.NaN) / (least[b] ?? Number.NaN);
  figure('pcap', least['pcap'] ?? Number.NaN, 's');
  if (least['pcapng'] !== undefined) figure('pcapng : pcap', ratio('pcapng', 'pcap'), '', { most: 1.15 });
  figure('inflating alone (node:zlib)', least['inflate'] ?? Number.NaN, 's');
  figure('gzip : inflating alone', ratio('gzip', 'inflate'), '', { most: 1.2 });
}

/** 10 GiB through standard input: memory must not grow with length. */
async function stream(): Promise<void> {
  heading('10 GiB from standard input');
  const maker = spawn(process.execPath, ['--import', 'tsx', 'test/bench/captures/make.ts', '--stream', '10'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const child = spawn(process.execPath, [main, 'pcap', '-', '--json', '--quiet'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: environment,
  });
  const watch = watchMemory(child.pid ?? 0);
  maker.stdout.pipe(child.stdin);
  await new Promise((resolve) => child.once('close', resolve));
  figure('peak resident memory', watch.stop() / mebibyte, 'MiB', { most: 128 });
}

function installed(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}
