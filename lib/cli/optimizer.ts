/**
 * When V8 compiles for speed, and how much at once. What runs for every packet pays for that within the first megabytes; in a capture with
 * few handshakes, what runs for a handshake never does, and is compiled all the same once it was called often enough. Measured on 1 GiB with
 * 1,300 handshakes: a fifth of all CPU time.
 */

import { setNumber } from './flags.ts';

/**
 * Most bytes of bytecode of a function that is copied into its callers; V8's own is 460. What makes the fastest code for a server that runs for days takes
 * longer to compile than it saves in a second: 5 % of CPU on captures of any kind.
 */
const inlined = { usual: 460, set: 100 };
/** V8's own, and one that only what runs for packets will spend; bytes of bytecode between two looks. Known for the V8 of Node 20 alone. */
const budgets = { usual: 67_584, few: 800_000 };
const knownVersion = '11.';
/** By then, what runs for packets is compiled. */
const firstLook = 100_000;
/** With fewer packets for each conversation its code is worth compiling. */
const packetsPerConversation = 200;

/** @returns to be called now and then with what was read so far */
export function compileWhatPays(): (packets: number, conversations: number) => void {
  if (!process.versions.v8.startsWith(knownVersion)) return () => undefined;
  setNumber('--max-inlined-bytecode-size', inlined.set, inlined.usual);
  let budget = budgets.usual;
  return (packets, conversations) => {
    if (packets < firstLook) return;
    const wanted = packets > conversations * packetsPerConversation ? budgets.few : budgets.usual;
    if (wanted === budget) return;
    budget = wanted;
    setNumber('--interrupt-budget', budget, budgets.usual);
  };
}
