/** Why something is not known, in words. */

import type { Messages } from './messages/index.ts';

/** A reason in words; one without a wording of its own is shown as it is. */
export function reasonText(words: Messages, reason: string): string {
  const [id = '', ...detail] = reason.split(': ');
  return Object.hasOwn(words.reasons, id) ? (words.reasons[id]?.(detail.join(': ')) ?? reason) : reason;
}

/** Why a version counts as it does, as `versions` says it: the attempts stay as they are, what is said of them is worded. */
export function versionWhyText({ versionWhy, comma }: Messages, why: string): string {
  const [, attempts = '', said = ''] = /^((?:a\d+(?:, )?)+: )?(.*)$/s.exec(why) ?? [];
  const phrase = (text: string): string =>
    Object.hasOwn(versionWhy.phrases, text) ? (versionWhy.phrases[text] ?? text) : text;
  const worded = (part: string): string => {
    const [, kind, rest = ''] = /^(alert|server chose) (\d+ \S+|\S+)$/.exec(part) ?? [];
    if (kind === 'alert' && /^\d/.test(rest)) return versionWhy.alert(rest);
    if (kind === 'server chose') return versionWhy.chose(rest);
    const reply = /^(.+) each time$/.exec(part)?.[1];
    return reply === undefined || reply === 'not' ? phrase(part) : versionWhy.eachTime(phrase(reply));
  };
  return attempts + said.split(', ').map(worded).join(comma);
}
