/** The whole program where the optional native modules are missing. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { CheckReport } from '../../lib/evidence/index.ts';
import { startHeadend } from '../../lib/lab/index.ts';

const root = join(import.meta.dirname, '../..');
const hooks = pathToFileURL(join(root, 'test/support/no-koffi.mjs')).href;

/** Status and stdout of the command line without koffi and raw-socket. */
function cli(...argv: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const program = ['--import', 'tsx', '--import', hooks, 'lib/cli/main.ts', ...argv];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: root, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

describe('a machine without native modules', () => {
  it('checks a target as ever, and knows nothing of the packets', async () => {
    await using headend = await startHeadend('good');
    const { stdout, stderr } = await cli('check', `${headend.host}:${headend.port}`, '--quick', '--json');
    expect(stderr).not.to.match(/koffi|raw-socket/);
    const { observations } = JSON.parse(stdout) as CheckReport;
    const { status, attempts } = observations['connect'] ?? {};
    expect(status).to.equal('completed');
    expect(attempts?.[0]?.evidence).to.deep.include({
      connect: 'ok',
      path: {
        announcedMss: null,
        peerMss: null,
        sendMss: null,
        pathMtu: null,
        timestamps: null,
        synAck: null,
        reset: null,
        icmp: null,
      },
    });
  });

  it('names in doctor what is missing, and how to get it', async () => {
    const { stdout } = await cli('doctor', '--json');
    const { abilities } = JSON.parse(stdout) as { abilities: { id: string; reason: string; help: string }[] };
    expect(abilities.find(({ id }) => id === 'tcp-mss')).to.include({ reason: 'no-koffi', help: 'npm install koffi' });
    expect(abilities.find(({ id }) => id === 'raw')).to.include({ available: false });
  });
});
