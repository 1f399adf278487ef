/** The one error class of the package: a stable `code`, a sentence for the user, and what to do next. */

const brand = Symbol.for('helloprobe.HarnessError');

/**
 * Thrown for bugs, misuse and missing ability; never for what a peer did (that is evidence).
 * `instanceof` holds across two copies of the package (the check goes by a `Symbol.for` brand).
 */
export class HarnessError<Code extends string = string> extends Error {
  /** Stable identifier, listed in docs/errors.md; never translated. */
  readonly code: Code;
  /** What the user can do about it, one sentence, or undefined. */
  readonly hint: string | undefined;

  constructor(code: Code, message: string, options?: { hint?: string; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HarnessError';
    this.code = code;
    this.hint = options?.hint;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    // Subclasses inherit this method; for them only a real prototype chain counts. (A class that names itself is renamed by esbuild.)
    if (Object.hasOwn(this, Symbol.hasInstance)) return brand in value;
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/**
 * For errors that are caught at once, which a peer can make by the million: V8 takes ten times as long for the stack of one as for decoding
 * what it is about. Other engines make no difference.
 */
export function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
