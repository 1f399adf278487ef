/** @module Reports as text, JSON, JSON Lines and JUnit, of captures also as CSV, and the exit code they stand for. Portable. */

export * from './capture/csv.ts';
export { CaptureDigest } from './capture/digest.ts';
export * from './capture/fields.ts';
export * from './capture/json.ts';
export * from './capture/jsonl.ts';
export * from './capture/junit.ts';
export * from './capture/text.ts';
export * from './capture/writer.ts';
export { renderCertificates, renderCertificatesVerdict } from './certificates/text.ts';
export * from './exit.ts';
export * from './json.ts';
export * from './jsonl.ts';
export { type JunitOptions, renderJunit, xmlAttribute, xmlText } from './junit.ts';
export { renderLog, renderLogVerdict } from './log/text.ts';
export { createPage, type Page, type PageOptions, paragraph } from './page.ts';
export { renderPlanMarkdown } from './plan/markdown.ts';
export { renderPlanText } from './plan/text.ts';
export { type PlantedResult, renderText, renderVerdict, type TextOptions, targetName } from './text.ts';
export * from './verdict.ts';
export * from './width.ts';
