/** @module Reports as text, JSON, JSON Lines and JUnit, and the exit code they stand for. Portable. */

export * from './exit.ts';
export * from './json.ts';
export * from './jsonl.ts';
export * from './junit.ts';
export { createPage, type Page, type PageOptions, paragraph } from './page.ts';
export * from './text.ts';
export * from './verdict.ts';
export * from './width.ts';
