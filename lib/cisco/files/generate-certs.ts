/** What generate_certs.pl prints. */

import { cleanPath, Diagnostics, field, linesOf, opensslText, opensslTime, timeOfPushPath } from './text.ts';
import type { GenerateCertsOutput, Parsed } from './types.ts';

const question = 'Do you want to continue? [yes/no]:';
const announcement = [
  'You are about to generate new certificates for FMC and devices.',
  'After successful cert generation, device specific certs will be pushed automatically',
  'If the connection between FMC and a device is down, user needs to copy the certificates onto the device manually',
  'For more details on disconnected devices, use sftunnel_status.pl',
];
const questions = 2;

const patterns = {
  logFile: /^setting log file to (\/\S{1,1024})$/,
  currentCa: /^Current ca_root expires in (-?\d{1,9}) days - at (.{1,64})$/,
  failed: /^Failed to push to (\S.{0,253}?) = (\/\S{1,1024})$/,
  summary: /^Some files were failed to be pushed to remote peers\. For more details check (\/\S{1,1024})$/,
  /** Of Perl's own; it means nothing here. */
  leaked: /^Scalars leaked: \d+$/,
} as const;

/** Reads the output, or a terminal session that shows it. */
export function parseGenerateCerts(text: string): Parsed<GenerateCertsOutput> {
  const diagnostics = new Diagnostics();
  let logFile: string | null = null;
  let currentCa: GenerateCertsOutput['currentCa'] = null;
  let failedPushFile: GenerateCertsOutput['failedPushFile'] = null;
  let ended = false;
  const answers: ('yes' | 'no' | null)[] = [];
  const failed: GenerateCertsOutput['failed'][number][] = [];
  for (const { number, text: raw, command } of linesOf(text, diagnostics)) {
    const line = raw.trim();
    if (command !== null) {
      // The prompt that follows shows that the output is whole.
      ended ||= answers.length > 0;
      continue;
    }
    let match: RegExpExecArray | null;
    if (line === '' || announcement.includes(line)) continue;
    if (line.startsWith(question)) answers.push(answerIn(line.slice(question.length).trim()));
    else if ((match = patterns.logFile.exec(line)) !== null) logFile = cleanPath(match[1] as string);
    else if ((match = patterns.currentCa.exec(line)) !== null) {
      const at = opensslTime(match[2] as string);
      if (at === null) diagnostics.add(number, 'bad-value', 'at');
      currentCa = { daysLeft: Number(match[1]), at, line: number };
    } else if ((match = patterns.failed.exec(line)) !== null)
      failed.push({ device: field(match[1] as string), destination: cleanPath(match[2] as string), line: number });
    else if ((match = patterns.summary.exec(line)) !== null) {
      const path = cleanPath(match[1] as string);
      failedPushFile = { path, generatedAt: timeOfPushPath(path) };
    } else if (patterns.leaked.test(line)) ended = true;
    else diagnostics.add(number, 'not-understood');
  }
  const outcome =
    failed.length > 0 || failedPushFile !== null
      ? 'failed-pushes'
      : answers.includes('no')
        ? 'declined'
        : ended && answers.length >= questions && answers.every((answer) => answer === 'yes')
          ? 'no-failure-seen'
          : 'incomplete';
  return diagnostics.result({ logFile, currentCa, answers, failed, failedPushFile, outcome });
}

/** The output again, in the order in which the program prints it. */
export function generateCertsText(output: GenerateCertsOutput): string {
  const { logFile, currentCa, answers, failed, failedPushFile, outcome } = output;
  const [first, ...others] = answers.map((answer) => `${question}${answer ?? ''}`);
  return [
    ...(logFile === null ? [] : [`setting log file to ${logFile}`]),
    ...(first === undefined ? [] : [...announcement, first]),
    ...(currentCa === null || currentCa.daysLeft === null
      ? []
      : [
          `Current ca_root expires in ${currentCa.daysLeft} days - at ${currentCa.at === null ? '?' : opensslText(currentCa.at)}`,
        ]),
    ...others,
    ...failed.map(({ device, destination }) => `Failed to push to ${device} = ${destination}`),
    ...(failedPushFile === null
      ? []
      : [`Some files were failed to be pushed to remote peers. For more details check ${failedPushFile.path}`]),
    ...(outcome === 'no-failure-seen' ? ['Scalars leaked: 1'] : []),
    '',
  ].join('\n');
}

function answerIn(text: string): 'yes' | 'no' | null {
  return text === 'yes' || text === 'no' ? text : null;
}
