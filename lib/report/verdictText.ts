/** How a verdict looks: a sign and a colour, always beside its word. */

import type { Verdict } from '../evidence/index.ts';
import type { Page } from './page.ts';

export const verdictSigns: Readonly<Record<Verdict, string>> = {
  clean: '✔',
  findings: '✖',
  inconclusive: '?',
  unreachable: '✖',
};

export function verdictPaint({ palette }: Page, verdict: Verdict): (text: string) => string {
  if (verdict === 'clean') return palette.green;
  return verdict === 'inconclusive' ? palette.yellow : palette.red;
}
