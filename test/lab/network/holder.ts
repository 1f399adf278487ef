/** A program that has a lab, says which processes hold it, and waits for its end. */

import { startLab } from '../../../lib/lab/index.ts';

const lab = await startLab('plain');
lab.spawn('client', ['sleep', '1000'], { stdio: 'ignore' });
await lab.serve('silent');
console.log(JSON.stringify(lab.nodes.map(({ pid }) => pid)));
setInterval(() => undefined, 60_000);
