/** Programs of Wireshark as judges of made captures. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';

/** What the program prints about the capture. Skips the test where the program is not installed, fails it when it ends in an error. */
export function judge(
  test: Context,
  program: 'capinfos' | 'tshark',
  options: readonly string[],
  capture: Uint8Array,
): string {
  const directory = mkdtempSync(join(tmpdir(), 'helloprobe-judge-'));
  try {
    const file = join(directory, 'judged.pcapng');
    writeFileSync(file, capture);
    const argv = program === 'tshark' ? ['-r', file, ...options] : [...options, file];
    const { error, status, stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (error !== undefined) return test.skip();
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
    return stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Lines of tshark's expert information that complain: malformed packets, wrong checksums, errors. */
export function complaints(test: Context, capture: Uint8Array): string[] {
  const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
  const report = judge(test, 'tshark', ['-n', '-q', '-z', 'expert', '-d', 'tcp.port==8305,tls', ...checks], capture);
  return report.split('\n').filter((line) => /malformed|checksum|^Errors/i.test(line));
}
