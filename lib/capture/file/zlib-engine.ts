/** Inflating by zlib of Node.js without a thread, by what its streams are made of: decision 0044. */

/** A stream of node:zlib, inside. The packages pngjs and minizlib (of npm) rely on as much of it. */
interface Engine {
  readonly _handle: {
    writeSync(
      flush: number,
      input: Uint8Array,
      inputAt: number,
      inputLength: number,
      output: Uint8Array,
      outputAt: number,
      outputLength: number,
    ): void;
  };
  /** After a call: bytes that are free in the output, and bytes that are left of the input. */
  readonly _writeState: Uint32Array;
}

/** What of the stream is public. */
interface ZlibStream {
  readonly errored?: Error | null;
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): unknown;
}

/** Flush values of zlib.h. */
const noFlush = 0;
const finish = 4;

/** Measured: 64 to 512 KiB cost the same. What comes out before an error within them is lost. */
const outputBytes = 2 ** 17;
/** Output between two turns of the event loop, which signals and timers need. */
const turnBytes = 2 ** 23;

/** An empty gzip member. */
const probe = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** Whether streams of this Node.js are made so: one is given an empty gzip member. */
export function hasEngine(stream: ZlibStream): boolean {
  const { _handle: handle, _writeState: state } = stream as ZlibStream & Partial<Engine>;
  stream.on('error', () => {});
  try {
    if (typeof handle?.writeSync !== 'function' || !(state instanceof Uint32Array)) return false;
    state.fill(7);
    handle.writeSync(finish, probe, 0, probe.length, new Uint8Array(64), 0, 64);
    return !stream.errored && state[0] === 64 && state[1] === 0;
  } finally {
    stream.destroy();
  }
}

/**
 * Inflates into one buffer that is filled anew for each chunk. `turn` lets the event loop turn once.
 * @throws the error of the stream, after what came before
 */
export async function* inflateNow(
  stream: ZlibStream,
  compressed: AsyncIterable<Uint8Array>,
  turn: () => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { _handle: handle, _writeState: state } = stream as ZlibStream & Engine;
  const output = new Uint8Array(outputBytes);
  // It tells errors at once as `errored`, and once more as an event.
  stream.on('error', () => {});
  /** The length of what comes out next of the input from `at` on. */
  const write = (flush: number, input: Uint8Array, at: number): number => {
    handle.writeSync(flush, input, at, input.length - at, output, 0, outputBytes);
    if (stream.errored) throw stream.errored;
    return outputBytes - state[0]!;
  };
  let sinceTurn = 0;
  try {
    for await (const piece of compressed) {
      let at = 0;
      for (let length = outputBytes; length === outputBytes; ) {
        length = write(noFlush, piece, at);
        at = piece.length - state[1]!;
        if (length > 0) yield output.subarray(0, length);
        sinceTurn += length;
        if (sinceTurn < turnBytes) continue;
        sinceTurn = 0;
        await turn();
      }
      // Zeros behind the last member.
      if (at < piece.length) return;
    }
    for (let length = outputBytes; length === outputBytes; ) {
      length = write(finish, new Uint8Array(0), 0);
      if (length > 0) yield output.subarray(0, length);
    }
  } finally {
    stream.destroy();
  }
}
