/** What a command has of the world: streams, environment, a way to be interrupted. `main.ts` gives the process's own; tests give theirs. */

export interface Output {
  /** Returns false where the reader is behind: what follows `drain` is written without filling the memory. */
  write(text: string | Uint8Array): unknown;
  once?(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires on the first Ctrl-C: the run ends early and prints what it has. */
  readonly signal: AbortSignal;
}

/** All of standard input. */
export async function readAll(stdin: Io['stdin']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
  return Buffer.concat(chunks);
}
