/** Versions, suites and groups on the command line: by registry name or by number. */

import type { Code } from '../evidence/index.ts';
import { codeText, type Registry, tlsVersions } from '../wire/index.ts';
import { suggestion, usageError } from './usage.ts';

/** `A,B,0x1301` as codes of a registry, each once. @throws HarnessError `bad-option` */
export function parseCodes(text: string, registry: Registry, option: string): Code[] {
  const words = text.split(',').map((word) => word.trim());
  return [...new Set(words.map((word) => codeOf(word, registry, option)))];
}

/**
 * `TLSv1.2`, `TLSv1.2,TLSv1.3` or the range `TLSv1.0-TLSv1.2` as version codes, lowest first; `1.2` and `TLS1.2` are understood.
 * @throws HarnessError `bad-option`
 */
export function parseVersions(text: string, option: string): Code[] {
  const known = [...tlsVersions.entries()].map(([code]) => code).filter((code) => code >= 0x0300 && code <= 0x0304);
  const chosen = new Set<number>();
  for (const part of text.split(',')) {
    const [first = '', last = first, ...more] = part.split('-').map((word) => word.trim());
    const [from, to] = [versionOf(first, option), versionOf(last, option)];
    if (more.length > 0 || from > to) {
      throw usageError(
        'bad-option',
        `${option} ${JSON.stringify(part)} is not a range of versions.`,
        'Write it as TLSv1.2-TLSv1.3, the lower one first.',
      );
    }
    for (const code of known) if (code >= from && code <= to) chosen.add(code);
  }
  return [...chosen].sort((a, b) => a - b).map(codeText);
}

function codeOf(word: string, registry: Registry, option: string): Code {
  if (/^0x[0-9a-f]{1,4}$/i.test(word)) return codeText(Number.parseInt(word.slice(2), 16));
  const names = new Map([...registry.entries()].map(([code, name]) => [name.toLowerCase(), code]));
  const code = names.get(word.toLowerCase());
  if (code !== undefined) return codeText(code);
  const hint = suggestion(
    word,
    [...registry.entries()].map(([, name]) => name),
    'Use the IANA name or the code, as 0x1301; `helloprobe list` shows both.',
  );
  throw usageError('bad-option', `${option} has ${JSON.stringify(word)}, which is not in the registry.`, hint);
}

function versionOf(word: string, option: string): number {
  const match = /^(?:(SSL)v?3(?:\.0)?|(?:TLS)?v?(1\.[0-3]))$/i.exec(word);
  const code =
    match === null ? undefined : tlsVersions.codeOf(match[1] === undefined ? `TLSv${match[2] ?? ''}` : 'SSLv3');
  if (code !== undefined) return code;
  throw usageError(
    'bad-option',
    `${option} has ${JSON.stringify(word)}, which is not a TLS version.`,
    'Versions are SSLv3, TLSv1.0, TLSv1.1, TLSv1.2 and TLSv1.3.',
  );
}
