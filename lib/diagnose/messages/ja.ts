/** Japanese. */

import { sayJa } from './evidence-ja.ts';
import { findingsJa } from './findings-ja.ts';
import { remediesJa } from './remedies-ja.ts';
import type { Messages } from './types.ts';

export const ja: Messages = { findings: findingsJa, remedies: remediesJa, say: sayJa };
