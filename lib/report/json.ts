/** The JSON document: the report as it is, one document and a newline. */

import type { ReportDocument } from './verdict.ts';

/** `document` as indented JSON and a newline; fields in the order the report has them. */
export function renderJson(document: ReportDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
