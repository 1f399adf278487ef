/** PEM (RFC 7468): text with certificates in it, read leniently between the blocks and strictly inside them. */

import { HarnessError } from '../wire/index.ts';
import { declaredLength, type PemDamage, type PemLine, pemDamage } from './pem-damage.ts';
import { latin1 } from './text.ts';

export interface PemBlock {
  /** What stands after BEGIN, e.g. `CERTIFICATE`. */
  readonly label: string;
  /** Line numbers of BEGIN and END, from 1. */
  readonly line: number;
  readonly endLine: number;
  readonly bytes: Uint8Array;
  /** Bytes that the DER header at their start announces; null without one. Another number than there are: text is missing. */
  readonly declared: number | null;
}

/** A block that cannot be read. Never holds any of the text, which may be a private key. */
export interface PemProblem {
  readonly label: string;
  /** Line of BEGIN. */
  readonly line: number;
  /** Line where it goes wrong. */
  readonly at: number;
  readonly problem: 'bad-base64' | 'not-closed' | 'wrong-end' | 'empty' | 'encrypted';
  /** What is wrong line by line, for `bad-base64` and `not-closed`; see `pemDamageText`. */
  readonly damage: readonly PemDamage[];
}

const sentences: Record<PemProblem['problem'], string> = {
  'bad-base64': 'bad base64',
  'not-closed': 'the block has no END line',
  'wrong-end': 'the END line has another label',
  empty: 'the block is empty',
  encrypted: 'the block is encrypted',
};

/**
 * The blocks of a PEM text, all or only those with `label`; text around them is skipped.
 * @throws HarnessError `bad-pem` naming block and line of the first one that cannot be read.
 */
export function parsePem(text: string, label?: string): PemBlock[] {
  const { blocks, problems } = inspectPem(text);
  const problem = problems.find((candidate) => label === undefined || candidate.label === label);
  if (problem !== undefined) {
    throw new HarnessError('bad-pem', pemProblemText(problem), {
      hint: 'Copy the block again, whole lines from BEGIN to END; text taken from pictures or documents loses characters.',
    });
  }
  return label === undefined ? blocks : blocks.filter((block) => block.label === label);
}

/** Every block, the readable ones and what is wrong with the others. Never throws. */
export function inspectPem(text: string): { readonly blocks: PemBlock[]; readonly problems: PemProblem[] } {
  const blocks: PemBlock[] = [];
  const problems: PemProblem[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (let i = 0; i < lines.length; i++) {
    const label = boundary(lines[i] as string, 'BEGIN');
    if (label === null) continue;
    const begin = i;
    const parts: PemLine[] = [];
    const fail = (problem: PemProblem['problem'], at: number, damage: readonly PemDamage[] = []): void => {
      problems.push({ label, line: begin + 1, at: at + 1, problem, damage });
    };
    const failBase64 = (at: number): void => {
      const damage = pemDamage(parts);
      fail('bad-base64', (damage[0]?.line ?? at + 1) - 1, damage);
    };
    let bad: number | null = null;
    let headers = false;
    let end: string | null = null;
    while (++i < lines.length) {
      const line = (lines[i] as string).trim();
      end = boundary(line, 'END');
      if (end !== null || boundary(line, 'BEGIN') !== null) break;
      // RFC 1421 headers (Proc-Type, DEK-Info) only come with encrypted keys; nothing of such a block is readable for us.
      if (/^[A-Za-z-]+: /.test(line)) headers = true;
      else if (!/^[A-Za-z0-9+/]*={0,2}$/.test(line) || parts.at(-1)?.text.endsWith('=') === true) bad ??= i;
      if (line !== '') parts.push({ number: i + 1, text: line });
    }
    if (end === null) {
      const body = headers ? [] : bodyOf(parts);
      fail('not-closed', (body.at(-1)?.number ?? Math.min(i, lines.length)) - 1, pemDamage(body));
      // The line that ended it may open the next block.
      i--;
    } else if (end !== label) fail('wrong-end', i);
    else if (headers) fail('encrypted', begin);
    else if (bad !== null) failBase64(bad);
    else if (parts.length === 0) fail('empty', begin);
    else {
      const bytes = decodeBase64(parts.map(({ text: part }) => part).join(''));
      if (bytes === null) failBase64(i - 1);
      else blocks.push({ label, line: begin + 1, endLine: i + 1, bytes, declared: declaredLength(bytes) });
    }
  }
  return { blocks, problems };
}

/** One sentence: `The CERTIFICATE block that begins at line 3 cannot be read: bad base64 at line 7.` */
export function pemProblemText({ label, line, at, problem }: PemProblem): string {
  return `The ${label} block that begins at line ${line} cannot be read: ${sentences[problem]} at line ${at}.`;
}

/** PEM text of DER bytes, 64 characters a line, with a final line feed. */
export function toPem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines = btoa(latin1(der)).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Label of a boundary line, or null. Blanks around it are forgiven; labels are printable ASCII (RFC 7468 §3), here short. */
function boundary(line: string, kind: 'BEGIN' | 'END'): string | null {
  const [, label] = line.trim().match(kind === 'BEGIN' ? beginLine : endLine) ?? [];
  return label ?? null;
}
const beginLine = /^-----BEGIN ([A-Z0-9][A-Z0-9 .-]{0,63})-----$/;
const endLine = /^-----END ([A-Z0-9][A-Z0-9 .-]{0,63})-----$/;

/** What of an open block is base64: behind it stands what else the text has. */
function bodyOf(parts: readonly PemLine[]): readonly PemLine[] {
  const end = parts.findIndex(({ text }) => /[^A-Za-z0-9+/=\s]|\s\S*\s/.test(text));
  return end === -1 ? parts : parts.slice(0, end);
}

/** Strict base64 with its padding, or null. */
function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  try {
    const characters = atob(text);
    // A plain loop: Uint8Array.from with a function takes ten times as long, 45 ms for two bundles of 140 roots.
    const bytes = new Uint8Array(characters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}
