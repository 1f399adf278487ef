/** How far our analysis of the shared captures agrees with that of others. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyzeCapture } from '../../lib/captures.ts';
import { HarnessError } from '../../lib/wire/index.ts';
import { type Comparison, compare } from './compare.ts';
import { readFrames } from './frames.ts';
import { publishedJa4, readOracle } from './oracle.ts';
import { reasonOf } from './reasons.ts';

export interface Difference extends Comparison {
  /** Id in `reasons`, or null. */
  readonly reason: string | null;
}

export interface Agreement {
  readonly files: number;
  /** Files that we refuse to read, with the message; the oracle must have failed on them too. */
  readonly refused: readonly { readonly file: string; readonly message: string; readonly oracleFailed: boolean }[];
  /** By field: what is the same, and all that was compared. */
  readonly fields: ReadonlyMap<string, { readonly same: number; readonly all: number }>;
  readonly same: number;
  readonly all: number;
  readonly differences: readonly Difference[];
}

/** Analyses every capture of the folder, with its key log where the oracle had one. */
export async function measure(folder: string): Promise<Agreement> {
  const fields = new Map<string, { same: number; all: number }>();
  const refused: { file: string; message: string; oracleFailed: boolean }[] = [];
  const differences: Difference[] = [];
  const files = readOracle(folder);
  let same = 0;
  let all = 0;
  for (const oracle of files) {
    const path = join(folder, oracle.file);
    const keyLog = oracle.keylog === undefined ? [] : [readFileSync(join(folder, oracle.keylog), 'utf8')];
    try {
      const report = await analyzeCapture(path, { keyLog });
      const comparisons = compare(oracle, report, publishedJa4(folder, oracle.file));
      const differing = comparisons.filter(({ ours, theirs }) => ours !== theirs);
      const frames = differing.length > 0 ? await readFrames(path) : new Map();
      for (const difference of differing) {
        differences.push({ ...difference, reason: reasonOf(difference, { oracle, report, frames }) });
      }
      for (const { field, ours, theirs } of comparisons) {
        const count = fields.get(field) ?? { same: 0, all: 0 };
        fields.set(field, { same: count.same + (ours === theirs ? 1 : 0), all: count.all + 1 });
      }
      all += comparisons.length;
      same += comparisons.length - differing.length;
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      refused.push({ file: oracle.file, message: error.message, oracleFailed: oracle.exit !== 0 });
    }
  }
  return { files: files.length, refused, fields, same, all, differences };
}
