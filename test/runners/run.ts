/**
 * Installs the packed package beside vitest and beside jest, and runs and type-checks the sample suite of each
 * (`npm run test:runners`). Fetches the runners, so it is no part of `npm test`.
 */

import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finish, packLibrary } from '../support/consumer.ts';

const work = await mkdtemp(join(tmpdir(), 'helloprobe-runners-'));
try {
  const tarball = await packLibrary(join(work, 'stage'));
  const folders = await readdir(import.meta.dirname, { withFileTypes: true });
  for (const { name } of folders.filter((entry) => entry.isDirectory())) {
    const folder = join(work, name);
    await cp(join(import.meta.dirname, name), folder, { recursive: true });
    for (const command of [['install', '--no-package-lock', tarball], ['test'], ['run', 'types']]) {
      const { status, stdout, stderr } = await finish('npm', [...command, '--silent'], folder, 300_000);
      console.log(
        `${name}: npm ${command[0] === 'install' ? 'install' : command.join(' ')}: ${status === 0 ? 'passed' : 'failed'}`,
      );
      if (status === 0) continue;
      console.log(stdout + stderr);
      process.exitCode = 1;
      break;
    }
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
