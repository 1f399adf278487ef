/** Starts and closes labs in a row and looks for what they have left behind: processes, namespaces, firewall rules, files. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { scenarios, startLab } from '../../../lib/lab/index.ts';

const count = Number(process.argv[2] ?? 100);
/** Those that need no more than namespaces and nft. */
const ids = [...scenarios.values()].filter(({ needs = [] }) => needs.length === 0).map(({ id }) => id);

/** Everything of the machine that a lab could leave; what others do meanwhile shows too. */
function belongings(own: ReadonlySet<string>): string[] {
  const spaces = readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readlinkSync(`/proc/${pid}/ns/net`)] : [];
    } catch {
      return [];
    }
  });
  return [
    ...spaces.filter((space) => own.has(space)),
    ...execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => /toclient|toserver|delay/.test(line)),
    ...readdirSync(tmpdir()).filter((name) => name.startsWith('helloprobe-lab')),
    ...firewall().filter((line) => line === 'table inet lab'),
  ];
}

function firewall(): string[] {
  try {
    return execFileSync('nft', ['list', 'tables'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
      '\n',
    );
  } catch {
    // An ordinary user may not look, and cannot have made any.
    return [];
  }
}

const own = new Set<string>();
const began = performance.now();
for (let i = 0; i < count; i++) {
  const lab = await startLab(ids[i % ids.length] as string);
  for (const { pid } of lab.nodes) own.add(readlinkSync(`/proc/${pid}/ns/net`));
  // Every fourth one also has a process of ours, and one that was started and forgotten.
  if (i % 4 === 0) {
    await lab.serve('silent');
    lab.spawn('client', ['sleep', '1000'], { stdio: 'ignore' });
  }
  await lab.close();
}
const left = belongings(own);
const seconds = (performance.now() - began) / 1000;
console.log(`${count} labs in ${seconds.toFixed(1)} s, ${own.size} namespaces; left behind: ${left.length}`);
for (const line of left) console.error(line);
process.exitCode = left.length === 0 ? 0 : 1;
