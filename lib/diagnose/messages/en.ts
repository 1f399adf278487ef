/** English. */

import { sayEn } from './evidence-en.ts';
import { findingsCapturedEn } from './findings-captured-en.ts';
import { findingsEn } from './findings-en.ts';
import { findingsFiledEn } from './findings-filed-en.ts';
import { remediesEn } from './remedies-en.ts';
import type { Messages } from './types.ts';

export const en: Messages = {
  findings: findingsEn,
  captured: findingsCapturedEn,
  filed: findingsFiledEn,
  remedies: remediesEn,
  say: sayEn,
};
