/**
 * A heap for long runs with little that stays: V8 lets young objects fill 48 MiB and the rest grow to several times its size before it
 * cleans up. That is for programs whose memory is theirs alone; measured here, half of it costs no time.
 */

import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setFlag, setNumber } from './flags.ts';

/** Growth of the old generation between two collections. */
const growingPercent = 30;
/** The same of a heap of so many bytes: what hostile captures fill it with is mostly garbage soon. */
const largeBytes = 2 ** 26;
const growingPercentOfLarge = 20;
/** Bytes of the young generation that are enough: both halves together. */
const youngBytes = 2 ** 23;
/** Calls between two looks. */
const every = 64;

/** Sets it up. @returns to be called now and then while the program works */
export function keepHeapSmall(): () => void {
  // Both are read whenever the heap would grow; the sizes themselves are fixed when the process starts.
  setNumber('--heap-growing-percent', growingPercent, 0);
  // Of so small a young generation, threads take over less than it costs to wake them: 2 % of CPU.
  setFlag('--no-parallel-scavenge', '--parallel-scavenge');
  let calls = 0;
  let grown = false;
  let large = false;
  return () => {
    if ((grown && large) || calls++ % every !== 0) return;
    if (!large && getHeapStatistics().total_heap_size >= largeBytes) {
      large = true;
      setNumber('--heap-growing-percent', growingPercentOfLarge, 0);
    }
    if (grown) return;
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    grown = young !== undefined && young.space_size >= youngBytes;
    if (grown) setNumber('--semi-space-growth-factor', 1, 2);
  };
}

/** Bytes of chunks that may wait for the garbage collector. */
const waitingBytes = 2 ** 23;

/**
 * The chunks of a stream are garbage as soon as they are read. They lie outside the heap, and V8 lets 40 MiB of them wait.
 * @returns to be called with the length of each chunk: collects them, young objects only, about a millisecond every 8 MiB
 */
export function collectChunks(): (bytes: number) => void {
  setFlag('--expose-gc', '--no-expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
  let waiting = 0;
  return (bytes) => {
    waiting += bytes;
    if (waiting < waitingBytes) return;
    waiting = 0;
    collect({ type: 'minor' });
  };
}
