/** Checks the headend of every lab in the table from its client, and compares the findings with what was planted there. */

import { scenarios } from '../../../lib/lab/index.ts';
import { checkLab } from '../../../lib/labCheck.ts';
import { abilities } from '../../../lib/net/index.ts';

const asked = process.argv.slice(2);
const available = new Set((await abilities()).flatMap(({ id, available: there }) => (there ? [id] : [])));
let wrong = 0;
let skipped = 0;
for (const { id, needs = [], expect: expected, mayReport = [] } of scenarios.values()) {
  if (asked.length > 0 && !asked.includes(id)) continue;
  const missing = needs.filter((ability) => !available.has(ability));
  if (missing.length > 0) {
    skipped++;
    console.log(`${id.padEnd(20)} skipped: ${missing.join(', ')} missing`);
    continue;
  }
  for (const ipv6 of [false, true]) {
    const began = performance.now();
    const { report, planted } = await checkLab(id, { ipv6 });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const found = report.findings.map((finding) => finding.id);
    const missed = expected.filter((finding) => !found.some((each) => each === finding));
    const { invented } = planted;
    const ok = missed.length === 0 && invented.length === 0;
    if (!ok) wrong++;
    const notes = [
      ...(missed.length > 0 ? [`MISSED ${missed.join(' ')}`] : []),
      ...(invented.length > 0 ? [`INVENTED ${invented.join(' ')} (allowed: ${mayReport.join(' ')})`] : []),
    ];
    console.log(
      `${id.padEnd(20)} IPv${ipv6 ? 6 : 4} ${seconds.padStart(5)} s  ${found.join(' ') || '-'} ${notes.join(' ')}`,
    );
  }
}
console.log(`${wrong} wrong, ${skipped} skipped`);
process.exitCode = wrong === 0 ? 0 : 1;
