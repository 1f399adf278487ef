/** The JSON document: the report as it is, one document and a newline. */

import type { ReportDocument } from './verdict.ts';

/** `document` as indented JSON and a newline, fields in the order the report has them; `more` are fields to add at its end. */
export function renderJson(document: ReportDocument, more: Readonly<Record<string, unknown>> = {}): string {
  return `${JSON.stringify({ ...document, ...more }, null, 2)}\n`;
}
