/** Japanese. */

import { sayJa } from './evidence-ja.ts';
import { findingsCapturedJa } from './findings-captured-ja.ts';
import { findingsFiledJa } from './findings-filed-ja.ts';
import { findingsJa } from './findings-ja.ts';
import { remediesJa } from './remedies-ja.ts';
import type { Messages } from './types.ts';

export const ja: Messages = {
  findings: findingsJa,
  captured: findingsCapturedJa,
  filed: findingsFiledJa,
  remedies: remediesJa,
  say: sayJa,
};
