/**
 * Script: prints how far we agree with tshark on the shared captures, or those of the folder that is given (after `ask.ts` of
 * it), and every difference with its reason.
 */

import { type Agreement, type Difference, measure } from './measure.ts';
import { corpusFolder } from './oracle.ts';
import { reasons } from './reasons.ts';

const folder = process.argv[2] ?? corpusFolder();
if (folder === null) console.log('The shared captures are not there.');
else print(await measure(folder));

function print({ files, refused, fields, same, all, differences }: Agreement): void {
  const reasonless = differences.filter(({ reason }) => reason === null);
  console.log(`${files} captures, ${all} comparisons`);
  for (const [field, count] of fields) console.log(`  ${field.padEnd(32)} ${share(count.same, count.all)}`);
  console.log(`  ${'total'.padEnd(32)} ${share(same, all)}`);
  console.log(`  ${'total without explained ones'.padEnd(32)} ${share(same, same + reasonless.length)}`);
  for (const { file, message, oracleFailed } of refused) {
    console.log(`refused: ${file}: ${message}${oracleFailed ? ' (tshark refuses it too)' : ''}`);
  }
  for (const { id, text } of reasons) {
    const ofIt = differences.filter(({ reason }) => reason === id);
    console.log(`\n${ofIt.length} x ${id}: ${text}`);
    for (const difference of ofIt) show(difference);
  }
  console.log(`\n${reasonless.length} without a reason`);
  for (const difference of reasonless) show(difference);
}

function show({ file, conversation, field, ours, theirs }: Difference): void {
  console.log(`  ${file}, ${conversation}: ${field}\n    ours   ${short(ours)}\n    theirs ${short(theirs)}`);
}

function share(part: number, whole: number): string {
  return `${part} of ${whole}, ${((100 * part) / whole).toFixed(2)} %`;
}

function short(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
