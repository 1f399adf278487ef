/** What a matcher answers, and how it says that there is no answer. */

import { HarnessError, printable } from '../wire/index.ts';

/** Answer of a matcher; the shape that vitest and jest ask for. */
export interface MatchResult {
  readonly pass: boolean;
  /** Why the assertion fails: the plain one when `pass` is false, the negated one when it is true. */
  readonly message: () => string;
  /** For the runner's diff. */
  readonly actual: unknown;
  readonly expected: unknown;
}

/** The parts of a matcher's sentence: "expected SUBJECT [not] CLAIM", then what was found. */
export interface Statement {
  /** `the report of vpn.example.com:443` */
  readonly subject: string;
  /** `to have finding cert.expired` */
  readonly claim: string;
  /** What there is instead, one line or several; worked out only when the assertion fails. */
  readonly found: () => string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** The result that `statement` and `pass` make. */
export function result(pass: boolean, { subject, claim, found, actual, expected }: Statement): MatchResult {
  return {
    pass,
    actual,
    expected,
    message: () => plain(`expected ${subject} ${pass ? 'not ' : ''}${claim}\n${found()}`),
  };
}

/**
 * Ends a matcher that cannot know: neither the assertion nor its negation may pass.
 * @throws HarnessError `inconclusive`
 */
export function inconclusive({ subject, claim }: Pick<Statement, 'subject' | 'claim'>, why: string): never {
  throw new HarnessError('inconclusive', plain(`expected ${subject} ${claim}: unknown because ${why}`), {
    hint: 'Neither the assertion nor its negation holds as long as this is unknown.',
  });
}

/**
 * Ends a matcher that was given something else than it judges.
 * @throws HarnessError `wrong-subject`
 */
export function wrongSubject(matcher: string, needed: string, actual: unknown): never {
  throw new HarnessError('wrong-subject', `${matcher} needs ${needed}, not ${nameOf(actual)}.`, hintFor(actual));
}

/** Names in certificates are the peer's choice; none of them may drive the terminal that shows a failed test. */
function plain(message: string): string {
  return message.split('\n').map(printable).join('\n');
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return value instanceof Promise ? 'a promise' : `a value of type ${typeof value}`;
}

function hintFor(value: unknown): { hint: string } | undefined {
  if (value instanceof Promise) return { hint: 'Await it first.' };
  if (typeof value === 'object' && value !== null && 'reports' in value) return { hint: 'Give one of its reports.' };
  return undefined;
}
