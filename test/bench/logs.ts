/** Logs of a million lines: seconds and memory of whole commands, start-up included. */

import { closeSync, existsSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { figure, heading, minimum, timeOnce } from './measure.ts';

const rounds = 3;
const lines = 1_000_000;
const main = 'dist/lib/cli/main.js';
const directory = process.env['HELLOPROBE_BENCH_DIR'] ?? 'node_modules/.cache/bench-captures';
const months = ['Sep', 'Oct', 'Nov', 'Dec'] as const;

/** What an FTD writes when its InternalCA has expired, ten lines an attempt. */
const attempt = [
  'sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 10.10.200.31',
  'sftunnel:sf_ssl [INFO] Wait to connect to 8305 (IPv4): 10.10.200.31',
  'sftunnel:sf_ssl [INFO] Connected to 10.10.200.31',
  'sftunnel:sf_ssl [ERROR] -Error with certificate at depth: 1',
  'sftunnel:sf_ssl [ERROR] issuer = /title=InternalCA/OU=Intrusion Management System/O=Cisco Systems, Inc',
  'sftunnel:sf_ssl [ERROR] subject = /title=InternalCA/OU=Intrusion Management System/O=Cisco Systems, Inc',
  'sftunnel:sf_ssl [ERROR] err 10:certificate has expired',
  'sftunnel:sf_ssl [ERROR] SSL_renegotiate error: 1: error',
  'sftunnel:sf_ssl [ERROR] Connect:SSL handshake failed',
  'sftunnel:sf_ssl [WARN] SSL Verification status: certificate has expired',
] as const;
const other =
  'SFDataCorrelator:SFDataCorrelator [INFO] processed a batch of events of the detection engine, snort instance 3, all of them stored';

/** Every line of sftunnel, or one attempt among 500 lines. */
const kinds = { attempts: 1, messages: 50 } as const;

export async function logBench(): Promise<void> {
  heading(`logs of ${lines.toLocaleString('en')} lines: seconds, minimum of ${rounds}, page cache warm`);
  for (const [name, every] of Object.entries(kinds)) {
    const file = made(name, every);
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++)
      seconds.push((await timeOnce(process.execPath, [main, 'logs', file, '--json', '--quiet'])).seconds);
    figure(`helloprobe logs ${name}.log --json`, minimum(seconds), 's', { most: 5 });
  }
}

function made(name: string, every: number): string {
  const file = join(directory, `${name}.log`);
  if (existsSync(file)) return file;
  mkdirSync(directory, { recursive: true });
  const descriptor = openSync(file, 'w');
  try {
    for (let line = 0; line < lines; line += 10_000) {
      let text = '';
      for (let index = line; index < line + 10_000; index++) {
        const turn = Math.floor(index / attempt.length);
        const said = turn % every === 0 ? attempt[index % attempt.length] : other;
        text += `${timeOf(turn)} FTD-hostname SF-IMS[50792]: [51982] ${said}\n`;
      }
      writeSync(descriptor, text);
    }
  } finally {
    closeSync(descriptor);
  }
  return file;
}

/** 44 s from one attempt to the next. */
function timeOf(turn: number): string {
  const seconds = turn * 44;
  const day = Math.floor(seconds / 86_400);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return `${months[Math.floor(day / 28) % 4]} ${String((day % 28) + 1).padStart(2)} ${h}:${m}:${s}`;
}
