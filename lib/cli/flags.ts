/**
 * Flags of V8 that the program sets while it runs. V8 takes bytecode only with the flags that it was made with, which are those of the start:
 * while a script is loaded they are as they were.
 */

const v8 = process.getBuiltinModule('node:v8');

/** The program sets flags in one script and loads others from another, each with a copy of this module. */
const place = Symbol.for('helloprobe.flags');
const shared = globalThis as { [place]?: Map<string, string> };
shared[place] ??= new Map();
/** What was set, by what V8 has without being asked. */
const flags = shared[place];

/** Both as on the command line of Node. @param usual what V8 has without being asked */
export function setFlag(flag: string, usual: string): void {
  v8.setFlagsFromString(flag);
  flags.set(usual, flag);
}

/** The same for a flag that takes a number. */
export function setNumber(name: string, value: number, usual: number): void {
  setFlag(`${name}=${value}`, `${name}=${usual}`);
}

/** What `work` gives, with all flags as they were before any was set. */
export function withUsualFlags<T>(work: () => T): T {
  for (const usual of flags.keys()) v8.setFlagsFromString(usual);
  try {
    return work();
  } finally {
    for (const flag of flags.values()) v8.setFlagsFromString(flag);
  }
}
