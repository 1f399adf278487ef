/** What the checks of a CA's expiry print: `openssl x509 -dates`, and the script of Cisco 222464 that counts the days. */

import { Diagnostics, linesOf, opensslText, opensslTime } from './text.ts';
import type { CertificateDates, Parsed } from './types.ts';

/** Sentences of the script, with the number of days in them. */
const sentences = {
  expired: /^The certificate has expired (\d{1,7}) days ago\.$/,
  left: /^It is (?:ONLY )?valid for (\d{1,7}) more days\.$/,
} as const;
const others =
  /^(?:The certificate is valid for more than 30 days\.|The certificate will expire within the next 30 days!|There is no immediate need|It is recommended to take action|In case the sftunnel communication)/;

/** Reads either output, or a terminal session that shows it. */
export function parseCertificateDates(text: string): Parsed<CertificateDates> {
  const diagnostics = new Diagnostics();
  const dates: { -readonly [K in keyof CertificateDates]: CertificateDates[K] } = {
    notBefore: null,
    notAfter: null,
    daysLeft: null,
  };
  let inPem = false;
  for (const { number, text: raw, command } of linesOf(text, diagnostics)) {
    const line = raw.trim();
    if (line.startsWith('-----BEGIN ')) inPem = true;
    const skipped = inPem;
    if (line.startsWith('-----END ') || command !== null) inPem = false;
    if (skipped || command !== null || line === '' || others.test(line)) continue;
    const [, name, value] = /^(notBefore|notAfter)=(.{1,64})$/.exec(line) ?? [];
    const expired = sentences.expired.exec(line)?.[1];
    const left = sentences.left.exec(line)?.[1];
    if (name !== undefined) {
      const at = opensslTime(value as string);
      if (at === null) diagnostics.add(number, 'bad-value', name);
      dates[name as 'notBefore' | 'notAfter'] = at;
    } else if (expired !== undefined) dates.daysLeft = expired === '0' ? -1 : -Number(expired);
    else if (left !== undefined) dates.daysLeft = Number(left);
    else diagnostics.add(number, 'not-understood');
  }
  return diagnostics.result(dates);
}

/** The dates as `openssl x509 -dates` prints them. */
export function certificateDatesText({ notBefore, notAfter }: CertificateDates): string {
  return [
    ...(notBefore === null ? [] : [`notBefore=${opensslText(notBefore)}\n`]),
    ...(notAfter === null ? [] : [`notAfter=${opensslText(notAfter)}\n`]),
  ].join('');
}
