/**
 * Counts what a program allocates, garbage included, by sampling: `node --import ./garbage.mjs PROGRAM...` writes the bytes to file
 * descriptor 3 at the end.
 */

import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';

const session = new Session();
session.connect();
session.post('HeapProfiler.startSampling', {
  samplingInterval: 16_384,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});

const allocated = ({ selfSize, children }) => children.reduce((sum, child) => sum + allocated(child), selfSize);

process.on('exit', () => {
  session.post('HeapProfiler.stopSampling', (error, { profile }) => writeSync(3, `${allocated(profile.head)}\n`));
});
